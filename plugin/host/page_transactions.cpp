// The page "Transactions": every payment of the shop by Seller Central's words, with filters in the address, counters, search, export and tick boxes that lead
// into a dry run; above it the orphans (orphan_view). Everything comes from the store.
#include <algorithm>

#include "host/call.hpp"
#include "host/orphan_view.hpp"
#include "host/pages.hpp"
#include "host/saved_filters.hpp"
#include "host/sentences.hpp"
#include "host/transaction_view.hpp"
#include "host/view_parts.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int transactions_per_page = 25;

class TransactionsPage : public Page {
 public:
  explicit TransactionsPage(PaymentsSource& amazon) : amazon_(amazon) {}
  Result<json::value> view(const Session& session, const json::value& request) override;
  Result<json::value> run(const Session& session, std::string_view action, const json::value& form) override;

 private:
  PaymentsSource& amazon_;
};

json::array currency_choices(const std::vector<std::string>& known, const TransactionQuery& query, const Speech& speech) {
  json::array choices{json::object{{"value", ""}, {"label", speech.say(tr("Any"))}, {"selected", query.filter.currency.empty()}}};
  for (const auto& code : known) choices.push_back(json::object{{"value", code}, {"label", code}, {"selected", code == query.filter.currency}});
  return choices;
}

json::array flag_choices(const TransactionQuery& query, const Speech& speech) {
  json::array choices{json::object{{"value", ""}, {"label", speech.say(tr("Any"))}, {"selected", !query.filter.flag}}};
  for (const auto flag : all_flags) choices.push_back(json::object{{"value", id_of(flag)}, {"label", speech.say(label_of(flag))}, {"selected", query.filter.flag == flag}});
  return choices;
}

// Counters follow the currency, the flag and the dates; a search or an amount cannot be counted without looking at every payment. A payment has one word, so
// that all of them are the sum.
Result<json::array> tiles_of(const Session& session, const TransactionQuery& query, const Speech& speech) {
  const bool countable = query.search.empty() && query.min.empty() && query.max.empty();
  std::vector<std::pair<std::optional<TransactionWord>, std::optional<std::int64_t>>> counts{{std::nullopt, std::nullopt}};
  std::int64_t all = 0;
  const auto add = [&](TransactionWord word, bool only_if_any) -> Result<> {
    std::optional<std::int64_t> count;
    if (countable) {
      auto counted = count_transactions(session, query, word);
      if (!counted) return counted.failure();
      count = *counted, all += *counted;
    }
    if (!only_if_any || count.value_or(0) > 0 || query.filter.word == word) counts.emplace_back(word, count);
    return hostapi::success();
  };
  for (const auto word : {TransactionWord::open, TransactionWord::closed, TransactionWord::canceled, TransactionWord::suspended})
    if (auto added = add(word, false); !added) return added.failure();
  if (auto added = add(TransactionWord::unknown, true); !added) return added.failure();
  if (countable) counts.front().second = all;
  return transaction_tiles(query, counts, speech, session);
}

json::object head_of(const TransactionQuery& query, const Speech& speech) {
  auto live = query, sandbox = query;
  live.filter.environment = Environment::live, sandbox.filter.environment = Environment::sandbox;
  const bool is_live = query.filter.environment == Environment::live;
  return {{"switch_label", speech.say(tr("Account"))},
          {"switch", json::array{json::object{{"label", speech.say(tr("Live"))}, {"href", address_of(live)}, {"icon", "good"}, {"current", is_live}},
                                 json::object{{"label", speech.say(tr("Sandbox"))}, {"href", address_of(sandbox)}, {"icon", "test"}, {"current", !is_live}}}},
          {"links", json::array{json::object{{"label", speech.say(tr("Export CSV"))}, {"href", address_of(query) + "&as=csv"}, {"icon", "down"}}}}};
}

json::object pager_of(const TransactionPage& page, const TransactionQuery& query, const Speech& speech) {
  json::object pager{{"range", ""}, {"newer", ""}, {"older", ""}};
  if (!page.rows.empty())
    pager["range"] = sentences(speech.say({tr("{count} row, from {newest} down to {oldest}.|{count} rows, from {newest} down to {oldest}."),
                                 {{"count", static_cast<std::int64_t>(page.rows.size())}, {"newest", speech.time(page.rows.front().payment.created_ms)}, {"oldest", speech.time(page.rows.back().payment.created_ms)}}}),
                               speech.say(tr("Reference: charge permission for one-time payments, charge for recurring ones.")));
  if (page.newer && !page.rows.empty()) pager["newer"] = address_of(query) + "&newer=" + amazon::percent_encoded(page.rows.front().place);
  if (page.older && !page.last_place.empty()) pager["older"] = address_of(query) + "&older=" + amazon::percent_encoded(page.last_place);
  return pager;
}

json::object filter_part(const TransactionQuery& q) {
  return {{"env", environment_name(q.filter.environment)}, {"q", q.search}, {"from", q.from}, {"to", q.to}, {"min", q.min}, {"max", q.max}, {"word", q.filter.word ? id_of(*q.filter.word) : ""},
          {"amounts", !q.min.empty() || !q.max.empty()}, {"query", address_of(q)}};
}

json::object empty_part(const TransactionQuery& q, const Speech& speech) {
  const bool filtered = q.filter.word || q.filter.flag || !q.filter.currency.empty() || !q.search.empty() || !q.from.empty() || !q.to.empty() || !q.min.empty() || !q.max.empty();
  if (filtered) return {{"title", speech.say(tr("No payment fits this filter."))}, {"text", speech.say(tr("Change the filter above, or show everything."))}, {"everything", true}};
  if (q.filter.environment == Environment::live) return {{"title", speech.say(tr("No live payment yet."))}, {"text", speech.say(tr("Payments appear here as soon as orders paid with Amazon Pay come in."))}, {"everything", false}};
  return {{"title", speech.say(tr("No sandbox payment yet."))}, {"text", speech.say(tr("Test payments appear here as soon as orders paid with Amazon Pay come in."))}, {"everything", false}};
}

json::array tick_buttons(const Session& session, const Speech& speech) {
  struct Button {
    const char* kind;
    const char* label;
    const char* permission;
  };
  static constexpr Button all[] = {{"capture", tr("Capture…"), "payment.capture"}, {"refund", tr("Refund…"), "payment.refund"}, {"cancel", tr("Cancel payment…"), "payment.cancel"}};
  json::array buttons;
  for (const auto& button : all)
    if (session.identity().may(button.permission).ok()) buttons.push_back(json::object{{"kind", button.kind}, {"label", speech.say(button.label)}});
  return buttons;
}

Result<json::object> list_part(const Session& session, const TransactionQuery& query, const Speech& speech) {
  auto page = read_transactions(session, query, transactions_per_page);
  if (!page) return page.failure();
  auto tiles = tiles_of(session, query, speech);
  if (!tiles) return tiles.failure();
  auto currencies = currencies_of(session, query.filter.environment);
  if (!currencies) return currencies.failure();
  auto incomplete = labelling(session);
  if (!incomplete) return incomplete.failure();
  auto buttons = tick_buttons(session, speech);
  const bool may_tick = !buttons.empty() && !page->rows.empty();
  const auto now_ms = session.core().now_unix_ms();
  auto buyers = buyers_of(session, page->rows);
  if (!buyers) return buyers.failure();
  json::array rows;
  for (const auto& one : page->rows) rows.push_back(transaction_row(*buyers, one, now_ms, may_tick, speech));
  json::object data{{"tiles", std::move(*tiles)}, {"rows", std::move(rows)}, {"pager", pager_of(*page, query, speech)}, {"filter", filter_part(query)}, {"may_tick", may_tick}, {"copying", speech.say({tr("Copy {reference}"), {{"reference", "[text]"}}})},
                    {"currencies", currency_choices(*currencies, query, speech)}, {"flag_choices", flag_choices(query, speech)}, {"empty", empty_part(query, speech)},
                    {"head", head_of(query, speech)}, {"incomplete", *incomplete}, {"looked_long", page->looked_long}, {"cut", page->cut},
                    {"lead", speech.say({tr("Every Amazon Pay payment of this shop, as Seller Central lists it. As of {time} (stored)."), {{"time", speech.full_time(now_ms)}}})}};
  if (may_tick) {
    auto operation_id = session.core().random_hex(16);
    if (!operation_id) return operation_id.failure();
    data["ticks"] = json::object{{"operation_id", *operation_id}, {"buttons", std::move(buttons)}};
  }
  return data;
}

}  // namespace

Result<json::value> TransactionsPage::view(const Session& session, const json::value& request) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  auto policy = HostSettings(session).policy();
  if (!policy) return policy.failure();
  const Speech speech(session);
  auto query = transaction_query(request, policy->environment);
  std::string wrong;
  if (!query) {  // the sentence stands above the list without the wrong filter
    wrong = speech.say(query.message().c_str());
    query = transaction_query(json::object{{"query", json::object{{"env", text_in(request, "env")}}}, {"env", text_in(request, "env")}}, policy->environment);
  }
  if (text_in(request, "as") == "csv") {
    auto csv = transactions_csv(session, *query, speech);
    if (!csv) return csv.failure();
    return json::value(json::object{{"download", json::object{{"file_name", std::string("transactions-") + environment_name(query->filter.environment) + "-" + iso_time(session.core().now_unix_ms()).substr(0, 10) + ".csv"},
                                                              {"media_type", "text/csv"}, {"text", std::move(*csv)}}}});
  }
  auto data = list_part(session, *query, speech);
  if (!data) return data.failure();
  auto saved = saved_filters(session);
  if (!saved) return saved.failure();
  (*data)["saved"] = std::move(*saved);
  (*data)["wrong"] = wrong;
  auto orphans = orphan_part(session, query->filter.environment, request, speech);
  if (!orphans) return in_words(session, orphans.failure());
  for (auto& [name, value] : *orphans) (*data)[name] = std::move(value);
  return json::value(view_document("transactions", std::move(*data)));
}

Result<json::value> TransactionsPage::run(const Session& session, std::string_view action, const json::value& form) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  if (action == "save_filter" || action == "forget_filter") return change_saved_filters(session, action, form);
  Call call(session, amazon_);
  return run_orphan_act(call, action, form);
}

std::unique_ptr<Page> transactions_page(PaymentsSource& amazon) { return std::make_unique<TransactionsPage>(amazon); }

}  // namespace amazonpay::host
