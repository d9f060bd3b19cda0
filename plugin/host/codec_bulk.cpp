#include "host/codec_bulk.hpp"

#include <algorithm>

#include "host/codec_values.hpp"

namespace amazonpay::host {
namespace {

json::array encode_sums(const std::vector<BulkSum>& sums) {
  json::array list;
  for (const auto& sum : sums) {
    auto one = money_object(sum.amount);
    one["orders"] = sum.orders;
    list.push_back(std::move(one));
  }
  return list;
}

std::vector<BulkSum> sums_member(const Members& m, const char* name) {
  std::vector<BulkSum> sums;
  for (const auto& one : m.list(name)) {
    const Members sum(one);
    sums.push_back({decode_money(one), static_cast<int>(sum.number("orders"))});
  }
  return sums;
}

}  // namespace

json::object encode(const BulkJob& j) {
  return without_empty({{"id", j.id}, {"kind", name_of(j.kind)}, {"state", name_of(j.state)}, {"title", j.title}, {"reason", j.reason}, {"note", j.note}, {"stop_after", j.stop_after},
          {"checked_by", encode(j.checked_by)}, {"started_by", encode(j.started_by)}, {"approved_by", encode(j.approved_by)}, {"changed_by", encode(j.changed_by)},
          {"problem", host::encode(j.problem)}, {"approval_why", host::encode(j.approval_why)}, {"rows", j.rows}, {"will", j.will}, {"less", j.less}, {"left_out", j.left_out},
          {"waiting", j.waiting}, {"done", j.done}, {"errors", j.errors}, {"requested", j.requested}, {"errors_before", j.errors_before}, {"above_held", j.above_held},
          {"decided_before", j.decided_before}, {"in_flight_most", j.in_flight_most}, {"planned_sums", encode_sums(j.planned_sums)}, {"done_sums", encode_sums(j.done_sums)}, {"created_ms", j.created_ms},
          {"started_ms", j.started_ms}, {"changed_ms", j.changed_ms}, {"resumed_ms", j.resumed_ms}, {"expires_ms", j.expires_ms}});
}

Result<BulkJob> decode_bulk_job(const json::value& document) {
  return reading("a stored bulk job", [&] {
    const Members m(document);
    const auto number = [&](const char* name) { return static_cast<int>(m.number(name)); };
    BulkJob j;
    const auto kind = bulk_kind(m.needed_text("kind"));
    if (!kind) throw BadDocument("member kind is not known");
    j.id = m.needed_text("id"), j.kind = *kind, j.state = bulk_state(m.needed_text("state"));
    j.title = m.text("title"), j.reason = m.text("reason"), j.note = m.text("note"), j.stop_after = number("stop_after");
    j.checked_by = actor_member(m, "checked_by"), j.started_by = actor_member(m, "started_by"), j.approved_by = actor_member(m, "approved_by");
    j.changed_by = actor_member(m, "changed_by"), j.problem = text_member(m, "problem"), j.approval_why = text_member(m, "approval_why");
    j.rows = number("rows"), j.will = number("will"), j.less = number("less"), j.left_out = number("left_out");
    j.waiting = number("waiting"), j.done = number("done"), j.errors = number("errors"), j.requested = number("requested");
    j.errors_before = number("errors_before"), j.above_held = number("above_held"), j.decided_before = number("decided_before");
    j.in_flight_most = std::clamp(number("in_flight_most"), bulk_in_flight_least, bulk_in_flight_max);
    j.planned_sums = sums_member(m, "planned_sums"), j.done_sums = sums_member(m, "done_sums");
    j.created_ms = m.number("created_ms"), j.started_ms = m.number("started_ms"), j.changed_ms = m.number("changed_ms");
    j.resumed_ms = m.number("resumed_ms"), j.expires_ms = m.number("expires_ms");
    return j;
  });
}

json::object encode(const BulkRow& r, json::storage_ptr memory) {
  return without_empty({{"row", r.row}, {"asked_order", r.asked_order}, {"order_id", r.order_id}, {"order_number", r.order_number}, {"note", r.note}, {"asked_text", r.asked_text}, {"asked", host::encode(r.asked)},
          {"planned", host::encode(r.planned)}, {"above_held", host::encode(r.above_held)}, {"stand", r.stand}, {"verdict", name_of(r.verdict)}, {"why", host::encode(r.why, memory)},
          {"stage", name_of(r.stage)}, {"settled", r.settled}, {"amount", host::encode(r.amount)}, {"amazon_id", r.amazon_id}, {"code", r.code}, {"message", r.message},
          {"request_id", r.request_id}}, memory);
}

Result<BulkRow> decode_bulk_row(const json::value& document) {
  return reading("a stored row of a bulk job", [&] {
    const Members m(document);
    BulkRow r;
    r.row = static_cast<int>(m.number("row")), r.asked_order = m.text("asked_order"), r.order_id = m.text("order_id"), r.order_number = m.text("order_number");
    r.note = m.text("note"), r.asked_text = m.text("asked_text"), r.asked = optional_money(m, "asked"), r.planned = money_member(m, "planned"), r.above_held = money_member(m, "above_held");
    r.stand = m.text("stand"), r.verdict = bulk_verdict(m.needed_text("verdict")), r.why = text_member(m, "why"), r.stage = bulk_stage(m.needed_text("stage"));
    r.settled = m.flag("settled"), r.amount = money_member(m, "amount"), r.amazon_id = m.text("amazon_id"), r.code = m.text("code"), r.message = m.text("message");
    r.request_id = m.text("request_id");
    return r;
  });
}

}  // namespace amazonpay::host
