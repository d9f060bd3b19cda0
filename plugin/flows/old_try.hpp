// Before an old try is sent again: a refund or new charge whose answer got lost longer ago than its key is trusted is compared with what Amazon shows now
// (domain/uncertainty.hpp). Captures, cancellations and closings show in the object's own state, which carry_out reads.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

enum class OldTry { send, asked };  // send: nothing unexplained at Amazon · asked: a person decides, nothing is sent

bool is_old_try(const Intent& intent, const ports::Policy& policy, std::int64_t now_ms);
// unavailable: Amazon could not be read; nothing is sent, later again.
Result<OldTry> settle_old_try(const Ports& ports, const Intent& intent);

}  // namespace amazonpay::flows
