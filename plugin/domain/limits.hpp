// What Amazon allows: how much of a charge can be given back, how often, and why not more. Pure; the same function answers while staff type, when they
// submit, and when the intent is committed.
// Sources: Amazon Pay API v2, refunds (cap above the captured amount, ten refunds per charge), charges (25 per permission).
#pragma once
#include <vector>

#include "domain/intent.hpp"
#include "domain/payment.hpp"
#include "domain/text.hpp"

namespace amazonpay {

struct RefundRules {
  int refunds_per_charge = 10;
  bool declined_count = true;  // Amazon does not say; counting them is the safe reading
};

// Above the captured amount Amazon lets a shop give back min(15 %, 75.00), in yen 8,400; only in the four ledger currencies (USD, EUR, GBP, JPY).
Money compensation_allowance(Money captured);
// The largest single refund Amazon takes: 150,000.00, in yen 10,000,000.
Money largest_refund(Currency currency);

// The sums of one charge, ours and Amazon's. held = captured - settled - on_the_way - not_ours - lost, never below zero.
struct ChargeSums {
  Money reserved;    // authorised, not captured, not canceled
  Money captured;
  Money settled;     // given back and completed
  Money on_the_way;  // refunds at Amazon that are not completed, and intents that may have reached Amazon
  Money not_ours;    // given back by others: Amazon's figure above our own refunds, or refunds that were read and are nobody's here (drift)
  Money lost;        // taken by lost disputes
  Money disputed;    // what open disputes may still take, at most what is held
  Money held;
  Money allowance;
  Money refundable;  // held + allowance, within the largest single refund
  int refunds_used = 0;
  int refunds_left = 0;
};

ChargeSums sums_of(const Charge& charge, const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules);

// The same over all charges of the order.
struct PaymentSums : ChargeSums {
  Money collected_elsewhere;  // captures that began after the first reading and that no intent of ours asked for (drift)
  Money pending_capture;  // authorisation or capture that Amazon has not decided, and captures we are asking for
};
PaymentSums sums_of(const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules);

}  // namespace amazonpay
