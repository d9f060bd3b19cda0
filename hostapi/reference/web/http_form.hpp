// Query strings and form bodies (application/x-www-form-urlencoded) as ordered name/value pairs, cookies, and the escaping needed to build addresses.
// Used by every page. Pure functions, any thread. Invalid percent signs are kept as they are; NUL bytes and invalid UTF-8 make parse_form answer nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shopadmin::web {

class Form {
 public:
  void add(std::string name, std::string value) { items_.emplace_back(std::move(name), std::move(value)); }
  std::string get(std::string_view name) const;  // first value, trimmed of spaces at both ends; empty when absent
  bool has(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

std::optional<Form> parse_form(std::string_view encoded);
Form parse_query(std::string_view target);  // what follows '?'; unusable input gives an empty form
std::string cookie_value(std::string_view cookie_header, std::string_view name);
std::string encode_component(std::string_view text);  // for one path segment or one query value
std::vector<std::string> segments(const std::string& path);    // "/orders//7" → orders, 7
bool is_utf8(std::string_view text);

// Whose request it is. Behind a trusted proxy that is the last address of X-Forwarded-For that no trusted proxy has; what stands before it anybody may have
// written. Several headers are given joined by commas.
std::string client_address(const std::string& peer, std::string_view forwarded_for, const std::vector<std::string>& trusted);

// The address to go on with after login, if it is one of ours: an absolute path on this server, nothing else. Otherwise "/orders".
std::string safe_next(std::string_view next);

}  // namespace shopadmin::web
