// libFuzzer's entry to the reader of plugin packages: any bytes, no crash, no more memory than its limits say, and nothing is ever taken, because nobody is
// trusted. The bytes are read as a package, as the archive inside of one (what a trusted publisher could send) and as a manifest.
// Not part of the build, because it needs clang:
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Ihostapi/reference -Ihostapi/include -Ihostapi/result tests/fuzz/package_fuzz.cpp
//     hostapi/reference/packages/{archive,package}.cpp hostapi/reference/loader/manifest.cpp build/hostapi/reference/libshopadmin_core.a -lboost_json
//     -Wl,--allow-multiple-definition -lboost_container -lsoci_core -lsoci_sqlite3 -lsoci_postgresql -lpq -larchive -lz -lpugixml -lcrypto -largon2 -o package_fuzz
//   ./package_fuzz -max_len=65536 -timeout=5 corpus/
// The test package.reader_takes_anything runs the same function over spoilt copies of a good package (tests/package/test_reader.cpp).
#include <cstdint>
#include <cstdlib>

#include "packages/package.hpp"

using namespace shopadmin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto package = read_package(bytes, {});
  if (package || code_of(package.problem()).empty()) std::abort();
  if (const auto files = unpack_archive(bytes)) {
    std::size_t unpacked = 0;
    for (const auto& [path, content] : *files) {
      if (path.empty() || path.front() == '/' || ("/" + path + "/").find("/../") != std::string::npos) std::abort();
      unpacked += content.size();
    }
    if (files->size() > package::files_max || unpacked > package::unpacked_bytes_max) std::abort();
  }
  (void)parse_manifest(std::string(bytes), "manifest.xml").ok();
  return 0;
}
