// A short run of the fuzzer's function (tests/fuzz/package_fuzz.cpp) without a fuzzer: good packages, archives and manifests with bytes changed, cut, doubled
// and put in, the same ones each time. It must not crash and must take none.
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>

#include "packages/package.hpp"
#include "packages/signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {
std::string bytes_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string spoilt(std::string text, std::mt19937& chance) {
  for (unsigned times = 1 + chance() % 4; times > 0; --times) {
    const auto at = text.empty() ? 0 : chance() % text.size();
    switch (chance() % 5) {
      case 0: if (!text.empty()) text[at] = static_cast<char>(chance()); break;
      case 1: text.resize(at); break;
      case 2: text.insert(at, text.substr(at, chance() % 600)); break;
      case 3: text.insert(at, 1 + chance() % 8, static_cast<char>(chance() % 2 ? '<' : 0)); break;
      default: text.erase(at, chance() % 600);
    }
  }
  return text;
}
}  // namespace

int main(int, char** arguments) { /* the library of a plugin, its manifest, a folder for a key */
  using namespace shopadmin;
  const std::string private_key = std::string(arguments[3]) + "/reader.pem", public_key = std::string(arguments[3]) + "/reader.pub.pem";
  std::remove(private_key.c_str()), std::remove(public_key.c_str());
  if (!make_key_pair(private_key, public_key)) return std::puts("no key"), 1;
  const auto manifest = bytes_of(arguments[2]);
  const auto parsed = parse_manifest(manifest, "manifest.xml");
  if (!parsed) return std::puts(parsed.message().c_str()), 1;
  const auto made = make_package({{"manifest.xml", manifest}, {parsed->library, bytes_of(arguments[1])}, {"LICENSE", "free"}, {"sbom.spdx.json", "{}"}}, *read_signing_key(private_key));
  if (!made) return std::puts(made.message().c_str()), 1;
  const auto packed = made->substr(package::header_bytes);
  std::mt19937 chance(20261122);
  int runs = 0;
  for (const auto& seed : {*made, packed, manifest}) {
    for (int i = 0; i < 700; ++i, ++runs) {
      const auto text = spoilt(seed, chance);
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    }
  }
  std::printf("%d spoilt packages, archives and manifests were read and none was taken\n", runs);
  return 0;
}
