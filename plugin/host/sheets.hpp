// Sheets: what an act will do, shown before anything happens, and the form that does it (with a fresh operation_id and the stand it was based on).
// The order on screen is the order of questions: nothing has happened, the sum, how it comes about, the checks, the button. Pure over Picture.
#pragma once
#include "host/view_parts.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {

struct SheetForm {
  std::string operation_id;
  std::string reason, note, todo_id;  // as typed on the page before
};

Result<json::object> refund_sheet(const Picture& p, const RefundWish& wish, const SheetForm& form, const Speech& speech);
Result<json::object> capture_sheet(const Picture& p, Money amount, const SheetForm& form, const Speech& speech);
Result<json::object> cancel_sheet(const Picture& p, const SheetForm& form, const Speech& speech);
Result<json::object> close_sheet(const Picture& p, const SheetForm& form, const Speech& speech);
Result<json::object> take_over_sheet(const Picture& p, const SheetForm& form, const Speech& speech);

// Decisions about intents that exist: cause is the operation or event that made them.
Result<json::object> approve_sheet(const Picture& p, const std::string& cause, const SheetForm& form, const Speech& speech);
Result<json::object> take_back_sheet(const Picture& p, const std::string& cause, const SheetForm& form, const Speech& speech);
Result<json::object> uncertain_sheet(const Picture& p, const std::string& intent_id, const SheetForm& form, const Speech& speech);

// How a dispute ended: lost with what it took, or won.
Result<json::object> dispute_sheet(const Picture& p, const std::string& dispute_id, const SheetForm& form, const Speech& speech);

// What an event of the shop will do to the payment, inside the shop's own sheet (template "guard").
json::object event_sheet(const Plan& plan, ports::RefundMode mode, bool known, bool money_event, const Speech& speech);

}  // namespace amazonpay::host
