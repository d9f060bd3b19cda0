#include "orders/act_draft.hpp"

#include <algorithm>
#include <set>

#include "orders/pricing.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {

OrderLine* find_line(Order& order, const std::string& line_id) {
  const auto found = std::find_if(order.lines.begin(), order.lines.end(), [&](const OrderLine& line) { return line.id == line_id; });
  return found == order.lines.end() ? nullptr : &*found;
}

bool anything_open(const Order& order) {
  return std::any_of(order.lines.begin(), order.lines.end(), [](const OrderLine& line) { return line.open() > 0; });
}

void give_back_shipping(ActDraft& draft, bool asked) {
  if (draft.after.shipping_gone) return;
  draft.after.shipping_gone = true;
  draft.after.shipping_gone_asked = asked;
  draft.shipping_minor = draft.after.shipping_minor;
}

void close_if_nothing_open(ActDraft& draft, bool with_shipping) {
  if (with_shipping) give_back_shipping(draft, true);
  if (anything_open(draft.after)) return;
  give_back_shipping(draft, false);
  if (draft.after.state != "canceled") {
    draft.after.state_before = draft.after.state;
    draft.after.state = "canceled";
  }
}

void take_pieces(ActDraft& draft, OrderLine& line, std::int64_t quantity, bool canceled) {
  const auto from = line.gone();
  const auto worth = pieces_worth(line.original_worth_minor, line.ordered, from, from + quantity);
  (canceled ? line.canceled : line.deleted) += quantity;
  if (canceled) ++line.cancel_generation;
  draft.lines.push_back({line.id, line.title, line.sku, quantity, worth, line.gone(), line.cancel_generation});
  draft.amount_minor += worth;
}

/* "2 × Mug, 1 × Plate" for the history */
std::string lines_text(const std::vector<ActLine>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : ", ") + std::to_string(line.quantity) + " × " + (line.title.empty() ? line.sku : line.title);
  return text;
}

Result<void> check_picks(const Order& order, const std::vector<LinePick>& picks) {
  if (picks.empty()) return refused("No line was chosen. Tick the lines first.");
  std::set<std::string> seen;
  for (const auto& pick : picks) {
    if (!order.line(pick.line_id) || order.line(pick.line_id)->quantity() == 0) return sentence(Kind::refused, "Line {line} is not in this order (any more). Reload the page.", {{"line", pick.line_id}});
    if (!seen.insert(pick.line_id).second) return sentence(Kind::refused, "Line {line} was chosen twice. Reload the page.", {{"line", pick.line_id}});
    if (pick.quantity < 0) return sentence(Kind::refused, "The quantity of line {line} must be one or more.", {{"line", pick.line_id}});
  }
  return {};
}

Result<void> take_lines(ActDraft& draft, const ActRequest& request, const Caller& caller, std::int64_t now_ms, bool cancel) {
  if (auto good = check_picks(draft.before, request.lines); !good) return good;
  for (const auto& pick : request.lines) {
    auto& line = *find_line(draft.after, pick.line_id);
    const auto open = line.open();
    const bool whole = pick.quantity == 0 || (!cancel && pick.quantity == line.quantity());
    const auto quantity = whole ? open : pick.quantity;
    if (quantity > open || (cancel && open == 0)) {
      return cancel ? sentence(Kind::refused, "Only {open} of “{title}” can still be canceled. Choose at most that many.", {{"open", open}, {"title", line.title}})
                    : sentence(Kind::refused, "Only {open} of “{title}” can still be deleted. Choose at most that many.", {{"open", open}, {"title", line.title}});
    }
    take_pieces(draft, line, quantity, cancel);
    if (cancel) {
      line.canceled_by = {caller.name, request.reason, request.note, now_ms};
    } else if (whole) { /* the line goes for good, with the pieces that were canceled before */
      line.deleted = line.ordered;
      line.canceled = 0;
      draft.lines.back().canceled_after = line.ordered;
    }
  }
  close_if_nothing_open(draft, request.with_shipping);
  return {};
}

Result<void> bring_back_lines(ActDraft& draft, const ActRequest& request) {
  if (auto good = check_picks(draft.before, request.lines); !good) return good;
  const bool nothing_was_open = !anything_open(draft.before);
  for (const auto& pick : request.lines) {
    auto& line = *find_line(draft.after, pick.line_id);
    const auto quantity = pick.quantity == 0 ? line.canceled : pick.quantity;
    if (quantity == 0 || quantity > line.canceled) {
      return sentence(Kind::refused, "Only {canceled} of “{title}” are canceled, so no more can be brought back.", {{"canceled", line.canceled}, {"title", line.title}});
    }
    const auto gone = line.gone();
    const auto worth = pieces_worth(line.original_worth_minor, line.ordered, gone - quantity, gone);
    line.canceled -= quantity;
    if (line.canceled == 0) line.canceled_by = {};
    draft.lines.push_back({line.id, line.title, line.sku, quantity, worth, line.gone(), line.cancel_generation});
    draft.amount_minor += worth;
  }
  if (nothing_was_open && draft.after.shipping_gone && !draft.after.shipping_gone_asked) {
    draft.after.shipping_gone = false;
    draft.shipping_minor = draft.after.shipping_minor;
  }
  if (draft.after.state == "canceled") {
    draft.after.state = draft.after.state_before.empty() ? "in_progress" : draft.after.state_before;
    draft.after.state_before.clear();
  }
  return {};
}

Result<void> cancel_all(ActDraft& draft, const ActRequest& request, const Caller& caller, std::int64_t now_ms) {
  if (draft.before.state == "canceled" && !anything_open(draft.before)) return sentence(Kind::refused, "Order {number} is canceled already.", {{"number", draft.before.number}});
  for (auto& line : draft.after.lines) {
    if (line.open() == 0) continue;
    take_pieces(draft, line, line.open(), true);
    line.canceled_by = {caller.name, request.reason, request.note, now_ms};
  }
  close_if_nothing_open(draft, false);
  return {};
}

void remove_all(ActDraft& draft) {
  for (auto& line : draft.after.lines) draft.amount_minor += line.worth_minor;
  if (!draft.after.shipping_gone) draft.shipping_minor = draft.after.shipping_minor;
  for (auto& line : draft.after.lines) line.deleted = line.ordered, line.canceled = 0;
  draft.after.shipping_gone = true;
  draft.removes = true;
}

Result<void> ship(ActDraft& draft, const ActRequest& request, std::int64_t now_ms) {
  if (draft.before.state == "shipped") return sentence(Kind::refused, "Order {number} is marked as shipped already.", {{"number", draft.before.number}});
  if (draft.before.state == "canceled") return sentence(Kind::refused, "Order {number} is canceled and cannot be shipped. Bring lines back first.", {{"number", draft.before.number}});
  draft.after.state = "shipped";
  draft.after.carrier = request.carrier;
  draft.after.tracking_number = request.tracking_number;
  draft.after.shipped_ms = now_ms;
  return {};
}

Result<void> change_state(ActDraft& draft, const ActRequest& request) {
  static const std::set<std::string> by_hand = {"new", "in_progress", "on_hold"};
  if (!by_hand.count(request.state)) return refused("The state can be set to new, in progress or on hold. Shipping and canceling have their own buttons.");
  if (draft.before.state == "canceled") return sentence(Kind::refused, "Order {number} is canceled. Bring lines back to open it again.", {{"number", draft.before.number}});
  draft.after.state = request.state;
  draft.guarded = false;
  return {};
}

void describe(ActDraft& draft, const char* event, const char* history, const char* message) {
  draft.event = event;
  draft.history = history;
  draft.message = message;
  draft.args = {{"number", draft.before.number}, {"count", draft.lines.size()}, {"lines", lines_text(draft.lines)}};
}

Result<void> apply(ActDraft& draft, const ActRequest& request, const Caller& caller, std::int64_t now_ms) {
  switch (request.act) {
    case Act::cancel_lines: return take_lines(draft, request, caller, now_ms, true);
    case Act::delete_lines: return take_lines(draft, request, caller, now_ms, false);
    case Act::uncancel_lines: return bring_back_lines(draft, request);
    case Act::cancel_order: return cancel_all(draft, request, caller, now_ms);
    case Act::delete_order: return remove_all(draft), Result<void>{};
    case Act::ship: return ship(draft, request, now_ms);
    case Act::set_state: return change_state(draft, request);
    case Act::set_notes: return draft.after.notes = request.notes, draft.guarded = false, Result<void>{};
  }
  return Problem{Kind::invalid, "Unknown act.", ""};
}

void name_act(ActDraft& draft, Act act) {
  switch (act) {
    case Act::cancel_lines: return describe(draft, "line.cancel", "Canceled: {lines}", "Canceled in order {number}: {lines}");
    case Act::delete_lines: return describe(draft, "line.delete", "Deleted: {lines}", "Deleted from order {number}: {lines}");
    case Act::uncancel_lines: return describe(draft, "line.uncancel", "Brought back: {lines}", "Brought back in order {number}: {lines}");
    case Act::cancel_order: return describe(draft, "order.cancel", "Order was canceled.", "Order {number} was canceled.");
    case Act::delete_order: return describe(draft, "order.delete", "Order was deleted.", "Order {number} was deleted.");
    case Act::ship: return describe(draft, "order.ship", "Order was shipped.", "Order {number} is marked as shipped.");
    case Act::set_state: return describe(draft, "order.state", "State was changed.", "The state of order {number} was changed.");
    case Act::set_notes: return describe(draft, "order.notes", "Notes were changed.", "The notes of order {number} were saved.");
  }
}
}  // namespace

const char* act_name(Act act) {
  static const char* const names[] = {"cancel_lines", "uncancel_lines", "delete_lines", "cancel_order", "delete_order", "ship", "set_state", "set_notes"};
  return names[static_cast<int>(act)];
}

Result<ActDraft> draft_act(const Order& order, const ActRequest& request, const Caller& caller, std::int64_t now_ms) {
  ActDraft draft;
  draft.before = draft.after = order;
  if (auto good = apply(draft, request, caller, now_ms); !good) return good.problem();
  draft.amount_minor += draft.shipping_minor;
  price(draft.after);
  if (!draft.removes) ++draft.after.version;
  name_act(draft, request.act);
  return draft;
}

json::object event_document(const ActDraft& draft, const ActRequest& request, const Caller& caller, const std::string& event_id, std::int64_t at_ms) {
  const bool done = !event_id.empty();
  auto order = done ? to_document(draft.after, false) : to_document(draft.before);
  json::array lines;
  if (done && draft.removes) order["lines"] = json::array{};
  else
    for (const auto& line : draft.lines)
      lines.push_back({{"line_id", line.line_id}, {"title", line.title}, {"quantity", line.quantity}, {"amount_minor", line.amount_minor},
                       {"canceled_after", line.canceled_after}, {"generation", line.generation}});
  return {{"event_id", event_id}, {"event", draft.event}, {"order", std::move(order)}, {"lines", std::move(lines)},
          {"shipping_minor", draft.shipping_minor}, {"amount_minor", draft.amount_minor}, {"currency", draft.before.currency},
          {"total_before_minor", draft.before.total_minor}, {"total_after_minor", draft.after.total_minor},
          {"reason", request.reason}, {"note", done && draft.removes ? std::string() : request.note}, /* it may name the buyer */
          {"who", {{"id", caller.id}, {"name", caller.name}, {"role", caller.role}}}, {"at_ms", at_ms}};
}

}  // namespace shopadmin
