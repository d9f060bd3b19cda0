/* The archive inside a package: gzip by zlib, tar by libarchive, both told to accept no more than they must. Whatever the archive says, no more than
 * package::unpacked_bytes_max bytes are ever held. */
#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <set>

#include "packages/package.hpp"

namespace shopadmin {

namespace {
constexpr std::size_t block = 512;
constexpr std::size_t free_of_ratio = 1024 * 1024;

struct ClosedReader {
  void operator()(struct archive* reader) const { archive_free(reader); }
};
struct Inflating {
  z_stream stream{};
  bool ready = inflateInit2(&stream, 15 + 16) == Z_OK; /* gzip and nothing else */
  ~Inflating() {
    if (ready) inflateEnd(&stream);
  }
};

Problem bomb() {
  return package_problem("PACKAGE_BOMB", "The package would unpack to more than " + std::to_string(package::ratio_max) + " times its size or more than " +
                                             std::to_string(package::unpacked_bytes_max >> 20) + " MB. No honest plugin does; do not trust where it came from.");
}

Result<std::string> gunzip(std::string_view bytes) {
  Inflating inflating;
  if (!inflating.ready) return Problem{Kind::internal, "zlib is not ready.", ""};
  auto& stream = inflating.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out, piece(256 * 1024, '\0');
  for (int status = Z_OK; status != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = inflate(&stream, Z_NO_FLUSH);
    const auto got = piece.size() - stream.avail_out;
    if (status != Z_OK && status != Z_STREAM_END) {
      if (stream.avail_in == 0) return package_problem("PACKAGE_TRUNCATED", "The archive inside the package ends too early. Download the package again.");
      return package_problem("PACKAGE_BROKEN_ARCHIVE", "The archive inside the package is not well-formed gzip. Ask the publisher for a new package.");
    }
    out.append(piece, 0, got);
    if (out.size() > package::unpacked_bytes_max || (out.size() > free_of_ratio && out.size() / package::ratio_max > bytes.size())) return bomb();
  }
  if (stream.avail_in != 0) return package_problem("PACKAGE_TRAILING_DATA", "Something stands behind the end of the archive inside the package. Ask the publisher for a new package.");
  return out;
}

Result<void> check_path(const std::string& path) {
  const auto shown = "\"" + path.substr(0, 120) + "\"";
  if (path.empty() || path.front() == '/' || path.front() == '\\') return package_problem("PACKAGE_ABSOLUTE_PATH", "The package holds " + shown + ", a path from the root of the machine. Nothing was unpacked; do not trust where it came from.");
  std::string part;
  for (const char c : path + "/") {
    if (c != '/') {
      part.push_back(c);
      continue;
    }
    if (part == "..") return package_problem("PACKAGE_PATH_OUT", "The package holds " + shown + ", which leads out of its folder. Nothing was unpacked; do not trust where it came from.");
    if (part.empty() || part.front() == '.' || part.front() == '-') return package_problem("PACKAGE_PATH_FORM", "The package holds " + shown + ", which is no plain path: hidden names, empty parts and names with a leading dash are not taken.");
    part.clear();
  }
  const auto plain = [](unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '/' || c == '@'; };
  if (path.size() > package::path_bytes_max || !std::all_of(path.begin(), path.end(), plain)) {
    return package_problem("PACKAGE_PATH_FORM", "The package holds " + shown + ": names are letters, digits, dots, dashes and underscores, at most " + std::to_string(package::path_bytes_max) + " characters.");
  }
  return {};
}

Result<void> check_kind(struct archive_entry* entry, const std::string& path) {
  const auto named = "The package holds \"" + path.substr(0, 120) + "\", ";
  if (archive_entry_hardlink(entry) || archive_entry_filetype(entry) == AE_IFLNK || archive_entry_symlink(entry)) {
    return package_problem(archive_entry_hardlink(entry) ? "PACKAGE_HARD_LINK" : "PACKAGE_SYMBOLIC_LINK", named + "a link. Packages hold plain files only. Nothing was unpacked; do not trust where it came from.");
  }
  if (archive_entry_filetype(entry) != AE_IFREG) return package_problem("PACKAGE_SPECIAL_FILE", named + "which is a device, pipe or folder. Packages hold plain files only.");
  if (archive_entry_sparse_count(entry) > 0 || archive_entry_xattr_count(entry) > 0 || (archive_entry_perm(entry) & 07000)) {
    return package_problem("PACKAGE_SPECIAL_FILE", named + "with special rights or attributes. Packages hold plain files only.");
  }
  return {};
}

Problem broken(const std::string& why) { return package_problem("PACKAGE_BROKEN_ARCHIVE", "The archive inside the package is not a plain tar archive (" + why + "). Ask the publisher for a new package."); }

/* Each file is one header of 512 bytes and its bytes, the next follows at once, and behind the last stand zeros: so nothing can hide between them. */
Result<std::map<std::string, std::string>> untar(const std::string& tar) {
  const std::unique_ptr<struct archive, ClosedReader> reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_memory(reader.get(), tar.data(), tar.size()) != ARCHIVE_OK) return broken("it has no files");
  std::map<std::string, std::string> files;
  std::set<std::string> seen; /* without case: some disks do not tell them apart */
  std::size_t expected = 0;
  for (struct archive_entry* entry = nullptr;;) {
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) return broken("header at byte " + std::to_string(expected));
    if (archive_format(reader.get()) != ARCHIVE_FORMAT_TAR_USTAR) return broken("another kind of tar: " + std::string(archive_format_name(reader.get())));
    const char* name = archive_entry_pathname(entry);
    const std::string path = name ? name : "";
    if (auto good = check_path(path); !good) return good.problem();
    if (auto good = check_kind(entry, path); !good) return good.problem();
    if (archive_read_header_position(reader.get()) != static_cast<la_int64_t>(expected)) return broken("something unknown before \"" + path + "\"");
    if (files.size() >= package::files_max) return package_problem("PACKAGE_TOO_MANY_FILES", "The package holds more than " + std::to_string(package::files_max) + " files. No honest plugin does.");
    auto lower = path;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c); });
    if (!seen.insert(lower).second) return package_problem("PACKAGE_DUPLICATE", "The package holds \"" + path + "\" twice, so it is not clear which is meant. Ask the publisher for a new package.");
    const auto size = static_cast<std::size_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
    if (size > tar.size()) return package_problem("PACKAGE_TRUNCATED", "The archive inside the package ends within \"" + path + "\". Ask the publisher for a new package.");
    std::string bytes(size, '\0');
    if (archive_read_data(reader.get(), bytes.data(), bytes.size()) != static_cast<la_ssize_t>(size)) {
      return package_problem("PACKAGE_TRUNCATED", "The archive inside the package ends within \"" + path + "\". Ask the publisher for a new package.");
    }
    expected += block + (size + block - 1) / block * block;
    files.emplace(path, std::move(bytes));
  }
  if (expected > tar.size() || tar.find_first_not_of('\0', expected) != std::string::npos) {
    return package_problem("PACKAGE_TRAILING_DATA", "Something stands behind the last file of the archive inside the package. Ask the publisher for a new package.");
  }
  return files;
}
}  // namespace

Result<std::map<std::string, std::string>> unpack_archive(std::string_view bytes) {
  const auto tar = gunzip(bytes);
  if (!tar) return tar.problem();
  return untar(*tar);
}

}  // namespace shopadmin
