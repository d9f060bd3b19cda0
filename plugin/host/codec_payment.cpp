#include "host/codec.hpp"
#include "host/codec_values.hpp"

namespace amazonpay::host {
namespace {

Environment environment_of(const Members& m) { return m.text("environment") == "live" ? Environment::live : Environment::sandbox; }

// States are stored in Amazon's own word, so that a word we learn later is understood then. A state without a word (never read) is stored as Amazon
// would write it.
std::string word_of(ChargeState state) {
  switch (state) {
    case ChargeState::authorization_initiated: return "AuthorizationInitiated";
    case ChargeState::authorized: return "Authorized";
    case ChargeState::capture_initiated: return "CaptureInitiated";
    case ChargeState::captured: return "Captured";
    case ChargeState::canceled: return "Canceled";
    case ChargeState::declined: return "Declined";
    case ChargeState::unknown: break;
  }
  return "";
}
std::string word_of(RefundState state) {
  switch (state) {
    case RefundState::initiated: return "RefundInitiated";
    case RefundState::refunded: return "Refunded";
    case RefundState::declined: return "Declined";
    case RefundState::unknown: break;
  }
  return "";
}
std::string word_of(PermissionState state) {
  switch (state) {
    case PermissionState::chargeable: return "Chargeable";
    case PermissionState::non_chargeable: return "NonChargeable";
    case PermissionState::closed: return "Closed";
    case PermissionState::unknown: break;
  }
  return "";
}
// Amazon's word where it was read, else ours.
std::string known_word(const Members& m) {
  auto amazons = m.text("raw_state");
  return amazons.empty() ? m.text("state") : amazons;
}

json::object encode_part(const Charge& c, json::storage_ptr memory) {
  return without_empty({{"id", c.id}, {"permission_id", c.permission_id}, {"state", c.raw_state.empty() ? word_of(c.state) : ""}, {"raw_state", c.raw_state}, {"reason_code", c.reason_code}, {"reason_description", c.reason_description},
          {"amount", host::encode(c.amount)}, {"captured", host::encode(c.captured)}, {"refunded", host::encode(c.refunded)},
          {"soft_descriptor", c.soft_descriptor}, {"created_ms", c.created_ms}, {"expires_ms", c.expires_ms}, {"updated_ms", c.updated_ms},
          {"at_checkout", c.at_checkout}, {"settled", c.settled}, {"collected_later", c.collected_later}, {"merchant_reference_id", c.merchant_reference_id}, {"request_id", c.request_id}}, memory);
}

// "raw": until 0.1 Amazon's answer stood in the payment; the next change moves it (store_ledger).
Charge decode_charge(const Members& m) {
  Charge c;
  c.id = m.needed_text("id"), c.permission_id = m.text("permission_id");
  c.raw_state = m.text("raw_state"), c.state = charge_state(known_word(m));
  c.reason_code = m.text("reason_code"), c.reason_description = m.text("reason_description");
  c.amount = money_member(m, "amount"), c.captured = money_member(m, "captured"), c.refunded = money_member(m, "refunded");
  c.soft_descriptor = m.text("soft_descriptor");
  c.created_ms = m.number("created_ms"), c.expires_ms = m.number("expires_ms"), c.updated_ms = m.number("updated_ms");
  c.at_checkout = m.flag("at_checkout"), c.settled = m.flag("settled"), c.collected_later = m.flag("collected_later"), c.raw = m.text("raw");
  c.merchant_reference_id = m.text("merchant_reference_id"), c.request_id = m.text("request_id");
  return c;
}

json::object encode_part(const Refund& r, json::storage_ptr memory) {
  return without_empty({{"id", r.id}, {"charge_id", r.charge_id}, {"amount", host::encode(r.amount)}, {"state", r.raw_state.empty() ? word_of(r.state) : ""}, {"raw_state", r.raw_state}, {"reason_code", r.reason_code},
          {"created_ms", r.created_ms}, {"updated_ms", r.updated_ms}, {"intent_id", r.intent_id}, {"request_id", r.request_id}}, memory);
}

Refund decode_refund(const Members& m) {
  Refund r;
  r.id = m.needed_text("id"), r.charge_id = m.text("charge_id"), r.amount = money_member(m, "amount");
  r.raw_state = m.text("raw_state"), r.state = refund_state(known_word(m)), r.reason_code = m.text("reason_code");
  r.created_ms = m.number("created_ms"), r.updated_ms = m.number("updated_ms");
  r.intent_id = m.text("intent_id"), r.request_id = m.text("request_id"), r.raw = m.text("raw");
  return r;
}

json::object encode_part(const ChargePermission& p, json::storage_ptr memory) {
  json::object o = without_empty({{"id", p.id}, {"state", p.raw_state.empty() ? word_of(p.state) : ""}, {"raw_state", p.raw_state}, {"reason_code", p.reason_code}, {"reason_description", p.reason_description}, {"type", p.type},
                 {"limit", host::encode(p.limit)}, {"balance", host::encode(p.balance)}, {"created_ms", p.created_ms}, {"expires_ms", p.expires_ms},
                 {"updated_ms", p.updated_ms}, {"environment", environment_name(p.environment)}, {"merchant_reference_id", p.merchant_reference_id}, {"request_id", p.request_id}}, memory);
  if (p.presentment_currency) o["presentment_currency"] = p.presentment_currency->code();
  return o;
}

ChargePermission decode_permission(const Members& m) {
  ChargePermission p;
  p.id = m.needed_text("id"), p.raw_state = m.text("raw_state"), p.state = permission_state(known_word(m));
  p.reason_code = m.text("reason_code"), p.reason_description = m.text("reason_description"), p.type = m.text("type");
  p.limit = optional_money(m, "limit"), p.balance = optional_money(m, "balance");
  if (m.find("presentment_currency") != nullptr) p.presentment_currency = m.currency("presentment_currency");
  p.created_ms = m.number("created_ms"), p.expires_ms = m.number("expires_ms"), p.updated_ms = m.number("updated_ms");
  p.environment = environment_of(m), p.raw = m.text("raw");
  p.merchant_reference_id = m.text("merchant_reference_id"), p.request_id = m.text("request_id");
  return p;
}

json::object encode_part(const CheckoutSession& s, json::storage_ptr memory) {
  return without_empty({{"id", s.id}, {"state", s.raw_state}, {"reason_code", s.reason_code}, {"permission_id", s.permission_id}, {"charge_id", s.charge_id},
          {"merchant_reference_id", s.merchant_reference_id}, {"created_ms", s.created_ms}, {"expires_ms", s.expires_ms}, {"request_id", s.request_id}}, memory);
}

CheckoutSession decode_session(const Members& m) {
  CheckoutSession s;
  s.id = m.needed_text("id"), s.raw_state = m.text("state"), s.state = session_state(s.raw_state), s.reason_code = m.text("reason_code");
  s.permission_id = m.text("permission_id"), s.charge_id = m.text("charge_id"), s.merchant_reference_id = m.text("merchant_reference_id");
  s.created_ms = m.number("created_ms"), s.expires_ms = m.number("expires_ms"), s.request_id = m.text("request_id");
  return s;
}

json::object encode_part(const SyncState& s, json::storage_ptr memory) {
  return without_empty({{"synced_ms", s.synced_ms}, {"failed_ms", s.failed_ms}, {"failure_code", s.failure_code}, {"failure_text", s.failure_text}, {"next_ms", s.next_ms}}, memory);
}

json::object encode_part(const Dispute& d, json::storage_ptr memory) {
  return without_empty({{"id", d.id}, {"charge_id", d.charge_id}, {"amount", host::encode(d.amount)}, {"elsewhere_before", host::encode(d.elsewhere_before)}, {"opened_ms", d.opened_ms},
          {"closed_ms", d.closed_ms}, {"outcome", amazonpay::name_of(d.outcome)}}, memory);
}

Dispute decode_dispute(const Members& m) {
  Dispute d;
  d.id = m.needed_text("id"), d.charge_id = m.text("charge_id"), d.amount = optional_money(m, "amount"), d.elsewhere_before = money_member(m, "elsewhere_before");
  d.opened_ms = m.number("opened_ms"), d.closed_ms = m.number("closed_ms"), d.outcome = dispute_outcome(m.text("outcome"));
  return d;
}

SyncState decode_sync(const Members& m) {
  SyncState s;
  s.synced_ms = m.number("synced_ms"), s.failed_ms = m.number("failed_ms"), s.next_ms = m.number("next_ms");
  s.failure_code = m.text("failure_code"), s.failure_text = m.text("failure_text");
  return s;
}

}  // namespace

json::object encode(const Payment& p, json::storage_ptr memory) {
  json::array charges(memory), refunds(memory), disputes(memory);
  for (const auto& charge : p.charges) charges.push_back(encode_part(charge, memory));
  for (const auto& refund : p.refunds) refunds.push_back(encode_part(refund, memory));
  for (const auto& dispute : p.disputes) disputes.push_back(encode_part(dispute, memory));
  return without_empty({{"session", p.session ? json::value(encode_part(*p.session, memory)) : json::value()},
          {"order_id", p.order_id}, {"order_number", p.order_number}, {"shop_id", p.shop_id}, {"currency", p.currency.code()},
          {"environment", environment_name(p.environment)}, {"permission_id", p.permission_id}, {"captured_at_checkout", p.captured_at_checkout},
          {"order_total", encode(p.order_total)}, {"original_total", encode(p.original_total)}, {"order_canceled", p.order_canceled},
          {"order_deleted", p.order_deleted}, {"permission", p.permission ? json::value(encode_part(*p.permission, memory)) : json::value()},
          {"charges", std::move(charges)}, {"refunds", std::move(refunds)}, {"disputes", std::move(disputes)}, {"refunds_taken_over", encode(p.refunds_taken_over)}, {"captures_taken_over", encode(p.captures_taken_over)},
          {"sync", encode_part(p.sync, memory)}, {"created_ms", p.created_ms}}, memory);
}

Result<Payment> decode_payment(const json::value& document) {
  return reading("the stored payment", [&] {
    const Members m(document);
    Payment p;
    p.order_id = m.needed_text("order_id"), p.order_number = m.text("order_number"), p.shop_id = m.text("shop_id");
    p.currency = m.currency("currency"), p.environment = environment_of(m), p.permission_id = m.text("permission_id");
    p.captured_at_checkout = m.flag("captured_at_checkout");
    p.order_total = money_member(m, "order_total"), p.original_total = money_member(m, "original_total");
    p.order_canceled = m.flag("order_canceled"), p.order_deleted = m.flag("order_deleted");
    if (const auto session = m.object("session")) p.session = decode_session(*session);
    if (const auto permission = m.object("permission")) p.permission = decode_permission(*permission);
    for (const auto& charge : m.list("charges")) p.charges.push_back(decode_charge(Members(charge)));
    for (const auto& refund : m.list("refunds")) p.refunds.push_back(decode_refund(Members(refund)));
    for (const auto& dispute : m.list("disputes")) p.disputes.push_back(decode_dispute(Members(dispute)));
    p.refunds_taken_over = money_member(m, "refunds_taken_over");
    p.captures_taken_over = optional_money(m, "captures_taken_over").value_or(zero_of(p.currency));
    if (const auto sync = m.object("sync")) p.sync = decode_sync(*sync);
    p.created_ms = m.number("created_ms");
    return p;
  });
}

}  // namespace amazonpay::host
