#include "host/connection.hpp"

#include "domain/text.hpp"
#include "host/member.hpp"

namespace amazonpay::host {
namespace {

// Stands in while there is no usable account: says why, and sends nothing.
class Disconnected : public ports::Payments {
 public:
  explicit Disconnected(Failure why) : why_(std::move(why)) {}
  Result<ChargePermission> get_permission(const std::string&) override { return why_; }
  Result<Charge> get_charge(const std::string&) override { return why_; }
  Result<Refund> get_refund(const std::string&) override { return why_; }
  Result<CheckoutSession> get_session(const std::string&) override { return why_; }
  Result<Charge> capture(const std::string&, Money, const std::string&, const std::string&) override { return why_; }
  Result<Charge> create_charge(const std::string&, Money, bool, const std::string&, const std::string&) override { return why_; }
  Result<Refund> create_refund(const std::string&, Money, const std::string&, const std::string&) override { return why_; }
  Result<Charge> cancel_charge(const std::string&, const std::string&) override { return why_; }
  Result<ChargePermission> close_permission(const std::string&, const std::string&, bool) override { return why_; }
  Result<> track_delivery(const std::string&, const DeliveryDetails&, const std::string&) override { return why_; }

 private:
  Failure why_;
};

constexpr std::size_t connections_kept = 4;

}  // namespace

amazon::Account account_of(const json::value& values, amazon::Secret private_key) {
  const Members m(values);
  amazon::Account a;
  a.region = m.text("region"), a.environment = m.text("environment"), a.public_key_id = m.text("public_key_id");
  a.algorithm = m.text("algorithm"), a.service_url = m.text("service_url"), a.ca_file = m.text("ca_file"), a.call_rate = m.text("call_rate");
  a.private_key = std::move(private_key);
  return a;
}

amazon::Terms terms_of(const hostapi::sdk::Session& session, amazon::Urgency urgency) {
  const auto core = session.core();
  const auto deadline_ms = core.deadline_unix_ms();
  amazon::Terms terms;
  terms.now_ms = [core] { return core.now_unix_ms(); };
  terms.urgency = urgency;
  // Some time is kept for storing what Amazon answered.
  if (deadline_ms > 0) terms.time_left_ms = [core, deadline_ms] { return deadline_ms - core.now_unix_ms() - 300; };
  return terms;
}

Result<std::shared_ptr<const amazon::Connection>> Connections::shared(const hostapi::sdk::Session& session) {
  auto settings = session.settings().get();
  if (!settings) return settings.failure();
  auto stored = session.settings().secret("private_key");
  if (!stored) return Failure{stored.kind() == Kind::not_found ? Kind::refused : stored.kind(), tr("No private key is stored. Enter it in the settings of Amazon Pay."), "keys_missing"};
  amazon::Secret key(*stored);
  OPENSSL_cleanse(stored->data(), stored->size());
  const auto* values = settings->is_object() ? settings->get_object().if_contains("values") : nullptr;
  if (values == nullptr || !values->is_object()) return Failure{Kind::refused, tr("Amazon Pay is not set up yet. Fill in its settings."), "keys_missing"};
  amazon::Account account = account_of(*values, key.copy());

  std::string content;
  for (const auto& part : {account.region, account.environment, account.public_key_id, account.algorithm, account.service_url, account.ca_file, account.call_rate})
    content += std::to_string(part.size()) + ":" + part;
  content = amazon::sha256_hex(content + amazon::sha256_hex(key.reveal()));
  const std::lock_guard lock(mutex_);
  if (const auto known = by_content_.find(content); known != by_content_.end()) return known->second;
  auto opened = amazon::Connection::open(account);
  if (!opened) return Failure{Kind::refused, opened.message(), "keys_missing"};
  if (by_content_.size() >= connections_kept) by_content_.clear();
  by_content_[content] = *opened;
  return *opened;
}

Result<std::shared_ptr<ports::Reports>> Connections::reports_for_call(const hostapi::sdk::Session& session) {
  auto connection = shared(session);
  if (!connection) return connection.failure();
  return std::shared_ptr<ports::Reports>(std::make_shared<amazon::ReportClient>(*connection, terms_of(session, amazon::Urgency::background)));
}

std::shared_ptr<ports::Payments> Connections::for_call(const hostapi::sdk::Session& session, amazon::Urgency urgency) {
  auto connection = shared(session);
  if (!connection) return std::make_unique<Disconnected>(connection.failure());
  return std::make_unique<amazon::Client>(*connection, terms_of(session, urgency));
}

}  // namespace amazonpay::host
