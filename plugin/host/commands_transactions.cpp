// The commands "transactions" and "orphans": what the page of transactions shows, for scripts.
#include "host/commands.hpp"

#include <algorithm>
#include <charconv>

#include "host/orphan_view.hpp"
#include "host/transaction_view.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int rows_most = 500;

Result<int> rows_wanted(const std::string& typed) {
  if (typed.empty()) return 50;
  int rows = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), rows);
  if (error != std::errc() || end != typed.data() + typed.size() || rows < 1 || rows > rows_most) return Failure{Kind::invalid, tr("Write rows as a whole number from 1 to 500.")};
  return rows;
}

json::object document_of(const ListedPayment& one, std::int64_t now_ms, const Speech& speech) {
  const auto& p = one.payment;
  const auto t = transaction_of(p, one.standing, now_ms);
  json::array flags;
  for (const auto& flag : t.flags) flags.emplace_back(id_of(flag.flag));
  return {{"order_id", p.order_id}, {"order_number", p.order_number}, {"created_ms", p.created_ms}, {"currency", p.currency.code()}, {"total_minor", t.total.minor()}, {"charged_minor", t.charged.minor()},
          {"refunded_minor", t.refunded.minor()}, {"on_the_way_minor", one.standing.on_the_way.minor()}, {"word", id_of(t.word)}, {"state", t.raw}, {"cause", speech.say(t.cause)},
          {"reference", t.reference}, {"flags", std::move(flags)}, {"as_of_ms", p.sync.synced_ms}};
}

Result<Environment> configured(const hostapi::sdk::Session& session) {
  auto policy = HostSettings(session).policy();
  return policy ? Result<Environment>(policy->environment) : Result<Environment>(policy.failure());
}

Result<json::value> list_transactions(const hostapi::sdk::Session& session, const json::value& arguments) {
  auto environment = configured(session);
  if (!environment) return environment.failure();
  auto query = transaction_query(arguments, *environment);
  if (!query) return query.failure();
  auto rows = rows_wanted(form_text(arguments, "rows"));
  if (!rows) return rows.failure();
  auto page = read_transactions(session, *query, *rows);
  if (!page) return page.failure();
  const Speech speech(session);
  const auto now_ms = session.core().now_unix_ms();
  std::string text;
  json::array documents;
  for (const auto& one : page->rows) {
    const auto t = transaction_of(one.payment, one.standing, now_ms);
    text += speech.time(one.payment.created_ms) + "  " + one.payment.order_number + "  " + speech.money(t.total) + "  " + speech.say(label_of(t.word)) + ": " + speech.say(t.cause) + "  " + t.reference + "\n";
    documents.push_back(document_of(one, now_ms, speech));
  }
  json::value next;
  if (page->older && !page->last_place.empty()) next = page->last_place, text += speech.say({tr("More: older={place}"), {{"place", page->last_place}}}) + "\n";
  if (page->rows.empty()) text = speech.say(tr("No payment fits this filter.")) + "\n";
  return json::value(json::object{{"text", text}, {"transactions", std::move(documents)}, {"older", std::move(next)}});
}

Result<json::value> list_orphans(const hostapi::sdk::Session& session, const json::value& arguments) {
  auto environment = configured(session);
  if (!environment) return environment.failure();
  if (form_text(arguments, "env") == "live") environment = Environment::live;
  if (form_text(arguments, "env") == "sandbox") environment = Environment::sandbox;
  auto open = StoreNotifications(session).open_orphans(orphans_listed);
  if (!open) return open.failure();
  const Speech speech(session);
  const auto now_ms = session.core().now_unix_ms();
  std::string text;
  json::array documents;
  for (const auto& o : *open) {
    if (o.environment != *environment) continue;
    const auto drops = drops_ms(o);
    text += o.permission_id + "  " + (o.limit ? speech.money(*o.limit) : "-") + "  " + o.state + "  " +
            (drops > now_ms ? speech.say({tr("drops in {time}"), {{"time", time_left_in_words(drops - now_ms, speech)}}}) : "") + "\n";
    documents.push_back(json::object{{"permission_id", o.permission_id}, {"amount_minor", o.limit ? json::value(o.limit->minor()) : json::value()}, {"currency", o.limit ? json::value(o.limit->currency().code()) : json::value()},
                                     {"state", o.state}, {"created_ms", o.created_ms}, {"drops_ms", drops == 0 ? json::value() : json::value(drops)}, {"merchant_reference_id", o.merchant_reference_id}, {"severity", severity_of(o, now_ms)}});
  }
  if (documents.empty()) text = speech.say(tr("There is no orphan: every payment known at Amazon belongs to an order.")) + "\n";
  return json::value(json::object{{"text", text}, {"orphans", std::move(documents)}});
}

}  // namespace

Result<json::value> run_transaction_command(Call& call, std::string_view command, const json::value& arguments, const Actor&) {
  return command == "orphans" ? list_orphans(call.session, arguments) : list_transactions(call.session, arguments);
}

}  // namespace amazonpay::host
