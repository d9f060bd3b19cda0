// What commands say about one order and one act, as documents for programs with a text for people: words, figures, open intents, next step, outcome.
// Used by the commands of orders (commands_order.cpp, commands_acts.cpp), and through them by the terminal and the host's JSON interface.
// Amounts are minor units beside a currency. In-call; nothing asks Amazon. Failures are the host's, or not_found and conflict with a sentence.
#pragma once
#include "host/picture.hpp"
#include "host/speech.hpp"

namespace amazonpay::host {

// What scripts branch on; exit_code() is the terminal's (hostapi/README.md, commands).
enum class ActState { done, queued, at_amazon, waits_for_approval, uncertain, refused, declined, withdrawn };
const char* name_of(ActState state);
bool is_final(ActState state);
int exit_code(ActState state);
// The worst of what one act asked for; an act without an intent is done.
ActState state_of_act(const std::vector<Intent>& intents);

// The id of the order with this number, or with this id. refused: several have the number.
Result<std::string> order_named(const hostapi::sdk::Session& session, const std::string& name);

json::object intent_document(const Intent& intent);
json::object order_status(const Picture& picture, const std::vector<Event>& events, const Speech& speech);

// The act of this operation: what it asked for and what became of it. not_found: nothing was done under this id.
Result<json::object> operation_document(const hostapi::sdk::Session& session, const std::string& operation_id);

}  // namespace amazonpay::host
