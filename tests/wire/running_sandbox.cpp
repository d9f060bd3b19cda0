#include "running_sandbox.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <curl/curl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace wire_tests {
namespace json = boost::json;
using namespace amazonpay::amazon;

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::size_t collect(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

std::string text_at(const json::value& value, const char* member) { return std::string(value.at(member).as_string()); }

}  // namespace

RunningSandbox::RunningSandbox() {
  std::string name = (std::filesystem::temp_directory_path() / "amazonpay-wire-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  folder_ = name;
  std::string binary = AMAZONPAY_SANDBOX_BINARY, serve = "serve", data = "--data";
  char* arguments[] = {binary.data(), serve.data(), data.data(), name.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
  const int failed = ::posix_spawn(&pid_, binary.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed) throw std::runtime_error("cannot start " + binary);
  const auto endpoint = folder_ / "endpoint.json";
  for (int waited_ms = 0; !std::filesystem::exists(endpoint); waited_ms += 20) {
    if (waited_ms > 30'000 || ::waitpid(pid_, nullptr, WNOHANG) != 0) throw std::runtime_error(binary + " did not become ready");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const auto ready = json::parse(text_of(endpoint));
  port_ = static_cast<int>(ready.at("port").as_int64());
  control_port_ = static_cast<int>(ready.at("control_port").as_int64());
  ca_ = text_at(ready, "ca");
}

RunningSandbox::~RunningSandbox() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RunningSandbox::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  for (int waited_ms = 0; ::waitpid(pid_, nullptr, WNOHANG) == 0; waited_ms += 10) {
    if (waited_ms > 5'000) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  pid_ = 0;
}

json::value RunningSandbox::control(const std::string& method, const std::string& path, const json::object& body) const {
  CURL* easy = curl_easy_init();
  const std::string url = "http://127.0.0.1:" + std::to_string(control_port_) + path, sent = json::serialize(body);
  std::string received;
  long status = 0;
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &received);
  if (method != "GET") curl_easy_setopt(easy, CURLOPT_POSTFIELDS, sent.c_str());
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  const CURLcode code = curl_easy_perform(easy);
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(easy);
  if (code != CURLE_OK || status / 100 != 2) throw std::runtime_error(method + " " + path + ": " + std::to_string(status) + " " + received);
  return json::parse(received);
}

Merchant RunningSandbox::merchant(const json::object& wishes) const {
  const auto made = control("POST", "/control/keypair", wishes);
  return {text_at(made, "public_key_id"), text_at(made, "private_key_pem"), text_at(made, "region"), text_at(made, "merchant_id"), text_at(made, "store_id")};
}

PaidOrder RunningSandbox::order(const Merchant& merchant, const std::string& amount, const std::string& state, const std::string& environment) const {
  json::object wishes{{"public_key_id", merchant.public_key_id}, {"amount", amount}, {"state", state}};
  if (!environment.empty()) wishes["environment"] = environment;
  const auto made = control("POST", "/control/orders", wishes);
  return {text_at(made, "charge_permission_id"), made.at("charge_id").is_string() ? text_at(made, "charge_id") : std::string()};
}

void RunningSandbox::fault(const json::object& fault) const { control("POST", "/control/faults", fault); }

std::int64_t RunningSandbox::refunded_minor(const std::string& permission_id, const char* currency) const {
  const auto answer = control("GET", "/control/movements?charge_permission_id=" + permission_id);
  const auto* totals = answer.at("totals").as_object().if_contains(currency);
  return totals ? totals->at("refunded_minor").as_int64() : 0;
}

Account RunningSandbox::account(const Merchant& merchant) const {
  Account account;
  account.region = merchant.region;
  account.environment = "sandbox";
  account.public_key_id = merchant.public_key_id;
  account.private_key = Secret(merchant.private_pem);
  account.service_url = "https://127.0.0.1:" + std::to_string(port_);
  account.ca_file = ca_;
  account.call_rate = "unlimited";  // the tests ask far faster than a shop
  return account;
}

Client RunningSandbox::client(const Merchant& merchant, Terms terms) const {
  return Client(Connection::open(account(merchant)).value(), std::move(terms));
}

}  // namespace wire_tests
