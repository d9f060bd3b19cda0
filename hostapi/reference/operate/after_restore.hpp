/* What a restored shop owes before anything moves: its record may lag behind what really happened since the backup. A plugin that has a command after-restore is told
 * once, with the time of the backup, before workers start and pages open; a plugin that does not get through keeps the shop from starting. Sessions end, leases of the
 * old shop's workers come back. Used by restore.cpp and by App::load_plugins. */
#pragma once
#include <string>

#include "audit/audit.hpp"
#include "operate/backup_file.hpp"
#include "result.hpp"

namespace shopadmin {

class Plugins;

inline constexpr const char* after_restore_command = "after-restore";

Result<void> note_restore(Sql& sql, Audit& audit, Clock& clock, const BackupManifest& manifest);

/* The sentence of whoever did not get through; REFUSED. Does nothing in a shop that was never restored. Main thread, plugins are loaded. */
Result<void> tell_of_restore(Database& database, Plugins& plugins);

}  // namespace shopadmin
