// The list of orders: folders, filters (a GET form, so the address is the saved filter), keyset paging.
#include "order_words.hpp"
#include "orders_csv.hpp"
#include "pages.hpp"
#include "ticks.hpp"

namespace shopadmin::web {
namespace {

constexpr int rows_max = 25;  // what keeps a page with stylesheet and script below 100 kB

struct Filter {
  std::string folder, q, from, to, word, cursor;
  std::optional<std::int64_t> from_ms, to_ms;
  bool from_bad = false, to_bad = false;
};

Filter read_filter(const Say& say, const Form& query) {
  Filter filter{query.get("folder"), query.get("q"), query.get("from"), query.get("to"), query.get("word"), query.get("cursor"), {}, {}, false, false};
  if (filter.folder != "new" && filter.folder != "finished" && filter.folder != "problems") filter.folder.clear();
  if (filter.q.size() > 120) filter.q.resize(120);
  if (!is_utf8(filter.q)) filter.q.clear();
  if (!filter.from.empty()) filter.from_ms = say.zones().day_start(say.zone(), filter.from);
  if (!filter.to.empty()) filter.to_ms = say.zones().day_start(say.zone(), filter.to);
  filter.from_bad = !filter.from.empty() && !filter.from_ms;
  filter.to_bad = !filter.to.empty() && !filter.to_ms;
  return filter;
}

std::string address(const Filter& filter) {
  std::string text = "/orders";
  char mark = '?';
  const auto add = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    text += mark + std::string(name) + "=" + encode_component(value);
    mark = '&';
  };
  add("folder", filter.folder);
  add("q", filter.q);
  add("from", filter.from);
  add("to", filter.to);
  add("word", filter.word);
  add("cursor", filter.cursor);
  return text;
}

template <class Change>
std::string changed(Filter filter, Change change) {
  filter.cursor.clear();
  change(filter);
  return address(filter);
}

std::string file_address(const Filter& filter) {
  const auto all = changed(filter, [](Filter&) {});
  return all + (all == "/orders" ? "?as=csv" : "&as=csv");
}

Folder folder_of(const std::string& name) {
  if (name == "new") return Folder::new_orders;
  if (name == "finished") return Folder::finished;
  if (name == "problems") return Folder::problems;
  return Folder::all;
}

json::array folders(Site& site, const Say& say, const Filter& filter) {
  const auto counts = site.app.orders.counts();
  const auto entry = [&](const std::string& id, const std::string& label, std::int64_t count, bool alarm) {
    return json::object{{"href", id.empty() ? "/orders" : "/orders?folder=" + id}, {"label", label}, {"current", filter.folder == id},
                        {"count", say.counted(count)}, {"alarm", alarm}};
  };
  return {entry("", say.tr("All"), 0, false), entry("new", say.tr("New"), counts.new_orders, false), entry("finished", say.tr("Finished"), 0, false),
          entry("problems", say.tr("Problems"), counts.problems, true)};
}

json::array word_choices(const Site& site, const Say& say, const Filter& filter) {
  json::array words{json::object{{"value", ""}, {"label", say.tr("Any payment word")}, {"selected", filter.word.empty()}}};
  for (const auto* manifest : site.app.plugins.manifests())
    for (const auto& word : manifest->words)
      words.push_back(json::object{{"value", word.id}, {"label", say.in_domain(manifest->domain, word.label)}, {"selected", filter.word == word.id}});
  words.push_back(json::object{{"value", "-"}, {"label", say.tr("Other method")}, {"selected", filter.word == "-"}});
  return words;
}

json::array chips(const Say& say, const Filter& filter, const json::array& words) {
  json::array list;
  const auto chip = [&](const std::string& label, const std::string& href, const std::string& remove) {
    list.push_back(json::object{{"label", label}, {"href", href}, {"remove", remove}});
  };
  if (!filter.q.empty()) chip(say.tr("Search") + ": " + filter.q, changed(filter, [](Filter& f) { f.q.clear(); }), say.tr("Remove the search"));
  if (filter.from_ms || filter.to_ms) {
    const auto label = filter.from_ms && filter.to_ms ? say.date(*filter.from_ms) + " – " + say.date(*filter.to_ms)
                       : filter.from_ms               ? say.tr("from {date}", {{"date", say.date(*filter.from_ms)}})
                                                      : say.tr("until {date}", {{"date", say.date(*filter.to_ms)}});
    chip(label, changed(filter, [](Filter& f) { f.from.clear(), f.to.clear(); }), say.tr("Remove the date filter"));
  }
  if (!filter.word.empty()) {
    std::string label = filter.word;
    for (const auto& word : words)
      if (text_of(word.get_object(), "value") == filter.word) label = text_of(word.get_object(), "label");
    chip(label, changed(filter, [](Filter& f) { f.word.clear(); }), say.tr("Remove the payment filter"));
  }
  return list;
}

json::object row_acts(const Site& site, const Visit& visit, const Order& order) {
  const auto& say = visit.say;
  json::object acts{{"cancel", nullptr}, {"delete", nullptr}};
  const auto base = order_address(order.id) + "/act?act=";
  if (site.may(visit, "orders.cancel")) {
    const bool done = order.state == "canceled";
    acts["cancel"] = json::object{{"href", done ? "" : base + "cancel_order#sheet"},
                                  {"label", done ? say.tr("Order {number} is canceled already", {{"number", order.number}}) : say.tr("Cancel order {number}", {{"number", order.number}})},
                                  {"title", done ? say.tr("Canceled already") : say.tr("Cancel: stays on record, money goes back")}};
  }
  if (site.may(visit, "orders.delete"))
    acts["delete"] = json::object{{"href", base + "delete_order#sheet"}, {"label", say.tr("Delete order {number}", {{"number", order.number}})},
                                  {"title", say.tr("Delete: as if it had never been, money goes back")}};
  return acts;
}

json::object row(const Site& site, const Visit& visit, const Order& order, std::int64_t now_ms, bool acts) {
  const auto& say = visit.say;
  json::object out{{"when", when(say, order.created_ms, now_ms)}, {"when_iso", iso_time(order.created_ms)}, {"href", order_address(order.id)},
                   {"number", order.number}, {"total", say.m(order.total_minor, order.currency)}, {"customer", order.buyer_name},
                   {"state", state_label(say, order.state)}, {"test", order.payment.test}};
  const auto& at = order.shipping.empty() ? order.billing : order.shipping;
  out["place"] = at.city.empty() || at.country_code.empty() ? at.city + at.country_code : at.city + ", " + at.country_code;
  out["word"] = payment_word(site, say, order);
  out["note"] = payment_note(site, say, order);
  if (order.payment.word.empty() && site.app.plugins.for_method(order.payment_method) == nullptr) {
    out["other"] = say.tr("Other method");
    out["note"] = method_label(site, say, order);
  } else if (order.payment.word.empty()) {
    out["other"] = say.tr("Not read from Amazon yet");
  }
  out["tasks"] = order.payment.open_tasks > 0 ? say.tr_n("{count} task", "{count} tasks", order.payment.open_tasks) : "";
  out["drift"] = order.payment.drift ? say.tr("Drift") : "";
  out["flagged"] = order.payment.drift || order.payment.open_tasks > 0;
  out["acts"] = acts ? json::value(row_acts(site, visit, order)) : json::value(false);
  return out;
}

json::object empty_text(const Say& say, const Filter& filter) {
  if (!filter.q.empty() || filter.from_ms || filter.to_ms || !filter.word.empty())
    return {{"title", say.tr("No order fits this filter.")}, {"text", say.tr("Search compares the beginning of number, name, e-mail and Amazon reference. Remove a filter to see more.")}};
  if (filter.folder == "problems") return {{"title", say.tr("No order has a problem.")}, {"text", say.tr("Declined payments, open tasks and changes made elsewhere would stand here.")}};
  return {{"title", say.tr("There are no orders here.")}, {"text", say.tr("New orders appear as soon as the shop has sent them.")}};
}

std::string range(const Say& say, const OrderPage& page, std::int64_t now_ms) {
  if (page.orders.empty()) return {};
  return say.tr_n("{count} order, from {newest}", "{count} orders, from {newest} down to {oldest}", static_cast<std::int64_t>(page.orders.size()),
                  {{"newest", when(say, page.orders.front().created_ms, now_ms)}, {"oldest", when(say, page.orders.back().created_ms, now_ms)}});
}

}  // namespace

Response orders_page(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "orders.view")) return site.denied(visit);
  Filter filter = read_filter(say, visit.query);
  OrderQuery query;
  query.folder = folder_of(filter.folder);
  query.word = filter.word;
  query.search = filter.q;
  query.from_ms = filter.from_ms;
  if (filter.to_ms) query.to_ms = say.zones().day_start(say.zone(), filter.to, 1);
  query.cursor = filter.cursor;
  query.limit = rows_max;
  if (visit.query.get("as") == "csv") return orders_csv(site, visit, query);
  const auto page = site.app.orders.list(query);
  if (!page) return site.problem(visit, page.problem(), "/orders", say.tr("Newest orders"));
  if (!filter.q.empty() && page->orders.size() == 1 && page->orders.front().number == filter.q) return site.go(order_address(page->orders.front().id));

  const auto now_ms = site.app.clock->now_ms();
  const bool acts = site.may(visit, "orders.cancel") || site.may(visit, "orders.delete");
  json::array rows;
  const auto offers = tick_offers(site, visit);
  for (const auto& order : page->orders) {
    rows.push_back(row(site, visit, order, now_ms, acts));
    rows.back().get_object()["tick"] = offers.empty() ? json::value(nullptr) : json::value(tick_cell(site, say, order, offers));
  }
  const auto words = word_choices(site, say, filter);
  const auto turn = [&](const std::string& cursor) { return cursor.empty() ? std::string() : changed(filter, [&](Filter& f) { f.cursor = cursor; }); };
  json::object data{
      {"folders", folders(site, say, filter)},
      {"folder", filter.folder},
      {"filter", json::object{{"q", filter.q}, {"from", filter.from}, {"to", filter.to}, {"from_bad", filter.from_bad}, {"to_bad", filter.to_bad}}},
      {"dates_wrong", filter.from_bad || filter.to_bad},
      {"words", words},
      {"chips", chips(say, filter, words)},
      {"csv", file_address(filter)},
      {"everything", filter.folder.empty() ? "/orders" : "/orders?folder=" + filter.folder},
      {"row_acts", acts},
      {"ticks", offers.empty() || rows.empty() ? json::value(nullptr) : json::value(tick_bar(say, offers, address(filter)))},
      {"rows", std::move(rows)},
      {"empty", empty_text(say, filter)},
      {"pager", json::object{{"range", range(say, *page, now_ms)}, {"newer", turn(page->newer)}, {"older", turn(page->older)}}}};
  return site.page(visit, "orders", say.tr("Orders"), "/orders", std::move(data));
}

}  // namespace shopadmin::web
