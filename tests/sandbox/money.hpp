#pragma once
// Amounts as Amazon Pay knows them: a whole number of minor units and a currency. Used by every rule of the sandbox.
// Nothing here computes with floating point; a wrong text gives nullopt and never a guess. Pure values, any thread.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace sandbox {

struct Money {
    std::int64_t minor = 0;
    std::string currency;
    bool operator==(const Money&) const = default;
};

// Decimals of a currency Amazon Pay can charge in; nullopt when it cannot.
std::optional<int> decimals_of(std::string_view currency);

// "14.00" for EUR, "500" for JPY.
std::string amount_text(const Money& money);
// The amount in another currency. No exchange market is simulated: one unit of a currency is one of any other.
Money converted(const Money& money, const std::string& currency);

boost::json::object price_json(const Money& money);

// Reads "14", "14.5", "14.00"; JPY may carry a zero fraction ("500.00"). No sign, no exponent, no separators; zero is refused.
std::optional<std::int64_t> parse_amount(std::string_view text, std::string_view currency);

// The most that may have been refunded in total for a capture: captured + min(15 %, 75 or 8,400 JPY), never above the absolute maximum.
// Currencies without a published allowance get the captured amount itself.
std::int64_t refund_ceiling(const Money& captured);

// The highest single charge or refund; nullopt when none is published for the currency.
std::optional<std::int64_t> absolute_maximum(std::string_view currency);

// With allowOvercharge the limit of a charge permission is the larger of 900 % and a fixed sum.
std::int64_t overcharge_limit(const Money& order_total);

}  // namespace sandbox
