#include "domain/bulk_csv.hpp"

#include <algorithm>
#include <map>

namespace amazonpay {
namespace {

constexpr std::size_t order_bytes_max = 100, note_bytes_max = 400;

struct Record {
  int line = 0;             // where it begins
  std::vector<std::string> cells;
  bool broken = false;      // a quote that does not close, or text behind a closing quote
  bool empty() const { return std::all_of(cells.begin(), cells.end(), [](const std::string& c) { return c.empty(); }); }
};

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(" \t\xC2\xA0"), last = text.find_last_not_of(" \t\xC2\xA0");
  return first == text.npos ? std::string() : text.substr(first, last - first + 1);
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : 9;
    if (c == 0 || more == 9 || i + more >= text.size()) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    i += more + 1;
  }
  return true;
}

// One reader over the whole text, because a quoted cell may hold line ends.
class Records {
 public:
  Records(std::string_view text, char separator) : text_(text), separator_(separator) {}

  std::optional<Record> next() {
    if (at_ >= text_.size()) return std::nullopt;
    Record record;
    record.line = line_;
    for (bool more = true; more;) {
      record.cells.push_back(cell(record.broken));
      more = at_ < text_.size() && text_[at_] == separator_;
      if (more) ++at_;
    }
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_, ++line_;
    return record;
  }

 private:
  bool ends() const { return at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\n' || (text_[at_] == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] == '\n')); }

  std::string cell(bool& broken) {
    std::string cell;
    if (at_ < text_.size() && text_[at_] == '"') {
      bool closed = false;
      for (++at_; at_ < text_.size() && !closed; ++at_) {
        if (text_[at_] != '"') {
          line_ += text_[at_] == '\n' ? 1 : 0;
          cell += text_[at_];
        } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          cell += '"', ++at_;
        } else {
          closed = true;
        }
      }
      broken = broken || !closed || !ends();
    }
    for (; !ends(); ++at_) cell += text_[at_];
    return trimmed(std::move(cell));
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  int line_ = 1;
};

// The one that stands in the header line outside quotes; a file of one column has none.
char separator_of(std::string_view text) {
  const auto header = text.substr(0, text.find('\n'));
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char c : {',', ';', '\t'})
    if (const auto count = std::count(header.begin(), header.end(), c); count > most) most = count, best = c;
  return best;
}

struct Columns {
  std::map<std::string, std::size_t> places;
  Text problem;
  std::string of(const Record& record, const char* name) const {
    const auto place = places.find(name);
    return place == places.end() || place->second >= record.cells.size() ? std::string() : record.cells[place->second];
  }
};

Columns read_header(const Record& header) {
  Columns columns;
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    auto name = header.cells[i];
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (name == "order_number") name = "order";
    if (name.empty()) continue;
    const bool known = name == "order" || name == "amount" || name == "currency" || name == "note";
    if (!known || header.broken)
      return {{}, {tr("The header line has a column “{column}” that is not known. Known are order, amount, currency and note; take the others out."), {{"column", header.cells[i].substr(0, 60)}}}};
    if (!columns.places.emplace(name, i).second) return {{}, {tr("The header line names the column “{column}” twice. Leave only one."), {{"column", name}}}};
  }
  if (!columns.places.contains("order")) columns.problem = {tr("The first line must name the columns, among them “order”. For example: order,amount,currency,note")};
  return columns;
}

Text problem_of(const Record& record, const Columns& columns, const AskedRow& row) {
  if (record.broken) return {tr("Line {line}: a quotation mark is not closed where the cell ends. Quote a cell as in \"a, b\"."), {{"line", std::int64_t{record.line}}}};
  for (std::size_t i = 0; i < record.cells.size(); ++i) {
    const bool named = std::any_of(columns.places.begin(), columns.places.end(), [&](const auto& place) { return place.second == i; });
    if (!named && !record.cells[i].empty()) return {tr("Line {line}: there are more cells than columns. An amount with a comma must be quoted."), {{"line", std::int64_t{record.line}}}};
  }
  if (row.order.empty()) return {tr("Line {line}: the order number is missing."), {{"line", std::int64_t{record.line}}}};
  if (row.order.size() > order_bytes_max) return {tr("Line {line}: this is too long for an order number."), {{"line", std::int64_t{record.line}}}};
  if (row.note.size() > note_bytes_max) return {tr("Line {line}: the note is too long. Shorten it to 400 characters."), {{"line", std::int64_t{record.line}}}};
  if (!row.currency.empty() && !is_currency_code(row.currency))
    return {tr("Line {line}: “{currency}” is not a currency. Write three capital letters, for example EUR."), {{"line", std::int64_t{record.line}}, {"currency", row.currency.substr(0, 20)}}};
  return {};
}

}  // namespace

BulkFile read_bulk_csv(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (text.size() > bulk_bytes_max) return {{}, {tr("The file is larger than 8 MB. Split it into several jobs.")}};
  if (!is_utf8(text)) return {{}, {tr("The file is not UTF-8 text. Save it as CSV in UTF-8.")}};
  Records records(text, separator_of(text));
  auto header = records.next();
  while (header && header->empty()) header = records.next();
  if (!header) return {{}, {tr("There are no rows. Choose a CSV file or paste its lines; the first one names the columns: order,amount,currency,note")}};
  const auto columns = read_header(*header);
  if (!columns.problem.empty()) return {{}, columns.problem};
  BulkFile file;
  for (auto record = records.next(); record; record = records.next()) {
    if (record->empty()) continue;
    if (file.rows.size() == bulk_rows_max) return {{}, {tr("The file has more than 10,000 rows. Split it into several jobs.")}};
    AskedRow row;
    row.row = static_cast<int>(file.rows.size()) + 1, row.line = record->line;
    row.order = columns.of(*record, "order"), row.amount = columns.of(*record, "amount"), row.currency = columns.of(*record, "currency"), row.note = columns.of(*record, "note");
    row.problem = problem_of(*record, columns, row);
    row.order.resize(std::min(row.order.size(), order_bytes_max));
    file.rows.push_back(std::move(row));
  }
  if (file.rows.empty()) file.problem = {tr("There is a header line, but no row under it.")};
  return file;
}

}  // namespace amazonpay
