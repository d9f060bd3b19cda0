#include <algorithm>
#include <ctime>

#include "flows/figures.hpp"
#include "host/report_views.hpp"
#include "host/view_parts.hpp"

namespace amazonpay::host {
namespace {

constexpr int months_shown = 12, days_shown = 31, uncounted_most = 500;

std::int64_t midnight_ms(std::string_view day) { return settlement_time_ms(day); }

// The first day of the month so many months before.
std::string month_before(const std::string& day, int months) {
  const auto all = std::stoi(day.substr(0, 4)) * 12 + std::stoi(day.substr(5, 2)) - 1 - months;
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-01", all / 12, all % 12 + 1);
  return text;
}

const char* month_id(int month) {
  static constexpr const char* ids[] = {tr("Jan {year}"), tr("Feb {year}"), tr("Mar {year}"), tr("Apr {year}"), tr("May {year}"), tr("Jun {year}"),
                                        tr("Jul {year}"), tr("Aug {year}"), tr("Sep {year}"), tr("Oct {year}"), tr("Nov {year}"), tr("Dec {year}")};
  return ids[month];
}

std::string group_label(const std::string& name, const Speech& speech) {
  if (name.size() > 7) return speech.day(midnight_ms(name) + 12 * 3'600'000);
  return speech.say({month_id(std::stoi(name.substr(5, 2)) - 1), {{"year", name.substr(0, 4)}}});
}

Result<std::string> usual_currency(const ReportsContext& c, const std::vector<std::string>& known) {
  auto newest = c.settlements.sums(c.policy.environment, 0, 1);
  if (!newest) return newest.failure();
  if (!newest->empty()) return std::string(newest->front().net.currency().code());
  const auto euro = std::find(known.begin(), known.end(), "EUR");
  return euro != known.end() || known.empty() ? std::string("EUR") : known.front();
}

// Days that are counted, and what came since; again when the counting moved on between the two looks.
Result<std::vector<DaySum>> all_days(const ReportsContext& c, Currency currency, const std::string& from, const std::string& to, const flows::UncountedFlows& since) {
  auto days = c.settlements.days(c.policy.environment, currency, from, to);
  if (!days) return days;
  for (const auto& day : since.days)
    if (day.environment == c.policy.environment && day.collected.currency() == currency && day.day >= from && day.day <= to) days->push_back(day);
  return days;
}

json::object amount_cell(Money amount, const Speech& speech) { return {{"m", speech.m(amount)}, {"minor", std::to_string(amount.minor())}}; }

json::object sum_row(const std::string& label, Money amount, const Speech& speech, bool total = false) { return row(label, speech.m(amount), total); }

Money negative(Money amount) { return zero_of(amount.currency()) - amount; }

// "November so far": collected less refunded less fees stays with the shop; part of it is paid out.
json::object month_part(const Figures& f, const Speech& speech) {
  const auto& m = f.month;
  const auto title = speech.say({tr("{month} so far"), {{"month", group_label(m.day, speech)}}});
  json::array rows{sum_row(speech.say({tr("Collected, {count} payment|Collected, {count} payments"), {{"count", std::int64_t{m.captures}}}}), m.collected, speech),
                   sum_row(speech.say({tr("Refunded, {count} refund|Refunded, {count} refunds"), {{"count", std::int64_t{m.refunds}}}}), negative(m.refunded), speech),
                   sum_row(speech.say(tr("Amazon’s fees, as far as settled")), negative(m.fees), speech)};
  const auto stays = m.collected - m.refunded - m.fees;
  rows.push_back(sum_row(speech.say(tr("Stays with the shop")), stays, speech, true));
  json::object part{{"title", title}, {"note", ""}};
  rows.push_back(sum_row(speech.say(tr("of that in settlements")), m.paid_out, speech));
  rows.push_back(sum_row(speech.say(tr("not settled yet")), stays - m.paid_out, speech));
  if (m.converted > 0) part["note"] = speech.say(tr("Amazon settled payments of other currencies in this one too; they and their fees stand in the settlements only."));
  part["rows"] = std::move(rows);
  return part;
}

json::array reason_parts(const DaySum& all, const Speech& speech) {
  std::vector<std::pair<std::string, Money>> reasons(all.reasons.begin(), all.reasons.end());
  std::sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  json::array parts;
  for (const auto& [id, amount] : reasons) {
    if (amount.zero()) continue;
    const auto label = id.empty() ? speech.say(tr("No reason given")) : id == "amazon" ? speech.say(tr("Outside this shop")) : id == "dispute" ? speech.say(tr("Lost disputes")) : reason_label(id, speech);
    parts.push_back(json::object{{"label", label}, {"amount", amount_cell(amount, speech)}});
  }
  return parts;
}

}  // namespace

Result<Figures> figures_of(const ReportsContext& c, const FigureWish& wish) {
  Figures f;
  const auto today = day_of(c.ports.clock.now_ms());
  const auto from = wish.by_day ? day_of(c.ports.clock.now_ms() - (days_shown - 1) * day_ms) : month_before(today, months_shown - 1);
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto counted = c.settlements.counted_ms();
    if (!counted) return counted.failure();
    auto since = flows::uncounted(c.ports, c.settlements, counted->value, uncounted_most);
    if (!since) return since.failure();
    auto known = c.settlements.currencies(c.policy.environment);
    if (!known) return known.failure();
    for (const auto& day : since->days)
      if (day.environment == c.policy.environment) known->emplace_back(day.collected.currency().code());
    std::sort(known->begin(), known->end());
    known->erase(std::unique(known->begin(), known->end()), known->end());
    auto usual = usual_currency(c, *known);
    if (!usual) return usual.failure();
    f.currency = Currency(is_currency_code(wish.currency) ? wish.currency : *usual);
    if (known->empty()) known->push_back(*usual);
    f.currencies = std::move(*known), f.more = since->more;
    auto days = all_days(c, f.currency, std::min(from, today.substr(0, 8) + "01"), today, *since);
    if (!days) return days.failure();
    auto still = c.settlements.counted_ms();
    if (still && still->version != counted->version) continue;
    f.month = empty_day(c.policy.environment, f.currency, today.substr(0, 7)), f.all = empty_day(c.policy.environment, f.currency, "");
    std::vector<DaySum> month, shown;
    for (const auto& day : *days) {
      if (day.day.substr(0, 7) == today.substr(0, 7)) month.push_back(day);
      if (day.day >= from) shown.push_back(day);
    }
    if (auto sums = grouped(month, 7); !sums.empty()) f.month = sums.front();
    if (auto sums = grouped(shown, 0); !sums.empty()) f.all = sums.front();
    for (int i = wish.by_day ? days_shown - 1 : months_shown - 1; i >= 0; --i)
      shown.push_back(empty_day(c.policy.environment, f.currency, wish.by_day ? day_of(c.ports.clock.now_ms() - i * day_ms) : month_before(today, i)));
    f.groups = grouped(shown, wish.by_day ? 10 : 7);
    return f;
  }
  return Failure{Kind::unavailable, tr("The figures are being added up just now. Load the page again.")};
}

Result<json::object> figures_part(const ReportsContext& c, const FigureWish& wish) {
  auto figures = figures_of(c, wish);
  if (!figures) return figures.failure();
  const auto& f = *figures;
  const auto& speech = c.speech;
  json::array currencies, spans, rows;
  for (const auto& code : f.currencies) currencies.push_back(json::object{{"value", code}, {"label", code}, {"selected", f.currency.code() == code}});
  spans.push_back(json::object{{"value", "month"}, {"label", speech.say(tr("12 months"))}, {"selected", !wish.by_day}});
  spans.push_back(json::object{{"value", "day"}, {"label", speech.say(tr("31 days"))}, {"selected", wish.by_day}});
  for (const auto& group : f.groups)
    rows.push_back(json::object{{"label", group_label(group.day, speech)}, {"collected", amount_cell(group.collected, speech)}, {"refunded", amount_cell(group.refunded, speech)}, {"fees", amount_cell(group.fees, speech)}});
  auto reasons = reason_parts(f.all, speech);
  return json::object{{"title", wish.by_day ? speech.say(tr("Collected, refunded, fees by day")) : speech.say(tr("Collected, refunded, fees by month"))},
                      {"step", speech.say(wish.by_day ? tr("Day") : tr("Month"))}, {"currency", f.currency.code()}, {"digits", std::to_string(f.currency.decimals())},
                      {"currencies", std::move(currencies)}, {"spans", std::move(spans)}, {"rows", std::move(rows)}, {"month", month_part(f, speech)},
                      {"has_reasons", !reasons.empty()}, {"reasons", std::move(reasons)}, {"more", f.more}};
}

}  // namespace amazonpay::host
