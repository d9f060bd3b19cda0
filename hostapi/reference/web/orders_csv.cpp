#include "orders_csv.hpp"

#include "order_words.hpp"

namespace shopadmin::web {
namespace {

constexpr std::size_t csv_orders_max = 5000;
constexpr int csv_page = 500;

// Spreadsheets run what begins like a formula, so such a text gets an apostrophe before it.
std::string csv_text(const std::string& text) {
  std::string out = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// "64.80", "-5": figures for a spreadsheet, not for a reader.
std::string csv_amount(std::int64_t minor, const std::string& currency) {
  const auto digits = static_cast<std::size_t>(minor_digits(currency));
  std::string text = std::to_string(minor < 0 ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor));
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  if (digits > 0) text.insert(text.size() - digits, ".");
  return (minor < 0 ? "-" : "") + text;
}

std::string csv_line(const Site& site, const Say& say, const Order& order) {
  const auto word = payment_word(site, say, order);
  const auto& at = order.shipping.empty() ? order.billing : order.shipping;
  std::string line;
  for (const auto& text : {order.number, iso_time(order.created_ms), order.buyer_name, order.buyer_email, at.city, at.country_code}) line += csv_text(text) + ",";
  line += csv_amount(order.total_minor, order.currency) + "," + csv_text(order.currency) + "," + csv_text(method_label(site, say, order)) + ",";
  line += csv_text(word.is_object() ? text_of(word.get_object(), "label") : std::string()) + "," + csv_text(order.payment_reference) + "," + csv_text(state_label(say, order.state));
  return line + "\r\n";
}

}  // namespace

Response orders_csv(Site& site, Visit& visit, OrderQuery query) {
  const auto& say = visit.say;
  query.limit = csv_page, query.cursor.clear();
  std::string text = "\xEF\xBB\xBFnumber,created,customer,email,city,country,total,currency,method,payment,reference,state\r\n";  // the mark tells spreadsheets that this is UTF-8
  std::size_t orders = 0;
  do {
    const auto page = site.app.orders.list(query);
    if (!page) return site.problem(visit, page.problem(), "/orders", say.tr("Newest orders"));
    for (const auto& order : page->orders) text += csv_line(site, say, order);
    orders += page->orders.size();
    query.cursor = page->older;
  } while (!query.cursor.empty() && orders < csv_orders_max);
  if (!query.cursor.empty()) {
    const auto why = say.tr("These are more than {count} orders. Choose a folder, days or a payment word.", {{"count", say.number(csv_orders_max)}});
    return site.problem(visit, 422, say.tr("Too many orders for a download"), why, "/orders", say.tr("Back to the orders"));
  }
  site.note(visit, "order.export", {{"orders", orders}});
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"orders.csv\"");
  response.body = std::move(text);
  return response;
}

}  // namespace shopadmin::web
