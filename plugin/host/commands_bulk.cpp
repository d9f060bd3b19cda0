// The commands of bulk jobs for scripts: the same flows as the page. Each answers a document whose member "text" is for people.
#include "domain/bulk_csv.hpp"
#include "host/bulk_words.hpp"
#include "host/commands.hpp"
#include "host/store_bulk.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int lines_most = 40;  // of a dry run's text; the document has all

json::object verdict_document(const BulkRow& row, const Speech& speech) {
  const bool acts = row.verdict != BulkVerdict::left_out;
  const bool known = acts || row.asked;
  return {{"row", row.row}, {"order", row.order_number.empty() ? row.asked_order : row.order_number},
          {"asked_minor", row.asked ? json::value(row.asked->minor()) : json::value()}, {"planned_minor", acts ? row.planned.minor() : 0},
          {"currency", known ? json::value((acts ? row.planned : *row.asked).currency().code()) : json::value("")}, {"verdict", name_of(row.verdict)}, {"why", speech.say(row.why)}};
}

std::string check_text(const BulkJob& job, const std::vector<BulkRow>& rows, const Speech& speech) {
  const auto number = [](int n) { return std::int64_t{n}; };
  std::string text = speech.say({tr("Dry run {job}: {will} as asked, {less} less, {left_out} left out. Nothing has happened yet."),
                                 {{"job", job.id}, {"will", number(job.will)}, {"less", number(job.less)}, {"left_out", number(job.left_out)}}}) + "\n";
  int lines = 0;
  for (const auto& row : rows) {
    if (row.verdict == BulkVerdict::will || lines++ == lines_most) continue;
    if (lines > lines_most) break;
    text += "  " + std::to_string(row.row) + "  " + (row.order_number.empty() ? row.asked_order : row.order_number) + "  " + speech.say(label_of(row.verdict, job.kind)) + ": " + speech.say(row.why) + "\n";
  }
  text += speech.say({tr("Total: {sum}"), {{"sum", sums_in_words(job.planned_sums, speech)}}}) + "\n";
  if (job.planned() == 0) return text;
  std::string total;
  for (const auto& sum : job.planned_sums)
    if (sum.amount.positive()) total += (total.empty() ? "" : ",") + std::string(sum.amount.currency().code()) + ":" + to_wire(sum.amount);
  return text + speech.say({tr("Start it with: bulk-start {arguments}"), {{"arguments", "job=" + job.id + (total.empty() ? "" : " total=" + total)}}}) + "\n";
}

json::value with_text(const BulkJob& job, const Speech& speech) {
  auto document = status_document(job);
  document["text"] = status_text(job, speech);
  const bool final = job.state == BulkState::dry_run || job.state == BulkState::stopped || (job.state == BulkState::done && job.waiting == 0);
  document["final"] = final, document["progress"] = json::object{{"done", job.decided()}, {"of", job.planned()}};
  document["outcome_code"] = job.state == BulkState::waiting_approval ? 6 : job.state == BulkState::done && job.errors > 0 ? 1 : 0;  // of --wait: to ask how far it is does not fail
  if (!final) document["follow"] = json::object{{"command", "bulk-status"}, {"arguments", json::object{{"job", job.id}}}};
  return document;
}

class BulkCommand {
 public:
  BulkCommand(Call& call, const json::value& arguments, Actor who) : call_(call), ports_(call.ports()), jobs_(call.session), speech_(call.session), arguments_(arguments), who_(std::move(who)) {}

  Result<json::value> check() {
    const auto kind = bulk_kind(text("kind"));
    if (!kind) return Failure{Kind::invalid, tr("Name the kind: kind=refund, kind=capture or kind=cancel.")};
    if (auto allowed = authorise(call_.session, permission_of(*kind)); !allowed) return allowed.failure();
    auto file = read_bulk_csv(text("rows"));
    if (!file.problem.empty()) return Failure{Kind::refused, speech_.say(file.problem)};
    flows::BulkWish wish;
    if (!text("stop_after").empty()) {
      auto errors = read_stop_after(text("stop_after"));
      if (!errors) return errors.failure();
      wish.stop_after = *errors;
    }
    auto id = call_.session.core().random_hex(8);
    if (!id) return id.failure();
    wish.job_id = *id, wish.kind = *kind, wish.rows = std::move(file.rows), wish.reason = known_reason(text("reason")), wish.note = text("note").substr(0, 400), wish.who = who_;
    if (!text("reason").empty() && wish.reason.empty()) return Failure{Kind::invalid, tr("This reason is not known. Use one of: out_of_stock, changed_mind, damaged, late, goodwill, duplicate, other.")};
    auto job = flows::check_bulk(ports_, jobs_, wish);
    if (!job) return job.failure();
    auto rows = jobs_.rows({job->id, std::nullopt, std::nullopt, 0, 0, bulk_rows_max});
    if (!rows) return rows.failure();
    auto document = totals_document(job->planned_sums);
    document["job"] = job->id, document["rows"] = job->rows, document["planned"] = job->planned(), document["less"] = job->less, document["left_out"] = job->left_out;
    json::array verdicts;
    for (const auto& row : *rows) verdicts.push_back(verdict_document(row, speech_));
    document["verdicts"] = std::move(verdicts), document["text"] = check_text(*job, *rows, speech_);
    return json::value(std::move(document));
  }

  Result<json::value> list() {
    auto jobs = jobs_.jobs(0, 100);
    if (!jobs) return jobs.failure();
    json::array documents;
    std::string lines;
    for (const auto& job : *jobs) {
      documents.push_back(status_document(job));
      lines += job.id + "  " + speech_.time(job.created_ms) + "  " + speech_.say(label_of(job.kind)) + "  " + speech_.say(label_of(job.state)) + "  " + std::to_string(job.decided()) + "/" + std::to_string(job.planned()) + "  " +
               sums_in_words(job.planned_sums, speech_) + "\n";
    }
    return json::value(json::object{{"jobs", std::move(documents)}, {"text", lines.empty() ? speech_.say(tr("There is no bulk job yet.")) + "\n" : lines}});
  }

  Result<json::value> of_job(std::string_view command) {
    const auto id = text("job");
    auto stored = jobs_.job(id);
    if (!stored && stored.kind() == Kind::not_found) return Failure{Kind::not_found, tr("There is no such bulk job.")};
    if (!stored) return stored.failure();
    const auto& job = stored->job;
    if (command == "bulk-status") return with_text(job, speech_);
    if (command == "bulk-result") {
      auto csv = rows_as_csv(jobs_, job, speech_);
      return csv ? Result<json::value>(json::object{{"job", id}, {"text", *csv}}) : Result<json::value>(csv.failure());
    }
    if (auto allowed = authorise(call_.session, permission_of(job.kind)); !allowed) return allowed.failure();
    auto changed = change(command, id);
    return changed ? Result<json::value>(with_text(*changed, speech_)) : Result<json::value>(changed.failure());
  }

 private:
  Result<BulkJob> change(std::string_view command, const std::string& id) {
    if (command == "bulk-pause") return flows::pause_bulk(ports_, jobs_, id, who_);
    if (command == "bulk-resume") return flows::resume_bulk(ports_, jobs_, id, who_);
    if (command == "bulk-stop") return flows::stop_bulk(ports_, jobs_, id, who_);
    if (command == "bulk-approve") return flows::approve_bulk(ports_, jobs_, id, who_);
    if (command == "bulk-reject") return flows::reject_bulk(ports_, jobs_, id, text("note").substr(0, 400), who_);
    if (command != "bulk-start") return Failure{Kind::not_found, "there is no command " + std::string(command)};
    auto totals = read_totals(text("total"));
    if (!totals) return totals.failure();
    std::optional<int> stop_after;
    if (!text("stop_after").empty()) {
      auto errors = read_stop_after(text("stop_after"));
      if (!errors) return errors.failure();
      stop_after = *errors;
    }
    return flows::start_bulk(ports_, jobs_, id, *totals, stop_after, who_);
  }

  std::string text(const char* name) const { return form_text(arguments_, name); }

  Call& call_;
  flows::Ports ports_;
  StoreBulk jobs_;
  Speech speech_;
  const json::value& arguments_;
  Actor who_;
};

}  // namespace

Result<json::value> run_bulk_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who) {
  BulkCommand bulk(call, arguments, who);
  return command == "bulk-check" ? bulk.check() : command == "bulk-list" ? bulk.list() : bulk.of_job(command);
}

}  // namespace amazonpay::host
