/* Making a package: the files in the order of their names, without owners and times, so that the same files give the same bytes. */
#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <memory>

#include "clock.hpp"
#include "hex.hpp"
#include "packages/package.hpp"
#include "packages/signature.hpp"

namespace shopadmin {

namespace {
struct ClosedWriter {
  void operator()(struct archive* writer) const { archive_free(writer); }
};
struct EntryFreed {
  void operator()(struct archive_entry* entry) const { archive_entry_free(entry); }
};

la_ssize_t take(struct archive*, void* out, const void* bytes, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

Result<std::string> tar_of(const std::map<std::string, std::string>& files) {
  std::string out;
  const std::unique_ptr<struct archive, ClosedWriter> writer(archive_write_new());
  archive_write_set_format_ustar(writer.get());
  archive_write_add_filter_none(writer.get());
  if (archive_write_open(writer.get(), &out, nullptr, take, nullptr) != ARCHIVE_OK) return Problem{Kind::internal, "libarchive is not ready.", ""};
  for (const auto& [path, bytes] : files) {
    const std::unique_ptr<struct archive_entry, EntryFreed> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (archive_write_header(writer.get(), entry.get()) != ARCHIVE_OK || archive_write_data(writer.get(), bytes.data(), bytes.size()) != static_cast<la_ssize_t>(bytes.size())) {
      return Problem{Kind::invalid, "\"" + path + "\" cannot be put into a package: " + archive_error_string(writer.get()) + ".", ""};
    }
  }
  if (archive_write_close(writer.get()) != ARCHIVE_OK) return Problem{Kind::internal, "The archive could not be finished.", ""};
  return out;
}

Result<std::string> gzip(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return Problem{Kind::internal, "zlib is not ready.", ""};
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())), stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data()), stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH); /* writes no name and no time into the head */
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) return Problem{Kind::internal, "The archive could not be packed.", ""};
  return out;
}
}  // namespace

Result<std::string> make_package(std::map<std::string, std::string> files, const SigningKey& key) {
  std::string sums;
  files.erase("SHA256SUMS");
  for (const auto& [path, bytes] : files) sums += sha256_hex(bytes) + "  " + path + "\n";
  files["SHA256SUMS"] = sums;
  const auto tar = tar_of(files);
  if (!tar) return tar.problem();
  const auto archive = gzip(*tar);
  if (!archive) return archive.problem();
  auto size = std::to_string(archive->size());
  size.insert(0, 10 - std::min<std::size_t>(10, size.size()), '0');
  const auto head = package::first_line + std::string("key ") + to_hex(key.public_key.data(), key.public_key.size()) + " size " + size + "\n";
  const auto signature = sign(key, head + *archive);
  if (!signature) return signature.problem();
  auto package = head + "signature " + to_hex(signature->data(), signature->size()) + "\n" + *archive;
  /* What this shopadmin would not take must not be made. */
  if (auto good = read_package(package, {{"self", key.public_key}}); !good) return good.problem();
  return package;
}

}  // namespace shopadmin
