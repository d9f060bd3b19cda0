// The word of a payment and the two answers staff need: what the money does, and whether to ship. Computed from the state, never stored as free text.
// Which word wins: product decisions 6.1, checked in that order on the sums over all charges. Safe to ship: 6.9.
#pragma once
#include <string>
#include <vector>

#include "domain/limits.hpp"

namespace amazonpay {

enum class Word {
  reserved, captured, completed_and_captured, refund_on_its_way, partly_refunded, refunded, canceled, declined, expired, pending, unknown,
};
const char* id_of(Word word);       // "refund_on_its_way": manifest, stored index, URLs
const char* label_of(Word word);    // message id
const char* role_of(Word word);     // good, wait, stop, neutral
const char* icon_of(Word word);

enum class Ship { yes, wait, no };

struct Verdict {
  Word word = Word::unknown;
  std::string raw;   // Amazon's own word when `word` is unknown
  Text say;          // one sentence: who did what to the money
  Text note;         // the short form under the word in lists; may be empty
  Ship ship = Ship::no;
  Text ship_why;
  Money drift;       // given back elsewhere and not taken over
  Money drift_collected; // collected elsewhere and not taken over
  Money not_covered; // what the open lines are worth above what is held for them
};

// Amazon completes a refund within at most eight days.
constexpr std::int64_t refund_days_max = 8;
constexpr std::int64_t minute_ms = 60'000, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;
// When the newest refund that is not completed will be, at the latest.
std::int64_t latest_refund_ms(const Payment& payment, const std::vector<Intent>& intents);
// A reservation so young is captured at once; an older one takes hours and may be declined.
constexpr std::int64_t quick_capture_days = 7;

// When Amazon drops a checkout that the buyer does not finish; 0: there is none.
std::int64_t dropped_ms(const Payment& payment);

Verdict verdict_of(const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules);

// The word of one charge or refund, for the tables.
Word word_of(const Charge& charge);
Word word_of(const Refund& refund);

}  // namespace amazonpay
