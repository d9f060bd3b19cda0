/* Deleting all that a plugin stored: its collections, settings, secrets, waiting tasks and what the host knows of it. The audit trail stays whatever happens.
 * Only for a plugin that runs nowhere: the command line asks twice and refuses while shopadmin serves. One transaction. */
#pragma once
#include <string>

#include "audit/audit.hpp"
#include "store/database.hpp"

namespace shopadmin {

struct StoredData {
  std::size_t collections = 0;
  std::int64_t documents = 0;
  bool known = false; /* the host has heard of the plugin */
};
StoredData stored_data(Database& database, const std::string& plugin_id);
Result<StoredData> purge_data(Database& database, Audit& audit, const Caller& caller, const std::string& plugin_id); /* what is gone now */

}  // namespace shopadmin
