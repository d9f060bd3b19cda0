// Parts that several views share: verdict, ship, timeline lines, "as of", forms. Used by panel, tab, sheets and tasks. Pure over Picture and Speech.
// The documents are those the templates in templates/amazonpay read; finish() adds a has_<name> flag beside each list, because a mustache section over a
// list cannot say "if there is any".
#pragma once
#include <algorithm>
#include <optional>

#include "host/picture.hpp"

namespace amazonpay::host {

json::object view_document(const char* template_name, json::object data);

json::object environment_part(const Picture& p, const Speech& speech);
json::object verdict_part(const Picture& p, const Speech& speech);
// "Safe to ship?", the same for the panel, the terminal and other systems: what the payment's state says, unless the order is deleted, a test, or an answer is missing.
struct ShipAnswer {
  Ship ship;
  Text why;
  bool only_a_test = false;
};
ShipAnswer ship_answer(const Picture& p);
json::object ship_part(const Picture& p, const Speech& speech);
json::array event_parts(const std::vector<Event>& events, std::size_t most, const Speech& speech);
json::object as_of_part(const Picture& p, const Speech& speech);
json::object as_of_told(const Picture& p, const Speech& speech);  // without the button
// A state as its template shows it.
inline json::object word(const char* role, const char* icon, std::string text) { return {{"role", role}, {"icon", icon}, {"text", std::move(text)}}; }
json::object word_part(Word word, const std::string& raw, const Speech& speech);
json::array strip_parts(const Picture& p, const Speech& speech);
json::value alert_part(const Picture& p, const Speech& speech);  // keys refused, Amazon silent, an answer missing; null: none

// How the refundable amount comes about, in one sentence: "At most 260.24 EUR: 216.94 held + 43.30 allowance."
std::string limit_explained(const PaymentSums& sums, const Speech& speech);

// Why nothing can be refunded (message id); only where refundable is zero.
const char* nothing_refundable(const PaymentSums& sums);

// Only how it comes about, for a place that names the sum itself: "216.94 held + 43.30 allowance."
std::string limit_parts(const PaymentSums& sums, const Speech& speech);

using FormValues = std::vector<std::pair<std::string, std::string>>;
json::array form_part(const FormValues& values);
json::object row(const std::string& label, const json::object& m, bool total = false);

// A reason by its id: the plugin's own catalogue, and those the shop asks for when an order or a line is canceled. Unknown: the id.
std::string reason_label(const std::string& id, const Speech& speech);
// "1 × Storage jar", or the event, with the reason and the note.
std::string what_for(const Intent& intent, const Picture& p, const Speech& speech);

const char* role_of_severity(const std::string& severity);
const char* icon_of(TodoKind kind);

// The act that answers a task: what its button says and which form it opens. Empty action: only a person can settle it outside.
struct TodoAct {
  std::string action, label;
  FormValues form;
};
TodoAct act_of(const Todo& todo, const Picture& p, const Speech& speech);

}  // namespace amazonpay::host
