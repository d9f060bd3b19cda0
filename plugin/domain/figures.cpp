#include "domain/figures.hpp"

namespace amazonpay {
namespace {

// Outside: not collected. Inside: with the shop, or reserved for a refund. Gone: given back.
enum class Place { outside, inside, gone };
Place place_of(Account account) {
  switch (account) {
    case Account::buyer: case Account::authorized: case Account::released: return Place::outside;
    case Account::captured: case Account::pending: return Place::inside;
    case Account::settled: case Account::elsewhere: return Place::gone;
  }
  return Place::outside;
}

}  // namespace

std::string day_key(Environment environment, Currency currency, const std::string& day) {
  return std::string(environment_name(environment)) + "/" + std::string(currency.code()) + "/" + day;
}

std::string DaySum::key() const { return day_key(environment, collected.currency(), day); }

DaySum empty_day(Environment environment, Currency currency, const std::string& day) {
  DaySum sum;
  sum.environment = environment, sum.day = day;
  sum.collected = sum.refunded = sum.fees = sum.paid_out = zero_of(currency);
  return sum;
}

Flow flow_of(const Entry& entry) {
  const auto zero = zero_of(entry.amount.currency());
  Flow flow{zero, zero};
  const auto from = place_of(entry.from), to = place_of(entry.to);
  if (from == to) return flow;
  if (from == Place::outside) flow.collected += entry.amount;
  if (to == Place::outside) flow.collected -= entry.amount;
  if (to == Place::gone) flow.refunded += entry.amount;
  if (from == Place::gone) flow.refunded -= entry.amount;
  return flow;
}

Environment environment_of_id(const std::string& amazon_id) { return !amazon_id.empty() && amazon_id.front() == 'S' ? Environment::sandbox : Environment::live; }

void add(DaySum& day, const Flow& flow, const std::string& reason) {
  day.collected += flow.collected, day.refunded += flow.refunded;
  if (!flow.collected.zero()) day.captures += flow.collected.positive() ? 1 : -1;
  if (flow.refunded.zero()) return;
  day.refunds += flow.refunded.positive() ? 1 : -1;
  auto [found, fresh] = day.reasons.emplace(reason, zero_of(flow.refunded.currency()));
  found->second += flow.refunded;
}

void add(DaySum& day, const SettledLine& line) {
  // Its payment was collected in another currency: beside those figures its fee would be none of theirs.
  if (line.converted) ++day.converted;
  else day.fees += fee_of(line.line), day.paid_out += line.line.net;
}

std::vector<DaySum> grouped(const std::vector<DaySum>& days, std::size_t letters) {
  std::map<std::string, DaySum> groups;
  for (const auto& day : days) {
    const auto name = day.day.substr(0, letters);
    auto [found, fresh] = groups.emplace(name, empty_day(day.environment, day.collected.currency(), name));
    auto& sum = found->second;
    sum.collected += day.collected, sum.refunded += day.refunded, sum.fees += day.fees, sum.paid_out += day.paid_out;
    sum.captures += day.captures, sum.refunds += day.refunds, sum.converted += day.converted;
    for (const auto& [reason, amount] : day.reasons) {
      auto [place, made] = sum.reasons.emplace(reason, zero_of(amount.currency()));
      place->second += amount;
    }
  }
  std::vector<DaySum> all;
  for (auto& [name, sum] : groups) all.push_back(std::move(sum));
  return all;
}

}  // namespace amazonpay
