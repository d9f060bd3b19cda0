#include "resources.hpp"

#include <algorithm>

namespace shopadmin {

namespace fs = std::filesystem;

fs::path beside_program(const std::string& inside) {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const auto found = program.parent_path().parent_path() / inside;
  return fs::is_directory(found, error) ? found : fs::path();
}

std::vector<fs::path> plugin_folders(const std::vector<fs::path>& paths) {
  std::vector<fs::path> all;
  for (const auto& path : paths) {
    std::vector<fs::path> here;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(path, error))
      if (fs::exists(entry.path() / "manifest.xml", error)) here.push_back(entry.path());
    std::sort(here.begin(), here.end());
    all.insert(all.end(), here.begin(), here.end());
  }
  return all;
}

}  // namespace shopadmin
