/* Orders: reading. Lists, counters, one order, its history. */
#include <algorithm>
#include <tuple>

#include "cursor.hpp"
#include "orders/orders.hpp"
#include "orders/rows.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {
struct ListWhere {
  std::string text;
  std::vector<Bound> values;
  void add(const std::string& condition, std::vector<Bound> bound = {}) {
    text += (text.empty() ? " WHERE " : " AND ");
    std::size_t next = 0;
    for (const char c : condition) {
      if (c == '?') text += ":v" + std::to_string(values.size() + ++next);
      else text += c;
    }
    for (auto& value : bound) values.push_back(std::move(value));
  }
};

ListWhere filters(const OrderQuery& query) {
  ListWhere where;
  where.add("o.shop_id = ?", {query.shop_id});
  if (query.folder == Folder::new_orders) where.add("o.finished = 0");
  if (query.folder == Folder::finished) where.add("o.finished = 1");
  if (query.folder == Folder::problems) where.add("o.problem = 1");
  if (!query.state.empty()) where.add("o.state = ?", {query.state});
  if (query.word == "-") where.add("o.payment_word IS NULL");
  else if (!query.word.empty()) where.add("o.payment_word = ?", {query.word});
  if (!query.payment_method.empty()) where.add("o.payment_method = ?", {query.payment_method});
  if (query.from_ms) where.add("o.created_ms >= ?", {*query.from_ms});
  if (query.to_ms) where.add("o.created_ms < ?", {*query.to_ms});
  const std::string last = "\xF4\x8F\xBF\xBF"; /* the highest code point: the end of "begins with" */
  auto terms = search_terms(query.search);
  if (terms.size() > 6) terms.resize(6);
  for (const auto& term : terms) {
    where.add("o.id IN (SELECT t.order_id FROM order_terms t WHERE t.term >= ? AND t.term < ?)", {term, term + last});
  }
  return where;
}

/* A cursor is direction, created_ms and id of the row it starts behind. */
std::string cursor_at(const char* direction, const Order& order) { return encode_cursor({std::string(direction), std::to_string(order.created_ms), order.id}); }
}  // namespace

Result<OrderPage> Orders::list(const OrderQuery& query) {
  auto where = filters(query);
  bool upwards = false;
  if (!query.cursor.empty()) {
    const auto parts = decode_cursor(query.cursor, 3);
    const auto created = parts && (*parts)[1] ? whole_in(*(*parts)[1]) : std::nullopt;
    if (!created || !(*parts)[0] || !(*parts)[2]) return Problem{Kind::invalid, "This page address is damaged. Start from the newest orders.", ""};
    upwards = *(*parts)[0] == "newer";
    where.add(upwards ? "(o.created_ms, o.id) > (?, ?)" : "(o.created_ms, o.id) < (?, ?)", {*created, *(*parts)[2]});
  }
  const auto limit = std::clamp(query.limit, 1, 500);
  const std::string order = upwards ? " ORDER BY o.created_ms ASC, o.id ASC" : " ORDER BY o.created_ms DESC, o.id DESC";
  const auto rows = database_.read([&](Sql& sql) {
    return sql.rows(std::string("SELECT ") + order_columns + " FROM orders o" + where.text + order + " LIMIT " + std::to_string(limit + 1), where.values);
  });
  OrderPage page;
  for (const auto& row : rows) page.orders.push_back(order_from(row));
  const bool more = page.orders.size() > static_cast<std::size_t>(limit);
  if (more) page.orders.pop_back();
  if (upwards) std::reverse(page.orders.begin(), page.orders.end());
  if (page.orders.empty()) return page;
  if (upwards ? more : !query.cursor.empty()) page.newer = cursor_at("newer", page.orders.front());
  if (upwards || more) page.older = cursor_at("older", page.orders.back());
  return page;
}

std::vector<Order> Orders::search(const std::string& shop_id, const std::string& method, const std::string& text, int limit, bool brief) {
  constexpr int rarest_most = 1000;
  const std::string last = "\xF4\x8F\xBF\xBF";
  auto terms = search_terms(text);
  if (terms.size() > 6) terms.resize(6);
  std::vector<Order> found;
  if (terms.empty()) return found;
  database_.read([&](Sql& sql) {
    /* The rarest word leads, so that a common one beside it costs nothing. */
    std::vector<std::pair<std::int64_t, std::string>> by_count;
    for (const auto& term : terms)
      by_count.emplace_back(sql.row("SELECT count(*) FROM (SELECT 1 FROM order_terms WHERE term >= :1 AND term < :2 LIMIT " + std::to_string(rarest_most) + ") AS counted", {term, term + last})->whole(0), term);
    std::sort(by_count.begin(), by_count.end());
    std::string query = "SELECT DISTINCT t.order_id FROM order_terms t WHERE t.term >= :v1 AND t.term < :v2";
    std::vector<Bound> values{by_count.front().second, by_count.front().second + last};
    for (std::size_t i = 1; i < by_count.size(); ++i) {
      const auto place = std::to_string(values.size() + 1), next = std::to_string(values.size() + 2);
      query += " AND EXISTS (SELECT 1 FROM order_terms x WHERE x.order_id = t.order_id AND x.term >= :v" + place + " AND x.term < :v" + next + ")";
      values.insert(values.end(), {by_count[i].second, by_count[i].second + last});
    }
    for (const auto& row : sql.rows(query + " LIMIT " + std::to_string(limit), values)) {
      auto order = brief ? load_brief(sql, row.text(0)) : load_order(sql, row.text(0));
      if (order && order->shop_id == shop_id && order->payment_method == method) found.push_back(std::move(*order));
    }
    return 0;
  });
  std::sort(found.begin(), found.end(), [](const Order& a, const Order& b) { return std::tie(a.created_ms, a.id) > std::tie(b.created_ms, b.id); });
  return found;
}

FolderCounts Orders::counts(const std::string& shop_id) {
  return database_.read([&](Sql& sql) {
    FolderCounts counts;
    for (const auto& row : sql.rows("SELECT finished, count(*) FROM orders WHERE shop_id = :1 GROUP BY finished", {shop_id})) {
      (row.flag(0) ? counts.finished : counts.new_orders) = row.whole(1);
    }
    counts.all = counts.finished + counts.new_orders;
    counts.problems = sql.row("SELECT count(*) FROM orders WHERE shop_id = :1 AND problem = 1", {shop_id})->whole(0);
    return counts;
  });
}

std::vector<std::pair<std::string, std::int64_t>> Orders::word_counts(const std::string& shop_id) {
  return database_.read([&](Sql& sql) {
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (const auto& row : sql.rows("SELECT payment_word, count(*) FROM orders WHERE shop_id = :1 GROUP BY payment_word", {shop_id})) {
      counts.emplace_back(row.null(0) ? "-" : row.text(0), row.whole(1));
    }
    return counts;
  });
}

Result<Order> Orders::get(const std::string& order_id) {
  auto order = database_.read([&](Sql& sql) { return load_order(sql, order_id); });
  if (!order) return Problem{Kind::not_found, "This order is not there (any more).", ""};
  std::erase_if(order->lines, [](const OrderLine& line) { return line.quantity() == 0; });
  return std::move(*order);
}

Result<Order> Orders::by_number(const std::string& number, const std::string& shop_id) {
  const auto id = database_.read([&](Sql& sql) { return sql.row("SELECT id FROM orders WHERE shop_id = :1 AND number = :2", {shop_id, number}); });
  if (!id) return sentence(Kind::not_found, "There is no order with the number {number}.", {{"number", number}});
  return get(id->text(0));
}

std::vector<HistoryEntry> Orders::history(const std::string& order_id) {
  return database_.read([&](Sql& sql) {
    std::vector<HistoryEntry> entries;
    for (const auto& row : sql.rows("SELECT at_ms, who, event, text, args FROM order_history WHERE order_id = :1 ORDER BY id DESC", {order_id})) {
      auto args = parse_object(row.text(4), "history");
      entries.push_back({row.whole(0), row.text(1), row.text(2), row.text(3), args ? *args : json::object{}});
    }
    return entries;
  });
}

}  // namespace shopadmin
