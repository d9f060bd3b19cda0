#include "money.hpp"

#include <algorithm>

namespace sandbox {
namespace {

constexpr std::int64_t largest_minor = 1'000'000'000'000;

bool has_published_limits(std::string_view currency) {
    return currency == "USD" || currency == "EUR" || currency == "GBP" || currency == "JPY";
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<int> decimals_of(std::string_view currency) {
    if (currency == "JPY") return 0;
    for (std::string_view known : {"USD", "EUR", "GBP", "AUD", "DKK", "HKD", "NZD", "NOK", "ZAR", "SEK", "CHF"})
        if (known == currency) return 2;
    return std::nullopt;
}

std::string amount_text(const Money& money) {
    if (decimals_of(money.currency).value_or(2) == 0) return std::to_string(money.minor);
    const auto cents = std::to_string(money.minor % 100);
    return std::to_string(money.minor / 100) + (cents.size() == 1 ? ".0" : ".") + cents;
}

Money converted(const Money& money, const std::string& currency) {
    const int from = decimals_of(money.currency).value_or(2), to = decimals_of(currency).value_or(2);
    return {from == to ? money.minor : from < to ? money.minor * 100 : money.minor / 100, currency};
}

boost::json::object price_json(const Money& money) {
    return {{"amount", amount_text(money)}, {"currencyCode", money.currency}};
}

std::optional<std::int64_t> parse_amount(std::string_view text, std::string_view currency) {
    const auto decimals = decimals_of(currency);
    if (!decimals) return std::nullopt;
    const auto dot = text.find('.');
    const auto whole = text.substr(0, dot);
    const auto fraction = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    if (!all_digits(whole) || whole.size() > 12) return std::nullopt;
    if (dot != std::string_view::npos && (!all_digits(fraction) || fraction.size() > 2)) return std::nullopt;
    std::int64_t minor = std::stoll(std::string(whole));
    if (*decimals == 0) {
        if (fraction.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
    } else {
        auto padded = std::string(fraction);
        padded.resize(2, '0');
        minor = minor * 100 + std::stoll(padded);
    }
    if (minor <= 0 || minor > largest_minor) return std::nullopt;
    return minor;
}

std::optional<std::int64_t> absolute_maximum(std::string_view currency) {
    if (!has_published_limits(currency)) return std::nullopt;
    return currency == "JPY" ? 10'000'000 : 150'000 * 100;
}

std::int64_t refund_ceiling(const Money& captured) {
    if (!has_published_limits(captured.currency)) return captured.minor;
    const std::int64_t fixed = captured.currency == "JPY" ? 8'400 : 75 * 100;
    return std::min(*absolute_maximum(captured.currency), captured.minor + std::min(fixed, captured.minor * 15 / 100));
}

std::int64_t overcharge_limit(const Money& order_total) {
    const std::int64_t fixed = order_total.currency == "JPY" ? 70'000 : 500 * 100;
    return std::max(order_total.minor * 9, fixed);
}

}  // namespace sandbox
