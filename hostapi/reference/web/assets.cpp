#include "assets.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "../clock.hpp"

#ifndef SHOPADMIN_BOOTSTRAP_CSS
#define SHOPADMIN_BOOTSTRAP_CSS "/usr/share/javascript/bootstrap5/css/bootstrap.min.css"
#endif
#ifndef SHOPADMIN_CHART_JS
#define SHOPADMIN_CHART_JS "/usr/share/javascript/chart.js/chart.min.js"
#endif

namespace shopadmin::web {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("the file " + path.string() + " is missing; install the templates of this version and the packages libjs-bootstrap5 and libjs-chart.js");
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

// Browsers ask for the source map only in their developer tools; it is not served, so the line that names it goes.
void drop_source_map(std::string& css) {
  const auto at = css.rfind("/*# sourceMappingURL=");
  if (at != std::string::npos) css.erase(at);
}

// Comments and the spaces between tokens are for people: a sixth of the stylesheet. Texts in quotes hold none of these pairs.
std::string squeeze_css(const std::string& css) {
  std::string out;
  for (std::size_t i = 0; i < css.size(); ++i) {
    if (css.compare(i, 2, "/*") == 0) {
      i = css.find("*/", i) + 1;
      continue;
    }
    const bool space = css[i] == ' ' || css[i] == '\n';
    const bool after = out.empty() || std::string_view(" {};:,").find(out.back()) != std::string_view::npos;
    const bool before = i + 1 < css.size() && std::string_view(" \n{}").find(css[i + 1]) != std::string_view::npos;
    if (!space) {
      out.push_back(css[i]);
    } else if (!after && !before) {
      out.push_back(' ');
    }
  }
  return out;
}

// Lines that are only a comment, and indentation. Our scripts have no text over several lines.
std::string squeeze_js(const std::string& script) {
  std::istringstream lines(script);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    const auto begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line.compare(begin, 2, "//") == 0) continue;
    out.append(line, begin).push_back('\n');
  }
  return out;
}

}  // namespace

Assets::Assets(const std::filesystem::path& templates_dir) {
  const auto dir = templates_dir / "assets";
  const auto add = [this](const std::string& name, const std::string& type, std::string bytes) {
    files_[name] = File{type, std::make_shared<const std::string>(std::move(bytes))};
  };
  for (const auto& file : std::filesystem::directory_iterator(dir)) {
    const auto name = file.path().filename().string(), extension = file.path().extension().string();
    if (extension == ".css") add(name, "text/css; charset=utf-8", squeeze_css(read_file(file.path())));
    if (extension == ".svg") add(name, "image/svg+xml", read_file(file.path()));
    if (extension == ".js") add(name, "text/javascript; charset=utf-8", squeeze_js(read_file(file.path())));
  }
  std::string bootstrap = read_file(SHOPADMIN_BOOTSTRAP_CSS);
  drop_source_map(bootstrap);
  add("bootstrap.min.css", "text/css; charset=utf-8", std::move(bootstrap));
  add("chart.min.js", "text/javascript; charset=utf-8", read_file(SHOPADMIN_CHART_JS));
  std::string all;
  for (const auto& [name, file] : files_) all += name + *file.bytes;
  prefix_ = "/assets/" + sha256_hex(all).substr(0, 8);
}

Response Assets::answer(const std::string& path) const {
  Response response;
  const auto name = path.substr(path.rfind('/') + 1);
  const auto found = files_.find(name);
  if (found == files_.end()) {
    response.status = 404;
    response.content_type = "text/plain; charset=utf-8";
    response.body = "There is no such file.\n";
    return response;
  }
  response.content_type = found->second.content_type;
  response.shared_body = found->second.bytes;
  const bool this_version = path == prefix_ + "/" + name;
  response.headers.emplace_back("Cache-Control", this_version ? "public, max-age=31536000, immutable" : "no-cache");
  return response;
}

}  // namespace shopadmin::web
