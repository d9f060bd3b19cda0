#include "host/codec.hpp"
#include "host/codec_values.hpp"

namespace amazonpay::host {

json::object encode(const Notification& n, json::storage_ptr memory) {
  return without_empty({{"key", n.key}, {"message_id", n.message_id}, {"topic", n.topic}, {"notification_id", n.notification_id}, {"merchant_id", n.merchant_id}, {"object_type", n.object_type},
          {"object_id", n.object_id}, {"permission_id", n.permission_id}, {"notification_type", n.notification_type}, {"version", n.version}, {"text", n.text},
          {"sent_ms", n.sent_ms}, {"received_ms", n.received_ms}, {"handled_ms", n.handled_ms}, {"state", name_of(n.state)}, {"problem", n.problem},
          {"order_id", n.order_id}, {"deliveries", n.deliveries}}, memory);
}

Result<Notification> decode_notification(const json::value& document) {
  return reading("a stored notification", [&] {
    const Members m(document);
    Notification n;
    n.message_id = m.needed_text("message_id"), n.key = m.text("key"), n.topic = m.text("topic"), n.notification_id = m.text("notification_id"), n.merchant_id = m.text("merchant_id");
    n.object_type = m.text("object_type"), n.object_id = m.text("object_id"), n.permission_id = m.text("permission_id");
    n.notification_type = m.text("notification_type"), n.version = m.text("version"), n.text = m.text("text");
    n.sent_ms = m.number("sent_ms"), n.received_ms = m.number("received_ms"), n.handled_ms = m.number("handled_ms");
    n.state = notification_state(m.text("state")), n.problem = m.text("problem"), n.order_id = m.text("order_id");
    n.deliveries = static_cast<int>(m.number("deliveries"));
    if (n.key.empty()) n.key = n.message_id;
    return n;
  });
}

json::object encode(const Orphan& o) {
  return without_empty({{"permission_id", o.permission_id}, {"object_id", o.object_id}, {"source", o.source}, {"environment", o.environment == Environment::live ? "live" : "sandbox"},
          {"state", o.state}, {"merchant_reference_id", o.merchant_reference_id}, {"limit", encode(o.limit)}, {"balance", encode(o.balance)},
          {"created_ms", o.created_ms}, {"found_ms", o.found_ms}, {"reason_code", o.reason_code}, {"checked_ms", o.checked_ms}, {"asked_ms", o.asked_ms}, {"closing", o.closing},
          {"closing_by", o.closing_by}, {"closing_reason", o.closing_reason}, {"closing_ms", o.closing_ms}, {"problem", o.problem}, {"open", o.open}, {"order_id", o.order_id}, {"closed_by", o.closed_by},
          {"closed_note", o.closed_note}, {"closed_ms", o.closed_ms}});
}

Result<Orphan> decode_orphan(const json::value& document) {
  return reading("a stored orphan", [&] {
    const Members m(document);
    Orphan o;
    o.permission_id = m.needed_text("permission_id"), o.object_id = m.text("object_id"), o.source = m.text("source");
    o.environment = m.text("environment") == "live" ? Environment::live : Environment::sandbox;
    o.state = m.text("state"), o.merchant_reference_id = m.text("merchant_reference_id");
    o.limit = optional_money(m, "limit"), o.balance = optional_money(m, "balance");
    o.created_ms = m.number("created_ms"), o.found_ms = m.number("found_ms"), o.open = m.flag("open"), o.order_id = m.text("order_id");
    o.closed_by = m.text("closed_by"), o.closed_note = m.text("closed_note"), o.closed_ms = m.number("closed_ms");
    o.reason_code = m.text("reason_code"), o.checked_ms = m.number("checked_ms"), o.asked_ms = m.number("asked_ms");
    o.closing = m.text("closing"), o.closing_by = m.text("closing_by"), o.closing_reason = m.text("closing_reason"), o.closing_ms = m.number("closing_ms"), o.problem = m.text("problem");
    return o;
  });
}

}  // namespace amazonpay::host
