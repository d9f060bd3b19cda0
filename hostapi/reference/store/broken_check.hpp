/* Which rule of a collection an error of the database speaks of. The names of collection_checks.cpp hold the id of the rule, in whatever language the server
 * speaks; nothing when it is about something else. */
#pragma once
#include <regex>
#include <string>

namespace shopadmin {

inline std::string broken_check(const std::string& what) {
  static const std::regex name("hostcheck_([a-z0-9_-]+)_[0-9a-f]{8}");
  std::smatch found;
  return std::regex_search(what, found, name) ? found[1].str() : "";
}

}  // namespace shopadmin
