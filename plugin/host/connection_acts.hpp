// What a person does on the page Connection: store and test credentials, make and change keys, switch between sandbox and live. Each answers what
// pages.run answers. No act moves money; each is written to the audit. A connection that works is never overwritten by one Amazon does not accept.
// In-call. Errors: refused with a sentence for the person; failures of the host as they are.
#pragma once
#include "host/contributions.hpp"
#include "host/connection_notes.hpp"

namespace amazonpay::host {

Result<json::value> run_connection_act(const Session& session, std::string_view action, const json::value& form);

// Tests what is stored of a place (sandbox, live, next) and keeps the result.
Result<Examination> test_place(const Session& session, const std::string& place);

// The words to type before the switch.
inline constexpr const char* word_for_live = "LIVE";
inline constexpr const char* word_for_sandbox = "SANDBOX";

}  // namespace amazonpay::host
