#include "amazon_side.hpp"

#include "buyers.hpp"
#include "crypto.hpp"
#include "routes.hpp"

// The linker puts these in the place of the sandbox's clock and dice (CMakeLists.txt, --wrap), so that a seed always gives the same run.
namespace simulation {
namespace {
Timeline* running = nullptr;
Chance* dice = nullptr;

std::string digits(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += static_cast<char>('0' + dice->below(10));
  return text;
}

sandbox::Store& emptied_store() {
  static sandbox::Store store(":memory:");
  store.database().execute("DELETE FROM object; DELETE FROM movement; DELETE FROM answer; DELETE FROM setting; DELETE FROM sqlite_sequence");
  return store;
}

const std::string environment = "Sandbox";
const sandbox::Merchant merchant{"A1SIMULATION", "amzn1.application-oa2-client.simulation", "eu", "EUR"};
}  // namespace
}  // namespace simulation

extern "C" std::int64_t __wrap__ZN7sandbox13wall_clock_msEv() { return simulation::running->now_ms(); }
extern "C" std::string __wrap__ZN7sandbox13random_digitsB5cxx11Ei(int count) { return simulation::digits(count); }
extern "C" std::string __wrap__ZN7sandbox11random_uuidB5cxx11Ev() { return "session-" + simulation::digits(12); }

namespace simulation {

AmazonSide::AmazonSide(Timeline& timeline, std::uint64_t seed, const sandbox::Settings& settings) : timeline_(timeline), seed_(seed), store_(emptied_store()) {
  running = &timeline;
  static Chance ids(0, "");
  ids = Chance(seed, "ids");
  dice = &ids;
  bank_ = std::make_unique<sandbox::Bank>(store_);
  bank_->change_settings(settings);
  store_.put_merchant(merchant);
  store_.watch([this](const sandbox::ObjectChange& change) {
    if (on_change) on_change(change);
  });
}

AmazonSide::~AmazonSide() { store_.watch({}); }

AmazonSide::Checkout AmazonSide::checkout(std::int64_t minor, const std::string& currency, const std::string& state, const std::string& order_number) {
  const auto price = sandbox::price_json({minor, currency});
  boost::json::object details{{"paymentIntent", "Authorize"}, {"canHandlePendingAuthorization", true}, {"chargeAmount", price}, {"presentmentCurrency", currency}};
  boost::json::object request{{"storeId", merchant.store_id}, {"paymentDetails", std::move(details)}, {"merchantMetadata", {{"merchantReferenceId", order_number}}},
                              {"chargePermissionType", "OneTime"}};
  auto who = actor("checkout");
  if (state == "AuthorizationInitiated") who.simulation_code = state;
  sandbox::Transaction transaction(store_.database());
  auto session = bank_->open_session(merchant, environment, std::move(request), who);
  session.buyer = sandbox::make_buyer(sandbox::Body::parse("{}"), merchant.region);
  store_.put(session);
  bank_->complete(session, who);
  auto charge = *store_.find<sandbox::Charge>(session.charge_id);
  if (state == "Captured") bank_->capture(charge, charge.amount, "", who);
  transaction.commit();
  return {session.permission_id, session.charge_id};
}

std::string AmazonSide::simulation_code(const AmazonRequest& request) const {
  if (request.key.empty()) return {};
  Chance chance(seed_, "surprise " + request.key);
  if (!chance.percent(surprises_percent)) return {};
  if (request.path.ends_with("/refunds")) return chance.percent(50) ? "ProcessingFailure" : "AmazonRejected";
  if (request.path.ends_with("/capture")) return chance.percent(70) ? "CaptureInitiated" : "AmazonRejected";
  if (request.path.ends_with("/charges")) return chance.percent(60) ? "CaptureInitiated" : chance.percent(50) ? "SoftDeclined" : "HardDeclined";
  return {};
}

// What the sandbox's gateway does with a request once its signature was found good.
amazonpay::amazon::HttpOutcome AmazonSide::perform(const AmazonRequest& request) {
  amazonpay::amazon::HttpOutcome result;
  result.delivery = amazonpay::amazon::Delivery::answered;
  sandbox::Transaction transaction(store_.database());
  bank_->settle_due();
  const auto match = sandbox::match_route(request.method, request.path);
  const auto print = std::string(match.route->name) + " " + match.id + " " + request.body;
  const auto refuse = [&](const sandbox::ApiError& error) {
    result.status = error.status;
    result.body = boost::json::serialize(boost::json::object{{"reasonCode", error.reason_code}, {"message", error.what()}});
  };
  if (const auto stored = request.key.empty() ? std::nullopt : store_.find_answer(environment, request.key)) {
    transaction.commit();
    if (stored->fingerprint != print) refuse(sandbox::ApiError(400, "DuplicateIdempotencyKey", "The idempotency key was used before with other content."));
    else result.status = stored->status, result.body = stored->body;
    return result;
  }
  try {
    const auto body = sandbox::Body::parse(request.body);
    const sandbox::HttpRequest unused;
    sandbox::Call call{*bank_, merchant, environment, match.id, body, {"api", request.key, simulation_code(request), bank_->now_ms()}, unused};
    const auto reply = match.route->operation(call);
    result.status = reply.status;
    result.body = boost::json::serialize(reply.body);
  } catch (const sandbox::ApiError& error) {
    refuse(error);  // a decline may have changed the permission: committed, too
  }
  const bool remember = result.status < 300 || result.status == 422;
  if (remember && !request.key.empty()) store_.put_answer(environment, request.key, {print, result.status, result.body});
  transaction.commit();
  return result;
}

std::string AmazonSide::refund_in_seller_central(const std::string& charge_id, std::int64_t minor) {
  sandbox::Transaction transaction(store_.database());
  std::string said;
  try {
    bank_->settle_due();
    auto charge = *store_.find<sandbox::Charge>(charge_id);
    said = bank_->refund(charge, {minor, charge.amount.currency}, "", actor("seller_central")).id;
  } catch (const sandbox::ApiError& error) {
    said = error.reason_code;
  }
  transaction.commit();
  return said;
}

std::string AmazonSide::capture_in_seller_central(const std::string& charge_id, std::int64_t minor) {
  sandbox::Transaction transaction(store_.database());
  std::string said = "captured";
  try {
    bank_->settle_due();
    auto charge = *store_.find<sandbox::Charge>(charge_id);
    bank_->capture(charge, {std::min(minor, charge.amount.minor), charge.amount.currency}, "", actor("seller_central"));
  } catch (const sandbox::ApiError& error) {
    said = error.reason_code;
  }
  transaction.commit();
  return said;
}

std::int64_t AmazonSide::next_due_ms() {
  auto row = store_.database().prepare("SELECT COALESCE(MIN(due_ms), 0) FROM object WHERE due_ms > 0");
  return row.step() ? row.number(0) : 0;
}

void AmazonSide::settle_due() {
  sandbox::Transaction transaction(store_.database());
  bank_->settle_due();
  transaction.commit();
}

}  // namespace simulation
