// Who does what in the inbox, and the tasks of the shop as a whole. Nothing here touches money.
#pragma once
#include "flows/flow.hpp"
#include "ports/inbox.hpp"

namespace amazonpay::flows {

// A person takes a task, or takes it from `seen`, whom the page showed as having it (empty: nobody). Of two at once one wins; the other is told who has it.
Result<> take_todo(const Ports& ports, ports::Inbox& inbox, const std::string& todo_id, const std::string& seen, const Actor& who);
// Only who has it gives it back.
Result<> give_back_todo(const Ports& ports, ports::Inbox& inbox, const std::string& todo_id, const Actor& who);

// Opens, renews and closes the shop's own tasks so that they say what the facts say. Repeats change nothing.
Result<> keep_watch(const Ports& ports, ports::Inbox& inbox, const ShopFacts& facts);

}  // namespace amazonpay::flows
