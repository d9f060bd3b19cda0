// The plugin's own client (plugin/amazon) as a program of the benchmark, and what the processor can do at best beside it. compare starts it once per run and
// asks by lines on standard input; each answer is one line: calls, seconds of CPU of this process, seconds of wall clock.
//   sign N           N requests are put into canonical form and signed by the plugin's code, on one thread
//   bare N           N signatures by OpenSSL alone, key parsed and signing prepared once, on one thread
//   get N THREADS    N getCharge of the plugin's client, THREADS at a time, each answer read into a Charge
//   rsa N THREADS    N bare signatures on THREADS threads
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "amazon/client.hpp"

namespace {

namespace amazon = amazonpay::amazon;

struct Options {
  std::string key_file;
  std::string service_url;  // empty: only signing is asked for
  std::string ca_file;
  std::string charge_id;
};

double cpu_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What OpenSSL can do at best: prepared once, and then only the digest and the signature.
class BareSigner {
 public:
  explicit BareSigner(EVP_PKEY* shared) : signature_(static_cast<std::size_t>(EVP_PKEY_get_size(shared))) {
    EVP_PKEY* key = EVP_PKEY_dup(shared);  // threads that share a key wait for each other
    context_ = key ? EVP_PKEY_CTX_new(key, nullptr) : nullptr;
    EVP_PKEY_free(key);
    const bool ready = context_ && EVP_PKEY_sign_init(context_) == 1 && EVP_PKEY_CTX_set_rsa_padding(context_, RSA_PKCS1_PSS_PADDING) == 1 &&
                       EVP_PKEY_CTX_set_signature_md(context_, EVP_sha256()) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(context_, 32) == 1;
    if (!ready) throw std::runtime_error("OpenSSL cannot prepare a signature");
  }
  ~BareSigner() { EVP_PKEY_CTX_free(context_); }
  BareSigner(const BareSigner&) = delete;
  BareSigner& operator=(const BareSigner&) = delete;

  void sign(std::string_view text) {
    unsigned char digest[32];
    unsigned int length = 0;
    auto size = signature_.size();
    const bool done = EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr) == 1 &&
                      EVP_PKEY_sign(context_, signature_.data(), &size, digest, length) == 1;
    if (!done) throw std::runtime_error("OpenSSL cannot sign");
  }

 private:
  EVP_PKEY_CTX* context_ = nullptr;
  std::vector<unsigned char> signature_;
};

// Runs step(number) count times altogether on so many threads; an exception of one ends the program with its message.
void on_threads(int threads, long count, const std::function<std::function<void(long)>()>& make_step) {
  std::atomic<long> next{0};
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      const auto step = make_step();
      for (long number = next++; number < count; number = next++) step(number);
    });
  }
  for (auto& thread : running) thread.join();
}

class Program {
 public:
  explicit Program(const Options& options) : options_(options), pem_(content_of(options.key_file)), key_(parsed(pem_)), bare_key_(bare(pem_)) {
    if (!options.service_url.empty()) connect();
  }
  ~Program() { EVP_PKEY_free(bare_key_); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void run(const std::string& word, long count, int threads) const {
    if (word == "sign") {
      for (long i = 0; i < count; ++i) sign_request(i);
    } else if (word == "bare" || word == "rsa") {
      on_threads(threads, count, [this]() -> std::function<void(long)> {
        auto signer = std::make_shared<BareSigner>(bare_key_);
        return [signer](long) { signer->sign("AMZN-PAY-RSASSA-PSS-V2\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"); };
      });
    } else if (word == "get") {
      on_threads(threads, count, [this]() -> std::function<void(long)> { return [this](long) { get_charge(); }; });
    } else {
      throw std::runtime_error("unknown word: " + word);
    }
  }

 private:
  static amazon::PrivateKey parsed(const std::string& pem) {
    auto key = amazon::PrivateKey::parse(amazon::Secret(pem));
    if (!key) throw std::runtime_error(key.message());
    return std::move(key).value();
  }

  static EVP_PKEY* bare(const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    if (!key) throw std::runtime_error("OpenSSL cannot read the key");
    return key;
  }

  void connect() {
    amazon::Account account;
    account.region = "eu";
    account.public_key_id = "SANDBOX-BENCH";
    account.private_key = amazon::Secret(pem_);
    account.service_url = options_.service_url;
    account.ca_file = options_.ca_file;
    account.call_rate = "unlimited";
    auto opened = amazon::Connection::open(account);
    if (!opened) throw std::runtime_error(opened.message());
    connection_ = *opened;
  }

  // The request of a getCharge, as connection.cpp makes it, with another charge each time.
  void sign_request(long number) const {
    amazon::SignedRequest request;
    request.method = "GET";
    request.path = "/v2/charges/S02-1234567-7654321-C" + std::to_string(100000 + number % 900000);
    request.headers = {{"accept", "application/json"}, {"content-type", "application/json"}, {"x-amz-pay-date", "20250310T101500Z"},
                       {"x-amz-pay-host", "pay-api.amazon.eu"}, {"x-amz-pay-region", "eu"}};
    if (const auto signed_text = amazon::authorization(key_, amazon::Algorithm::rsassa_pss_v2, "SANDBOX-BENCH", request); !signed_text) {
      throw std::runtime_error(signed_text.message());
    }
  }

  void get_charge() const {
    amazon::Client client(connection_);
    const auto charge = client.get_charge(options_.charge_id);
    if (!charge) throw std::runtime_error("getCharge: " + charge.message());
  }

  const Options options_;
  const std::string pem_;
  const amazon::PrivateKey key_;
  EVP_PKEY* const bare_key_;
  std::shared_ptr<const amazon::Connection> connection_;
};

int serve(const Options& options) {
  const Program program(options);
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string word;
    long count = 0;
    int threads = 1;
    words >> word >> count >> threads;
    const auto cpu_before = cpu_s();
    const auto begin = std::chrono::steady_clock::now();
    program.run(word, count, std::max(threads, 1));
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    std::cout << count << ' ' << cpu_s() - cpu_before << ' ' << wall.count() << std::endl;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) try {
  if (count != 2 && count != 5) {
    std::cerr << "bench_client KEY.pem [https://localhost:PORT CA.pem CHARGE_ID]; tests/bench/compare starts it\n";
    return 2;
  }
  Options options;
  options.key_file = words[1];
  if (count == 5) options.service_url = words[2], options.ca_file = words[3], options.charge_id = words[4];
  return serve(options);
} catch (const std::exception& problem) {
  std::cerr << "bench_client: " << problem.what() << '\n';
  return 1;
}
