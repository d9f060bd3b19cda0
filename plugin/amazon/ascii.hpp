// Names of headers and members without regard to case: A to Z only, the same in every locale.
#pragma once
#include <algorithm>
#include <string_view>

namespace amazonpay::amazon {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// lower_case: as it is, without capitals.
inline bool same_name(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(), [](char a, char b) { return lower(a) == b; });
}

}  // namespace amazonpay::amazon
