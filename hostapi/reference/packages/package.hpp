/* The portable package of a plugin: one file. Three lines of text say who signed what, then comes a gzipped tar archive:
 *
 *   shopadmin-plugin 1
 *   key <the publisher's Ed25519 public key, 64 hex digits> size <bytes of the archive, 10 digits>
 *   signature <128 hex digits, over both lines above with their ends and every byte of the archive>
 *
 * So it is known who vouches for every byte before anything is unpacked. Inside are manifest.xml, the library, templates/<domain>/…, locale/<language>/
 * LC_MESSAGES/<domain>.mo, LICENSE, sbom.spdx.json and SHA256SUMS (of every other file); nothing else. Only plain files, no links, no odd names.
 * read_package() checks all of that in memory and writes nothing. A refusal has a stable code (package_codes in packages/package.cpp), which stands in
 * Problem::details as {"code"}, and a sentence. Used by the command line, the page of plugins and the fuzzer. Pure; any thread. */
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "loader/manifest.hpp"
#include "result.hpp"

namespace shopadmin {

namespace package {
constexpr std::size_t bytes_max = 64 * 1024 * 1024;           /* of the package */
constexpr std::size_t unpacked_bytes_max = 256 * 1024 * 1024; /* of the archive inside */
constexpr std::size_t ratio_max = 100;                        /* of the two, beyond the first megabyte: a bomb */
constexpr std::size_t files_max = 2000;
constexpr std::size_t path_bytes_max = 100;
constexpr const char* first_line = "shopadmin-plugin 1\n";
constexpr std::size_t header_bytes = 19 + (4 + 64 + 6 + 10 + 1) + (10 + 128 + 1);
}  // namespace package

struct Package {
  Manifest manifest;
  std::string public_key;                   /* who signed */
  std::string architecture;                 /* of the library, as Debian calls it */
  std::string sha256;                       /* of the whole package */
  std::map<std::string, std::string> files; /* path → bytes */
  std::size_t unpacked_bytes = 0;
};

struct TrustedKey {
  std::string name, public_key;
};

Problem package_problem(const char* code, const std::string& message);
std::string code_of(const Problem& problem); /* empty: it has none */

Result<Package> read_package(std::string_view bytes, const std::vector<TrustedKey>& trusted);
Result<std::string> read_package_file(const std::filesystem::path& path); /* the bytes; refuses links, devices and what is too large */
Result<std::map<std::string, std::string>> unpack_archive(std::string_view archive);
std::string own_architecture(); /* of this program */

/* A package of these files, to which SHA256SUMS is added: the same files and key give the same bytes. */
struct SigningKey;
Result<std::string> make_package(std::map<std::string, std::string> files, const SigningKey& key);

}  // namespace shopadmin
