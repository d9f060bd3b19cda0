#include "host/shop.hpp"

#include <cctype>
#include <string>

#include "amazon/connection.hpp"
#include "host/member.hpp"

namespace amazonpay::host {
namespace {

constexpr const char* our_method = "amazon_pay";

// Until the buyer has finished, a shop knows only the checkout session; its id is a UUID, which no charge permission is.
bool is_session_id(const std::string& reference) {
  if (reference.size() != 36) return false;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? reference[i] != '-' : std::isxdigit(static_cast<unsigned char>(reference[i])) == 0) return false;
  }
  return true;
}

ports::ShopOrder order_of(const Members& m) {
  ports::ShopOrder o;
  o.id = m.needed_text("id"), o.number = m.text("number"), o.shop_id = m.text("shop_id");
  o.currency = m.currency("currency");
  o.total = {m.number("total_minor"), o.currency}, o.original_total = {m.number("original_total_minor"), o.currency};
  o.canceled = m.text("state") == "canceled";
  if (const auto payment = m.object("payment")) {
    const auto reference = payment->text("reference");
    (is_session_id(reference) ? o.session_id : o.permission_id) = reference;
    o.charge_id = payment->text("charge_id");
    o.captured_at_checkout = payment->text("at_checkout") == "authorize_with_capture";
  }
  o.created_ms = m.number("created_ms");
  return o;
}

std::string method_of(const Members& order) {
  const auto payment = order.object("payment");
  return payment ? payment->text("method") : std::string();
}

}  // namespace

Result<ports::ShopOrder> shop_order(const json::value& document) {
  auto method = reading("the order", [&] { return method_of(Members(document)); });
  if (!method) return method.failure();
  if (*method != our_method) return Failure{Kind::unsupported, tr("This order was not paid with Amazon Pay.")};
  return reading("the order", [&] { return order_of(Members(document)); });
}

Result<ports::ShopEvent> shop_event(const json::value& document) {
  return reading("the event of the order", [&] {
    const Members m(document);
    ports::ShopEvent e;
    e.id = m.text("event_id"), e.event = m.needed_text("event");
    const auto order = m.object("order");
    if (!order) throw BadDocument("member order is missing");
    e.order = order_of(*order);
    const auto currency = e.order.currency;
    for (const auto& one : m.list("lines")) {
      const Members line(one);
      e.lines.push_back({line.needed_text("line_id"), static_cast<int>(line.number("canceled_after")), static_cast<int>(line.number("quantity")),
                         {line.number("amount_minor"), currency}});
    }
    e.shipping = {m.number("shipping_minor"), currency}, e.amount = {m.number("amount_minor"), currency};
    e.total_after = {m.number("total_after_minor"), currency};
    if (const auto shipment = order->object("shipment")) e.delivery = {shipment->text("carrier"), shipment->text("tracking_number")};
    e.reason = m.text("reason"), e.note = m.text("note");
    if (const auto who = m.object("who")) e.who = {who->text("id"), who->text("name")};
    e.at_ms = m.number("at_ms");
    return e;
  });
}

Result<ports::ShopOrder> HostOrders::get(const std::string& order_id) {
  auto document = orders_.get(order_id);
  if (!document) return document.failure();
  return shop_order(*document);
}

namespace {

// "250", "99.50", "99,5" in units; the manifest's pattern has let nothing else through. Empty: no threshold.
std::optional<Threshold> threshold(const Members& values, const char* name) {
  const auto typed = values.text(name);
  if (typed.empty()) return std::nullopt;
  const auto point = typed.find_first_of(".,");
  auto cents = point == std::string::npos ? std::string() : typed.substr(point + 1);
  cents.resize(2, '0');
  return Threshold{std::stoll(typed.substr(0, point)) * 100 + std::stoll(cents)};
}

std::int64_t times(const Members& values, const char* name, std::int64_t unit_ms, std::int64_t otherwise_ms) {
  const auto typed = values.text(name);
  return typed.empty() ? otherwise_ms : std::stoll(typed) * unit_ms;
}

ApprovalRules approval_of(const Members& values) {
  ApprovalRules rules;
  rules.refund = threshold(values, "approve_refund_above");
  rules.capture = threshold(values, "approve_capture_above");
  rules.refunds_per_day = threshold(values, "approve_refunds_per_day_above");
  rules.refunds_per_user_day = threshold(values, "approve_refunds_per_user_day_above");
  rules.compensation = values.text("approve_compensation") == "yes";
  rules.expires_ms = times(values, "approval_hours", 3'600'000, rules.expires_ms);
  return rules;
}

}  // namespace

Result<ports::Policy> policy_of(const json::value& settings) {
  return reading("the settings", [&] {
    const auto values = Members(settings).object("values");
    ports::Policy p;
    if (!values) return p;
    const auto is = [&](const char* name, const char* value) { return values->text(name) == value; };
    if (is("capture_mode", "at_checkout")) p.capture_mode = ports::CaptureMode::at_checkout;
    if (is("capture_mode", "on_shipping")) p.capture_mode = ports::CaptureMode::on_shipping;
    const auto mode = [&](const char* name) { return is(name, "manual") ? ports::RefundMode::manual : ports::RefundMode::automatic; };
    p.order_cancel = mode("refund_order_cancel"), p.order_delete = mode("refund_order_delete");
    p.line_cancel = mode("refund_line_cancel"), p.line_delete = mode("refund_line_delete");
    p.refund_rules.declined_count = !is("declined_refunds_count", "no");
    p.soft_descriptor = values->text("soft_descriptor");
    p.approval = approval_of(*values);
    p.cooling_off_ms = times(*values, "cooling_off_s", 1000, p.cooling_off_ms);
    p.trust_key_ms = times(*values, "trust_key_hours", 3'600'000, p.trust_key_ms);
    p.track_deliveries = !is("track_deliveries", "no");
    p.merchant_id = values->text("merchant_id");
    if (const auto days = values->text("keep_reports_days"); !days.empty()) p.keep_reports_days = std::stoi(days);
    p.environment = amazon::environment_of(values->text("public_key_id"), values->text("environment")).value_or(Environment::sandbox);
    return p;
  });
}

Result<std::string> seller_central_of(const json::value& settings) {
  // Not documented by Amazon; these are the addresses shops' modules use. Hence the setting.
  static constexpr std::pair<const char*, const char*> of_regions[] = {{"na", "https://sellercentral.amazon.com/external-payments/pmd/payment-details?orderReferenceId="},
                                                                       {"jp", "https://sellercentral-japan.amazon.com/hz/me/pmd/payment-details?orderReferenceId="},
                                                                       {"eu", "https://sellercentral-europe.amazon.com/external-payments/pmd/payment-details?orderReferenceId="}};
  return reading("the settings", [&]() -> std::string {
    const auto values = Members(settings).object("values");
    if (values && !values->text("seller_central_url").empty()) return values->text("seller_central_url");
    const auto region = values ? values->text("region") : std::string();
    for (const auto& [id, address] : of_regions)
      if (region == id) return address;
    return std::end(of_regions)[-1].second;
  });
}

Result<ports::Policy> HostSettings::policy() {
  auto document = settings_.get();
  if (!document) return document.failure();
  return policy_of(*document);
}

}  // namespace amazonpay::host
