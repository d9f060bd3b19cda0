/* Bytes as hex digits and back. Pure. */
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace shopadmin {

inline std::string to_hex(const void* bytes, std::size_t size) {
  static const char digits[] = "0123456789abcdef";
  const auto* raw = static_cast<const unsigned char*>(bytes);
  std::string text(size * 2, '0');
  for (std::size_t i = 0; i < size; ++i) {
    text[2 * i] = digits[raw[i] >> 4];
    text[2 * i + 1] = digits[raw[i] & 15];
  }
  return text;
}

inline std::optional<std::string> from_hex(std::string_view text) {
  const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  if (text.size() % 2) return std::nullopt;
  std::string bytes(text.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = value(text[2 * i]), low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace shopadmin
