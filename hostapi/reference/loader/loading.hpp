/* Loading one plugin in visible steps: manifest, services, file, library, entry point, abi, identity, collections, create, start. Each step is reported;
 * the first that fails undoes what was reached and says what to do. Used by loader/ and, for the checks, by packages/; main thread. */
#pragma once
#include "loader/call.hpp"

namespace shopadmin {

using StepReport = std::function<void(const LoadStep&)>;

Result<std::unique_ptr<LoadedPlugin>> load_plugin(const HostParts& parts, Manifest manifest, const StepReport& report);
Result<void> check_services(const Manifest& manifest);
std::int64_t data_version(Database& database, const std::string& plugin_id); /* of what the plugin stored here; 0: nothing known */
void note_data_version(Sql& sql, const Manifest& manifest);                  /* the plugin started: from now on its data may be of its version */
Result<void> check_data_version(Database& database, const Manifest& manifest);
Result<std::filesystem::path> check_library_file(const Manifest& manifest);

}  // namespace shopadmin
