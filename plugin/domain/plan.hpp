// What a click will do, decided before anything happens, from what Amazon really holds and never from the order total. Pure functions: the page shows the
// plan, and the flow that commits it calls the same function again.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/limits.hpp"

namespace amazonpay {

struct PlannedStep {
  IntentKind kind = IntentKind::refund;
  std::string charge_id;   // empty: create_charge, close_permission
  Money amount;            // zero for cancel_charge and close_permission
};

struct Plan {
  std::vector<PlannedStep> steps;   // empty: no money moves
  Money gives_back;                 // sum of the refunds
  Money releases;                   // sum of the canceled reservations
  Money collects;                   // sum of the captures
  std::vector<LinePieces> lines;    // for which pieces the refunds give money back
  std::vector<Text> says;           // what happens and why, in the order to read
  std::optional<Text> ask;          // a person must decide: becomes a task instead of money moving
};

// Whole order (cancel, delete): authorised only → cancel the charge; captured → refund the rest; mixed → both; nothing → close the permission. An open
// permission is closed at the end, so that nothing can be charged for an order that is gone.
Plan plan_whole_order(const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules);

// Part of an order: `amount` is what the event takes off the order. Gives back min(amount, held); nothing collected → nothing to give back.
// `lines` say which pieces are canceled after the event in total; pieces whose money went back before (canceled, undone, canceled again) ask a person.
struct LineChange {
  std::string line_id;
  int canceled_after = 0;
  int pieces = 0;
  Money amount;
};
Plan plan_lines(const Payment& payment, const std::vector<Intent>& intents, const std::vector<LineChange>& lines, Money shipping, Money total_after,
                const RefundRules& rules);

// A refund staff ask for; may exceed the order value up to the allowance. Split over charges, newest first; refused with the limit and its reason.
// With a charge id: from that charge alone.
Result<Plan> plan_refund(const Payment& payment, const std::vector<Intent>& intents, Money amount, const RefundRules& rules, const std::string& charge_id = {});
// What so many of a line's open pieces are worth: rounded down, all of them together exactly the line.
Money worth_of_pieces(Money worth, std::int64_t open, std::int64_t pieces);
// Open pieces of a line that a person refunded already, though they are still wanted.
std::int64_t pieces_refunded_by_hand(const std::string& line_id, const std::vector<Intent>& intents);

// Like Seller Central: the newest uncaptured charge is captured; without one a new charge is created and captured at once.
Result<Plan> plan_capture(const Payment& payment, const std::vector<Intent>& intents, Money amount, std::int64_t now_ms);
// The amount the capture form proposes: the open lines' worth, within what Amazon has reserved or lets us charge. Zero: nothing to capture.
Money capture_proposal(const Payment& payment, const std::vector<Intent>& intents);

// The most a capture may be now: the reservation's amount, else what may still be charged (with overcharge allowed, Amazon raises it).
Money capture_most(const Payment& payment, std::int64_t now_ms);

Result<Plan> plan_cancel_charge(const Payment& payment, const std::vector<Intent>& intents);
Result<Plan> plan_close_permission(const Payment& payment, const std::vector<Intent>& intents);

// Pieces of a line for which money went back or is on its way.
int pieces_given_back(const std::string& line_id, const std::vector<Intent>& intents);

}  // namespace amazonpay
