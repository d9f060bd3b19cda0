#include "host/codec_settled.hpp"

#include "host/codec_values.hpp"

namespace amazonpay::host {
namespace {

Environment environment_member(const Members& m) { return m.text("environment") == "live" ? Environment::live : Environment::sandbox; }

json::object minors(const std::map<std::string, Money>& amounts) {
  json::object o;
  for (const auto& [name, amount] : amounts) o[name] = amount.minor();
  return o;
}

}  // namespace

json::object encode(const SettledLine& s) {
  const auto& l = s.line;
  return without_empty({{"environment", environment_name(s.environment)}, {"number", l.number}, {"occurrence", l.occurrence}, {"posted_ms", l.posted_ms}, {"settlement_id", l.settlement_id},
          {"transaction_id", l.transaction_id}, {"type", l.type}, {"permission_id", l.permission_id}, {"seller_order_id", l.seller_order_id}, {"amount", encode(l.amount)},
          {"fee", encode(l.fee)}, {"net", encode(l.net)}, {"report_id", s.report_id}, {"state", name_of(s.state)}, {"why", encode(s.why)}, {"order_id", s.order_id},
          {"order_number", s.order_number}, {"converted", s.converted}, {"decided_by", encode(s.decided_by)}, {"note", s.note}, {"decided_ms", s.decided_ms}});
}

Result<SettledLine> decode_settled_line(const json::value& document) {
  return reading("a stored line of a settlement", [&] {
    const Members m(document);
    SettledLine s;
    auto& l = s.line;
    s.environment = environment_member(m);
    l.number = static_cast<int>(m.number("number")), l.occurrence = static_cast<int>(m.number("occurrence")), l.posted_ms = m.number("posted_ms");
    l.settlement_id = m.text("settlement_id"), l.transaction_id = m.needed_text("transaction_id"), l.type = m.text("type");
    l.permission_id = m.text("permission_id"), l.seller_order_id = m.text("seller_order_id");
    l.amount = money_member(m, "amount"), l.fee = money_member(m, "fee"), l.net = money_member(m, "net");
    s.report_id = m.text("report_id"), s.state = line_state(m.needed_text("state")), s.why = text_member(m, "why");
    s.order_id = m.text("order_id"), s.order_number = m.text("order_number"), s.converted = m.flag("converted");
    s.decided_by = actor_member(m, "decided_by"), s.note = m.text("note"), s.decided_ms = m.number("decided_ms");
    return s;
  });
}

json::object encode(const SettlementSum& s) {
  return without_empty({{"environment", environment_name(s.environment)}, {"settlement_id", s.settlement_id}, {"lines", s.lines}, {"unmatched", s.unmatched}, {"collected", encode(s.collected)},
          {"refunded", encode(s.refunded)}, {"fees", encode(s.fees)}, {"net", encode(s.net)}, {"from_ms", s.from_ms}, {"to_ms", s.to_ms}, {"read_ms", s.read_ms}});
}

Result<SettlementSum> decode_settlement_sum(const json::value& document) {
  return reading("a stored settlement", [&] {
    const Members m(document);
    SettlementSum s;
    s.environment = environment_member(m), s.settlement_id = m.text("settlement_id");
    s.lines = static_cast<int>(m.number("lines")), s.unmatched = static_cast<int>(m.number("unmatched"));
    s.collected = money_member(m, "collected"), s.refunded = money_member(m, "refunded"), s.fees = money_member(m, "fees"), s.net = money_member(m, "net");
    s.from_ms = m.number("from_ms"), s.to_ms = m.number("to_ms"), s.read_ms = m.number("read_ms");
    return s;
  });
}

json::object encode(const Payout& p) {
  return without_empty({{"environment", environment_name(p.environment)}, {"settlement_id", p.paid.settlement_id}, {"reference_id", p.paid.reference_id}, {"amount", encode(p.paid.amount)}, {"at_ms", p.paid.at_ms}});
}

Result<Payout> decode_payout(const json::value& document) {
  return reading("a stored payout", [&] {
    const Members m(document);
    Payout p;
    p.environment = environment_member(m), p.paid.settlement_id = m.text("settlement_id"), p.paid.reference_id = m.text("reference_id");
    p.paid.amount = money_member(m, "amount"), p.paid.at_ms = m.number("at_ms");
    return p;
  });
}

json::object encode(const DaySum& d) {
  return without_empty({{"environment", environment_name(d.environment)}, {"day", d.day}, {"currency", d.collected.currency().code()}, {"collected", d.collected.minor()}, {"refunded", d.refunded.minor()},
          {"fees", d.fees.minor()}, {"paid_out", d.paid_out.minor()}, {"captures", d.captures}, {"refunds", d.refunds}, {"converted", d.converted}, {"reasons", minors(d.reasons)}});
}

Result<DaySum> decode_day_sum(const json::value& document) {
  return reading("a stored day", [&] {
    const Members m(document);
    const auto currency = m.currency("currency");
    DaySum d;
    d.environment = environment_member(m), d.day = m.needed_text("day");
    d.collected = {m.number("collected"), currency}, d.refunded = {m.number("refunded"), currency};
    d.fees = {m.number("fees"), currency}, d.paid_out = {m.number("paid_out"), currency};
    d.captures = static_cast<int>(m.number("captures")), d.refunds = static_cast<int>(m.number("refunds")), d.converted = static_cast<int>(m.number("converted"));
    if (const auto reasons = m.object("reasons"))
      for (const auto& reason : reasons->raw()) d.reasons[std::string(reason.key())] = {reasons->number(reason.key()), currency};
    return d;
  });
}

json::object encode(const KeptReport& r) {
  return without_empty({{"id", r.id}, {"environment", environment_name(r.environment)}, {"report_id", r.report_id}, {"type", r.type}, {"state", name_of(r.state)}, {"document_id", r.document_id},
          {"start_ms", r.start_ms}, {"end_ms", r.end_ms}, {"created_ms", r.created_ms}, {"file_name", r.file_name}, {"who", encode(r.who)}, {"kept_ms", r.kept_ms}, {"size", r.size},
          {"chunks", r.chunks}, {"problem", encode(r.problem)}});
}

Result<KeptReport> decode_kept_report(const json::value& document) {
  return reading("a stored report", [&] {
    const Members m(document);
    KeptReport r;
    r.id = m.needed_text("id"), r.environment = environment_member(m), r.report_id = m.text("report_id"), r.type = m.text("type");
    r.state = kept_state(m.needed_text("state")), r.document_id = m.text("document_id"), r.start_ms = m.number("start_ms"), r.end_ms = m.number("end_ms");
    r.created_ms = m.number("created_ms"), r.file_name = m.text("file_name"), r.who = actor_member(m, "who"), r.kept_ms = m.number("kept_ms"), r.size = m.number("size");
    r.chunks = static_cast<int>(m.number("chunks")), r.problem = text_member(m, "problem");
    return r;
  });
}

json::object encode(const KeptSchedule& s) {
  return without_empty({{"id", s.id}, {"environment", environment_name(s.environment)}, {"schedule_id", s.schedule_id}, {"type", s.type}, {"frequency", s.frequency}, {"next_ms", s.next_ms},
          {"replaces", s.replaces}, {"state", name_of(s.state)}, {"who", encode(s.who)}, {"created_ms", s.created_ms}, {"problem", encode(s.problem)}});
}

Result<KeptSchedule> decode_kept_schedule(const json::value& document) {
  return reading("a stored schedule", [&] {
    const Members m(document);
    KeptSchedule s;
    s.id = m.needed_text("id"), s.environment = environment_member(m), s.schedule_id = m.text("schedule_id"), s.type = m.text("type"), s.frequency = m.text("frequency");
    s.next_ms = m.number("next_ms"), s.replaces = m.flag("replaces"), s.state = schedule_state(m.needed_text("state")), s.who = actor_member(m, "who");
    s.created_ms = m.number("created_ms"), s.problem = text_member(m, "problem");
    return s;
  });
}

}  // namespace amazonpay::host
