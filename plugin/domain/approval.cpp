#include "domain/approval.hpp"

#include <chrono>
#include <cstdio>

namespace amazonpay {

std::string tally_id(std::int64_t now_ms, Currency currency, const std::string& user_id) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(now_ms)))};
  char date[16];
  std::snprintf(date, sizeof date, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  const auto id = "refunds/" + std::string(date) + "/" + std::string(currency.code());
  return user_id.empty() ? id : id + "/" + user_id;
}

std::optional<Text> needs_approval(const Plan& plan, Money held, Money day, Money user_day, const ApprovalRules& rules) {
  const auto above = [](Money amount, const std::optional<Threshold>& threshold) {
    return threshold && amount.positive() && amount > threshold->in(amount.currency());
  };
  const auto currency = plan.gives_back.currency();
  if (above(plan.gives_back, rules.refund))
    return Text{tr("Refunds above {limit} need a second person."), {{"limit", rules.refund->in(currency)}}};
  if (above(plan.collects, rules.capture))
    return Text{tr("Captures above {limit} need a second person."), {{"limit", rules.capture->in(currency)}}};
  if (!plan.gives_back.positive()) return std::nullopt;
  if (rules.compensation && plan.gives_back > held)
    return Text{tr("A refund above what is held ({held}) needs a second person."), {{"held", held}}};
  if (above(user_day, rules.refunds_per_user_day))
    return Text{tr("One person may give back {limit} a day alone; with this it would be {sum}."), {{"limit", rules.refunds_per_user_day->in(currency)}, {"sum", user_day}}};
  if (above(day, rules.refunds_per_day))
    return Text{tr("Refunds of {limit} a day need no second person; with this it would be {sum}."), {{"limit", rules.refunds_per_day->in(currency)}, {"sum", day}}};
  return std::nullopt;
}

}  // namespace amazonpay
