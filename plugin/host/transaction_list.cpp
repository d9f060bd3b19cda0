#include "host/transaction_list.hpp"

#include <algorithm>
#include <ctime>

#include "amazon/signing.hpp"
#include "host/codec.hpp"
#include "host/store_documents.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int marks_per_look = 500;
constexpr int marks_most = 5'000;   // looked at for one page, however few fit an amount
constexpr int found_most = 100;     // of a search

Result<std::int64_t> day_in(const std::string& typed) {
  std::tm day{};
  int year = 0, month = 0, date = 0, used = 0;
  const bool read = std::sscanf(typed.c_str(), "%4d-%2d-%2d%n", &year, &month, &date, &used) == 3 && used == static_cast<int>(typed.size());
  day.tm_year = year - 1900, day.tm_mon = month - 1, day.tm_mday = date;
  const bool good = read && year >= 1970 && year < 2200;
  const auto seconds = good ? timegm(&day) : 0;
  if (!good || day.tm_mon != month - 1 || day.tm_mday != date) return Failure{Kind::refused, tr("A date is not readable. Write it as 2026-11-21.")};
  return static_cast<std::int64_t>(seconds) * 1000;
}

Result<> check_amount(const std::string& typed) {
  if (typed.empty()) return hostapi::success();
  auto amount = parse_amount(typed, Currency("EUR"));
  return amount ? hostapi::success() : Result<>(amount.failure());
}

struct Walk {
  std::string prefix, low, high;   // low <= key < high
};
Walk walk_of(const TransactionQuery& q, const MarkFilter& filter) {
  Walk walk{mark_prefix(filter), "", ""};
  walk.low = walk.prefix + (q.from_ms != 0 ? mark_moment(q.from_ms) : "");
  walk.high = walk.prefix + (q.to_ms != 0 ? mark_moment(q.to_ms) : ":");  // ':' follows the digits
  return walk;
}

bool amount_fits(const TransactionQuery& q, Money total) {
  const auto bound = [&](const std::string& typed) { return parse_amount(typed, total.currency()); };
  if (!q.min.empty()) {
    const auto least = bound(q.min);
    if (!least || total < *least) return false;
  }
  if (q.max.empty()) return true;
  const auto most = bound(q.max);
  return most && total <= *most;
}

// A mark as the walk finds it.
struct Mark {
  MarkPlace at;
  Money total;
};

Result<std::vector<Mark>> marks_between(const Session& session, const Walk& walk, bool upwards, int limit) {
  auto found = session.store().find({{"collection", "payment_marks"},
                                     {"where", json::array{condition("key", ">=", walk.low), condition("key", "<", walk.high)}},
                                     {"order", upwards ? "key" : "-key"},
                                     {"limit", limit}});
  if (!found) return found.failure();
  return reading("the marks of payments", [&] {
    std::vector<Mark> marks;
    for (const auto& item : Members(*found).list("items")) {
      const Members m(item);
      const auto value = m.object("value");
      if (auto at = place_in(m.needed_text("key"), walk.prefix); at && value) marks.push_back({std::move(*at), {value->number("minor"), value->currency("currency")}});
    }
    return marks;
  });
}

Result<std::vector<ListedPayment>> load_all(const Session& session, const std::vector<std::string>& ids) {
  std::vector<ListedPayment> loaded;
  if (ids.empty()) return loaded;
  auto found = session.store().find({{"collection", "payments"},
                                     {"where", json::array{condition("key", "in", json::array(ids.begin(), ids.end()))}},
                                     {"order", "key"},
                                     {"limit", static_cast<std::int64_t>(ids.size())}});
  if (!found) return found.failure();
  return reading("stored payments", [&] {
    for (const auto& item : Members(*found).list("items")) {
      const auto* value = Members(item).find("value");
      auto payment = decode_payment(value == nullptr ? json::value() : *value);
      if (!payment) throw BadDocument(payment.message());
      auto standing = standing_in(*value, payment->currency);
      if (!standing && standing.kind() != Kind::not_found) throw BadDocument(standing.message());
      ListedPayment one{std::move(*payment), standing ? std::move(*standing) : Standing{}, ""};
      if (!standing) one.standing = standing_of(one.payment, {}, 0);
      one.place = mark_moment(one.payment.created_ms) + "/" + one.payment.order_id;
      loaded.push_back(std::move(one));
    }
    std::sort(loaded.begin(), loaded.end(), [](const ListedPayment& a, const ListedPayment& b) { return a.place > b.place; });
    return loaded;
  });
}

bool fits(const TransactionQuery& q, const ListedPayment& one, std::int64_t now_ms) {
  const auto& p = one.payment;
  const auto& f = q.filter;
  if (p.environment != f.environment || (f.word && word_of_transaction(p) != *f.word) || (!f.currency.empty() && p.currency.code() != f.currency)) return false;
  if ((q.from_ms != 0 && p.created_ms < q.from_ms) || (q.to_ms != 0 && p.created_ms >= q.to_ms)) return false;
  const auto flags = flags_of(p, one.standing, now_ms);
  if (f.flag && std::find(flags.begin(), flags.end(), *f.flag) == flags.end()) return false;
  return amount_fits(q, transaction_of(p, one.standing, now_ms).total);
}

// By reference from the marks, by name or e-mail from the shop's own search: no buyer stands in our store.
Result<std::vector<std::string>> found_orders(const Session& session, const TransactionQuery& q) {
  std::vector<std::string> ids;
  const auto add = [&](const std::string& id) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  const auto prefix = reference_prefix(q.filter.environment, q.search);
  auto marks = session.store().find({{"collection", "payment_marks"}, {"where", json::array{condition("key", ">=", prefix), condition("key", "<", prefix + "\x7f")}}, {"order", "key"}, {"limit", found_most + 1}});
  if (!marks) return marks.failure();
  auto orders = session.orders().find({{"payment_method", "amazon_pay"}, {"search", q.search}, {"brief", true}, {"limit", found_most + 1}});
  if (!orders) return orders.failure();
  return reading("what the search found", [&] {
    for (const auto& item : Members(*marks).list("items")) {
      const auto key = Members(item).needed_text("key");
      const auto slash = key.find('/', key.find('/', 4) + 1);  // ref/<environment>/<reference>/<order>
      if (slash != std::string::npos) add(key.substr(slash + 1));
    }
    const Members answer(*orders);
    if (answer.flag("searched"))  // a host that does not know the search would answer every order
      for (const auto& order : answer.list("orders")) add(Members(order).needed_text("id"));
    return ids;
  });
}

Result<TransactionPage> search_page(const Session& session, const TransactionQuery& q) {
  auto ids = found_orders(session, q);
  if (!ids) return ids.failure();
  auto loaded = load_all(session, *ids);
  if (!loaded) return loaded.failure();
  TransactionPage page;
  const auto now_ms = session.core().now_unix_ms();
  for (auto& one : *loaded)
    if (fits(q, one, now_ms)) page.rows.push_back(std::move(one));
  page.cut = static_cast<int>(ids->size()) > found_most;
  if (static_cast<int>(page.rows.size()) > found_most) page.rows.erase(page.rows.begin() + found_most, page.rows.end());
  return page;
}

}  // namespace

Result<TransactionQuery> transaction_query(const json::value& request, Environment fallback) {
  TransactionQuery q;
  const auto environment = text_in(request, "env");
  q.filter.environment = environment == "live" ? Environment::live : environment == "sandbox" ? Environment::sandbox : fallback;
  q.filter.word = transaction_word(text_in(request, "word"));
  q.filter.flag = transaction_flag(text_in(request, "flag"));
  if (auto currency = text_in(request, "currency"); is_currency_code(currency)) q.filter.currency = currency;
  q.search = text_in(request, "q").substr(0, 120);
  q.from = text_in(request, "from"), q.to = text_in(request, "to");
  if (!q.from.empty()) {
    auto day = day_in(q.from);
    if (!day) return day.failure();
    q.from_ms = *day;
  }
  if (!q.to.empty()) {
    auto day = day_in(q.to);
    if (!day) return day.failure();
    q.to_ms = *day + day_ms;
  }
  q.min = text_in(request, "min"), q.max = text_in(request, "max");
  for (const auto* amount : {&q.min, &q.max})
    if (auto good = check_amount(*amount); !good) return good.failure();
  q.older = text_in(request, "older").substr(0, 300), q.newer = text_in(request, "newer").substr(0, 300);
  return q;
}

std::string address_of(const TransactionQuery& q) {
  std::string address = std::string("?env=") + environment_name(q.filter.environment);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) address += std::string("&") + name + "=" + amazon::percent_encoded(value);
  };
  add("word", q.filter.word ? id_of(*q.filter.word) : ""), add("currency", q.filter.currency), add("flag", q.filter.flag ? id_of(*q.filter.flag) : "");
  add("q", q.search), add("from", q.from), add("to", q.to), add("min", q.min), add("max", q.max);
  return address;
}

Result<TransactionPage> read_transactions(const Session& session, const TransactionQuery& q, int limit) {
  if (!q.search.empty()) return search_page(session, q);
  const bool upwards = !q.newer.empty(), by_amount = !q.min.empty() || !q.max.empty();
  auto walk = walk_of(q, q.filter);
  if (upwards) walk.low = std::max(walk.low, walk.prefix + q.newer + '\x01');
  else if (!q.older.empty()) walk.high = std::min(walk.high, walk.prefix + q.older);
  TransactionPage page;
  std::vector<std::string> ids;
  bool more = false;
  for (int looked = 0; static_cast<int>(ids.size()) <= limit;) {
    const int wanted = by_amount ? marks_per_look : limit + 1;
    auto marks = marks_between(session, walk, upwards, wanted);
    if (!marks) return marks.failure();
    for (const auto& mark : *marks) {
      if (by_amount && !amount_fits(q, mark.total)) {
        page.last_place = mark.at.place;
        continue;
      }
      if (static_cast<int>(ids.size()) == limit) {
        more = true;
        break;
      }
      ids.push_back(mark.at.order_id), page.last_place = mark.at.place;
    }
    looked += static_cast<int>(marks->size());
    if (more || !by_amount || static_cast<int>(marks->size()) < wanted) break;
    if (looked >= marks_most) {
      more = page.looked_long = true;
      break;
    }
    (upwards ? walk.low : walk.high) = walk.prefix + marks->back().at.place + (upwards ? "\x01" : "");
  }
  auto rows = load_all(session, ids);
  if (!rows) return rows.failure();
  page.rows = std::move(*rows);
  if (!page.rows.empty() && !page.looked_long) page.last_place = page.rows.back().place;
  page.older = upwards ? true : more;
  page.newer = upwards ? more : !q.older.empty();
  return page;
}

Result<std::int64_t> count_transactions(const Session& session, const TransactionQuery& q, std::optional<TransactionWord> word) {
  auto filter = q.filter;
  filter.word = word;
  const auto walk = walk_of(q, filter);
  auto found = session.store().find({{"collection", "payment_marks"},
                                     {"where", json::array{condition("key", ">=", walk.low), condition("key", "<", walk.high)}},
                                     {"limit", 0},
                                     {"count_up_to", count_most + 1}});
  if (!found) return found.failure();
  return reading("store.find's answer", [&] { return Members(*found).number("count"); });
}

// A step along the marks for each currency, so the cost is that of the currencies and not of the payments.
Result<std::vector<std::string>> currencies_of(const Session& session, Environment environment) {
  const std::string all = std::string(environment_name(environment)) + "/-/";
  std::vector<std::string> known;
  for (int i = 0; i < 20; ++i) {
    const auto low = all + (known.empty() ? "A" : known.back() + "0");  // '0' follows '/'
    auto found = session.store().find({{"collection", "payment_marks"}, {"where", json::array{condition("key", ">=", low), condition("key", "<", all + "[")}}, {"order", "key"}, {"limit", 1}});
    if (!found) return found.failure();
    auto next = reading("the marks of payments", [&] {
      const auto& items = Members(*found).list("items");
      return items.empty() ? std::string() : Members(items.front()).needed_text("key").substr(all.size(), 3);
    });
    if (!next) return next.failure();
    if (!is_currency_code(*next)) break;
    known.push_back(*next);
  }
  return known;
}

Result<bool> labelling(const Session& session) {
  auto one = all_of(session.store(), {{"collection", "payments"}, {"where", json::array{condition("marked", "=", nullptr)}}, {"order", "key"}}, 1,
                    [](const json::value& value) { return reading("a stored payment", [&] { return Members(value).needed_text("order_id"); }); });
  if (!one) return one.failure();
  return !one->empty();
}

}  // namespace amazonpay::host
