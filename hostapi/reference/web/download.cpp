#include "download.hpp"

#include <algorithm>
#include <array>

#include "http_form.hpp"

namespace shopadmin::web {
namespace {

constexpr std::size_t name_bytes_max = 150;
constexpr std::array<std::string_view, 5> media_types{"text/csv", "text/plain", "application/json", "application/x-ndjson", "application/xml"};

// No path, no control characters, nothing that ends a quoted text; never empty, never a hidden file.
std::string clean_name(std::string_view given) {
  std::string name;
  if (is_utf8(given)) name = given;
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string::npos) name.erase(0, slash + 1);
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || std::string_view("\"<>|:*?;%").find(c) != std::string_view::npos; });
  const auto first = name.find_first_not_of(". ");
  name.erase(0, first == std::string::npos ? name.size() : first);
  if (name.size() > name_bytes_max) {
    const auto dot = name.rfind('.');
    const auto ending = dot != std::string::npos && name.size() - dot <= 10 ? name.substr(dot) : std::string();
    name.resize(name_bytes_max - ending.size());
    while (!name.empty() && !is_utf8(name)) name.pop_back();
    name += ending;
  }
  return name.empty() ? "download" : name;
}

}  // namespace

std::string content_disposition(std::string_view file_name) {
  const auto name = clean_name(file_name);
  std::string plain;
  for (const char c : name)
    if (const auto byte = static_cast<unsigned char>(c); byte < 0x80 || byte >= 0xC0) plain.push_back(byte < 0x80 ? c : '_');  // one _ for each letter
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encode_component(name);
}

Result<std::optional<Response>> download_of(const Document& view) {
  const auto* object = view.if_object();
  const auto* given = object ? object->if_contains("download") : nullptr;
  if (!given) return std::optional<Response>();
  const auto bad = [](const std::string& why) { return Problem{Kind::internal, "The plugin answered a download this shop cannot send: " + why + ".", ""}; };
  const auto* download = given->if_object();
  const auto* text = download ? download->if_contains("text") : nullptr;
  if (!text || !text->is_string()) return bad("it has no text");
  const auto type = text_of(*download, "media_type");
  if (std::find(media_types.begin(), media_types.end(), type) == media_types.end()) return bad("the type " + type.substr(0, 60) + " is not allowed");
  Response response;
  response.content_type = type + "; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", content_disposition(text_of(*download, "file_name")));
  response.body = std::string(text->get_string());
  return std::optional(std::move(response));
}

}  // namespace shopadmin::web
