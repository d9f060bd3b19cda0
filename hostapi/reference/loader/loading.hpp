/* Loading one plugin in visible steps: manifest, services, file, library, entry point, abi, identity, collections, create, start. Each step is reported;
 * the first that fails undoes what was reached and says what to do. Private to loader/; main thread. */
#pragma once
#include "loader/call.hpp"

namespace shopadmin {

using StepReport = std::function<void(const LoadStep&)>;

Result<std::unique_ptr<LoadedPlugin>> load_plugin(const HostParts& parts, Manifest manifest, const StepReport& report);
Result<void> check_services(const Manifest& manifest);
Result<std::filesystem::path> check_library_file(const Manifest& manifest);

}  // namespace shopadmin
