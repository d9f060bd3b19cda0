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

const std::string after_all = "\xF4\x8F\xBF\xBF"; /* the highest code point: the end of "begins with" */

std::vector<std::string> wanted_terms(const std::string& search) {
  constexpr std::size_t most = 6;
  auto terms = search_terms(search);
  if (terms.size() > most) terms.resize(most);
  return terms;
}

struct Term {
  std::int64_t orders; /* about as many have a word beginning so (their words are counted), up to a bound */
  std::string text;
};

/* The rarest first: it leads, so that a common one beside it costs nothing. */
std::vector<Term> by_rarity(Sql& sql, const std::string& search, std::int64_t count_most) {
  std::vector<Term> terms;
  for (const auto& text : wanted_terms(search)) terms.push_back({sql.count(count_most, "order_terms WHERE term >= :1 AND term < :2", {text, text + after_all}), text});
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return std::tie(a.orders, a.text) < std::tie(b.orders, b.text); });
  return terms;
}

/* PostgreSQL knows from its statistics how many orders a word has and chooses by them. SQLite does not, so it is told: few orders are read one by one and sorted;
 * of more only their ids are gathered, and the list is walked until the page is full (+ keeps SQLite from reading them one by one); with very many even that is
 * too much, and each order of the walk is asked whether it has the word. In a large shop the wrong way takes seconds. */
void search(ListWhere& where, Sql& sql, const OrderQuery& query) {
  const std::string among = "o.id IN (SELECT t.order_id FROM order_terms t WHERE t.term >= ? AND t.term < ?)";
  const std::string has = "EXISTS (SELECT 1 FROM order_terms t WHERE t.order_id = o.id AND t.term >= ? AND t.term < ?)";
  if (sql.engine() == Engine::postgresql) {
    for (const auto& text : wanted_terms(query.search)) where.add(among, {text, text + after_all});
    return;
  }
  bool leads = true;
  for (const auto& [orders, text] : by_rarity(sql, query.search, query.many)) {
    where.add(!leads || orders >= query.many ? has : orders > query.few ? "+" + among : among, {text, text + after_all});
    leads = false;
  }
}

ListWhere filters(Sql& sql, const OrderQuery& query) {
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
  search(where, sql, query);
  return where;
}

/* A cursor is direction, created_ms and id of the row it starts behind. */
std::string cursor_at(const char* direction, const Order& order) { return encode_cursor({std::string(direction), std::to_string(order.created_ms), order.id}); }
}  // namespace

Result<OrderPage> Orders::list(const OrderQuery& query) {
  bool upwards = false;
  std::vector<Bound> starts_behind;
  if (!query.cursor.empty()) {
    const auto parts = decode_cursor(query.cursor, 3);
    const auto created = parts && (*parts)[1] ? whole_in(*(*parts)[1]) : std::nullopt;
    if (!created || !(*parts)[0] || !(*parts)[2]) return Problem{Kind::invalid, "This page address is damaged. Start from the newest orders.", ""};
    upwards = *(*parts)[0] == "newer";
    starts_behind = {*created, *(*parts)[2]};
  }
  const auto limit = std::clamp(query.limit, 1, 500);
  const std::string order = upwards ? " ORDER BY o.created_ms ASC, o.id ASC" : " ORDER BY o.created_ms DESC, o.id DESC";
  const auto rows = database_.read([&](Sql& sql) {
    auto where = filters(sql, query);
    if (!starts_behind.empty()) where.add(upwards ? "(o.created_ms, o.id) > (?, ?)" : "(o.created_ms, o.id) < (?, ?)", starts_behind);
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
  constexpr std::int64_t rarest_most = 1000;
  std::vector<Order> found;
  database_.read([&](Sql& sql) {
    const auto terms = by_rarity(sql, text, rarest_most);
    if (terms.empty()) return 0;
    std::string query = "SELECT DISTINCT t.order_id FROM order_terms t WHERE t.term >= :v1 AND t.term < :v2";
    std::vector<Bound> values{terms.front().text, terms.front().text + after_all};
    for (std::size_t i = 1; i < terms.size(); ++i) {
      const auto place = std::to_string(values.size() + 1), next = std::to_string(values.size() + 2);
      query += " AND EXISTS (SELECT 1 FROM order_terms x WHERE x.order_id = t.order_id AND x.term >= :v" + place + " AND x.term < :v" + next + ")";
      values.insert(values.end(), {terms[i].text, terms[i].text + after_all});
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
    return FolderCounts{sql.count(counted_most + 1, "orders WHERE shop_id = :1 AND finished = 0", {shop_id}), sql.count(counted_most + 1, "orders WHERE shop_id = :1 AND problem = 1", {shop_id})};
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
