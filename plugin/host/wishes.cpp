#include "host/wishes.hpp"

#include <algorithm>
#include <cctype>

namespace amazonpay::host {
namespace {

void add_texts(std::vector<std::string>& texts, const json::value& value) {
  if (value.is_string() && !value.get_string().empty()) texts.emplace_back(value.get_string());
  if (value.is_array())
    for (const auto& one : value.get_array()) add_texts(texts, one);
}

}  // namespace

std::string clipped(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

std::string form_text(const json::value& form, const char* name) {
  if (!form.is_object()) return {};
  const auto* value = form.get_object().if_contains(name);
  if (value == nullptr) return {};
  std::vector<std::string> texts;
  add_texts(texts, *value);
  return texts.empty() ? std::string() : texts.front();
}

std::string text_in(const json::value& request, const char* name) {
  auto text = form_text(request, name);
  if (text.empty() && request.is_object() && request.get_object().contains("query")) text = form_text(request.at("query"), name);
  return text;
}

// Ticked boxes arrive as one text or as a list; the sheet hands them on as JSON in "lines".
std::vector<std::string> ticked_lines(const json::value& form) {
  std::vector<std::string> ids;
  if (!form.is_object()) return ids;
  const auto& object = form.get_object();
  if (const auto* ticked = object.if_contains("line")) add_texts(ids, *ticked);
  if (const auto text = form_text(form, "lines"); !text.empty()) {
    boost::system::error_code error;
    const auto list = json::parse(text, error);
    if (!error) add_texts(ids, list);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::string typed_amount(const json::value& form) {
  const auto chosen = form_text(form, "amount_choice");
  return chosen.empty() ? form_text(form, "amount") : chosen;
}

namespace {

// "How many" of a ticked line; empty or missing: all that can be refunded.
Result<std::int64_t> wanted_pieces(const json::value& form, const ShopLine& line) {
  if (line.refundable() <= 0) return Failure{Kind::refused, tr("All pieces of a ticked line were refunded by hand before. Leave it out, or enter an amount.")};
  const auto typed = form_text(form, ("pieces_" + line.id).c_str());
  if (typed.empty()) return line.refundable();
  const bool number = typed.size() <= 9 && std::all_of(typed.begin(), typed.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  const auto pieces = number ? std::stoll(typed) : 0;
  if (pieces < 1 || pieces > line.refundable()) return Failure{Kind::refused, tr("How many pieces is a whole number, at most what is open of the line.")};
  return pieces;
}

Result<> add_lines(RefundWish& wish, const json::value& form, const Picture& now) {
  for (const auto& id : ticked_lines(form)) {
    const auto line = std::find_if(now.lines.begin(), now.lines.end(), [&](const ShopLine& l) { return l.id == id; });
    if (line == now.lines.end()) return Failure{Kind::conflict, tr("A ticked line is not open any more. Look at the order again and decide anew.")};
    auto pieces = wanted_pieces(form, *line);
    if (!pieces) return pieces.failure();
    wish.amount += worth_of_pieces(line->worth, line->open, *pieces);
    wish.lines.push_back({line->id, static_cast<int>(*pieces)});
  }
  if (!wish.amount.positive()) return Failure{Kind::refused, tr("No line is ticked. Tick the lines to refund, or enter an amount.")};
  const auto agreed = form_text(form, "agreed");
  if (!agreed.empty() && agreed != to_wire(wish.amount)) return Failure{Kind::conflict, tr("The lines are worth something else by now. Nothing was sent. Look at the new sum and decide anew.")};
  return hostapi::success();
}

}  // namespace

Result<RefundWish> refund_wish(const json::value& form, const Picture& now) {
  RefundWish wish;
  wish.kind = form_text(form, "kind");
  wish.charge_id = form_text(form, "charge");
  wish.amount = zero_of(now.payment.currency);
  const auto* charge = wish.charge_id.empty() ? nullptr : now.payment.charge(wish.charge_id);
  if (!wish.charge_id.empty() && charge == nullptr) return Failure{Kind::refused, tr("This charge does not belong to the order. Open the page again.")};
  if (wish.kind == "rest") {
    wish.amount = charge == nullptr ? now.sums.held : sums_of(*charge, now.payment, now.intents, now.policy.refund_rules).held;
    if (!wish.amount.positive()) return Failure{Kind::refused, tr("Nothing is held any more, so there is no rest to refund. Enter an amount instead.")};
    return wish;
  }
  if (wish.kind == "lines") {
    if (auto added = add_lines(wish, form, now); !added) return added.failure();
    return wish;
  }
  wish.kind = "amount";
  auto amount = parse_amount(typed_amount(form), now.payment.currency);
  if (!amount) return Failure{Kind::refused, amount.message(), amount.failure().code};
  wish.amount = *amount;
  return wish;
}

Result<Money> capture_wish(const json::value& form, const Picture& now) {
  const auto typed = typed_amount(form);
  if (!typed.empty()) {
    auto amount = parse_amount(typed, now.payment.currency);
    if (!amount) return Failure{Kind::refused, amount.message(), amount.failure().code};
    return amount;
  }
  const auto proposal = capture_proposal(now.payment, now.intents);
  if (!proposal.positive()) return Failure{Kind::refused, tr("There is nothing to capture: what is held covers the open lines.")};
  return proposal;
}

Result<std::string> amazon_id_wish(const json::value& form) {
  auto id = form_text(form, "amazon_id");
  id.erase(std::remove_if(id.begin(), id.end(), [](unsigned char c) { return std::isspace(c) != 0; }), id.end());
  const bool plausible = id.size() >= 10 && id.size() <= 50 && std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
  if (!plausible) return Failure{Kind::refused, tr("Enter the id as Seller Central shows it, for example S02-1234567-7654321-R012345.")};
  return id;
}

flows::Act act_from(const json::value& form, const std::string& order_id, Actor who) {
  flows::Act act;
  act.order_id = order_id;
  act.operation_id = clipped(form_text(form, "operation_id"), 64);
  act.seen = clipped(form_text(form, "seen"), 200);
  act.who = std::move(who);
  const auto reason = form_text(form, "reason");
  for (const auto& known : reasons())
    if (reason == known.id) act.reason = reason;
  act.note = clipped(form_text(form, "note"), 400);
  act.todo_id = clipped(form_text(form, "todo_id"), 200);
  return act;
}

}  // namespace amazonpay::host
