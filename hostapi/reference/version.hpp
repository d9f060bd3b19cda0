/* The version of shopadmin, once: --version, backups, metrics and the support bundle say it. */
#pragma once

namespace shopadmin {
inline constexpr const char* program_version = "0.1.0";
}
