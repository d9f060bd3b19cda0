/* Where shopadmin finds what belongs to it: templates and translations in share/shopadmin and plugins of packages in lib/shopadmin/plugins, both beside
 * the folder of the running program (/usr/bin, /usr/share, /usr/lib; the build folder keeps the same order). Any thread. */
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace shopadmin {

std::filesystem::path beside_program(const std::string& inside);                               /* "share/shopadmin/templates"; empty: it is not there */
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& paths); /* each folder in them that has a manifest.xml, by name */

}  // namespace shopadmin
