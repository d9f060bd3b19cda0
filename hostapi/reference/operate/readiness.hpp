/* Whether this process can do its work now: the database answers, every known plugin is loaded, workers turn, the disk has room, and it is not stopping. Used by
 * /ready of the pages and of the monitoring port. Asks the database; any thread. */
#pragma once
#include <string>
#include <vector>

#include "document.hpp"

namespace shopadmin {

struct App;

struct ReadyCheck {
  std::string name, text; /* name: database, plugins, workers, disk, stopping */
  bool good = true;
};

struct Readiness {
  std::vector<ReadyCheck> checks;
  bool ready() const;
};

Readiness readiness_of(App& app);
json::object to_document(const Readiness& readiness);

inline constexpr std::int64_t free_bytes_least = 64LL * 1024 * 1024;
std::int64_t free_bytes(const std::string& folder); /* -1: not known */

}  // namespace shopadmin
