/* Import: the two forms of CSV. One row is one line of an order; rows with one number are one order. */
#include <zlib.h>

#include <ctime>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "orders/csv.hpp"
#include "orders/import.hpp"
#include "texts.hpp"

namespace shopadmin {

Result<std::string> read_bytes(const std::filesystem::path& file) {
  const gzFile opened = gzopen(file.c_str(), "rb"); /* reads plain files as they are */
  if (!opened || !std::filesystem::is_regular_file(file)) {
    if (opened) gzclose(opened);
    return Problem{Kind::not_found, file.string() + " cannot be read. Check the path.", ""};
  }
  std::string bytes;
  char buffer[65536];
  int got = 0;
  while ((got = gzread(opened, buffer, sizeof buffer)) > 0 && bytes.size() < (1u << 30)) bytes.append(buffer, static_cast<std::size_t>(got));
  gzclose(opened);
  if (got < 0) return Problem{Kind::invalid, file.string() + " is a damaged .gz file.", ""};
  return bytes;
}

namespace {
/* A row by column names; remembers what was wrong. */
class Fields {
 public:
  Fields(const std::map<std::string, std::size_t>& columns, const CsvRecord& record) : columns_(columns), record_(record) {}
  std::string text(const std::string& column, const std::string& fallback = "") const {
    const auto found = columns_.find(column);
    return found == columns_.end() || found->second >= record_.fields.size() ? fallback : record_.fields[found->second];
  }
  const std::string& wrong() const { return wrong_; }
  void fail(const std::string& why) {
    if (wrong_.empty()) wrong_ = why;
  }
  std::int64_t quantity(const std::string& column) {
    const auto value = text(column);
    if (!std::regex_match(value, std::regex("[0-9]{1,7}")) || std::stoll(value) == 0) return fail(column + " \"" + value.substr(0, 40) + "\" is not a whole number of one or more"), 1;
    return std::stoll(value);
  }
  /* "18.50" in minor units of the currency */
  std::int64_t money(const std::string& column, const std::string& currency, bool needed) {
    const auto value = text(column);
    if (value.empty() && !needed) return 0;
    std::smatch parts;
    static const std::regex form("([0-9]{1,12})(?:\\.([0-9]{1,6}))?");
    if (!std::regex_match(value, parts, form)) return fail(column + " \"" + value.substr(0, 40) + "\" is not an amount such as 12.50"), 0;
    const auto digits = static_cast<std::size_t>(minor_digits(currency));
    std::string decimals = parts[2].str();
    while (decimals.size() > digits && decimals.back() == '0') decimals.pop_back();
    if (decimals.size() > digits) return fail(column + " \"" + value + "\" has more decimals than " + currency), 0;
    decimals.resize(digits, '0');
    return std::stoll(parts[1].str() + decimals);
  }
  std::int64_t rate_bp(const std::string& column) { /* "19" or "7.7" per cent */
    const auto value = text(column);
    if (value.empty()) return 0;
    if (!std::regex_match(value, std::regex("[0-9]{1,2}(\\.[0-9]{1,2})?"))) return fail(column + " \"" + value.substr(0, 40) + "\" is not a rate such as 19 or 7.7"), 0;
    const auto dot = value.find('.');
    std::string decimals = dot == std::string::npos ? "" : value.substr(dot + 1);
    decimals.resize(2, '0');
    return std::stoll(value.substr(0, dot)) * 100 + std::stoll(decimals);
  }
  std::int64_t time_ms(const std::string& column) { /* 2010-12-01T08:45, with optional seconds and Z; UTC */
    const auto value = text(column);
    std::smatch parts;
    static const std::regex form("(\\d{4})-(\\d{2})-(\\d{2})[T ](\\d{2}):(\\d{2})(?::(\\d{2}))?Z?");
    std::tm time{};
    if (std::regex_match(value, parts, form)) {
      const auto part = [&](std::size_t i) { return parts[i].matched ? std::stoi(parts[i].str()) : 0; };
      time.tm_year = part(1) - 1900, time.tm_mon = part(2) - 1, time.tm_mday = part(3), time.tm_hour = part(4), time.tm_min = part(5), time.tm_sec = part(6);
      const auto asked = time;
      const auto seconds = timegm(&time);
      if (time.tm_mon == asked.tm_mon && time.tm_mday == asked.tm_mday && time.tm_hour == asked.tm_hour && asked.tm_min < 60) return seconds * 1000;
    }
    return fail(column + " \"" + value.substr(0, 40) + "\" is not a time such as 2026-11-21T08:45"), 0;
  }

 private:
  const std::map<std::string, std::size_t>& columns_;
  const CsvRecord& record_;
  std::string wrong_;
};

Address address_of(const Fields& fields, const std::string& prefix) {
  json::object document;
  for (const char* part : {"name", "company", "line1", "line2", "postal_code", "city", "region", "country_code", "phone"}) document[part] = fields.text(prefix + part);
  return address_from(document);
}

Order own_head(Fields& fields) {
  Order order;
  order.number = fields.text("number"), order.created_ms = fields.time_ms("created"), order.currency = fields.text("currency"), order.locale = fields.text("locale", "en");
  order.state = fields.text("state").empty() ? "new" : fields.text("state");
  order.buyer_name = fields.text("buyer_name"), order.buyer_email = fields.text("buyer_email"), order.buyer_phone = fields.text("buyer_phone");
  order.billing = address_of(fields, "billing_"), order.shipping = address_of(fields, "shipping_");
  order.payment_method = fields.text("payment_method"), order.payment_reference = fields.text("payment_reference");
  order.charge_id = fields.text("charge_id"), order.at_checkout = fields.text("at_checkout"), order.notes = fields.text("notes");
  order.discount_minor = fields.money("discount", order.currency, false), order.shipping_minor = fields.money("shipping", order.currency, false);
  order.shipping_tax_rate_bp = fields.rate_bp("shipping_tax_rate");
  return order;
}

OrderLine own_line(Fields& fields, const std::string& currency) {
  OrderLine line;
  line.sku = fields.text("sku"), line.title = fields.text("title"), line.ordered = fields.quantity("quantity");
  line.unit_price_minor = fields.money("unit_price", currency, true), line.tax_rate_bp = fields.rate_bp("tax_rate");
  return line;
}

std::string country_code(const std::string& country) {
  static const std::map<std::string, std::string> codes = {
      {"United Kingdom", "GB"}, {"France", "FR"}, {"Germany", "DE"}, {"EIRE", "IE"}, {"Spain", "ES"}, {"Netherlands", "NL"}, {"Belgium", "BE"}, {"Switzerland", "CH"},
      {"Portugal", "PT"}, {"Australia", "AU"}, {"Norway", "NO"}, {"Italy", "IT"}, {"Finland", "FI"}, {"Sweden", "SE"}, {"Denmark", "DK"}, {"Austria", "AT"},
      {"Japan", "JP"}, {"Poland", "PL"}, {"USA", "US"}, {"Canada", "CA"}, {"Cyprus", "CY"}, {"Greece", "GR"}, {"Singapore", "SG"}, {"Iceland", "IS"}};
  const auto found = codes.find(country);
  return found == codes.end() ? country : found->second;
}

Order retail_head(Fields& fields) {
  Order order;
  order.number = fields.text("InvoiceNo"), order.created_ms = fields.time_ms("InvoiceDate"), order.currency = "GBP", order.locale = "en", order.state = "new";
  const auto customer = fields.text("CustomerID");
  order.buyer_name = customer.empty() ? "" : "Customer " + customer;
  order.billing.name = order.shipping.name = order.buyer_name;
  order.billing.country_code = order.shipping.country_code = country_code(fields.text("Country"));
  return order;
}

OrderLine retail_line(Fields& fields) {
  OrderLine line;
  line.sku = fields.text("StockCode"), line.title = fields.text("Description"), line.ordered = fields.quantity("Quantity");
  while (!line.title.empty() && line.title.back() == ' ') line.title.pop_back();
  line.unit_price_minor = fields.money("UnitPrice", "GBP", true);
  return line;
}

std::string missing_columns(const std::map<std::string, std::size_t>& columns, bool retail) {
  const std::vector<std::string> needed = retail ? std::vector<std::string>{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"}
                                                 : std::vector<std::string>{"number", "created", "currency", "title", "quantity", "unit_price"};
  std::string missing;
  for (const auto& name : needed)
    if (!columns.count(name)) missing += (missing.empty() ? "" : ", ") + name;
  return missing;
}

/* Rows of one number become one order, in the order of the file. */
class Gathered {
 public:
  explicit Gathered(OrdersFile& file, std::string shop_id) : file_(file), shop_id_(std::move(shop_id)) {}
  void add(const Order& head, OrderLine line, std::int64_t row) {
    const auto [found, fresh] = places_.emplace(head.number, file_.orders.size());
    if (fresh) {
      file_.orders.push_back({head, row});
      file_.orders.back().order.shop_id = shop_id_;
    }
    auto& order = file_.orders[found->second].order;
    if (order.currency != head.currency) return spoil(head.number, row, "the currency differs from the first row of order " + head.number);
    line.id = std::to_string(order.lines.size() + 1);
    order.lines.push_back(std::move(line));
  }
  void spoil(const std::string& number, std::int64_t row, const std::string& reason) {
    file_.bad.push_back({row, reason});
    spoiled_.insert(number);
  }
  void drop_spoiled() { /* an order with a bad row is not imported without that row */
    std::erase_if(file_.orders, [&](const FileOrder& order) { return spoiled_.count(order.order.number) > 0; });
  }

 private:
  OrdersFile& file_;
  std::string shop_id_;
  std::map<std::string, std::size_t> places_;
  std::set<std::string> spoiled_;
};
}  // namespace

Result<OrdersFile> read_orders_csv(const std::string& bytes, const std::string& shop_id) {
  const auto records = read_csv(bytes);
  if (!records) return records.problem();
  if (records->empty()) return Problem{Kind::invalid, "The file is empty. It needs a first row with column names.", ""};
  std::map<std::string, std::size_t> columns;
  for (std::size_t i = 0; i < records->front().fields.size(); ++i) columns[records->front().fields[i]] = i;
  const bool retail = columns.count("InvoiceNo") > 0;
  if (const auto missing = missing_columns(columns, retail); !missing.empty()) return Problem{Kind::invalid, "Line 1: these columns are missing: " + missing + ".", ""};

  OrdersFile file;
  Gathered gathered(file, shop_id);
  for (std::size_t i = 1; i < records->size(); ++i) {
    const auto& record = (*records)[i];
    ++file.rows;
    Fields fields(columns, record);
    const auto number = fields.text(retail ? "InvoiceNo" : "number");
    if (record.fields.size() != columns.size()) {
      gathered.spoil(number, record.line, "the row has " + std::to_string(record.fields.size()) + " fields, the first row names " + std::to_string(columns.size()));
      continue;
    }
    if (retail && number.rfind('C', 0) == 0) {
      ++file.cancellations_skipped;
      continue;
    }
    const auto head = retail ? retail_head(fields) : own_head(fields);
    auto line = retail ? retail_line(fields) : own_line(fields, head.currency);
    if (fields.wrong().empty()) gathered.add(head, std::move(line), record.line);
    else gathered.spoil(number, record.line, fields.wrong());
  }
  gathered.drop_spoiled();
  return file;
}

}  // namespace shopadmin
