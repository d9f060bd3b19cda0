// Speech: everything a person reads goes through here into the reader's language: message ids with places, money, times.
// Used by the views, the actions and the ledger (labels). It never fails: if the host cannot translate, the English text with its places filled is used.
// In-call, one thread.
#pragma once
#include <hostapi/sdk.hpp>

#include "domain/text.hpp"

namespace amazonpay::host {

namespace json = boost::json;

class Speech {
 public:
  explicit Speech(const hostapi::sdk::Session& session);

  std::string say(const Text& text) const;
  std::string say(const char* message_id) const { return say(Text{message_id}); }
  /// "12.95 EUR", as the reader writes it, amount and currency held together.
  std::string money(Money amount) const;
  /// {"amount":"12.95","cur":"EUR"} for templates.
  json::object m(Money amount) const;
  /// The amount without its currency: "12.95".
  std::string bare(Money amount) const;
  /// The year is left out while it is this one: "20 Nov, 17:31".
  std::string day(std::int64_t unix_ms) const;
  std::string time(std::int64_t unix_ms) const;
  std::string full_time(std::int64_t unix_ms) const;

 private:
  std::string without_this_year(std::string text, std::int64_t unix_ms) const;
  hostapi::sdk::Texts texts_;
  std::string this_year_;
};

/// ISO 8601 in UTC for <time datetime>: "2026-11-20T17:31:00Z".
std::string iso_time(std::int64_t unix_ms);
/// "…-C048213": the last part of Amazon's id, for comparing.
std::string short_id(const std::string& amazon_id);

}  // namespace amazonpay::host
