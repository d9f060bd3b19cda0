#include "host/codec.hpp"
#include "host/codec_values.hpp"

namespace amazonpay::host {

json::object encode(const Intent& i, json::storage_ptr memory) {
  json::array lines(memory);
  for (const auto& line : i.lines) lines.push_back(json::object({{"line_id", line.line_id}, {"pieces", line.pieces}}, memory));
  return without_empty({{"id", i.id}, {"order_id", i.order_id}, {"order_number", i.order_number}, {"kind", name_of(i.kind)}, {"state", name_of(i.state)},
          {"permission_id", i.permission_id}, {"charge_id", i.charge_id}, {"amount", encode(i.amount)}, {"cause", i.cause}, {"event", i.event},
          {"soft_descriptor", i.soft_descriptor},
          {"who", encode(i.who, memory)}, {"reason", i.reason}, {"note", i.note}, {"lines", std::move(lines)},
          {"amazon_id", i.amazon_id}, {"code", i.code}, {"message", i.message}, {"request_id", i.request_id}, {"attempts", i.attempts},
          {"may_have_arrived", i.may_have_arrived}, {"undecided", i.undecided}, {"first_sent_ms", i.first_sent_ms}, {"send_after_ms", i.send_after_ms},
          {"expires_ms", i.expires_ms}, {"approved_by", encode(i.approved_by, memory)},
          {"carrier_code", i.delivery.carrier_code}, {"tracking_number", i.delivery.tracking_number},
          {"created_ms", i.created_ms}, {"updated_ms", i.updated_ms}}, memory);
}

Result<Intent> decode_intent(const json::value& document) {
  return reading("a stored intent", [&] {
    const Members m(document);
    Intent i;
    i.id = m.needed_text("id"), i.order_id = m.text("order_id"), i.order_number = m.text("order_number");
    i.kind = intent_kind(m.needed_text("kind")), i.state = intent_state(m.needed_text("state"));
    i.permission_id = m.text("permission_id"), i.charge_id = m.text("charge_id"), i.amount = money_member(m, "amount");
    i.cause = m.text("cause"), i.event = m.text("event"), i.soft_descriptor = m.text("soft_descriptor");
    i.who = actor_member(m, "who"), i.approved_by = actor_member(m, "approved_by");
    i.undecided = m.flag("undecided"), i.first_sent_ms = m.number("first_sent_ms"), i.send_after_ms = m.number("send_after_ms"), i.expires_ms = m.number("expires_ms");
    i.reason = m.text("reason"), i.note = m.text("note");
    for (const auto& line : m.list("lines")) i.lines.push_back({Members(line).needed_text("line_id"), static_cast<int>(Members(line).number("pieces"))});
    i.amazon_id = m.text("amazon_id"), i.code = m.text("code"), i.message = m.text("message"), i.request_id = m.text("request_id");
    i.attempts = static_cast<int>(m.number("attempts")), i.may_have_arrived = m.flag("may_have_arrived");
    i.delivery = {m.text("carrier_code"), m.text("tracking_number")};
    i.created_ms = m.number("created_ms"), i.updated_ms = m.number("updated_ms");
    return i;
  });
}

json::object encode(const Todo& t, json::storage_ptr memory) {
  return without_empty({{"id", t.id}, {"order_id", t.order_id}, {"order_number", t.order_number}, {"kind", name_of(t.kind)}, {"severity", t.severity},
          {"title", encode(t.title, memory)}, {"text", encode(t.text, memory)}, {"cause", t.cause}, {"asked_by", encode(t.asked_by, memory)}, {"assigned", encode(t.assigned, memory)}, {"due_ms", t.due_ms}, {"amount", encode(t.amount)}, {"open", t.open},
          {"closed_by", t.closed_by}, {"closed_note", t.closed_note}, {"created_ms", t.created_ms}, {"closed_ms", t.closed_ms}}, memory);
}

Result<Todo> decode_todo(const json::value& document) {
  return reading("a stored task", [&] {
    const Members m(document);
    Todo t;
    t.id = m.needed_text("id"), t.order_id = m.text("order_id"), t.order_number = m.text("order_number");
    t.kind = todo_kind(m.needed_text("kind")), t.severity = m.text("severity");
    t.title = text_member(m, "title"), t.text = text_member(m, "text"), t.cause = m.text("cause"), t.amount = optional_money(m, "amount");
    t.asked_by = actor_member(m, "asked_by"), t.assigned = actor_member(m, "assigned"), t.due_ms = m.number("due_ms");
    t.open = m.flag("open"), t.closed_by = m.text("closed_by"), t.closed_note = m.text("closed_note");
    t.created_ms = m.number("created_ms"), t.closed_ms = m.number("closed_ms");
    return t;
  });
}

json::object encode(const Event& e, json::storage_ptr memory) {
  return without_empty({{"id", e.id}, {"order_id", e.order_id}, {"at_ms", e.at_ms}, {"role", e.role}, {"icon", e.icon}, {"text", encode(e.text, memory)},
          {"amount", encode(e.amount)}, {"struck", e.struck}, {"who", e.who}}, memory);
}

Result<Event> decode_event(const json::value& document) {
  return reading("a stored event", [&] {
    const Members m(document);
    Event e;
    e.id = m.needed_text("id"), e.order_id = m.text("order_id"), e.at_ms = m.number("at_ms"), e.role = m.text("role"), e.icon = m.text("icon");
    e.text = text_member(m, "text"), e.amount = optional_money(m, "amount"), e.struck = m.flag("struck"), e.who = m.text("who");
    return e;
  });
}

json::object encode(const Balances& b, json::storage_ptr memory) {
  return without_empty({{"charge_id", b.charge_id}, {"order_id", b.order_id}, {"buyer", encode(b.buyer)}, {"authorized", encode(b.authorized)}, {"captured", encode(b.captured)},
          {"pending", encode(b.pending)}, {"settled", encode(b.settled)}, {"released", encode(b.released)}, {"elsewhere", encode(b.elsewhere)},
          {"allowance", encode(b.allowance)}}, memory);
}

json::object encode(const Entry& e, json::storage_ptr memory) {
  return without_empty({{"id", e.id}, {"order_id", e.order_id}, {"charge_id", e.charge_id}, {"from", name_of(e.from)}, {"to", name_of(e.to)}, {"amount", encode(e.amount)},
          {"cause", e.cause}, {"at_ms", e.at_ms}, {"value_ms", e.value_ms}}, memory);
}

Result<Entry> decode_entry(const json::value& document) {
  return reading("a stored entry of the ledger", [&] {
    const Members m(document);
    Entry e;
    e.id = m.needed_text("id"), e.order_id = m.text("order_id"), e.charge_id = m.text("charge_id"), e.cause = m.text("cause");
    e.from = ledger_account(m.needed_text("from")), e.to = ledger_account(m.needed_text("to")), e.amount = money_member(m, "amount");
    e.at_ms = m.number("at_ms"), e.value_ms = m.number("value_ms");
    if (e.value_ms == 0) e.value_ms = e.at_ms;
    return e;
  });
}

json::object encode(const Operation& o, json::storage_ptr memory) {
  return without_empty({{"id", o.id}, {"order_id", o.order_id}, {"level", o.level}, {"answer", encode(o.answer, memory)}, {"created_ms", o.created_ms}}, memory);
}

Result<Operation> decode_operation(const json::value& document) {
  return reading("a stored operation", [&] {
    const Members m(document);
    Operation o;
    o.id = m.needed_text("id"), o.order_id = m.text("order_id"), o.level = m.text("level");
    o.answer = text_member(m, "answer"), o.created_ms = m.number("created_ms");
    return o;
  });
}

}  // namespace amazonpay::host
