#include "amazon/signing.hpp"
#include "domain/record.hpp"
#include "host/bulk_views.hpp"
#include "host/view_parts.hpp"

namespace amazonpay::host {
namespace {

constexpr int jobs_per_page = 25;

json::object job_row(const BulkJob& job, const Speech& speech) {
  json::object row{{"href", "?job=" + job.id}, {"title", job.title.empty() ? speech.say(label_of(job.kind)) : job.title == pasted_rows ? speech.say(pasted_rows) : job.title}, {"kind", speech.say(label_of(job.kind))}, {"named", !job.title.empty()},
                   {"when", speech.time(job.created_ms)}, {"when_iso", iso_time(job.created_ms)}, {"who", job.checked_by.name}, {"rows", std::to_string(job.rows)},
                   {"state", json::object{{"role", role_of(job.state)}, {"icon", icon_of(job.state)}, {"text", speech.say(label_of(job.state))}}}, {"progress", ""}, {"errors", ""}};
  if (job.state != BulkState::dry_run && job.state != BulkState::waiting_approval)
    row["progress"] = speech.say({tr("{done} of {planned}"), {{"done", std::int64_t{job.decided()}}, {"planned", std::int64_t{job.planned()}}}});
  if (job.errors > 0) row["errors"] = speech.say({tr("{count} error|{count} errors"), {{"count", std::int64_t{job.errors}}}});
  json::array sums;
  for (const auto& sum : job.planned_sums) sums.push_back(json::object{{"m", speech.m(sum.amount)}});
  row["sums"] = std::move(sums);
  return row;
}

// Only the kinds the reader's role allows.
json::array kinds_for(const hostapi::sdk::Session& session, const Speech& speech) {
  json::array kinds;
  for (const auto& [kind, label] : {std::pair{BulkKind::refund, tr("Refund")}, std::pair{BulkKind::capture, tr("Capture")}, std::pair{BulkKind::cancel, tr("Cancel the reservation or close the payment")}})
    if (session.identity().may(permission_of(kind)).ok()) kinds.push_back(json::object{{"value", name_of(kind)}, {"label", speech.say(label)}, {"checked", kinds.empty()}});
  return kinds;
}

json::array reason_parts(const Speech& speech) {
  json::array parts{json::object{{"value", ""}, {"label", speech.say(tr("No reason"))}}};
  for (const auto& reason : reasons()) parts.push_back(json::object{{"value", reason.id}, {"label", speech.say(reason.label)}});
  return parts;
}

}  // namespace

Result<json::object> bulk_list_view(const hostapi::sdk::Session& session, ports::BulkJobs& jobs, std::int64_t before_ms, const Speech& speech) {
  auto found = jobs.jobs(before_ms, jobs_per_page + 1);
  if (!found) return found.failure();
  auto operation_id = session.core().random_hex(16);
  if (!operation_id) return operation_id.failure();
  std::string older;
  if (found->size() > jobs_per_page) {
    found->pop_back();
    older = "?before=" + std::to_string(found->back().created_ms);
  }
  json::array rows;
  for (const auto& job : *found) rows.push_back(job_row(job, speech));
  json::object data{{"rows", std::move(rows)}, {"older", older}, {"newest", before_ms == 0 ? "" : "?"}, {"fresh", nullptr}};
  auto kinds = kinds_for(session, speech);
  if (!kinds.empty() && before_ms == 0)
    data["fresh"] = json::object{{"kinds", std::move(kinds)}, {"reasons", reason_parts(speech)}, {"form", form_part({{"operation_id", *operation_id}})},
                                 {"example", "order,amount,currency,note\n2026-104391,19.90,EUR,\n2026-104402,,,"}};
  return view_document("bulk", std::move(data));
}

}  // namespace amazonpay::host
