#include "packages/package.hpp"

#include <fcntl.h>
#include <hostapi/hostapi.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "clock.hpp"
#include "document.hpp"
#include "hex.hpp"
#include "loader/loading.hpp"
#include "packages/signature.hpp"

namespace shopadmin {

namespace {
using Files = std::map<std::string, std::string>;

struct Header {
  std::string public_key, signature, message; /* message: the lines that are signed */
};

Result<Header> read_header(std::string_view bytes) {
  const std::string_view first = package::first_line;
  if (bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b') {
    return package_problem("PACKAGE_UNSIGNED", "The file is an archive without a signature. Only signed packages are installed; ask the publisher for the .plugin file, or sign your own with shopadmin plugin pack.");
  }
  if (bytes.substr(0, first.size()) != first.substr(0, std::min(first.size(), bytes.size())) || bytes.empty()) {
    return package_problem("PACKAGE_UNKNOWN_FORM", "The file is not a plugin package (it does not begin with \"shopadmin-plugin 1\"). Give the .plugin file of the publisher.");
  }
  if (bytes.size() < package::header_bytes) return package_problem("PACKAGE_TRUNCATED", "The file ends within its first lines. Download the package again.");
  static const std::regex form("shopadmin-plugin 1\nkey ([0-9a-f]{64}) size ([0-9]{10})\nsignature ([0-9a-f]{128})\n");
  const std::string text(bytes.substr(0, package::header_bytes));
  std::smatch found;
  if (!std::regex_match(text, found, form)) return package_problem("PACKAGE_UNKNOWN_FORM", "The first lines of the file are not those of a plugin package. Download the package again.");
  const auto size = std::stoull(found[2].str()), here = static_cast<unsigned long long>(bytes.size() - package::header_bytes);
  if (here < size) return package_problem("PACKAGE_TRUNCATED", "The package should hold " + std::to_string(size) + " bytes and holds " + std::to_string(here) + ": the end is missing. Download it again.");
  if (here > size) return package_problem("PACKAGE_TRAILING_DATA", "Behind the end of the package stand " + std::to_string(here - size) + " bytes that do not belong to it. Download it again, and do not trust where it came from.");
  if (found[1].str() == std::string(64, '0') || found[3].str() == std::string(128, '0')) {
    return package_problem("PACKAGE_UNSIGNED", "The package has no signature. Only signed packages are installed; ask the publisher for a signed one.");
  }
  return Header{*from_hex(found[1].str()), *from_hex(found[3].str()), text.substr(0, text.find("signature "))};
}

Result<void> check_signature(const Header& header, std::string_view archive, const std::vector<TrustedKey>& trusted) {
  const bool known = std::any_of(trusted.begin(), trusted.end(), [&](const TrustedKey& key) { return key.public_key == header.public_key; });
  if (!known) {
    return package_problem("PACKAGE_PUBLISHER_UNKNOWN", "The package is signed by a publisher this shopadmin does not trust, fingerprint " + fingerprint_of(header.public_key) +
                                                            ". Compare it with what the publisher shows on a page of theirs; if it is the same: shopadmin plugin trust add KEY.pub.pem");
  }
  if (!signature_fits(header.public_key, header.message + std::string(archive), header.signature)) {
    return package_problem("PACKAGE_SIGNATURE_WRONG", "The signature does not fit: something in the package was changed after its publisher signed it. Download it again from the publisher; if that helps not, do not trust where it came from.");
  }
  return {};
}

/* "<64 hex digits>  <path>" a line, as sha256sum writes and reads it */
Result<void> check_sums(const Files& files) {
  const auto list = files.find("SHA256SUMS");
  if (list == files.end()) return package_problem("PACKAGE_CHECKSUMS_MISSING", "The package has no SHA256SUMS. Ask the publisher for a complete package.");
  std::map<std::string, std::string> sums;
  std::istringstream lines(list->second);
  for (std::string line; std::getline(lines, line);) {
    const bool good = line.size() > 66 && line.compare(64, 2, "  ") == 0 && line.find_first_not_of("0123456789abcdef") == 64;
    if (!good || !sums.emplace(line.substr(66), line.substr(0, 64)).second) return package_problem("PACKAGE_CHECKSUMS_FORM", "A line of SHA256SUMS is not a checksum and a name, or a name stands there twice. Ask the publisher for a new package.");
  }
  for (const auto& [path, sum] : sums)
    if (!files.count(path) || path == "SHA256SUMS") return package_problem("PACKAGE_CHECKSUM_WITHOUT_FILE", "SHA256SUMS names \"" + path.substr(0, 120) + "\", which is not in the package. Ask the publisher for a complete package.");
  for (const auto& [path, bytes] : files) {
    if (path == "SHA256SUMS") continue;
    const auto found = sums.find(path);
    if (found == sums.end()) return package_problem("PACKAGE_FILE_WITHOUT_CHECKSUM", "SHA256SUMS does not name \"" + path + "\", which is in the package. Ask the publisher for a new package.");
    if (found->second != sha256_hex(bytes)) return package_problem("PACKAGE_CHECKSUM_WRONG", "\"" + path + "\" is not the file that SHA256SUMS describes. Ask the publisher for a new package.");
  }
  return {};
}

Result<Manifest> manifest_in(const Files& files) {
  const auto found = files.find("manifest.xml");
  if (found == files.end()) return package_problem("PACKAGE_FILE_MISSING", "The package has no manifest.xml. Ask the publisher for a complete package.");
  auto manifest = parse_manifest(found->second, "manifest.xml");
  if (manifest) return manifest;
  return package_problem(manifest.message().find("DOCTYPE") != std::string::npos ? "PACKAGE_DOCTYPE" : "PACKAGE_MANIFEST", manifest.message());
}

Result<void> check_files(const Files& files, const Manifest& manifest) {
  for (const auto* path : {"LICENSE", "sbom.spdx.json", manifest.library.c_str()})
    if (!files.count(path)) return package_problem("PACKAGE_FILE_MISSING", "The package has no " + std::string(path) + ". Ask the publisher for a complete package.");
  const std::set<std::string> single = {"manifest.xml", "SHA256SUMS", "LICENSE", "sbom.spdx.json", manifest.library};
  const std::regex pages("templates/" + manifest.domain + "/[a-z0-9_]+\\.mustache"), words("locale/[a-z]{2,3}(_[A-Z]{2})?/LC_MESSAGES/" + manifest.domain + "\\.mo");
  for (const auto& [path, bytes] : files) {
    if (single.count(path) || std::regex_match(path, pages) || std::regex_match(path, words)) continue;
    return package_problem("PACKAGE_UNKNOWN_FILE", "The package holds \"" + path + "\", which no plugin package holds. There are manifest.xml, the library it names, LICENSE, sbom.spdx.json, SHA256SUMS, templates/" +
                                                       manifest.domain + "/*.mustache and locale/<language>/LC_MESSAGES/" + manifest.domain + ".mo.");
  }
  json::error_code error;
  (void)json::parse(files.at("sbom.spdx.json"), error);
  if (error) return package_problem("PACKAGE_SBOM", "sbom.spdx.json is not JSON. Ask the publisher for a new package.");
  return {};
}

/* As Debian calls them; empty: not a shared library for Linux. */
std::string architecture_of(std::string_view elf, bool library) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(elf[at]); };
  if (elf.size() < 64 || elf.substr(0, 4) != "\x7f" "ELF") return {};
  const bool small_first = byte(5) == 1, wide = byte(4) == 2;
  const auto half = [&](std::size_t at) { return small_first ? byte(at) | byte(at + 1) << 8 : byte(at) << 8 | byte(at + 1); };
  if (library && half(16) != 3) return {};
  switch (half(18)) {
    case 62: return wide ? "amd64" : "x32";
    case 183: return "arm64";
    case 40: return "armhf";
    case 3: return "i386";
    case 243: return wide ? "riscv64" : "riscv32";
    case 21: return small_first ? "ppc64el" : "ppc64";
    case 22: return "s390x";
    default: return "machine-" + std::to_string(half(18));
  }
}

Result<std::string> check_library(const Files& files, const Manifest& manifest) {
  const auto theirs = architecture_of(files.at(manifest.library), true);
  if (theirs.empty()) return package_problem("PACKAGE_LIBRARY", manifest.library + " is not a shared library. Ask the publisher for a new package.");
  if (theirs != own_architecture()) {
    return package_problem("PACKAGE_ARCHITECTURE", "The package is built for " + theirs + ", this shopadmin runs on " + own_architecture() + ". Get the package whose name ends in " + own_architecture() + ".plugin.");
  }
  return theirs;
}
}  // namespace

Problem package_problem(const char* code, const std::string& message) { return {Kind::refused, message, json::serialize(json::object{{"code", code}})}; }

std::string code_of(const Problem& problem) {
  json::error_code error;
  const auto details = json::parse(problem.details, error);
  return error || !details.is_object() ? std::string() : text_of(details.get_object(), "code");
}

std::string own_architecture() {
  static const std::string own = [] {
    std::ifstream file("/proc/self/exe", std::ios::binary);
    std::string head(64, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    return architecture_of(head, false);
  }();
  return own;
}

Result<std::string> read_package_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat info{};
  if (file < 0 || ::fstat(file, &info) != 0) {
    const auto why = std::error_code(errno, std::generic_category()).message();
    if (file >= 0) ::close(file);
    return package_problem("PACKAGE_NOT_READABLE", path.string() + " cannot be read (" + why + "). Give the path of a .plugin file.");
  }
  Result<std::string> outcome = package_problem("PACKAGE_NOT_READABLE", path.string() + " cannot be read to its end.");
  if (!S_ISREG(info.st_mode)) {
    outcome = package_problem("PACKAGE_NOT_READABLE", path.string() + " is not a plain file. Give the path of a .plugin file.");
  } else if (static_cast<std::size_t>(info.st_size) > package::bytes_max) {
    outcome = package_problem("PACKAGE_TOO_LARGE", path.string() + " has " + std::to_string(info.st_size >> 20) + " MB; packages have at most " + std::to_string(package::bytes_max >> 20) + " MB.");
  } else {
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t at = 0;
    for (ssize_t got = 1; got > 0 && at < bytes.size(); at += static_cast<std::size_t>(std::max<ssize_t>(got, 0))) got = ::read(file, bytes.data() + at, bytes.size() - at);
    if (at == bytes.size()) outcome = std::move(bytes);
  }
  ::close(file);
  return outcome;
}

Result<Package> read_package(std::string_view bytes, const std::vector<TrustedKey>& trusted) {
  if (bytes.size() > package::bytes_max) return package_problem("PACKAGE_TOO_LARGE", "The package has more than " + std::to_string(package::bytes_max >> 20) + " MB.");
  const auto header = read_header(bytes);
  if (!header) return header.problem();
  const auto archive = bytes.substr(package::header_bytes);
  if (auto good = check_signature(*header, archive, trusted); !good) return good.problem();
  auto files = unpack_archive(archive);
  if (!files) return files.problem();
  if (auto good = check_sums(*files); !good) return good.problem();
  auto manifest = manifest_in(*files);
  if (!manifest) return manifest.problem();
  if (auto good = check_files(*files, *manifest); !good) return good.problem();
  if (manifest->abi != static_cast<int>(HOSTAPI_ABI_MAJOR)) return package_problem("PACKAGE_ABI", check_services(*manifest).message());
  if (auto good = check_services(*manifest); !good) return package_problem("PACKAGE_SERVICE_MISSING", good.message());
  const auto architecture = check_library(*files, *manifest);
  if (!architecture) return architecture.problem();
  Package package{std::move(*manifest), header->public_key, *architecture, sha256_hex(std::string(bytes)), std::move(*files), 0};
  for (const auto& [path, content] : package.files) package.unpacked_bytes += content.size();
  return package;
}

}  // namespace shopadmin
