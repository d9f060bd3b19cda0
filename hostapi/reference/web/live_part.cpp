#include "live_part.hpp"

#include <algorithm>

namespace shopadmin::web {
namespace {

constexpr auto npos = std::string_view::npos;

bool ends_name(char c) { return c == ' ' || c == '>' || c == '\n' || c == '\t' || c == '/'; }

// Where the element that starts at `from` ends; npos when it is not closed.
std::size_t element_end(std::string_view html, std::size_t from, std::string_view name) {
  const std::string open = "<" + std::string(name), close = "</" + std::string(name) + ">";
  int depth = 0;
  for (auto at = from; at != npos; at = html.find('<', at + 1)) {
    if (html.compare(at, close.size(), close) == 0) {
      if (--depth == 0) return at + close.size();
    } else if (html.compare(at, open.size(), open) == 0 && at + open.size() < html.size() && ends_name(html[at + open.size()])) {
      ++depth;
    }
  }
  return npos;
}

std::string_view id_of(std::string_view tag) {
  const auto at = tag.find(" id=\"");
  if (at == npos) return {};
  const auto end = tag.find('"', at + 5);
  return end == npos ? std::string_view() : tag.substr(at + 5, end - at - 5);
}

// What stands in a tag's value or behind the tag is somebody's text and no mark.
bool in_value(std::string_view before) { return before.find('>') != npos || std::count(before.begin(), before.end(), '"') % 2 != 0; }

}  // namespace

std::map<std::string, std::string> live_parts(std::string_view html) {
  std::map<std::string, std::string> parts;
  for (std::size_t at = html.find(" data-live"); at != npos; at = html.find(" data-live", at)) {
    const auto begin = html.rfind('<', at), tag_end = html.find('>', at);
    at += 1;
    if (begin == npos || tag_end == npos || in_value(html.substr(begin, at - begin))) continue;
    const auto tag = html.substr(begin, tag_end - begin);
    const auto name = tag.substr(1, tag.find_first_of(" \n\t>") - 1);
    const auto id = id_of(tag);
    const auto end = element_end(html, begin, name);
    if (id.empty() || end == npos) continue;
    parts.emplace(id, html.substr(begin, end - begin));
    at = end;
  }
  return parts;
}

std::string server_event(std::string_view name, std::string_view text) {
  std::string out = "event: " + std::string(name) + "\n";
  while (true) {
    const auto end = text.find('\n');
    out += "data: " + std::string(text.substr(0, end)) + "\n";
    if (end == npos) break;
    text.remove_prefix(end + 1);
  }
  return out + "\n";
}

}  // namespace shopadmin::web
