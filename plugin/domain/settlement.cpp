#include "domain/settlement.hpp"

#include <algorithm>
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
  line.permission_id = row.text("AmazonOrderReferenceId"), line.seller_order_id = row.text("SellerOrderId");
  if (line.seller_order_id.empty()) line.seller_order_id = row.text("SellerReferenceId");
  if (line.transaction_id.empty()) return wrong(row.number(), "AmazonTransactionId", "is empty");
  for (auto [column, target] : {std::pair{"TransactionAmount", &line.amount}, std::pair{"TotalTransactionFee", &line.fee}, std::pair{"NetTransactionAmount", &line.net}}) {
    auto amount = row.amount(column, currency);
    if (!amount) return amount.failure();
    *target = *amount;
  }
  return line;
}

}  // namespace

Result<std::vector<SettlementLine>> read_settlement(std::string_view flat_file) {
  const auto lines = lines_of(flat_file);
  std::vector<SettlementLine> read;
  if (std::all_of(lines.begin(), lines.end(), [](std::string_view line) { return line.empty(); })) return read;
  auto header = find_header(lines);
  if (!header) return header.failure();
  for (std::size_t i = header->line; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    auto line = line_of(Row(*header, split(lines[i], header->separator), i + 1));
    if (!line) return line.failure();
    read.push_back(std::move(*line));
  }
  return read;
}

}  // namespace amazonpay
