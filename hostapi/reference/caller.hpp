/* On whose behalf something happens: every act of the host and every call into a plugin has one. The web makes it from the session, tasks use
 * `system_caller`. A plain value. */
#pragma once
#include <string>

namespace shopadmin {

struct Caller {
  std::string id = "system", name = "system", role = "system"; /* role: owner, administrator, staff, system */
  std::string shop_id = "main";
  std::string locale = "en";
  std::string zone; /* of the reader's clock, like Europe/Berlin; empty: the shop's */
  std::string trace_id; /* set by the web per request; empty: one is made per call */
};

inline Caller system_caller() { return {}; }

}  // namespace shopadmin
