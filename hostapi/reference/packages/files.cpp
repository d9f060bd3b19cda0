#include "packages/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

#include "clock.hpp"

namespace shopadmin {

namespace fs = std::filesystem;

namespace {
Problem cannot(const fs::path& path, const char* what) {
  return {Kind::unavailable, path.string() + " cannot be " + what + " (" + std::error_code(errno, std::generic_category()).message() + "). Check the folder, its rights and the space on the disk.", ""};
}

Result<void> to_disk(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return cannot(path, "opened");
  const bool good = ::fsync(file) == 0;
  ::close(file);
  return good ? Result<void>{} : cannot(path, "written");
}

Result<void> write_new(const fs::path& path, const std::string& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return cannot(path, "made");
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto put = ::write(file, bytes.data() + at, bytes.size() - at);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    at += static_cast<std::size_t>(put);
  }
  const bool good = at == bytes.size() && ::fsync(file) == 0;
  Result<void> outcome;
  if (!good) outcome = cannot(path, "written");
  ::close(file);
  return outcome;
}

fs::path beside(const fs::path& path) { return path.parent_path() / (".new-" + random_hex(8)); }
}  // namespace

Result<void> write_whole(const fs::path& path, const std::string& bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const auto temporary = beside(path);
  auto outcome = write_new(temporary, bytes);
  if (outcome && ::rename(temporary.c_str(), path.c_str()) != 0) outcome = cannot(path, "written");
  if (!outcome) fs::remove(temporary, error);
  return outcome ? to_disk(path.parent_path(), O_RDONLY | O_DIRECTORY) : outcome;
}

Result<void> write_folder(const fs::path& folder, const std::map<std::string, std::string>& files) {
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  const auto temporary = beside(folder);
  if (!fs::create_directory(temporary, error)) return cannot(temporary, "made");
  fs::permissions(temporary, fs::perms::owner_all, error);
  Result<void> outcome;
  std::set<fs::path> folders{temporary};
  for (const auto& [name, bytes] : files) {
    const auto path = temporary / name;
    for (auto above = path.parent_path(); above != temporary; above = above.parent_path()) folders.insert(above);
    fs::create_directories(path.parent_path(), error);
    if (outcome) outcome = write_new(path, bytes);
  }
  for (const auto& made : folders)
    if (outcome) outcome = to_disk(made, O_RDONLY | O_DIRECTORY);
  if (outcome && ::rename(temporary.c_str(), folder.c_str()) != 0) outcome = cannot(folder, "made");
  if (!outcome) fs::remove_all(temporary, error);
  return outcome ? to_disk(folder.parent_path(), O_RDONLY | O_DIRECTORY) : outcome;
}

Result<void> remove_folder(const fs::path& folder) {
  std::error_code error;
  const auto gone = folder.parent_path() / (".gone-" + random_hex(8));
  if (::rename(folder.c_str(), gone.c_str()) != 0) return errno == ENOENT ? Result<void>{} : cannot(folder, "removed");
  fs::remove_all(gone, error);
  return {};
}

Result<std::string> read_whole(const fs::path& path, std::size_t bytes_max) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return Problem{Kind::not_found, path.string() + " is not there.", ""};
  if (size > bytes_max) return Problem{Kind::limit, path.string() + " is larger than it may be.", ""};
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

FileLock::FileLock(const fs::path& path, How how) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return;
  const int kind = how == How::shared ? LOCK_SH : how == How::exclusive ? LOCK_EX : LOCK_EX | LOCK_NB;
  int done = -1;
  while ((done = ::flock(file_, kind)) != 0 && errno == EINTR) {}
  if (done == 0) return;
  ::close(file_);
  file_ = -1;
}

FileLock::~FileLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace shopadmin
