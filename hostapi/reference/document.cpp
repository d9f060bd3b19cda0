#include "document.hpp"

namespace shopadmin {

namespace {
constexpr std::size_t document_depth_max = 32;

const json::value* member(const json::object& object, std::string_view name) { return object.if_contains(name); }
}  // namespace

std::string text_of(const json::object& object, std::string_view name, std::string_view fallback) {
  const auto* found = member(object, name);
  return found && found->is_string() ? std::string(found->get_string()) : std::string(fallback);
}

std::int64_t whole_of(const json::object& object, std::string_view name, std::int64_t fallback) {
  const auto* found = member(object, name);
  if (!found) return fallback;
  if (found->is_int64()) return found->get_int64();
  if (found->is_uint64() && found->get_uint64() <= static_cast<std::uint64_t>(INT64_MAX)) return static_cast<std::int64_t>(found->get_uint64());
  return fallback;
}

bool flag_of(const json::object& object, std::string_view name, bool fallback) {
  const auto* found = member(object, name);
  return found && found->is_bool() ? found->get_bool() : fallback;
}

const json::object& object_of(const json::object& object, std::string_view name) {
  static const json::object none;
  const auto* found = member(object, name);
  return found && found->is_object() ? found->get_object() : none;
}

const json::array& array_of(const json::object& object, std::string_view name) {
  static const json::array none;
  const auto* found = member(object, name);
  return found && found->is_array() ? found->get_array() : none;
}

static Result<Document> parse_into(json::storage_ptr storage, std::string_view bytes, std::string_view what, std::size_t bytes_max) {
  if (bytes.size() > bytes_max) return Problem{Kind::limit, std::string(what) + " is larger than " + std::to_string(bytes_max / 1024 / 1024) + " MB.", ""};
  json::parse_options options;
  options.max_depth = document_depth_max;
  json::error_code error;
  json::stream_parser parser({}, options);
  parser.reset(std::move(storage));
  const auto read = parser.write_some(bytes.data(), bytes.size(), error);
  if (!error && read < bytes.size()) error = json::error::extra_data;
  if (!error) parser.finish(error);
  if (error) {
    return Problem{Kind::invalid, std::string(what) + " is not JSON: " + error.message() + " near byte " + std::to_string(read) + ".", ""};
  }
  return parser.release();
}

Result<Document> parse_document(std::string_view bytes, std::string_view what, std::size_t bytes_max) { return parse_into({}, bytes, what, bytes_max); }

static Result<json::object> object_in(Result<Document> parsed, std::string_view what) {
  if (!parsed) return parsed.problem();
  if (!parsed->is_object()) return Problem{Kind::invalid, std::string(what) + " is not a JSON object.", ""};
  return std::move(parsed->get_object());
}

Result<json::object> parse_object(std::string_view bytes, std::string_view what) { return object_in(parse_document(bytes, what), what); }

Result<json::object> parse_object(std::string_view bytes, std::string_view what, json::storage_ptr memory) {
  return object_in(parse_into(std::move(memory), bytes, what, document_bytes_max), what);
}

}  // namespace shopadmin
