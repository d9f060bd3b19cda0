// When a second person has to say yes (four eyes). Thresholds are of the shop's making, in units of whatever currency the payment has; what the host's
// clockwork does by itself needs none. Pure: the flow that commits an act asks needs_approval() under the same commit.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/limits.hpp"
#include "domain/plan.hpp"

namespace amazonpay {

// An amount without a currency, as settings hold it: hundredths of the main unit.
struct Threshold {
  std::int64_t hundredths = 0;
  Money in(Currency currency) const { return {currency.decimals() == 0 ? hundredths / 100 : hundredths, currency}; }
};

struct ApprovalRules {
  std::optional<Threshold> refund;               // a single act that gives back more
  std::optional<Threshold> capture;              // a single act that collects more
  std::optional<Threshold> refunds_per_day;      // all refunds by persons since midnight (UTC), this one included
  std::optional<Threshold> refunds_per_user_day; // those of one person
  bool compensation = false;                     // every refund above what is held
  std::int64_t expires_ms = 72 * 3'600'000;
  bool counts_refunds() const { return refunds_per_day || refunds_per_user_day; }
};

// How much persons have asked to give back on one day; one for all and one per person. Kept only while a threshold needs it.
struct Tally {
  std::string id;   // refunds/2026-11-22/EUR or refunds/2026-11-22/EUR/<user>
  Money amount;
};
std::string tally_id(std::int64_t now_ms, Currency currency, const std::string& user_id);  // user_id empty: all

// Why a second person is needed, as a sentence with the threshold; nothing: not needed. day and user_day include this act.
std::optional<Text> needs_approval(const Plan& plan, Money held, Money day, Money user_day, const ApprovalRules& rules);

}  // namespace amazonpay
