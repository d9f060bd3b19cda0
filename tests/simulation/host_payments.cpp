// A host's side of the wire: bodies and readings are the plugin's own (plugin/amazon/wire, errors), the bank is the sandbox's, the trouble in between is ours.
#include "amazon/errors.hpp"
#include "amazon/wire.hpp"
#include "ports.hpp"

namespace simulation {

using namespace amazonpay;
using amazon::Delivery;
using amazon::HttpOutcome;

namespace {
constexpr std::int64_t timeout_ms = 20'000;

HttpOutcome answered(int status, const char* code) {
  HttpOutcome o;
  o.delivery = Delivery::answered, o.status = status;
  o.body = std::string("{\"reasonCode\":\"") + code + "\",\"message\":\"simulated\"}";
  return o;
}

HttpOutcome unanswered(Delivery delivery) {
  HttpOutcome o;
  o.delivery = delivery, o.problem = delivery == Delivery::lost ? "no answer" : "no connection";
  return o;
}

std::string describe(const AmazonRequest& r) { return r.method + " " + r.path + (r.key.empty() ? "" : " key " + r.key.substr(0, 8)); }

struct Flight {
  HttpOutcome answer;
  bool arrived = false;
};
}  // namespace

HttpOutcome HostPayments::send(const AmazonRequest& request) {
  auto& time = world_.time;
  auto& chance = time.current().chance;
  const auto& rate = world_.plan.trouble;
  ++world_.outcome.calls;
  const auto there_ms = chance.between(20, request.mutating() ? 900 : 200), back_ms = chance.between(10, 300);
  if (request.mutating()) world_.may_crash("before the call");
  const auto trouble = [&](const char* what, int share) { return world_.strikes(what, share) && (world_.say("  " + std::string(what) + ": " + describe(request)),
      true); };
  if (time.now_ms() < world_.outage_until_ms || trouble("not sent", rate.not_sent)) return time.wait(there_ms), unanswered(Delivery::not_sent);
  if (trouble("keys refused", rate.keys)) return time.wait(there_ms), answered(403, "InvalidRequestSignature");
  if (trouble("throttled (429)", rate.throttled)) return time.wait(there_ms), answered(429, "TooManyRequests");
  if (trouble("server error before the effect", rate.server_error)) return time.wait(there_ms), answered(500, "InternalServerError");
  const bool late = request.mutating() && trouble("arrives after the timeout", rate.late);
  const auto flight = std::make_shared<Flight>();
  auto& world = world_;
  time.at(time.now_ms() + (late ? timeout_ms + chance.between(500, 90'000) : there_ms), [&world, flight, request] {
    flight->answer = world.amazon.perform(request), flight->arrived = true;
    if (request.mutating()) world.say("    at Amazon: " + describe(request) + " → " + std::to_string(flight->answer.status));
    world.amazon_moved();
  });
  time.wait(late ? timeout_ms : there_ms + back_ms);
  auto answer = flight->arrived ? flight->answer : unanswered(Delivery::lost);
  if (trouble("the answer is lost", rate.answer_lost)) time.wait(timeout_ms), answer = unanswered(Delivery::lost);
  else if (trouble("server error after the effect", rate.server_error / 2)) answer = answered(503, "ServiceUnavailable");
  if (request.mutating()) world_.may_crash("after the call");
  return answer;
}

template <class T>
Result<T> HostPayments::ask(const AmazonRequest& request, Result<T> (*read)(std::string_view, Environment)) {
  const auto answer = send(request);
  if (answer.delivery != Delivery::answered || answer.status / 100 != 2) return amazon::failure_of(answer, request.mutating());
  auto object = read(answer.body, Environment::sandbox);
  if (!object) return amazon::unreadable_answer(answer, request.mutating(), object.message());
  object->raw.clear();
  return object;
}

Result<ChargePermission> HostPayments::get_permission(const std::string& id) { return ask<ChargePermission>({"GET", "/v2/chargePermissions/" + id, "", ""},
    amazon::read_permission); }
Result<Charge> HostPayments::get_charge(const std::string& id) { return ask<Charge>({"GET", "/v2/charges/" + id, "", ""}, amazon::read_charge); }
Result<Refund> HostPayments::get_refund(const std::string& id) { return ask<Refund>({"GET", "/v2/refunds/" + id, "", ""}, amazon::read_refund); }
Result<CheckoutSession> HostPayments::get_session(const std::string&) { return Failure{Kind::not_found, "no session", "ResourceNotFound"}; }

Result<Charge> HostPayments::capture(const std::string& id, Money amount, const std::string& descriptor, const std::string& key) {
  return ask<Charge>({"POST", "/v2/charges/" + id + "/capture", amazon::capture_body(amount, descriptor), key}, amazon::read_charge);
}

Result<Charge> HostPayments::create_charge(const std::string& permission, Money amount, bool capture_now, const std::string& descriptor, const std::string& key) {
  return ask<Charge>({"POST", "/v2/charges", amazon::create_charge_body(permission, amount, capture_now, descriptor), key}, amazon::read_charge);
}

Result<Refund> HostPayments::create_refund(const std::string& charge, Money amount, const std::string& descriptor, const std::string& key) {
  return ask<Refund>({"POST", "/v2/refunds", amazon::create_refund_body(charge, amount, descriptor), key}, amazon::read_refund);
}

Result<Charge> HostPayments::cancel_charge(const std::string& id, const std::string& reason) {
  return ask<Charge>({"DELETE", "/v2/charges/" + id + "/cancel", amazon::cancel_body(reason), ""}, amazon::read_charge);
}

Result<ChargePermission> HostPayments::close_permission(const std::string& id, const std::string& reason, bool cancel_pending) {
  return ask<ChargePermission>({"DELETE", "/v2/chargePermissions/" + id + "/close", amazon::close_body(reason, cancel_pending), ""}, amazon::read_permission);
}

Result<> HostPayments::track_delivery(const std::string& permission, const DeliveryDetails& delivery, const std::string& key) {
  const auto answer = send({"POST", "/v2/deliveryTrackers", amazon::delivery_body(permission, delivery), key});
  if (answer.delivery != Delivery::answered || answer.status / 100 != 2) return amazon::failure_of(answer, true);
  return hostapi::success();
}

}  // namespace simulation
