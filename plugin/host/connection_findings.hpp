// The live test of a connection, field by field: what is right, what is not and what to do, each beside its field. Used by the page Connection, the
// command connection-test and the host's settings form (settings_check). Asks Amazon at most once; nothing is stored here, nothing moves.
#pragma once
#include <hostapi/sdk.hpp>

#include <vector>

#include "amazon/connection.hpp"
#include "domain/text.hpp"
#include "host/connection_sets.hpp"

namespace amazonpay::host {

struct ConnectionFinding {
  std::string field;  // id of the setting; empty: about no single one
  std::string level;  // good, wait, stop
  Text text;
};

struct Examination {
  std::vector<ConnectionFinding> findings;
  bool asked = false;     // Amazon was asked
  bool answered = false;  // and gave an answer
  bool accepted = false;  // Amazon accepted a call signed with this key
  bool good() const;      // accepted, and nothing to correct
  const ConnectionFinding* first_bad() const;
};

// Only the forms of the values: pure. has_key: a private key is there.
std::vector<ConnectionFinding> check_forms(const ConnectionFields& fields, bool has_key);
// The forms, and if they allow it a signed call to Amazon.
Examination examine(const hostapi::sdk::Session& session, const ConnectionFields& fields, amazon::Secret key);

}  // namespace amazonpay::host
