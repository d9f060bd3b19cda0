#include "http_multipart.hpp"

namespace shopadmin::web {
namespace {

constexpr int parts_max = 20;
constexpr std::size_t header_max = 4096, text_max = 64 * 1024;

// The value of name="…" in a Content-Disposition; browsers write quotes inside as %22.
std::optional<std::string> quoted(std::string_view line, std::string_view name) {
  const auto start = line.find("; " + std::string(name) + "=\"");
  if (start == std::string_view::npos) return std::nullopt;
  const auto from = start + name.size() + 4, to = line.find('"', from);
  return to == std::string_view::npos ? std::nullopt : std::optional<std::string>(line.substr(from, to - from));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string disposition_of(std::string_view headers) {
  constexpr std::string_view wanted = "content-disposition: form-data";
  for (std::size_t at = 0; at <= headers.size();) {
    const auto end = std::min(headers.find("\r\n", at), headers.size());
    const auto line = headers.substr(at, end - at);
    if (lower(line.substr(0, wanted.size())) == wanted) return std::string(line);
    at = end + 2;
  }
  return {};
}

}  // namespace

std::optional<Upload> parse_multipart(std::string_view body, std::string_view content_type) {
  constexpr std::string_view kind = "multipart/form-data; boundary=";
  if (content_type.substr(0, kind.size()) != kind) return std::nullopt;
  const auto boundary = "--" + std::string(content_type.substr(kind.size()));
  if (boundary.size() < 3 || boundary.size() > 72 || body.substr(0, boundary.size()) != boundary) return std::nullopt;
  Upload upload;
  bool with_file = false;
  body.remove_prefix(boundary.size());
  for (int parts = 0; body.substr(0, 4) != "--\r\n" && body != "--"; ++parts) {
    const auto head_end = body.substr(0, header_max).find("\r\n\r\n");
    const auto end = head_end == std::string_view::npos ? head_end : body.find("\r\n" + boundary, head_end + 2);
    if (parts >= parts_max || body.substr(0, 2) != "\r\n" || end == std::string_view::npos || end < head_end + 4) return std::nullopt;
    const auto disposition = disposition_of(body.substr(2, head_end - 2));
    const auto name = quoted(disposition, "name");
    const auto content = body.substr(head_end + 4, end - head_end - 4);
    if (!name || upload.form.has(*name)) return std::nullopt;
    if (quoted(disposition, "filename")) {
      if (with_file || *name != "file") return std::nullopt;
      upload.file = content, with_file = true;
    } else {
      if (content.size() > text_max || !is_utf8(content) || content.find('\0') != std::string_view::npos) return std::nullopt;
      upload.form.add(*name, std::string(content));
    }
    body.remove_prefix(end + 2 + boundary.size());
  }
  return upload;
}

}  // namespace shopadmin::web
