#include "orders/rows.hpp"

#include <locale.h>
#include <wctype.h>

#include <boost/locale/encoding_utf.hpp>
#include <set>

#include "orders/pricing.hpp"

namespace shopadmin {

const char* const order_columns =
    "o.id, o.shop_id, o.number, o.version, o.state, o.state_before, o.created_ms, o.currency, o.locale, o.buyer_name, o.buyer_email, o.buyer_phone,"
    " o.billing, o.shipping, o.payment_method, o.payment_reference, o.charge_id, o.at_checkout, o.discount_minor, o.shipping_minor,"
    " o.shipping_tax_rate_bp, o.shipping_gone, o.notes, o.carrier, o.tracking_number, o.shipped_ms, o.total_minor, o.original_total_minor,"
    " o.payment_word, o.payment_label_reference, o.payment_note, o.payment_args, o.payment_tasks, o.payment_drift, o.payment_test";

namespace {
json::object stored_object(const std::string& text) {
  if (text.empty()) return {};
  auto parsed = parse_object(text, "a stored document");
  return parsed ? *parsed : json::object{};
}

bool is_problem(const PaymentLabel& label) {
  return label.open_tasks > 0 || label.drift || label.word == "declined" || label.word == "expired" || label.word == "unknown";
}

std::int64_t finished(const std::string& state) { return state == "shipped" || state == "canceled" ? 1 : 0; }

void add_terms(Sql& sql, const std::string& order_id, const std::set<std::string>& terms) {
  for (const auto& term : terms) sql.change("INSERT INTO order_terms (term, order_id) VALUES (:1, :2) ON CONFLICT DO NOTHING", {term, order_id});
}

std::set<std::string> terms_of(const Order& order) {
  std::set<std::string> terms;
  for (const auto& text : {order.number, order.buyer_name, order.buyer_email, order.payment_reference, order.charge_id, order.payment.reference}) {
    if (text.empty()) continue;
    for (auto& term : search_terms(text)) terms.insert(std::move(term));
    terms.insert(lowered(text)); /* the whole, for "2026-104788" or an address */
  }
  return terms;
}

Bound null_if_empty(const std::string& text) { return text.empty() ? Bound{nullptr} : Bound{text}; }

void insert_line(Sql& sql, const std::string& order_id, const OrderLine& line, std::int64_t position) {
  sql.change(
      "INSERT INTO order_lines (order_id, line_id, position, sku, title, ordered, deleted, canceled, unit_price_minor, tax_rate_bp, cancel_generation)"
      " VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11)",
      {order_id, line.id, position, line.sku, line.title, line.ordered, line.deleted, line.canceled, line.unit_price_minor, line.tax_rate_bp, line.cancel_generation});
}

OrderLine line_from(const Row& row) {
  OrderLine line;
  line.id = row.text(0), line.sku = row.text(1), line.title = row.text(2);
  line.ordered = row.whole(3), line.deleted = row.whole(4), line.canceled = row.whole(5);
  line.unit_price_minor = row.whole(6), line.tax_rate_bp = row.whole(7), line.cancel_generation = row.whole(8);
  line.canceled_by = {row.text(9), row.text(11), row.text(12), row.whole(10)};
  return line;
}
}  // namespace

Order order_from(const Row& row) {
  Order order;
  order.id = row.text(0), order.shop_id = row.text(1), order.number = row.text(2), order.version = row.whole(3);
  order.state = row.text(4), order.state_before = row.text(5), order.created_ms = row.whole(6);
  order.currency = row.text(7), order.locale = row.text(8);
  order.buyer_name = row.text(9), order.buyer_email = row.text(10), order.buyer_phone = row.text(11);
  order.billing = address_from(stored_object(row.text(12))), order.shipping = address_from(stored_object(row.text(13)));
  order.payment_method = row.text(14), order.payment_reference = row.text(15), order.charge_id = row.text(16), order.at_checkout = row.text(17);
  order.discount_minor = row.whole(18), order.shipping_minor = row.whole(19), order.shipping_tax_rate_bp = row.whole(20);
  order.shipping_gone = row.whole(21) != 0, order.shipping_gone_asked = row.whole(21) == 2;
  order.notes = row.text(22), order.carrier = row.text(23), order.tracking_number = row.text(24), order.shipped_ms = row.whole(25);
  order.total_minor = row.whole(26), order.original_total_minor = row.whole(27);
  order.payment.word = row.text(28), order.payment.reference = row.text(29), order.payment.note = row.text(30);
  order.payment.note_args = stored_object(row.text(31));
  order.payment.open_tasks = row.whole(32), order.payment.drift = row.flag(33), order.payment.test = row.flag(34);
  return order;
}

std::optional<Order> load_order(Sql& sql, const std::string& order_id) {
  const auto row = sql.row(std::string("SELECT ") + order_columns + " FROM orders o WHERE o.id = :1", {order_id});
  if (!row) return std::nullopt;
  auto order = order_from(*row);
  for (const auto& line : sql.rows("SELECT line_id, sku, title, ordered, deleted, canceled, unit_price_minor, tax_rate_bp, cancel_generation,"
                                   " canceled_who, canceled_at_ms, canceled_reason, canceled_note FROM order_lines WHERE order_id = :1 ORDER BY position", {order_id})) {
    order.lines.push_back(line_from(line));
  }
  price(order);
  return order;
}

std::optional<Order> load_brief(Sql& sql, const std::string& order_id) {
  const auto row = sql.row("SELECT id, shop_id, number, created_ms, payment_method, buyer_name, buyer_email, buyer_phone, payment_reference, charge_id, at_checkout FROM orders WHERE id = :1", {order_id});
  if (!row) return std::nullopt;
  Order order;
  order.id = row->text(0), order.shop_id = row->text(1), order.number = row->text(2), order.created_ms = row->whole(3), order.payment_method = row->text(4);
  order.buyer_name = row->text(5), order.buyer_email = row->text(6), order.buyer_phone = row->text(7);
  order.payment_reference = row->text(8), order.charge_id = row->text(9), order.at_checkout = row->text(10);
  return order;
}

void insert_order(Sql& sql, Order order, std::int64_t now_ms) {
  price(order);
  sql.change(
      "INSERT INTO orders (id, shop_id, number, version, state, state_before, created_ms, currency, locale, buyer_name, buyer_email, buyer_phone, billing, shipping,"
      " payment_method, payment_reference, charge_id, at_checkout, discount_minor, shipping_minor, shipping_tax_rate_bp, shipping_gone, notes, carrier,"
      " tracking_number, shipped_ms, total_minor, original_total_minor, payment_tasks, payment_drift, payment_test, finished, problem)"
      " VALUES (:1, :2, :3, 1, :4, '', :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15, :16, :17, :18, :19, 0, :20, :21, :22, :23, :24, :25, 0, 0, 0, :26, 0)",
      {order.id, order.shop_id, order.number, order.state, order.created_ms, order.currency, order.locale, order.buyer_name, order.buyer_email, order.buyer_phone,
       json::serialize(to_document(order.billing)), json::serialize(to_document(order.shipping)), order.payment_method, order.payment_reference, order.charge_id,
       order.at_checkout, order.discount_minor, order.shipping_minor, order.shipping_tax_rate_bp, order.notes, order.carrier, order.tracking_number,
       order.shipped_ms ? Bound{order.shipped_ms} : Bound{nullptr}, order.total_minor, order.original_total_minor, finished(order.state)});
  std::int64_t position = 0;
  for (const auto& line : order.lines) insert_line(sql, order.id, line, ++position);
  add_terms(sql, order.id, terms_of(order));
  add_history(sql, order.id, {now_ms, "system", "order.import", "Order was imported.", {}});
}

void save_order(Sql& sql, Order order) {
  price(order);
  sql.change(
      "UPDATE orders SET version = version + 1, state = :1, state_before = :2, shipping_gone = :3, notes = :4, carrier = :5, tracking_number = :6, shipped_ms = :7,"
      " total_minor = :8, finished = :9 WHERE id = :10",
      {order.state, order.state_before, static_cast<std::int64_t>(!order.shipping_gone ? 0 : order.shipping_gone_asked ? 2 : 1), order.notes, order.carrier,
       order.tracking_number, order.shipped_ms ? Bound{order.shipped_ms} : Bound{nullptr}, order.total_minor, finished(order.state), order.id});
  for (const auto& line : order.lines) {
    sql.change(
        "UPDATE order_lines SET deleted = :1, canceled = :2, cancel_generation = :3, canceled_who = :4, canceled_at_ms = :5, canceled_reason = :6, canceled_note = :7"
        " WHERE order_id = :8 AND line_id = :9",
        {line.deleted, line.canceled, line.cancel_generation, null_if_empty(line.canceled_by.who),
         line.canceled_by.at_ms ? Bound{line.canceled_by.at_ms} : Bound{nullptr}, null_if_empty(line.canceled_by.reason), null_if_empty(line.canceled_by.note),
         order.id, line.id});
  }
}

std::optional<LabelledOrder> load_label(Sql& sql, const std::string& order_id) {
  const auto row = sql.row("SELECT payment_method, payment_word, payment_label_reference, payment_note, payment_args, payment_tasks, payment_drift, payment_test FROM orders WHERE id = :1", {order_id});
  if (!row) return std::nullopt;
  return LabelledOrder{row->text(0), {row->text(1), row->text(2), row->text(3), stored_object(row->text(4)), row->whole(5), row->flag(6), row->flag(7)}};
}

void save_label(Sql& sql, const std::string& order_id, const PaymentLabel& before, const PaymentLabel& label) {
  if (label == before) return;
  std::string sets = "payment_label_reference = :1, payment_note = :2, payment_args = :3, payment_tasks = :4, payment_drift = :5, payment_test = :6";
  std::vector<Bound> values{null_if_empty(label.reference), null_if_empty(label.note), json::serialize(label.note_args), label.open_tasks, std::int64_t{label.drift}, std::int64_t{label.test}};
  if (label.word != before.word || is_problem(label) != is_problem(before)) { /* named, they cost their indexes, also with the values they have */
    sets += ", payment_word = :7, problem = :8";
    values.insert(values.end(), {null_if_empty(label.word), std::int64_t{is_problem(label)}});
  }
  values.emplace_back(order_id);
  sql.change("UPDATE orders SET " + sets + " WHERE id = :id", values);
  if (label.reference == before.reference) return;
  std::set<std::string> terms;
  for (auto& term : search_terms(label.reference)) terms.insert(std::move(term));
  terms.insert(lowered(label.reference));
  add_terms(sql, order_id, terms);
}

void save_reference(Sql& sql, const std::string& order_id, const std::string& reference, const std::string& charge_id) {
  sql.change("UPDATE orders SET payment_reference = :1, charge_id = :2, version = version + 1 WHERE id = :3", {reference, charge_id, order_id});
  std::set<std::string> terms;
  for (const auto& text : {reference, charge_id}) {
    if (text.empty()) continue;
    for (auto& term : search_terms(text)) terms.insert(std::move(term));
    terms.insert(lowered(text));
  }
  add_terms(sql, order_id, terms);
}

void remove_order(Sql& sql, const std::string& order_id) {
  for (const char* table : {"order_terms", "order_history", "order_lines"}) sql.change(std::string("DELETE FROM ") + table + " WHERE order_id = :1", {order_id});
  sql.change("DELETE FROM orders WHERE id = :1", {order_id});
}

void add_history(Sql& sql, const std::string& order_id, const HistoryEntry& entry) {
  sql.change("INSERT INTO order_history (order_id, at_ms, who, event, text, args) VALUES (:1, :2, :3, :4, :5, :6)",
             {order_id, entry.at_ms, entry.who, entry.event, entry.text, json::serialize(entry.args)});
}

std::string lowered(const std::string& text) {
  static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  auto wide = boost::locale::conv::utf_to_utf<wchar_t>(text);
  for (auto& letter : wide) letter = static_cast<wchar_t>(utf8 ? towlower_l(static_cast<wint_t>(letter), utf8) : towlower(static_cast<wint_t>(letter)));
  return boost::locale::conv::utf_to_utf<char>(wide);
}

std::vector<std::string> search_terms(const std::string& text) {
  std::vector<std::string> terms;
  std::string term;
  for (const char c : lowered(text) + " ") {
    const auto byte = static_cast<unsigned char>(c);
    const bool inside = byte >= 0x80 || std::isalnum(byte);
    if (inside) {
      term += c;
    } else if (!term.empty()) {
      terms.push_back(std::move(term));
      term.clear();
    }
  }
  return terms;
}

}  // namespace shopadmin
