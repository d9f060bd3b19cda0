/* Writing so that a crash leaves the old or the new, never half: a file or folder is made beside its place, brought to the disk and renamed. Throws nothing;
 * answers a Problem that names the path. Any thread. */
#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "result.hpp"

namespace shopadmin {

Result<void> write_whole(const std::filesystem::path& path, const std::string& bytes);
Result<void> write_folder(const std::filesystem::path& folder, const std::map<std::string, std::string>& files); /* folder must not be there */
Result<void> remove_folder(const std::filesystem::path& folder); /* renamed first, so that it is gone at once */
Result<std::string> read_whole(const std::filesystem::path& path, std::size_t bytes_max);

/* An advisory lock on a file, held while this lives; it ends with the process whatever happens. */
class FileLock {
 public:
  enum class How { shared, exclusive, try_exclusive };
  FileLock(const std::filesystem::path& path, How how);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  bool held() const { return file_ >= 0; }

 private:
  int file_ = -1;
};

}  // namespace shopadmin
