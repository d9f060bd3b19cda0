#include "visit.hpp"

namespace shopadmin::web {

// "one|many" with a count is a plural: this is how tr_n travels where only one id fits (hostapi.texts, history entries).
std::string Say::in_domain(std::string_view domain, std::string_view message, const json::object& args) const {
  const auto bar = message.find('|');
  const auto* count = args.if_contains("count");
  if (count && count->is_int64()) {
    const auto one = message.substr(0, bar), many = bar == std::string_view::npos ? message : message.substr(bar + 1);
    return texts_->translate_plural(locale_, domain, one, many, count->get_int64(), args);
  }
  return texts_->translate(locale_, domain, message, args);
}

std::string Say::known(std::string_view message, const json::object& args) const { return in_domain(domain_, message, args); }

std::string Say::known(const Problem& problem) const {
  const auto details = problem.details.empty() ? Result<json::object>(json::object{}) : parse_object(problem.details, "details");
  if (!details || !details->contains("args")) return known(problem.message);
  return known(text_of(*details, "message"), object_of(*details, "args"));
}

json::object Say::m(std::int64_t minor, std::string_view currency) const {
  const auto parts = texts_->money_parts(locale_, minor, currency);
  return {{"amount", parts.amount}, {"cur", parts.currency}};
}

std::string Say::percent(std::int64_t basis_points) const {
  std::string text = texts_->number(locale_, basis_points / 100);
  if (const auto rest = basis_points % 100; rest != 0) {
    const auto decimals = texts_->money_parts(locale_, rest, "EUR").amount;  // "0.50"
    text += decimals.substr(1);
    while (text.back() == '0') text.pop_back();
  }
  return text + (locale_ == "ja" ? "%" : "\u00a0%");
}

std::string role_label(const Say& say, const std::string& role) {
  if (role == "owner") return say.tr("owner");
  if (role == "administrator") return say.tr("administrator");
  return say.tr("staff");
}

std::string icon_of(std::string_view role) {
  if (role == "good") return "good";
  if (role == "wait") return "wait";
  if (role == "stop") return "stop";
  return "info";
}

}  // namespace shopadmin::web
