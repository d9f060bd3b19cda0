// The files a page needs beside its HTML: our stylesheet, scripts and icons, and Bootstrap's stylesheet and Chart.js from the system. Read once at start, kept in memory;
// their address holds a hash of all of them, so browsers may keep them for ever. Any thread after construction; throws std::runtime_error when one is missing.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "http_server.hpp"

namespace shopadmin::web {

class Assets {
 public:
  explicit Assets(const std::filesystem::path& templates_dir);
  const std::string& prefix() const { return prefix_; }  // "/assets/01234567"
  Response answer(const std::string& path) const;  // path begins with /assets/; 404 otherwise

 private:
  struct File {
    std::string content_type;
    std::shared_ptr<const std::string> bytes;
  };
  std::map<std::string, File> files_;
  std::string prefix_;
};

}  // namespace shopadmin::web
