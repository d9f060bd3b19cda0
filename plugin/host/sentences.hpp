// Two sentences in a row, with a space between them where the language has one: not after "。". Used where a page says one thing and then another. Pure.
#pragma once
#include <string>
#include <string_view>

namespace amazonpay::host {

inline std::string sentences(std::string first, std::string_view second) {
  if (!first.empty() && !second.empty() && !first.ends_with("。")) first += ' ';
  return first.append(second);
}

}  // namespace amazonpay::host
