#include "orders/csv.hpp"

namespace shopadmin {

namespace {
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {
    if (text_.rfind("\xEF\xBB\xBF", 0) == 0) text_.remove_prefix(3);
  }
  bool more() const { return at_ < text_.size(); }
  std::int64_t line() const { return line_; }
  const std::string& error() const { return error_; }

  /* Reads one field; `last` when the record ends behind it. */
  std::string field(bool& last) {
    std::string value;
    if (more() && text_[at_] == '"') quoted(value);
    else
      while (more() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') {
        if (text_[at_] == '"') fail("a quotation mark inside a field that does not start with one");
        value += text_[at_++];
      }
    last = !more() || text_[at_] != ',';
    if (!last) ++at_;
    else end_record();
    return value;
  }

 private:
  void quoted(std::string& value) {
    const auto opened = line_;
    ++at_;
    for (;; ++at_) {
      if (!more()) return fail("the quotation mark opened on line " + std::to_string(opened) + " is never closed");
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        value += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        value += '"';
        ++at_;
      } else {
        break;
      }
    }
    ++at_;
    if (more() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') fail("text behind a closing quotation mark");
  }
  void end_record() {
    if (more() && text_[at_] == '\r') ++at_;
    if (more() && text_[at_] == '\n') ++at_;
    ++line_;
  }
  void fail(const std::string& why) {
    if (error_.empty()) error_ = "Line " + std::to_string(line_) + ": " + why + ".";
    at_ = text_.size();
  }
  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  std::string error_;
};
}  // namespace

Result<std::vector<CsvRecord>> read_csv(std::string_view text) {
  CsvReader reader(text);
  std::vector<CsvRecord> records;
  while (reader.more()) {
    CsvRecord record{reader.line(), {}};
    for (bool last = false; !last;) record.fields.push_back(reader.field(last));
    if (!reader.error().empty()) return Problem{Kind::invalid, reader.error(), ""};
    const bool blank = record.fields.size() == 1 && record.fields[0].empty();
    if (!blank) records.push_back(std::move(record));
  }
  return records;
}

}  // namespace shopadmin
