/* Cursors of keyset paging: a few texts as one opaque word that fits into an address. A cursor that was tampered with decodes to nothing. Pure. */
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "document.hpp"
#include "hex.hpp"

namespace shopadmin {

using CursorParts = std::vector<std::optional<std::string>>;

inline std::string encode_cursor(const CursorParts& parts) {
  json::array list;
  for (const auto& part : parts) list.push_back(part ? json::value(*part) : json::value(nullptr));
  const auto text = json::serialize(list);
  return to_hex(text.data(), text.size());
}

inline std::optional<CursorParts> decode_cursor(const std::string& cursor, std::size_t size) {
  const auto text = from_hex(cursor);
  if (!text) return std::nullopt;
  const auto parsed = parse_document(*text, "cursor");
  if (!parsed || !parsed->is_array() || parsed->get_array().size() != size) return std::nullopt;
  CursorParts parts;
  for (const auto& item : parsed->get_array()) {
    if (item.is_string()) parts.emplace_back(std::string(item.get_string()));
    else if (item.is_null()) parts.emplace_back(std::nullopt);
    else return std::nullopt;
  }
  return parts;
}

inline std::optional<std::int64_t> whole_in(const std::string& text) {
  if (text.empty() || text.size() > 19 || text.find_first_not_of("0123456789", text[0] == '-' ? 1 : 0) != std::string::npos || text == "-") return std::nullopt;
  try {
    return std::stoll(text);
  } catch (const std::out_of_range&) {
    return std::nullopt;
  }
}

}  // namespace shopadmin
