#include "host/transaction_view.hpp"

#include "amazon/signing.hpp"
#include "domain/csv.hpp"
#include "host/member.hpp"

namespace amazonpay::host {
namespace {

std::string buyer_in(const Members& order) {
  const auto buyer = order.object("buyer");
  return buyer ? buyer->text("name") : std::string();
}

json::value some(Money amount, const Speech& speech) { return amount.positive() ? json::value(speech.m(amount)) : json::value(); }

const char* note_of(std::optional<TransactionWord> word) {
  if (!word) return tr("every payment");
  switch (*word) {
    case TransactionWord::open: return tr("something left to collect");
    case TransactionWord::closed: return tr("collected or ended");
    case TransactionWord::canceled: return tr("reservation released");
    case TransactionWord::suspended: return tr("payment method broken");
    case TransactionWord::unknown: break;
  }
  return tr("Amazon’s word is not known");
}

std::string number_in_words(std::int64_t count, const Session& session, const Speech& speech) {
  const auto shown = session.texts().number(std::min(count, count_most));
  const auto text = shown ? *shown : std::to_string(std::min(count, count_most));
  return count > count_most ? speech.say({tr("{number}+"), {{"number", text}}}) : text;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const auto& cell : cells) line += (line.empty() ? "" : ",") + csv_cell(cell);
  return line + "\r\n";
}

std::string csv_row(const ListedPayment& one, std::int64_t now_ms, const Speech& speech) {
  const auto& p = one.payment;
  const auto t = transaction_of(p, one.standing, now_ms);
  std::string flags, charges;
  for (const auto& flag : t.flags) flags += (flags.empty() ? "" : "; ") + speech.say(flag.text);
  for (const auto& charge : p.charges) charges += (charges.empty() ? "" : " ") + charge.id;
  return csv_line({iso_time(p.created_ms), p.order_number, std::string(p.currency.code()), to_wire(t.total), to_wire(t.charged), to_wire(t.refunded), to_wire(one.standing.on_the_way), id_of(t.word), t.raw,
                   speech.say(t.cause), t.reference, p.permission_id, charges, flags, iso_time(p.sync.synced_ms)});
}

}  // namespace

std::string age_in_words(std::int64_t age_ms, const Speech& speech) {
  if (age_ms < hour_ms) return speech.say({tr("{count} min|{count} min"), {{"count", std::max<std::int64_t>(age_ms, 0) / minute_ms}}});
  if (age_ms < day_ms) return speech.say({tr("{count} h|{count} h"), {{"count", age_ms / hour_ms}}});
  return speech.say({tr("{count} day|{count} days"), {{"count", age_ms / day_ms}}});
}

std::string hint_in_words(const Transaction& t, const Speech& speech) {
  std::string text = t.raw.empty() ? "" : t.raw + ".";
  for (const auto& sentence : t.hint) text += (text.empty() ? "" : " ") + speech.say(sentence);
  return text.empty() ? speech.say(t.cause) : text;
}

Result<Buyers> buyers_of(const Session& session, const std::vector<ListedPayment>& rows) {
  Buyers buyers;
  if (rows.empty()) return buyers;
  json::array ids;
  for (const auto& one : rows) ids.emplace_back(one.payment.order_id);
  auto found = session.orders().find({{"ids", std::move(ids)}, {"brief", true}, {"limit", 1}});
  if (!found) return found.failure();
  return reading("orders.find's answer", [&] {
    const Members answer(*found);
    if (answer.flag("by_ids")) {
      for (const auto& order : answer.list("orders")) buyers.emplace(Members(order).needed_text("id"), buyer_in(Members(order)));
      return buyers;
    }
    for (const auto& one : rows)  // a host that does not know "ids"
      if (auto order = session.orders().get(one.payment.order_id)) buyers.emplace(one.payment.order_id, buyer_in(Members(*order)));
    return buyers;
  });
}

json::object transaction_row(const Buyers& buyers, const ListedPayment& one, std::int64_t now_ms, bool may_tick, const Speech& speech) {
  const auto& p = one.payment;
  const auto t = transaction_of(p, one.standing, now_ms);
  const auto buyer = buyers.find(p.order_id);
  const bool there = buyer != buyers.end();
  json::array flags;
  for (const auto& flag : t.flags) flags.push_back(json::object{{"role", flag.role}, {"icon", flag.icon == nullptr ? json::value() : json::value(flag.icon)}, {"text", speech.say(flag.text)}});
  json::object row{{"when", speech.time(p.created_ms)}, {"when_iso", iso_time(p.created_ms)}, {"age", age_in_words(now_ms - p.created_ms, speech)},
                   {"number", p.order_number}, {"buyer", there ? buyer->second : std::string()}, {"deleted", !there},
                   {"total", speech.m(t.total)}, {"charged", some(t.charged, speech)}, {"refunded", some(t.refunded, speech)},
                   {"state", json::object{{"role", t.role}, {"icon", t.icon}, {"text", speech.say(label_of(t.word))}}},
                   {"cause", speech.say(t.cause)}, {"hint", hint_in_words(t, speech)}, {"id", p.order_id},
                   {"reference", t.reference}, {"of_charge", t.reference_is_charge}, {"flags", std::move(flags)}, {"may_tick", may_tick}, {"long", t.reference.size() > 30}};
  row["href"] = "/orders/" + amazon::percent_encoded(p.order_id);  // of a deleted one: its record
  if (there && may_tick)
    row["tick"] = json::object{{"order", p.order_id}, {"label", speech.say({tr("Tick transaction {reference}"), {{"reference", t.reference}}})}, {"minor", std::to_string(t.total.minor())}, {"currency", t.total.currency().code()}};
  return row;
}

json::array transaction_tiles(const TransactionQuery& query, const std::vector<std::pair<std::optional<TransactionWord>, std::optional<std::int64_t>>>& counts, const Speech& speech, const Session& session) {
  json::array tiles;
  for (const auto& [word, count] : counts) {
    auto filter = query;
    filter.filter.word = word;
    json::object tile{{"href", address_of(filter)}, {"current", word == query.filter.word}, {"label", speech.say(word ? label_of(*word) : tr("All"))}, {"note", speech.say(note_of(word))},
                      {"count", count ? number_in_words(*count, session, speech) : std::string()}};
    if (word) tile["word"] = json::object{{"role", role_of(*word)}, {"icon", icon_of(*word)}, {"text", speech.say(label_of(*word))}};
    tiles.push_back(std::move(tile));
  }
  return tiles;
}

Result<std::string> transactions_csv(const Session& session, TransactionQuery query, const Speech& speech) {
  constexpr int rows_per_look = 500;
  std::string csv = csv_line({"date", "order", "currency", "total", "charged", "refunded", "refund_on_its_way", "word", "amazon_state", "cause", "reference", "charge_permission", "charges", "flags", "as_of"});
  const auto now_ms = session.core().now_unix_ms();
  query.older.clear(), query.newer.clear();
  int rows = 0;
  for (;;) {
    auto page = read_transactions(session, query, std::min(rows_per_look, csv_rows_most - rows));
    if (!page) return page.failure();
    for (const auto& one : page->rows) csv += csv_row(one, now_ms, speech), ++rows;
    const bool more = page->older && !page->last_place.empty();
    if (more && rows < csv_rows_most) {
      query.older = page->last_place;
      continue;
    }
    if (more || page->cut) csv += csv_line({speech.say({tr("Cut here: the newest {count} rows. Choose a shorter time for the rest."), {{"count", std::int64_t{rows}}}})});
    return csv;
  }
}

}  // namespace amazonpay::host
