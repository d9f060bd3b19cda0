#include "host/payment_marks.hpp"

#include <algorithm>

#include "host/codec.hpp"
#include "host/codec_values.hpp"
#include "host/store_ledger.hpp"

namespace amazonpay::host {
namespace {

constexpr int labelled_per_round = 500;
constexpr std::size_t reference_most = 200;  // bytes; Amazon's longest ids are far shorter

// Ids are compared without case, and "/" parts a key.
std::string searchable(const std::string& text) {
  std::string lowered;
  for (const char c : text.substr(0, reference_most))
    if (static_cast<unsigned char>(c) > 0x20) lowered += c == '/' ? '|' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  return lowered;
}

}  // namespace

std::string mark_prefix(const MarkFilter& f) {
  return std::string(environment_name(f.environment)) + "/" + (f.word ? id_of(*f.word) : "-") + "/" + (f.currency.empty() ? "-" : f.currency) + "/" + (f.flag ? id_of(*f.flag) : "-") + "/";
}

std::string mark_moment(std::int64_t ms) {
  const auto digits = std::to_string(std::max<std::int64_t>(ms, 0));
  return std::string(14 - std::min<std::size_t>(14, digits.size()), '0') + digits;
}

std::optional<MarkPlace> place_in(const std::string& key, const std::string& prefix) {
  if (!key.starts_with(prefix) || key.size() < prefix.size() + 16 || key[prefix.size() + 14] != '/') return std::nullopt;
  return MarkPlace{key.substr(prefix.size()), key.substr(prefix.size() + 15)};
}

std::string reference_prefix(Environment environment, const std::string& typed) {
  const auto wanted = searchable(typed);
  return wanted.empty() ? "" : std::string("ref/") + environment_name(environment) + "/" + wanted;
}

std::vector<std::string> marks_of(const Payment& payment, const Standing& standing, std::int64_t now_ms) {
  std::vector<std::optional<TransactionFlag>> flags{std::nullopt};
  for (const auto flag : flags_of(payment, standing, now_ms)) flags.emplace_back(flag);
  const std::string place = mark_moment(payment.created_ms) + "/" + payment.order_id;
  std::vector<std::string> marks;
  const auto word = word_of_transaction(payment);
  for (const auto& flag : flags)
    for (const bool of_word : {false, true})
      for (const bool of_currency : {false, true}) {
        const MarkFilter filter{payment.environment, of_word ? std::optional(word) : std::nullopt, of_currency ? std::string(payment.currency.code()) : "", flag};
        marks.push_back(mark_prefix(filter) + place);
      }
  for (const auto& reference : references_of(payment)) marks.push_back(reference_prefix(payment.environment, reference) + "/" + payment.order_id);
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  return marks;
}

void add_marks(json::object& value, const Payment& payment, const Standing& s, const std::vector<std::string>& marks) {
  value["marked_total"] = mark_value(payment);
  value["standing"] = without_empty({{"on_the_way", s.on_the_way.minor()}, {"settled", s.settled.minor()}, {"drift", s.drift.minor()}, {"not_covered", s.not_covered.minor()},
                                     {"open_tasks", s.open_tasks}, {"refunds_by_ms", s.refunds_by_ms}});
  value["marks"] = json::array(marks.begin(), marks.end());
}

Result<Standing> standing_in(const json::value& value, Currency currency) {
  const auto* stored = value.is_object() ? value.get_object().if_contains("standing") : nullptr;
  if (stored == nullptr) return Failure{Kind::not_found, "the payment is not labelled yet"};
  return reading("a stored payment", [&] {
    const Members m(*stored);
    return Standing{{m.number("on_the_way"), currency}, {m.number("settled"), currency}, {m.number("drift"), currency}, {m.number("not_covered"), currency}, m.number("open_tasks"), m.number("refunds_by_ms")};
  });
}

std::vector<std::string> marks_in(const json::value& value) {
  std::vector<std::string> marks;
  const auto* stored = value.is_object() ? value.get_object().if_contains("marks") : nullptr;
  if (stored != nullptr && stored->is_array())
    for (const auto& mark : stored->get_array())
      if (mark.is_string()) marks.emplace_back(mark.get_string());
  return marks;
}

json::value marked_total_in(const json::value& value) {
  const auto* total = value.is_object() ? value.get_object().if_contains("marked_total") : nullptr;
  return total == nullptr ? json::value() : *total;
}

json::object mark_value(const Payment& payment) { return money_object(total_of(payment)); }

Result<int> label_old_payments(const hostapi::sdk::Session& session) {
  int labelled = 0;
  for (const auto& older : {condition("marked", "=", nullptr), condition("marked", "<", marks_version)}) {
    // Ordered by the field asked for: another order would let the store walk every payment to find none, and this runs all day long.
    auto ids = all_of(session.store(), {{"collection", "payments"}, {"where", json::array{older}}, {"order", "marked"}}, labelled_per_round,
                      [](const json::value& value) { return reading("a stored payment", [&] { return Members(value).needed_text("order_id"); }); });
    if (!ids) return ids.failure();
    StoreLedger ledger(session);
    for (const auto& id : *ids) {
      auto done = ledger.label_again(id);
      if (!done && done.kind() != Kind::conflict && done.kind() != Kind::not_found) return done.failure();  // somebody else wrote it meanwhile, with its marks
      labelled += done ? 1 : 0;
    }
  }
  return labelled;
}

}  // namespace amazonpay::host
