#include "amazon/call_amazon.hpp"

#include <algorithm>

namespace amazonpay::amazon {
namespace {

bool is_letter_or_digit(unsigned char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && id.front() != '.' &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= 32 && std::all_of(key.begin(), key.end(), [](unsigned char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

Failure bad_id() { return invalid(tr("This is not a reference of Amazon Pay.")); }

Failure bad_key() { return invalid(tr("The idempotency key must be 1 to 32 letters, digits, dashes or underscores.")); }

}  // namespace amazonpay::amazon
