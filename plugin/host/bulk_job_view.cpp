#include <algorithm>

#include "amazon/signing.hpp"
#include "host/bulk_views.hpp"
#include "host/sentences.hpp"
#include "host/view_parts.hpp"

namespace amazonpay::host {
namespace {

constexpr int rows_per_page = 50, errors_most = 10;

std::int64_t number(int n) { return n; }

bool begun(const BulkJob& job) { return job.state != BulkState::dry_run && job.state != BulkState::waiting_approval; }
bool rejected(const BulkJob& job) { return job.state == BulkState::stopped && job.requested == 0 && job.decided() == 0; }

json::object stage_word(const BulkJob& job, const BulkRow& row, const Speech& speech) {
  switch (row.stage) {
    case BulkStage::planned:
      return job.state == BulkState::stopped ? word("neutral", "neutral", speech.say(tr("Not begun"))) : word("neutral", "wait", speech.say(tr("Not begun yet")));
    case BulkStage::waiting: return word("wait", "wait", speech.say(tr("Waiting for Amazon")));
    case BulkStage::done: return row.settled ? word("good", "good", speech.say(tr("Done"))) : word("good", "good", speech.say(tr("Requested")));
    case BulkStage::error: return word("stop", "stop", speech.say(tr("Error")));
    case BulkStage::left: return word("neutral", "neutral", speech.say(tr("Left out")));
  }
  return {};
}

// The columns' names, also for each row: on a phone a row is a card and each cell names its column.
json::object labels(const BulkJob& job, const Speech& speech) {
  const auto* planned = begun(job) ? tr("Amount") : job.kind == BulkKind::refund ? tr("Will refund") : job.kind == BulkKind::capture ? tr("Will capture") : tr("Will release");
  return {{"planned_label", speech.say(planned)}, {"word_label", speech.say(begun(job) ? tr("State") : tr("Verdict"))}};
}

json::object row_part(const BulkJob& job, const BulkRow& row, const Speech& speech) {
  const bool acts = row.verdict != BulkVerdict::left_out;
  json::object part{{"row", std::to_string(row.row)}, {"order", row.order_number.empty() ? row.asked_order : row.order_number},
                    {"order_url", row.order_id.empty() ? "" : "/orders/" + amazon::percent_encoded(row.order_id)}, {"asked", nullptr}, {"asked_text", row.asked_text}, {"planned", nullptr}, {"why", trouble_of(row, speech)}};
  if (row.asked) part["asked"] = speech.m(*row.asked);
  if (acts) part["planned"] = speech.m(row.stage == BulkStage::done ? row.amount : row.planned);
  part["word"] = begun(job) ? stage_word(job, row, speech) : word(role_of(row.verdict), icon_of(row.verdict), speech.say(label_of(row.verdict, job.kind)));
  return part;
}

std::string address(const BulkView& view, const std::string& show) { return "?job=" + view.job_id + (show.empty() ? "" : "&show=" + show); }

// The counters that filter: verdicts before the start, stages after it.
json::array tiles(const BulkJob& job, const BulkView& view, const Speech& speech) {
  json::array parts;
  const auto add = [&](const std::string& show, const char* label, int count, const char* icon) {
    if (count == 0 && !show.empty()) return;
    parts.push_back(json::object{{"href", address(view, show) + "#rows"}, {"label", speech.say(label)}, {"count", std::to_string(count)}, {"icon", icon == nullptr ? json::value() : json::value(icon)}, {"current", view.show == show}});
  };
  add("", tr("All"), job.rows, nullptr);
  if (!begun(job)) {
    add("will", label_of(BulkVerdict::will, job.kind), job.will, "good");
    add("less", label_of(BulkVerdict::less, job.kind), job.less, "wait");
    add("left_out", label_of(BulkVerdict::left_out, job.kind), job.left_out, "stop");
    return parts;
  }
  add("done", tr("Requested"), job.done, "good");
  add("waiting", tr("Waiting for Amazon"), job.waiting, "wait");
  add("error", tr("Errors"), job.errors, "stop");
  add("planned", tr("Not begun"), job.not_begun(), "neutral");
  add("left", tr("Left out"), job.left_out, "neutral");
  return parts;
}

ports::BulkRows query_of(const BulkJob& job, const BulkView& view) {
  ports::BulkRows query{job.id, std::nullopt, std::nullopt, view.after, view.before, rows_per_page + 1};
  for (const auto verdict : {BulkVerdict::will, BulkVerdict::less, BulkVerdict::left_out})
    if (!begun(job) && view.show == name_of(verdict)) query.verdict = verdict;
  for (const auto stage : {BulkStage::planned, BulkStage::waiting, BulkStage::done, BulkStage::error, BulkStage::left})
    if (begun(job) && view.show == name_of(stage)) query.stage = stage;
  return query;
}

Result<> add_rows(json::object& data, ports::BulkJobs& jobs, const BulkJob& job, const BulkView& view, const Speech& speech) {
  auto rows = flows::rows_now(jobs, query_of(job, view));
  if (!rows) return rows.failure();
  const bool more = rows->size() > rows_per_page, back = view.before > 0;
  if (more) rows->erase(back ? rows->begin() : rows->end() - 1);
  const auto names = labels(job, speech);
  json::array parts;
  for (const auto& row : *rows) {
    auto part = row_part(job, row, speech);
    for (const auto& name : names) part[name.key()] = name.value();
    parts.push_back(std::move(part));
  }
  for (const auto& name : names) data[name.key()] = name.value();
  const auto here = address(view, view.show);
  const bool earlier = !rows->empty() && (back ? more : view.after > 0), later = !rows->empty() && (back || more);
  json::object pager{{"range", ""}, {"earlier", earlier ? here + "&before=" + std::to_string(rows->front().row) + "#rows" : ""},
                     {"later", later ? here + "&after=" + std::to_string(rows->back().row) + "#rows" : ""}};
  if (!rows->empty())
    pager["range"] = speech.say({tr("Rows {first} to {last} of {all}"), {{"first", number(rows->front().row)}, {"last", number(rows->back().row)}, {"all", number(job.rows)}}});
  data["rows"] = std::move(parts), data["pager"] = std::move(pager);
  data["tiles"] = tiles(job, view, speech);
  return hostapi::success();
}

json::array sum_parts(const std::vector<BulkSum>& sums, const Speech& speech) {
  json::array parts;
  for (const auto& sum : sums)
    parts.push_back(json::object{{"label", speech.say({tr("{count} order|{count} orders"), {{"count", number(sum.orders)}}})}, {"m", speech.m(sum.amount)}});
  return parts;
}

std::string act_label(const BulkJob& job, const Speech& speech) {
  const auto* id = job.kind == BulkKind::refund    ? tr("Refund {count} order|Refund {count} orders")
                   : job.kind == BulkKind::capture ? tr("Capture {count} order|Capture {count} orders")
                                                   : tr("Cancel {count} payment|Cancel {count} payments");
  return speech.say({id, {{"count", number(job.planned())}}});
}

json::array stop_choices(const BulkJob& job, const Speech& speech) {
  json::array choices;
  for (const int errors : {1, 10, 25, 0})
    choices.push_back(json::object{{"value", std::to_string(errors)}, {"selected", job.stop_after == errors},
                                   {"label", errors == 0 ? speech.say(tr("never")) : speech.say({tr("{count} error|{count} errors"), {{"count", number(errors)}}})}});
  return choices;
}

json::object confirm_part(const BulkJob& job, const Speech& speech) {
  json::array totals;
  for (const auto& sum : job.planned_sums) {
    if (!sum.amount.positive()) continue;
    const std::string currency(sum.amount.currency().code());
    totals.push_back(json::object{{"name", "total_" + currency}, {"currency", currency}, {"label", speech.say({tr("Total in {currency}"), {{"currency", currency}}})}});
  }
  json::object part{{"title", act_label(job, speech)}, {"lead", ""}, {"sums", sum_parts(job.planned_sums, speech)}, {"totals", std::move(totals)}, {"stops", stop_choices(job, speech)},
                    {"form", form_part({{"job", job.id}})}, {"label", act_label(job, speech)}, {"warning", ""}};
  if (job.left_out > 0)
    part["lead"] = speech.say({tr("{count} row is left out and stays in the result file.|{count} rows are left out and stay in the result file."), {{"count", number(job.left_out)}}});
  if (job.above_held > 0)
    part["warning"] = speech.say({tr("{count} row gives back more than is held.|{count} rows give back more than is held."), {{"count", number(job.above_held)}}});
  return part;
}

json::object button(const BulkJob& job, const char* action, const char* icon, std::string label, bool main = false) {
  return {{"action", action}, {"icon", icon}, {"label", std::move(label)}, {"main", main}, {"form", form_part({{"job", job.id}})}};
}

const char* so_far(BulkKind kind) { return kind == BulkKind::refund ? tr("Given back so far") : kind == BulkKind::capture ? tr("Collected so far") : tr("Released so far"); }

json::object count_part(const Speech& speech, const char* label, std::string value, std::string note = {}) { return {{"label", speech.say(label)}, {"value", std::move(value)}, {"note", std::move(note)}}; }

json::array counts(const BulkJob& job, std::int64_t now_ms, const Speech& speech) {
  json::array parts{count_part(speech, tr("Requested"), std::to_string(job.done)), count_part(speech, tr("Waiting for Amazon"), std::to_string(job.waiting))};
  parts.push_back(count_part(speech, tr("Errors"), job.stop_after == 0 || !is_watched(job) ? std::to_string(job.errors)
                                                      : speech.say({tr("{done} of {planned}"), {{"done", number(job.errors - job.errors_before)}, {"planned", number(job.stop_after)}}})));
  std::string first = "–", others;
  for (const auto& sum : job.done_sums) {
    if (first == "–") first = speech.money(sum.amount);
    else others += (others.empty() ? "" : ", ") + speech.money(sum.amount);
  }
  parts.push_back(count_part(speech, so_far(job.kind), first, others));
  const auto decided = job.decided() - job.decided_before;
  if (job.state == BulkState::running && decided > 0 && now_ms > job.resumed_ms) {
    const auto left_s = (now_ms - job.resumed_ms) * (job.not_begun() + job.waiting) / decided / 1000;
    parts.push_back(count_part(speech, tr("Left"), left_s < 90 ? speech.say({tr("about {count} second|about {count} seconds"), {{"count", left_s + 1}}})
                                                                : speech.say({tr("about {count} minute|about {count} minutes"), {{"count", left_s / 60 + 1}}})));
  } else if (job.state != BulkState::running && job.changed_ms != 0) {
    const auto* label = job.state == BulkState::paused ? tr("Paused by") : job.state == BulkState::stopped ? tr("Stopped by") : tr("Finished");
    const auto who = job.state == BulkState::done || job.changed_by.name.empty() ? std::string() : job.changed_by.name + ", ";
    if (job.state == BulkState::done || !who.empty()) parts.push_back(count_part(speech, label, who + speech.time(job.changed_ms)));
  }
  return parts;
}

std::string explanation(const BulkJob& job, const Speech& speech) {
  switch (job.state) {
    case BulkState::running: return speech.say(tr("You may close this page: the job goes on, and after a restart it continues where it was."));
    case BulkState::paused:
      return speech.say({tr("The rows already sent are finished. {count} other has not been touched.|The rows already sent are finished. The {count} others have not been touched."), {{"count", number(job.not_begun())}}});
    default: return {};
  }
}

Result<json::value> run_part(ports::BulkJobs& jobs, const BulkJob& job, bool may_act, std::int64_t now_ms, const Speech& speech) {
  if (!begun(job) || rejected(job)) return json::value();
  const bool lively = job.state == BulkState::running || job.waiting > 0;
  json::array buttons;
  if (may_act && job.state == BulkState::running) buttons.push_back(button(job, "pause", "pause", speech.say(tr("Pause"))));
  if (may_act && job.state == BulkState::paused)
    buttons.push_back(button(job, "resume", "play", speech.say({tr("Resume, {count} order left|Resume, {count} orders left"), {{"count", number(job.not_begun())}}}), true));
  json::value stop;
  if (may_act && (job.state == BulkState::running || job.state == BulkState::paused)) stop = button(job, "stop", "halt", speech.say(tr("Stop, leave the rest out")));
  const auto title = speech.say({tr("{label}: {text}"), {{"label", speech.say(label_of(job.state))}, {"text", speech.say({tr("{done} of {planned}"), {{"done", number(job.decided())}, {"planned", number(job.planned())}}})}}});
  json::array errors;
  auto failed = jobs.rows({job.id, std::nullopt, BulkStage::error, 0, 100'000'000 - 1, errors_most});
  if (!failed) return failed.failure();
  for (const auto& row : *failed)
    errors.push_back(json::object{{"title", speech.say({tr("Row {row}"), {{"row", number(row.row)}}}) + " · " + row.order_number + " · " + speech.money(row.planned)}, {"text", trouble_of(row, speech)},
                                  {"order_url", "/orders/" + amazon::percent_encoded(row.order_id)}});
  json::object part{{"title", title}, {"state", word(role_of(job.state), icon_of(job.state), speech.say(label_of(job.state)))}, {"role", role_of(job.state)}, {"max", std::to_string(std::max(job.planned(), 1))},
                    {"value", std::to_string(job.decided())}, {"percent", std::to_string(job.planned() == 0 ? 100 : job.decided() * 100 / job.planned())}, {"counts", counts(job, now_ms, speech)}, {"explanation", explanation(job, speech)},
                    {"problem", speech.say(job.problem)}, {"problem_role", job.state == BulkState::paused ? "stop" : "neutral"}, {"buttons", std::move(buttons)}, {"stop", std::move(stop)},
                    {"live", lively}, {"here", "?job=" + job.id}, {"errors", std::move(errors)}, {"more_errors", ""}};
  if (job.errors > errors_most) part["more_errors"] = "?job=" + job.id + "&show=error#rows";
  return json::value(std::move(part));
}

json::value approval_part(const hostapi::sdk::Session& session, const BulkJob& job, bool may_act, const Speech& speech) {
  if (job.state != BulkState::waiting_approval) return nullptr;
  auto who = actor_of(session);
  const bool own = who && who->id == job.started_by.id;
  const auto warning = own ? speech.say(tr("You started this job yourself. A second person has to approve it.")) : std::string();
  const auto expires = job.expires_ms == 0 ? std::string() : speech.say({tr("It can be approved until {time}."), {{"time", speech.time(job.expires_ms)}}});
  json::object part{{"title", speech.say({tr("Asked for by {name}"), {{"name", job.started_by.name}}})}, {"text", sentences(sentences(speech.say(job.approval_why), warning), expires)}, {"sums", sum_parts(job.planned_sums, speech)}, {"yes", nullptr}, {"no", nullptr}};
  if (may_act && !own) part["yes"] = button(job, "approve", "good", speech.say({tr("Approve: {act}"), {{"act", act_label(job, speech)}}}), true);
  if (may_act) part["no"] = button(job, "reject", "stop", own ? speech.say(tr("Withdraw it")) : speech.say(tr("Do not approve")));
  return part;
}

json::array steps(const BulkJob& job, const Speech& speech) {
  const int at = job.state == BulkState::dry_run || job.state == BulkState::waiting_approval ? 1 : job.state == BulkState::running || job.state == BulkState::paused ? 2 : 3;
  json::array parts;
  int step = 0;
  for (const char* label : {tr("Rows"), tr("Dry run"), tr("Run"), tr("Result")}) {
    parts.push_back(json::object{{"label", speech.say(label)}, {"passed", step < at}, {"current", step == at}});
    ++step;
  }
  return parts;
}

std::string origin(const BulkJob& job, const Speech& speech) {
  const auto when = speech.time(job.created_ms);
  if (job.title.empty()) return speech.say({tr("{count} ticked order, read {time} by {name}|{count} ticked orders, read {time} by {name}"), {{"count", number(job.rows)}, {"time", when}, {"name", job.checked_by.name}}});
  return speech.say({tr("From {file}, {count} row, read {time} by {name}|From {file}, {count} rows, read {time} by {name}"),
                     {{"file", job.title == pasted_rows ? speech.say(pasted_rows) : job.title}, {"count", number(job.rows)}, {"time", when}, {"name", job.checked_by.name}}});
}

}  // namespace

Result<json::object> bulk_job_view(const hostapi::sdk::Session& session, ports::BulkJobs& jobs, const BulkJob& job, const BulkView& wanted, const Speech& speech) {
  const bool may_act = session.identity().may(permission_of(job.kind)).ok();
  json::object data{{"kind", speech.say(label_of(job.kind))}, {"origin", origin(job, speech)}, {"steps", steps(job, speech)}, {"confirm", nullptr}, {"nothing", ""}, {"dry", !begun(job)},
                    {"download", address(wanted, "") + "&as=csv"}, {"download_label", speech.say(begun(job) ? is_watched(job) ? tr("Result so far as CSV") : tr("Result as CSV") : tr("Dry run as CSV"))},
                    {"reason", reason_label(job.reason, speech)}, {"note", job.note}, {"refused", rejected(job) ? speech.say(job.problem) : std::string()},
                    {"as_of", speech.say({tr("As of {time} (stored)"), {{"time", speech.time(job.created_ms)}}})}};
  if (job.state == BulkState::dry_run && job.planned() == 0) data["nothing"] = speech.say(tr("Every row is left out, so there is nothing to start."));
  else if (job.state == BulkState::dry_run && may_act) data["confirm"] = confirm_part(job, speech);
  data["approval"] = approval_part(session, job, may_act, speech);
  auto run = run_part(jobs, job, may_act, session.core().now_unix_ms(), speech);
  if (!run) return run.failure();
  data["run"] = std::move(*run);
  if (auto added = add_rows(data, jobs, job, wanted, speech); !added) return added.failure();
  return view_document("bulk_job", std::move(data));
}

}  // namespace amazonpay::host
