#include "amazon/connection.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "amazon/call_counts.hpp"
#include "amazon/errors.hpp"
#include "amazon/retry.hpp"
#include "amazon/wire.hpp"
#include "domain/text.hpp"

namespace amazonpay::amazon {
namespace {

constexpr std::int64_t longest_call_ms = 15'000;
constexpr std::int64_t way_to_amazon_ms = 50;      // Amazon's bucket fills from when it saw the last request, which is later than when we sent it
constexpr std::int64_t longest_fetch_ms = 60'000;  // a large document over a slow line

Failure bad_field(const char* field, const char* sentence) { return {Kind::refused, sentence, field, {}}; }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::optional<Environment> environment_of_key(std::string_view public_key_id) {
  const auto id = upper(public_key_id);
  if (id.rfind("SANDBOX", 0) == 0) return Environment::sandbox;
  if (id.rfind("LIVE", 0) == 0) return Environment::live;
  return {};
}

std::string region_of(std::string_view setting) {
  if (setting == "eu" || setting == "de" || setting == "uk") return "eu";
  if (setting == "na" || setting == "us") return "na";
  return setting == "jp" ? "jp" : "";
}

std::string host_of_region(const std::string& region) {
  if (region == "na") return "pay-api.amazon.com";
  return region == "jp" ? "pay-api.amazon.jp" : "pay-api.amazon.eu";
}

// host[:port] out of https://host[:port][/]; empty if it is anything else (another scheme, a user, a path, a query).
std::string host_of_url(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  if (url.substr(0, scheme.size()) != scheme) return {};
  url.remove_prefix(scheme.size());
  if (!url.empty() && url.back() == '/') url.remove_suffix(1);
  const auto colon = url.find(':');
  const auto host = url.substr(0, colon);
  const auto port = colon == url.npos ? std::string_view("443") : url.substr(colon + 1);
  const bool good_host = !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) || c == '.' || c == '-');
  });
  const bool good_port = !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), [](unsigned char c) { return std::isdigit(c); });
  return good_host && good_port ? std::string(url) : std::string();
}

bool is_key_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '-' || c == '_' || c == '.'); });
}

// Why this rate of requests cannot be chosen, or nullptr.
const char* wrong_call_rate(std::string_view call_rate, bool own_service) {
  if (call_rate.empty() || call_rate == "amazon") return nullptr;
  if (call_rate != "unlimited") return tr("Choose how often Amazon may be asked: amazon or unlimited.");
  if (own_service) return nullptr;
  return tr("Amazon limits how often it may be asked. Unlimited requests are for a test service only: enter a service address, or choose Amazon's limits.");
}

std::int64_t system_now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::int64_t monotonic_ms();

// Amazon counts per account, not per connection: shops with the same key share one bucket, and so do the versions of one shop's settings.
std::shared_ptr<CallRate> shared_rate(const std::string& host, Environment environment, const std::string& public_key_id) {
  constexpr std::size_t most_accounts = 256;
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<CallRate>> rates;
  const std::lock_guard lock(mutex);
  if (rates.size() > most_accounts) rates.clear();
  auto& rate = rates[host + (environment == Environment::live ? " live " : " sandbox ") + public_key_id];
  if (!rate) rate = std::make_shared<CallRate>(environment, monotonic_ms);
  return rate;
}

std::int64_t monotonic_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

double jitter() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

void pause(std::int64_t ms, const Terms& terms) {
  if (ms <= 0) return;
  terms.pause_ms ? terms.pause_ms(ms) : std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

}  // namespace

std::optional<Environment> environment_of(std::string_view public_key_id, std::string_view setting) {
  if (const auto decided = environment_of_key(public_key_id)) return decided;
  if (setting == "sandbox") return Environment::sandbox;
  if (setting == "live") return Environment::live;
  return {};
}

Result<std::shared_ptr<const Connection>> Connection::open(const Account& account) {
  const auto region = region_of(account.region);
  if (region.empty()) return bad_field("region", tr("Choose the region of the Amazon Pay account: Europe, United States or Japan."));
  if (!is_key_id(account.public_key_id)) return bad_field("public_key_id", tr("Enter the public key ID that Seller Central shows beside the key."));
  const auto environment = environment_of(account.public_key_id, account.environment);
  if (!environment) return bad_field("environment", tr("Choose the environment: sandbox or live."));
  const bool own_service = !account.service_url.empty();
  const auto host = own_service ? host_of_url(account.service_url) : host_of_region(region);
  if (host.empty()) return bad_field("service_url", tr("The service address must be like https://localhost:20443, without a path. Leave it empty for Amazon."));
  std::error_code ignored;
  if (!account.ca_file.empty() && !std::filesystem::is_regular_file(account.ca_file, ignored)) {
    return bad_field("ca_file", tr("The certificate authority file does not exist on this server. Check the path, or leave it empty."));
  }
  if (const char* wrong = wrong_call_rate(account.call_rate, own_service)) return bad_field("call_rate", wrong);
  auto algorithm = parse_algorithm(account.algorithm);
  if (!algorithm) return bad_field("algorithm", tr("The signature algorithm is not known. Choose AMZN-PAY-RSASSA-PSS-V2 or AMZN-PAY-RSASSA-PSS."));
  auto key = PrivateKey::parse(account.private_key);
  if (!key) return Failure{Kind::refused, key.message(), "private_key", {}};

  HttpOptions options;
  options.ca_file = account.ca_file;
  options.user_agent = "amazonpay-plugin/" AMAZONPAY_VERSION;
  options.direct = own_service;
  std::shared_ptr<Connection> connection(new Connection(std::move(key).value(), std::move(options)));
  connection->algorithm_ = *algorithm;
  connection->environment_ = *environment;
  if (account.call_rate != "unlimited") connection->rate_ = shared_rate(host, connection->environment_, account.public_key_id);
  connection->public_key_id_ = account.public_key_id;
  connection->region_ = region;
  connection->host_ = host;
  connection->prefix_ = environment_of_key(account.public_key_id) ? "/v2" : *environment == Environment::live ? "/live/v2" : "/sandbox/v2";
  return std::shared_ptr<const Connection>(std::move(connection));
}

// What is left of the 15 s and of the caller's own time.
class Connection::Deadline {
 public:
  explicit Deadline(const Terms& terms) : terms_(terms), end_ms_(monotonic_ms() + longest_call_ms) {}
  std::int64_t left_ms() const {
    const auto left_ms = end_ms_ - monotonic_ms();
    return terms_.time_left_ms ? std::min(left_ms, terms_.time_left_ms()) : left_ms;
  }

 private:
  const Terms& terms_;
  const std::int64_t end_ms_;
};

HttpOutcome Connection::try_once(const Operation& operation, const Terms& terms, std::int64_t timeout_ms) const {
  SignedRequest request;
  request.method = operation.method();
  request.path = path_of(operation.resource);
  request.query = operation.query;
  request.body = operation.body;
  request.headers = {{"accept", "application/json"},
                     {"content-type", "application/json"},
                     {"x-amz-pay-date", basic_timestamp(terms.now_ms ? terms.now_ms() : system_now_ms())},
                     {"x-amz-pay-host", host_},
                     {"x-amz-pay-region", region_}};
  if (!operation.idempotency_key.empty()) request.headers.push_back({"x-amz-pay-idempotency-key", operation.idempotency_key});
  auto authorized = authorization(key_, algorithm_, public_key_id_, request);
  if (!authorized) {
    HttpOutcome outcome;
    outcome.problem = authorized.message();
    return outcome;
  }
  const auto query = canonical_query(request.query);
  HttpRequest http{std::move(request.method), "https://" + host_ + canonical_path(request.path) + (query.empty() ? "" : "?" + query), std::move(request.headers), std::move(request.body), timeout_ms};
  http.headers.push_back({"authorization", std::move(*authorized)});
  const auto begin = std::chrono::steady_clock::now();
  auto outcome = http_->perform(http);
  call_counts().count(facts_of(operation.call).name, outcome, std::chrono::steady_clock::now() - begin);
  return outcome;
}

std::optional<HttpOutcome> Connection::wait_for_turn(const Operation& operation, const Terms& terms, const Deadline& deadline) const {
  if (!rate_) return {};
  for (std::int64_t waited_ms = 0;;) {
    auto wait_ms = rate_->take(operation.call, terms.urgency);
    if (wait_ms == 0) return {};
    wait_ms += way_to_amazon_ms;
    if (waited_ms + wait_ms > longest_wait_ms(terms.urgency) || wait_ms > deadline.left_ms() - least_try_ms) break;
    pause(wait_ms, terms);
    waited_ms += wait_ms;
  }
  HttpOutcome paced;
  paced.code = "paced";
  paced.problem = tr("Amazon Pay takes only so many requests per second, and this shop has used them up for the moment. Nothing was sent. Try again in a few seconds.");
  return paced;
}

HttpOutcome Connection::send(const Operation& operation, const Terms& terms) const {
  const Deadline deadline(terms);
  std::optional<HttpOutcome> unclear;  // of the last try that may have arrived
  for (int tries = 1;; ++tries) {
    auto paced = wait_for_turn(operation, terms, deadline);
    auto outcome = paced ? *std::move(paced) : try_once(operation, terms, deadline.left_ms());
    const auto reason_code = outcome.delivery == Delivery::answered && outcome.status >= 400 ? read_error_body(outcome.body).reason_code : std::string();
    if (rate_ && asks_for_pause(outcome.status, reason_code)) rate_->empty(operation.call);
    RetryDecision decision;
    if (outcome.code != "paced") {
      decision = decide_retry({operation.method(), !operation.idempotency_key.empty(), outcome.delivery, outcome.timed_out, outcome.status, reason_code, outcome.retry_after_ms, tries,
                               deadline.left_ms(), jitter()});
    }
    if (!decision.again) {
      if (unclear && outcome.delivery == Delivery::not_sent) return *unclear;
      outcome.after_unclear_try = unclear.has_value();
      return outcome;
    }
    pause(decision.wait_ms, terms);
    if (operation.mutating() && outcome.delivery != Delivery::not_sent) unclear = std::move(outcome);
  }
}

HttpOutcome Connection::fetch(const std::string& url, std::size_t most_bytes, const Terms& terms) const {
  const auto timeout_ms = terms.time_left_ms ? std::min(longest_fetch_ms, terms.time_left_ms()) : longest_fetch_ms;
  return http_->fetch(url, {most_bytes, timeout_ms, {}});
}

}  // namespace amazonpay::amazon
