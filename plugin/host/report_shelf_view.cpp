#include <algorithm>

#include "amazon/signing.hpp"
#include "host/report_views.hpp"
#include "host/view_parts.hpp"

namespace amazonpay::host {
namespace {

std::string size_text(std::int64_t bytes, const Speech& speech) {
  if (bytes < 1024 * 1024) return speech.say({tr("{size} kB"), {{"size", std::max<std::int64_t>(1, bytes / 1024)}}});
  return speech.say({tr("{size} MB"), {{"size", bytes / (1024 * 1024)}}});
}

std::string span_text(const KeptReport& report, const Speech& speech) {
  if (!report.file_name.empty()) return report.file_name;
  if (report.start_ms == 0) return {};
  // The end is the beginning of the next day.
  const auto from = speech.day(report.start_ms), to = speech.day(report.end_ms - 1);
  return from == to ? from : from + " – " + to;
}

std::string origin(const KeptReport& report, const Speech& speech) {
  const auto when = speech.time(report.created_ms);
  return when + " · " + (report.who.name.empty() ? speech.say(tr("Amazon or a schedule")) : report.who.name);
}

json::object report_part(const ReportsContext& c, const KeptReport& report) {
  const auto& speech = c.speech;
  json::object part{{"label", type_label(report.type, speech)}, {"span", span_text(report, speech)}, {"origin", origin(report, speech)}, {"word", kept_word(report, speech)},
                    {"under", speech.say(report.problem)}, {"download", ""}, {"size", ""}, {"keep", nullptr}};
  if (report.kept()) part["download"] = "?download=" + amazon::percent_encoded(report.id), part["size"] = size_text(report.size, speech);
  else if (c.acts && report.state == KeptState::ready && !report.document_id.empty()) part["keep"] = json::object{{"form", form_part({{"report", report.id}})}};
  return part;
}

const char* frequency_label(const std::string& word) {
  for (const auto& frequency : frequencies())
    if (word == frequency.word) return frequency.label;
  return nullptr;
}

json::object schedule_word(const KeptSchedule& schedule, const Speech& speech) {
  switch (schedule.state) {
    case ScheduleState::wanted: return {{"role", "wait"}, {"icon", "wait"}, {"text", speech.say(tr("Amazon is being told"))}};
    case ScheduleState::active: return {{"role", "good"}, {"icon", "good"}, {"text", speech.say(tr("Active"))}};
    case ScheduleState::ending: return {{"role", "wait"}, {"icon", "wait"}, {"text", speech.say(tr("Ending"))}};
    case ScheduleState::ended: return {{"role", "neutral"}, {"icon", "neutral"}, {"text", speech.say(tr("Ended"))}};
    case ScheduleState::refused: return {{"role", "stop"}, {"icon", "stop"}, {"text", speech.say(tr("Refused"))}};
  }
  return {};
}

json::array type_options(const ReportsContext& c, bool ReportKind::*way) {
  json::array options;
  for (const auto& kind : report_kinds())
    if (kind.*way && (c.policy.environment == Environment::live ? kind.in_live : kind.in_sandbox)) options.push_back(json::object{{"value", kind.type}, {"label", c.speech.say(kind.label)}});
  return options;
}

}  // namespace

std::string type_label(const std::string& type, const Speech& speech) {
  const auto* kind = report_kind(type);
  return kind == nullptr ? type : speech.say(kind->label);
}

json::object kept_word(const KeptReport& report, const Speech& speech) {
  switch (report.state) {
    case KeptState::requested: return {{"role", "wait"}, {"icon", "wait"}, {"text", speech.say(tr("Being requested"))}};
    case KeptState::in_progress: return {{"role", "wait"}, {"icon", "wait"}, {"text", speech.say(tr("Amazon is working"))}};
    case KeptState::ready: return {{"role", "good"}, {"icon", "good"}, {"text", speech.say(tr("Ready"))}};
    case KeptState::no_data: return {{"role", "neutral"}, {"icon", "neutral"}, {"text", speech.say(tr("No data in that time"))}};
    case KeptState::failed: return {{"role", "stop"}, {"icon", "stop"}, {"text", speech.say(tr("Failed"))}};
    case KeptState::refused: return {{"role", "stop"}, {"icon", "stop"}, {"text", speech.say(tr("Refused"))}};
  }
  return {};
}

std::string file_name_of(const KeptReport& report) {
  std::string name = report.type;
  for (const char* part : {"_GET_FLAT_FILE_OFFAMAZONPAYMENTS_", "_GET_CSV_CUSTOM_OFFAMAZONPAYMENTS_", "_DATA_"})
    if (const auto at = name.find(part); at != std::string::npos) name.erase(at, std::string_view(part).size());
  for (char& c : name) c = c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return "amazon-pay-" + name + "-" + day_of(report.start_ms == 0 ? report.created_ms : report.start_ms) + (report.type.find("CSV") == std::string::npos ? ".txt" : ".csv");
}

Result<json::object> shelf_part(const ReportsContext& c, std::int64_t before_ms, int most) {
  auto reports = c.shelf.newest(c.policy.environment, before_ms, most + 1);
  if (!reports) return reports.failure();
  const bool more = static_cast<int>(reports->size()) > most;
  if (more) reports->resize(static_cast<std::size_t>(most));
  json::array rows;
  bool busy = false;
  for (const auto& report : *reports) {
    rows.push_back(report_part(c, report));
    busy = busy || is_open(report.state);
  }
  return json::object{{"has_rows", !rows.empty()}, {"rows", std::move(rows)}, {"busy", busy}, {"older", more ? "?part=reports&before=" + std::to_string(reports->back().created_ms) : ""},
                      {"newest", before_ms == 0 ? "" : "?part=reports"}};
}

Result<json::array> schedule_parts(const ReportsContext& c) {
  auto schedules = c.shelf.schedules(c.policy.environment);
  if (!schedules) return schedules.failure();
  json::array parts;
  for (const auto& schedule : *schedules) {
    const auto* label = frequency_label(schedule.frequency);
    json::object part{{"label", type_label(schedule.type, c.speech)}, {"often", label == nullptr ? schedule.frequency : c.speech.say(label)},
                      {"next", c.speech.say({tr("next on {time}"), {{"time", c.speech.time(schedule.next_ms)}}})}, {"word", schedule_word(schedule, c.speech)}, {"under", c.speech.say(schedule.problem)}, {"end", nullptr}};
    if (c.acts && (schedule.state == ScheduleState::active || schedule.state == ScheduleState::refused)) part["end"] = json::object{{"form", form_part({{"schedule", schedule.id}})}};
    parts.push_back(std::move(part));
  }
  return parts;
}

json::object request_part(const ReportsContext& c, const std::string& operation_id) {
  const auto now_ms = c.ports.clock.now_ms();
  return {{"types", type_options(c, &ReportKind::by_request)}, {"from", day_of(now_ms).substr(0, 8) + "01"}, {"to", day_of(now_ms)}, {"form", form_part({{"operation_id", operation_id}})}};
}

json::object schedule_form_part(const ReportsContext& c, const std::string& operation_id) {
  json::array often;
  for (const auto& frequency : frequencies()) often.push_back(json::object{{"value", frequency.word}, {"label", c.speech.say(frequency.label)}});
  return {{"types", type_options(c, &ReportKind::by_schedule)}, {"often", std::move(often)}, {"next", day_of(c.ports.clock.now_ms() + day_ms)}, {"form", form_part({{"operation_id", operation_id}})}};
}

}  // namespace amazonpay::host
