#include "domain/settlement.hpp"

#include <algorithm>
#include <ctime>
#include <map>

namespace amazonpay {
namespace {

using Fields = std::vector<std::string>;

Failure wrong(std::size_t line, const std::string& column, const char* why) {
  return {Kind::invalid, "The settlement report cannot be read: line " + std::to_string(line) + ", column " + column + " " + why + ".", "settlement"};
}

// One line into fields: tabs or commas, fields optionally in double quotes ("" inside stands for one).
Fields split(std::string_view line, char separator) {
  Fields fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') fields.back() += c, ++i;
    else if (c == '"' && (quoted || fields.back().empty())) quoted = !quoted;
    else if (c == separator && !quoted) fields.emplace_back();
    else fields.back() += c;
  }
  return fields;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
    if (end == text.npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

struct Header {
  std::size_t line = 0;   // index of the first line behind it
  char separator = '\t';
  std::map<std::string, std::size_t> columns;
};

// The values about the whole report stand before the line with the column names.
Result<Header> find_header(const std::vector<std::string_view>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find("TransactionPostedDate") == std::string_view::npos) continue;
    Header header;
    header.line = i + 1;
    header.separator = lines[i].find('\t') != std::string_view::npos ? '\t' : ',';
    const auto names = split(lines[i], header.separator);
    for (std::size_t c = 0; c < names.size(); ++c) header.columns[names[c]] = c;
    for (const char* needed : {"SettlementId", "AmazonTransactionId", "TransactionType", "CurrencyCode", "TransactionAmount"})
      if (!header.columns.contains(needed)) return wrong(i + 1, needed, "is missing");
    return header;
  }
  return Failure{Kind::invalid, "The settlement report cannot be read: no line names its columns.", "settlement"};
}

class Row {
 public:
  Row(const Header& header, Fields fields, std::size_t number) : header_(header), fields_(std::move(fields)), number_(number) {}
  std::string text(const char* column) const {
    const auto found = header_.columns.find(column);
    return found == header_.columns.end() || found->second >= fields_.size() ? std::string() : fields_[found->second];
  }
  // "-12.50", "12.5", "1,234.50"; empty is zero.
  Result<Money> amount(const char* column, Currency currency) const {
    auto written = text(column);
    const bool negative = !written.empty() && written.front() == '-';
    if (negative) written.erase(0, 1);
    std::erase(written, ',');
    if (written.empty()) return zero_of(currency);
    if (const auto point = written.find('.'); point != written.npos && written.size() - point == 2 && currency.decimals() == 2) written += '0';
    auto read = from_wire(written, currency);
    if (!read) return wrong(number_, column, "is no amount of its currency");
    return negative ? zero_of(currency) - *read : *read;
  }
  bool has(const char* column) const { return header_.columns.contains(column); }
  std::size_t number() const { return number_; }

 private:
  const Header& header_;
  Fields fields_;
  std::size_t number_;
};

Result<SettlementLine> line_of(const Row& row) {
  const auto code = row.text("CurrencyCode");
  if (!is_currency_code(code)) return wrong(row.number(), "CurrencyCode", "is no currency");
  const Currency currency(code);
  SettlementLine line;
  line.settlement_id = row.text("SettlementId"), line.transaction_id = row.text("AmazonTransactionId"), line.type = row.text("TransactionType");
  line.number = static_cast<int>(row.number()), line.posted_ms = settlement_time_ms(row.text("TransactionPostedDate"));
  line.permission_id = row.text("AmazonOrderReferenceId"), line.seller_order_id = row.text("SellerOrderId");
  if (line.seller_order_id.empty()) line.seller_order_id = row.text("SellerReferenceId");
  if (line.transaction_id.empty()) return wrong(row.number(), "AmazonTransactionId", "is empty");
  for (auto [column, target] : {std::pair{"TransactionAmount", &line.amount}, std::pair{"TotalTransactionFee", &line.fee}, std::pair{"NetTransactionAmount", &line.net}}) {
    auto amount = row.amount(column, currency);
    if (!amount) return amount.failure();
    *target = *amount;
  }
  if (!row.has("NetTransactionAmount")) line.net = line.amount - line.fee;
  return line;
}

// The merchant stands before the names of the columns: "SellerId", then its value.
std::string seller_of(const std::vector<std::string_view>& lines, const Header& header) {
  for (std::size_t i = 0; i + 1 < header.line; ++i) {
    const auto fields = split(lines[i], lines[i].find('\t') != std::string_view::npos ? '\t' : ',');
    if (fields.size() >= 2 && (fields[0] == "SellerId" || fields[0] == "SellerId:")) return fields[1];
  }
  return {};
}

void tell_apart(std::vector<SettlementLine>& lines) {
  std::map<std::string, int> seen;
  for (auto& line : lines) line.occurrence = ++seen[line.settlement_id + "/" + line.transaction_id + "/" + line.type + "/" + std::string(line.amount.currency().code())];
}

}  // namespace

std::int64_t settlement_time_ms(std::string_view text) {
  std::string digits;
  for (const char c : text.substr(0, text.find('.'))) {
    if (c >= '0' && c <= '9') digits += c;
    else if (c != '-' && c != ':' && c != 'T' && c != 'Z' && c != ' ') return 0;
  }
  if (digits.size() != 14 && digits.size() != 8) return 0;
  digits.resize(14, '0');
  const auto part = [&](std::size_t at, std::size_t length) { return std::stoi(digits.substr(at, length)); };
  std::tm parts{};
  parts.tm_year = part(0, 4) - 1900, parts.tm_mon = part(4, 2) - 1, parts.tm_mday = part(6, 2);
  parts.tm_hour = part(8, 2), parts.tm_min = part(10, 2), parts.tm_sec = part(12, 2);
  return static_cast<std::int64_t>(timegm(&parts)) * 1000;
}

Result<SettlementFile> read_settlement(std::string_view flat_file) {
  const auto lines = lines_of(flat_file);
  SettlementFile file;
  if (std::all_of(lines.begin(), lines.end(), [](std::string_view line) { return line.empty(); })) return file;
  auto header = find_header(lines);
  if (!header) return header.failure();
  file.seller_id = seller_of(lines, *header);
  for (std::size_t i = header->line; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    auto line = line_of(Row(*header, split(lines[i], header->separator), i + 1));
    if (!line) return line.failure();
    file.lines.push_back(std::move(*line));
  }
  tell_apart(file.lines);
  return file;
}

}  // namespace amazonpay
