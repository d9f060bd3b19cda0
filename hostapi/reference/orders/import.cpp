/* Import: JSON, the checks and the writing. */
#include "orders/import.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include "orders/rows.hpp"

namespace shopadmin {

namespace {
constexpr std::int64_t money_max = 1'000'000'000'000; /* per price; keeps every sum far from the end of int64 */

OrderLine line_from(const json::object& document, std::size_t place) {
  OrderLine line;
  line.id = text_of(document, "id", std::to_string(place)), line.sku = text_of(document, "sku"), line.title = text_of(document, "title");
  line.ordered = whole_of(document, "quantity"), line.unit_price_minor = whole_of(document, "unit_price_minor", -1), line.tax_rate_bp = whole_of(document, "tax_rate_bp");
  return line;
}

Order order_from_document(const json::object& document, const std::string& shop_id) {
  Order order;
  order.id = text_of(document, "id"), order.number = text_of(document, "number"), order.shop_id = shop_id, order.state = text_of(document, "state", "new");
  order.created_ms = whole_of(document, "created_ms"), order.currency = text_of(document, "currency"), order.locale = text_of(document, "locale", "en");
  const auto& buyer = object_of(document, "buyer");
  order.buyer_name = text_of(buyer, "name"), order.buyer_email = text_of(buyer, "email"), order.buyer_phone = text_of(buyer, "phone");
  const auto& addresses = document.if_contains("addresses") ? object_of(document, "addresses") : document;
  order.billing = address_from(object_of(addresses, "billing")), order.shipping = address_from(object_of(addresses, "shipping"));
  const auto& payment = object_of(document, "payment");
  order.payment_method = text_of(payment, "method"), order.payment_reference = text_of(payment, "reference");
  order.charge_id = text_of(payment, "charge_id"), order.at_checkout = text_of(payment, "at_checkout");
  order.discount_minor = whole_of(document, "discount_minor"), order.shipping_minor = whole_of(document, "shipping_minor");
  order.shipping_tax_rate_bp = whole_of(document, "shipping_tax_rate_bp"), order.notes = text_of(document, "notes");
  for (const auto& line : array_of(document, "lines")) order.lines.push_back(line.is_object() ? line_from(line.get_object(), order.lines.size() + 1) : OrderLine{});
  return order;
}

std::string wrong_line(const OrderLine& line) {
  const std::string where = "line " + line.id + ": ";
  if (!std::regex_match(line.id, std::regex("[A-Za-z0-9_.-]{1,40}"))) return "a line has a bad id";
  if (line.ordered < 1 || line.ordered > 9'999'999) return where + "quantity must be a whole number of one or more";
  if (line.unit_price_minor < 0 || line.unit_price_minor > money_max) return where + "unit_price_minor is missing, negative or too large";
  if (line.unit_price_minor * line.ordered > money_max) return where + "the line is worth too much";
  if (line.tax_rate_bp < 0 || line.tax_rate_bp > 9999) return where + "the tax rate must lie between 0 and 99.99 %";
  if (line.title.size() > 500 || line.sku.size() > 100) return where + "title or article number is too long";
  return "";
}

std::string wrong_order(const Order& order) {
  static const std::set<std::string> states = {"new", "in_progress", "on_hold", "shipped"}, checkouts = {"", "authorize", "authorize_with_capture", "confirm"};
  if (!std::regex_match(order.number, std::regex("[A-Za-z0-9][A-Za-z0-9_./-]{0,49}"))) return "the order number is missing or has other signs than letters, digits and _ . / -";
  if (!order.id.empty() && !std::regex_match(order.id, std::regex("[A-Za-z0-9_-]{1,64}"))) return "the id has other signs than letters, digits, _ and -";
  if (!std::regex_match(order.currency, std::regex("[A-Z]{3}"))) return "the currency \"" + order.currency.substr(0, 20) + "\" is not a code such as EUR";
  if (order.created_ms <= 0) return "created_ms is missing";
  if (!states.count(order.state)) return "the state \"" + order.state.substr(0, 20) + "\" is not new, in_progress, on_hold or shipped";
  if (!checkouts.count(order.at_checkout)) return "at_checkout \"" + order.at_checkout.substr(0, 30) + "\" is not authorize, authorize_with_capture or confirm";
  if (order.lines.empty()) return "the order has no lines";
  if (order.lines.size() > 5000) return "the order has more than 5000 lines";
  std::int64_t gross = 0;
  std::set<std::string> ids;
  for (const auto& line : order.lines) {
    if (auto wrong = wrong_line(line); !wrong.empty()) return wrong;
    if (!ids.insert(line.id).second) return "two lines have the id " + line.id;
    gross += line.unit_price_minor * line.ordered;
  }
  if (order.discount_minor < 0 || order.discount_minor > gross) return "the discount is negative or larger than the lines";
  if (order.shipping_minor < 0 || order.shipping_minor > money_max) return "shipping is negative or too large";
  return "";
}
}  // namespace

Result<OrdersFile> read_orders_json(const std::string& bytes, const std::string& shop_id) {
  const auto parsed = parse_document(bytes, "The file");
  if (!parsed) return parsed.problem();
  if (!parsed->is_array()) return Problem{Kind::invalid, "The file must be a JSON list of orders.", ""};
  OrdersFile file;
  for (const auto& item : parsed->get_array()) {
    ++file.rows;
    if (item.is_object()) file.orders.push_back({order_from_document(item.get_object(), shop_id), file.rows});
    else file.bad.push_back({file.rows, "this entry of the list is not an order"});
  }
  return file;
}

Result<std::map<std::string, ImportPayment>> read_payments(const std::string& bytes) {
  const auto parsed = parse_object(bytes, "The file of payments");
  if (!parsed) return parsed.problem();
  std::map<std::string, ImportPayment> payments;
  for (const auto& [number, item] : *parsed) {
    if (!item.is_object()) return Problem{Kind::invalid, "The payment of order " + std::string(number) + " is not an object.", ""};
    const auto& payment = item.get_object();
    payments[std::string(number)] = {text_of(payment, "method", "amazon_pay"), text_of(payment, "reference"), text_of(payment, "charge_id"), text_of(payment, "at_checkout")};
  }
  return payments;
}

void add_payments(OrdersFile& file, const std::map<std::string, ImportPayment>& payments) {
  for (auto& item : file.orders) {
    const auto found = payments.find(item.order.number);
    if (found == payments.end()) continue;
    const auto& payment = found->second;
    item.order.payment_method = payment.method, item.order.payment_reference = payment.reference;
    item.order.charge_id = payment.charge_id, item.order.at_checkout = payment.at_checkout;
  }
}

void check_orders(OrdersFile& file) {
  std::set<std::string> numbers;
  std::erase_if(file.orders, [&](const FileOrder& item) {
    auto wrong = wrong_order(item.order);
    if (wrong.empty() && !numbers.insert(item.order.number).second) wrong = "order " + item.order.number + " is in the file twice";
    if (!wrong.empty()) file.bad.push_back({item.line, wrong});
    return !wrong.empty();
  });
}

namespace {
void drop_known(Sql& sql, OrdersFile& file) {
  std::erase_if(file.orders, [&](const FileOrder& item) {
    const bool taken = sql.row("SELECT id FROM orders WHERE shop_id = :1 AND number = :2", {item.order.shop_id, item.order.number}).has_value() ||
                       (!item.order.id.empty() && sql.row("SELECT id FROM orders WHERE id = :1", {item.order.id}));
    if (taken) file.bad.push_back({item.line, "order " + item.order.number + " is in the shop already"});
    return taken;
  });
}

/* The plugin that looks after this order's payment should build its picture of it. */
bool queue_sync(Sql& sql, TaskQueue& queue, const std::vector<Manifest>& manifests, const Order& order) {
  for (const auto& manifest : manifests) {
    if (manifest.payment_method.empty() || manifest.payment_method != order.payment_method || !manifest.task("sync")) continue;
    queue.add(sql, {manifest.id, "sync", "sync:" + order.id, 0, {{"order_id", order.id}}, ""});
    return true;
  }
  return false;
}

Problem nothing_imported(const std::vector<BadRow>& bad) {
  return {Kind::refused, std::to_string(bad.size()) + (bad.size() == 1 ? " row is" : " rows are") + " bad, nothing was imported. Correct the file, or leave bad orders out with --skip-bad.", ""};
}
}  // namespace

Result<ImportSummary> import_orders(Database& database, Clock& clock, TaskQueue& queue, const std::vector<Manifest>& manifests, OrdersFile file, bool skip_bad,
                                    const std::function<void(std::size_t, std::size_t)>& progress) {
  check_orders(file);
  for (auto& item : file.orders) {
    if (item.order.id.empty()) item.order.id = "o-" + random_hex(8);
  }
  ImportSummary summary;
  auto outcome = database.write([&](Sql& sql) -> Result<void> {
    auto left = file;
    summary = {};
    drop_known(sql, left);
    summary.bad = left.bad;
    std::sort(summary.bad.begin(), summary.bad.end(), [](const BadRow& a, const BadRow& b) { return a.line < b.line; });
    if (!summary.bad.empty() && !skip_bad) return nothing_imported(summary.bad);
    for (const auto& item : left.orders) {
      insert_order(sql, item.order, clock.now_ms());
      summary.lines += static_cast<std::int64_t>(item.order.lines.size());
      summary.tasks += queue_sync(sql, queue, manifests, item.order) ? 1 : 0;
      if (progress && ++summary.orders % 10 == 0) progress(static_cast<std::size_t>(summary.orders), left.orders.size());
    }
    summary.orders = static_cast<std::int64_t>(left.orders.size());
    if (progress) progress(left.orders.size(), left.orders.size());
    return {};
  });
  if (!outcome) {
    json::array rows;
    for (const auto& row : summary.bad) rows.push_back({{"line", row.line}, {"reason", row.reason}});
    return Problem{outcome.kind(), outcome.message(), json::serialize(rows)};
  }
  queue.wake();
  return summary;
}

}  // namespace shopadmin
