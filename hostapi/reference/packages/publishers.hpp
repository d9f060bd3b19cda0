/* Whom this shopadmin believes: the public keys of publishers in DATA/publishers, a PEM file each, named as the operator named them. Nobody is trusted by
 * default. Used by the command line, the page of plugins and the reader of packages. Files only; a change is atomic. Any thread. */
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "packages/package.hpp"

namespace shopadmin {

class Publishers {
 public:
  explicit Publishers(const std::filesystem::path& data) : folder_(data / "publishers") {}
  std::vector<TrustedKey> list() const; /* by name; files that are no keys are left out */
  Result<TrustedKey> add(const std::filesystem::path& key_file, const std::string& name); /* name empty: the file's */
  Result<TrustedKey> remove(const std::string& which); /* a name, or a fingerprint as shown or without spaces */
  std::string name_of(const std::string& public_key) const; /* empty: not trusted */

 private:
  std::filesystem::path folder_;
};

}  // namespace shopadmin
