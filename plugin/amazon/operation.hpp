// The operations of Amazon Pay (API reference 3.1) and what is known about each before it is sent: its method, and how often Amazon takes it (6.4).
// Used by the clients, which say what to send, and by connection.hpp, which sends. Pure values, any thread.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "amazon/signing.hpp"
#include "domain/payment.hpp"

namespace amazonpay::amazon {

enum class Call {
  create_session, get_session, update_session, complete_session, finalize_session,
  get_buyer,
  get_permission, update_permission, close_permission,
  create_charge, get_charge, update_charge, capture, cancel_charge,
  create_refund, get_refund,
  find_reports, get_report, create_report, get_report_document,
  find_schedules, get_schedule, create_schedule, cancel_schedule,
  find_disbursements,
  track_delivery,
  get_authorization_token,
};
inline constexpr std::size_t call_count = static_cast<std::size_t>(Call::get_authorization_token) + 1;

// So many at once, and so many more each second.
struct Quota {
  int burst = 0;
  int per_second = 0;
};

struct CallFacts {
  Call call;
  std::string_view name;    // as Amazon's throttling table spells it, in one word
  std::string_view method;
  Quota live;
  Quota sandbox;
  bool published;           // false: Amazon publishes no figure, ours is modest
};
const CallFacts& facts_of(Call call);
inline Quota quota_of(Call call, Environment environment) { return environment == Environment::live ? facts_of(call).live : facts_of(call).sandbox; }

// One request. The resource stands behind /v2, for example "/charges/S02-…/capture".
struct Operation {
  Call call;
  std::string resource;
  std::string body = {};             // JSON, or empty
  std::string idempotency_key = {};  // for a POST
  NamedValues query = {};            // for a GET; encoded and signed in canonical order
  std::string_view method() const { return facts_of(call).method; }
  bool mutating() const { return method() != "GET"; }
};

}  // namespace amazonpay::amazon
