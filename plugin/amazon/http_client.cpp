#include "amazon/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "amazon/ascii.hpp"
#include "amazon/sigpipe.hpp"
#include "domain/text.hpp"

namespace amazonpay::amazon {

// Not among the names below, because HttpClient::Pool holds them.
struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;

namespace {

constexpr std::size_t largest_answer = 1024 * 1024;
constexpr std::size_t most_idle_handles = 64;
constexpr long longest_idle_s = 20;  // a connection idle for longer is opened anew: servers drop idle ones, which looks like a lost answer

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

// What the callbacks of one transfer share.
struct Transfer {
  const std::string* body = nullptr;
  std::size_t body_sent = 0;
  bool body_asked_for = false;
  HttpOutcome* outcome = nullptr;
  std::size_t most_bytes = largest_answer;
  bool too_large = false;
};

// There is no seek callback on purpose: libcurl then cannot repeat a body by itself on another connection.
std::size_t read_body(char* target, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.body_asked_for = true;
  const std::size_t length = std::min(size * count, transfer.body->size() - transfer.body_sent);
  std::memcpy(target, transfer.body->data() + transfer.body_sent, length);
  transfer.body_sent += length;
  return length;
}

std::size_t write_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.outcome->body.size() + size * count > transfer.most_bytes) {
    transfer.too_large = true;
    return 0;
  }
  transfer.outcome->body.append(data, size * count);
  return size * count;
}

void keep_request_id(std::string_view value, std::string& id) {
  id.clear();
  for (char c : value) {
    if (id.size() < 64 && (std::isalnum(static_cast<unsigned char>(c)) || c == '-')) id += c;
  }
}

// Seconds only; a date is not worth its clock.
std::int64_t seconds_as_ms(std::string_view value) {
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  std::int64_t seconds = 0;
  for (char c : value) {
    if (c == ' ' || c == '\r' || c == '\n') break;
    if (c < '0' || c > '9' || seconds > 1'000'000) return 0;
    seconds = 10 * seconds + (c - '0');
  }
  return 1'000 * seconds;
}

// Everything else of the headers is of no interest.
std::size_t write_header(char* data, std::size_t size, std::size_t count, void* self) {
  const std::string_view line(data, size * count);
  const auto colon = line.find(':');
  if (colon == line.npos) return size * count;
  auto& outcome = *static_cast<Transfer*>(self)->outcome;
  const auto name = line.substr(0, colon);
  if (same_name(name, "x-amz-pay-request-id")) keep_request_id(line.substr(colon + 1), outcome.request_id);
  if (same_name(name, "date")) outcome.date = line.substr(colon + 1);
  if (same_name(name, "retry-after")) outcome.retry_after_ms = seconds_as_ms(line.substr(colon + 1));
  return size * count;
}

bool failed_before_sending(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_PROXY:
      return true;
    default:
      return false;
  }
}

const char* problem_of(CURLcode code, bool sent, bool too_large) {
  if (too_large) return tr("Amazon Pay sent an answer that is too large to be one. Check the service address in the settings.");
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return tr("Amazon Pay cannot be reached: the name of its server is not found. Check the network and DNS of this server.");
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return tr("Amazon Pay cannot be reached: the proxy of this server does not work. Check the proxy settings.");
    case CURLE_COULDNT_CONNECT:
      return tr("Amazon Pay cannot be reached: no connection. Check the network and the firewall of this server.");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return tr("The certificate of the Amazon Pay server is not trusted. Nothing was sent. Check the certificate authorities of this server.");
    case CURLE_SSL_CACERT_BADFILE:
      return tr("The certificate authority file cannot be read. Nothing was sent. Check the path in the settings.");
    case CURLE_OPERATION_TIMEDOUT:
      return sent ? tr("Amazon Pay did not answer in time.") : tr("Amazon Pay cannot be reached: no connection in time. Check the network and the firewall of this server.");
    default:
      return sent ? tr("The connection to Amazon Pay broke before its answer was complete.")
                  : tr("No secure connection to Amazon Pay could be made. Nothing was sent.");
  }
}

void classify(CURLcode code, bool has_body, const Transfer& transfer, HttpOutcome& outcome) {
  if (code == CURLE_OK && outcome.status != 0) {
    outcome.delivery = Delivery::answered;
    return;
  }
  // With a body the border is sharp: as long as libcurl has not asked for the first byte of it, the server cannot have acted.
  const bool sent = has_body ? transfer.body_asked_for : !failed_before_sending(code);
  outcome.delivery = sent ? Delivery::lost : Delivery::not_sent;
  outcome.timed_out = code == CURLE_OPERATION_TIMEDOUT;
  outcome.connection_refused = code == CURLE_COULDNT_CONNECT;
  outcome.problem = problem_of(code, sent, transfer.too_large);
  outcome.detail = curl_easy_strerror(code);
  outcome.body.clear();
}

// All that differs between two requests on one handle.
void set_request(CURL* easy, const HttpOptions& options, const HttpRequest& request, const curl_slist* headers, Transfer& transfer) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(options.connect_timeout_ms, request.timeout_ms)));
  if (request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  const bool usual = request.method == (request.body.empty() ? "GET" : "POST");
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, usual ? nullptr : request.method.c_str());
}

void set_safety(CURL* easy, const HttpOptions& options, const std::string& ca_file) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // with the directory set every new connection reads all authorities again: 23 ms of CPU
  if (!ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
  if (options.direct) curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

// What stays the same for all requests of a handle, set once.
Easy prepared(const HttpOptions& options, const std::string& ca_file) {
  Easy easy(curl_easy_init());
  if (!easy) throw std::bad_alloc();
  set_safety(easy.get(), options, ca_file);
  curl_easy_setopt(easy.get(), CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_MAXAGE_CONN, longest_idle_s);
  curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_READFUNCTION, read_body);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, write_body);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, write_header);
  return easy;
}

// An https address without a user in it.
bool is_public_address(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  if (!parts) throw std::bad_alloc();
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) return false;
  char* scheme = nullptr;
  if (curl_url_get(parts.get(), CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK) return false;
  const bool https = std::string_view(scheme) == "https";
  curl_free(scheme);
  return https;
}

List header_list(const HttpRequest& request) {
  List list(curl_slist_append(nullptr, "Expect:"));
  for (const auto& header : request.headers) {
    const std::string line = header.name + ": " + header.value;
    if (line.find_first_of("\r\n") != line.npos) throw std::logic_error("a header value has a line break");
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (!longer) throw std::bad_alloc();
    list.release();
    list.reset(longer);
  }
  return list;
}

}  // namespace

// Idle handles, each with its open connections. Grows with the threads that call at the same time, keeps at most most_idle_handles.
struct HttpClient::Pool {
  std::mutex mutex;
  std::vector<Easy> idle;

  Easy take(const HttpOptions& options) {
    {
      std::lock_guard lock(mutex);
      if (!idle.empty()) {
        Easy easy = std::move(idle.back());
        idle.pop_back();
        return easy;
      }
    }
    return prepared(options, options.ca_file);
  }

  void give_back(Easy easy) {
    std::lock_guard lock(mutex);
    if (idle.size() < most_idle_handles) idle.push_back(std::move(easy));
  }
};

HttpClient::HttpClient(HttpOptions options) : options_(std::move(options)), pool_(std::make_unique<Pool>()) {
  // Counted by libcurl and thread-safe since 7.84. Never undone: other users of libcurl in this process may be running.
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

HttpClient::~HttpClient() {
  const NoSigpipe quiet;  // open TLS connections say goodbye
  pool_.reset();
}

HttpOutcome HttpClient::perform(const HttpRequest& request) {
  const NoSigpipe quiet;
  Easy easy = pool_->take(options_);
  auto outcome = run(easy.get(), request, largest_answer);
  pool_->give_back(std::move(easy));
  return outcome;
}

// Rare, and from somewhere else each time: a handle of its own.
HttpOutcome HttpClient::fetch(const std::string& url, const FetchLimits& limits) {
  if (!is_public_address(url)) {
    HttpOutcome outcome;
    outcome.problem = tr("The address of the document is not a plain https address. Nothing was fetched.");
    return outcome;
  }
  const NoSigpipe quiet;
  const Easy easy = prepared(options_, limits.ca_file.empty() ? options_.ca_file : limits.ca_file);
  return run(easy.get(), {"GET", url, {}, {}, limits.timeout_ms}, limits.most_bytes);
}

HttpOutcome HttpClient::run(void* easy, const HttpRequest& request, std::size_t most_bytes) const {
  HttpOutcome outcome;
  if (request.timeout_ms <= 0) {
    outcome.timed_out = true;
    outcome.problem = tr("There was no time left to ask Amazon Pay. Nothing was sent.");
    return outcome;
  }
  Transfer transfer;
  transfer.body = &request.body;
  transfer.outcome = &outcome;
  transfer.most_bytes = most_bytes;
  const List headers = header_list(request);
  set_request(easy, options_, request, headers.get(), transfer);
  const CURLcode code = curl_easy_perform(easy);
  long status = 0;
  curl_off_t elapsed_us = 0;
  if (curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &elapsed_us) == CURLE_OK) outcome.elapsed_ms = elapsed_us / 1'000;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  outcome.status = static_cast<int>(status);
  classify(code, !request.body.empty(), transfer, outcome);
  return outcome;
}

std::int64_t http_date_ms(const std::string& date) {
  const auto seconds = curl_getdate(date.c_str(), nullptr);
  return seconds > 0 ? 1'000 * static_cast<std::int64_t>(seconds) : 0;
}

}  // namespace amazonpay::amazon
