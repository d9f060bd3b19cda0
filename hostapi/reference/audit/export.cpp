#include "audit/export.hpp"

#include <fstream>
#include <ostream>

namespace shopadmin {

namespace {
constexpr std::size_t line_bytes_max = 1024 * 1024;

bool is_whole(const std::string& text) {
  const auto digits = text.substr(text.rfind('-', 0) == 0 ? 1 : 0);
  return !digits.empty() && digits.size() <= 18 && digits.find_first_not_of("0123456789") == std::string::npos && (digits == "0" ? text == "0" : digits.front() != '0');
}
json::value number_or_text(const std::string& text) { return is_whole(text) ? json::value(std::stoll(text)) : json::value(text); }
std::string text_from(const json::value& value) { return value.is_string() ? std::string(value.get_string()) : json::serialize(value); }

/* Byte for byte what the database holds can be had back: details that are not written as we write them go out as a text. */
json::value details_document(const std::string& details) {
  auto parsed = parse_object(details, "details");
  if (parsed && json::serialize(*parsed) == details) return std::move(*parsed);
  return json::value(details);
}

json::object document_of(const AuditRecord& record) {
  json::value note(nullptr);
  const auto maybe = [](const std::optional<std::string>& text) { return text ? json::value(*text) : json::value(nullptr); };
  if (!record.note_sha256.empty() || record.note) note = json::object{{"sha256", record.note_sha256}, {"salt", maybe(record.salt)}, {"text", maybe(record.note)}};
  return {{"id", number_or_text(record.id)}, {"at_ms", number_or_text(record.at_ms)}, {"at", is_whole(record.at_ms) ? iso_time(std::stoll(record.at_ms)) : ""},
          {"who", {{"id", record.who_id}, {"name", record.who_name}}}, {"event", record.event}, {"order_id", record.order_id}, {"order_number", record.order_number},
          {"amount_minor", record.amount_minor ? number_or_text(*record.amount_minor) : json::value(nullptr)}, {"currency", record.currency}, {"reason", record.reason},
          {"details", details_document(record.details)}, {"note", std::move(note)}, {"digest", record.digest}, {"chain", record.chain}};
}

/* Nothing when the line is not exactly an entry. */
std::optional<AuditRecord> record_from(const std::string& line) {
  auto parsed = parse_object(line, "a line of the export");
  if (!parsed) return std::nullopt;
  const auto& o = *parsed;
  const auto member = [&](const char* name) { return o.contains(name) ? text_from(o.at(name)) : std::string(); };
  const auto& who = object_of(o, "who");
  const auto& note = object_of(o, "note");
  AuditRecord record{member("id"), member("at_ms"), text_of(who, "id"), text_of(who, "name"), member("event"), member("order_id"), member("order_number"), {},
                     member("currency"), member("reason"), member("details"), text_of(note, "sha256"), member("digest"), member("chain"), {}, {}};
  if (o.contains("amount_minor") && !o.at("amount_minor").is_null()) record.amount_minor = member("amount_minor");
  if (note.contains("salt") && note.at("salt").is_string()) record.salt = text_of(note, "salt");
  if (note.contains("text") && note.at("text").is_string()) record.note = text_of(note, "text");
  if (json::value(document_of(record)) != json::value(o)) return std::nullopt;
  return record;
}

/* A spreadsheet takes cells that begin like this for formulas; a leading apostrophe makes them texts. */
std::string cell(const std::string& text) {
  const bool formula = !text.empty() && std::string("=+-@\t\r").find(text.front()) != std::string::npos && !is_whole(text);
  const std::string safe = formula ? "'" + text : text;
  if (safe.find_first_of("\",\r\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}
}  // namespace

const char* const audit_csv_head = "id,at,at_ms,who_id,who_name,event,order_id,order_number,amount_minor,currency,reason,details,note,note_sha256,digest,chain\r\n";

std::string to_json_line(const AuditRecord& record) { return json::serialize(document_of(record)) + "\n"; }

std::string to_csv_line(const AuditRecord& record) {
  std::string line;
  for (const auto& text : {record.id, is_whole(record.at_ms) ? iso_time(std::stoll(record.at_ms)) : "", record.at_ms, record.who_id, record.who_name, record.event, record.order_id,
                           record.order_number, record.amount_minor.value_or(""), record.currency, record.reason, record.details, record.note.value_or(""), record.note_sha256,
                           record.digest, record.chain}) {
    line += (line.empty() ? "" : ",") + cell(text);
  }
  return line + "\r\n";
}

Result<std::int64_t> export_audit(Audit& audit, const AuditQuery& query, bool csv, std::ostream& out, std::int64_t most) {
  std::int64_t entries = 0;
  bool more = false;
  if (csv) out << audit_csv_head;
  audit.each(query, [&](const AuditRecord& record) {
    if (most > 0 && entries == most) return more = true, false;
    out << (csv ? to_csv_line(record) : to_json_line(record));
    ++entries;
    return out.good();
  });
  if (more) return Problem{Kind::limit, "These are more than " + std::to_string(most) + " entries.", ""};
  if (!out.flush()) return Problem{Kind::unavailable, "The export could not be written to its end. Is the disk full?", ""};
  return entries;
}

Result<AuditCheck> check_audit_file(const std::filesystem::path& file, const AuditCheckOptions& options) {
  if (!std::ifstream(file)) return Problem{Kind::not_found, "The file " + file.string() + " cannot be read. Give a file of `shopadmin audit export --format jsonl`.", ""};
  std::int64_t bad_line = 0;
  std::string good_id;
  auto check = check_audit([&](const auto& take) {
    std::ifstream in(file, std::ios::binary);
    std::int64_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      const auto record = line.size() > line_bytes_max ? std::nullopt : record_from(line);
      if (!record) {
        bad_line = number;
        return;
      }
      good_id = record->id;
      if (!take(*record)) return;
    }
  }, options);
  if (bad_line > 0) {
    const auto where = good_id.empty() ? std::string("the first entry") : "the entry after " + good_id;
    AuditFinding finding{"changed", "", "", "", {}, {}, "Line " + std::to_string(bad_line) + " of the file, " + where + ", was changed: it is not an entry as it was exported. What follows was not looked at."};
    std::erase_if(check.findings, [](const AuditFinding& one) { return one.kind == "head"; });
    check.findings.push_back(std::move(finding));
  }
  return check;
}

}  // namespace shopadmin
