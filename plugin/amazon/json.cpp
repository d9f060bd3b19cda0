#include "amazon/json.hpp"

#include <boost/json/parser.hpp>

#include <charconv>

namespace amazonpay::amazon {
namespace json = boost::json;

namespace {
constexpr std::size_t longest_text = 1024 * 1024;
constexpr std::size_t deepest_nesting = 24;
}  // namespace

Result<json::value> parse_json(std::string_view text, json::storage_ptr storage) {
  if (text.size() > longest_text) return Failure{Kind::limit, "The JSON text is larger than 1 MB."};
  json::parse_options options;
  options.max_depth = deepest_nesting;
  unsigned char scratch[2'048];  // what the parser needs while it works; more of it comes from the heap
  json::parser parser({}, options, scratch);
  parser.reset(std::move(storage));
  boost::system::error_code error;
  parser.write(text.data(), text.size(), error);
  if (error) return Failure{Kind::invalid, "This is not JSON: " + error.message() + "."};
  return parser.release();
}

std::string text_member(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  return member && member->is_string() ? std::string(member->get_string()) : std::string();
}

const json::object* object_member(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  return member ? member->if_object() : nullptr;
}

const json::array* array_member(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  return member ? member->if_array() : nullptr;
}

std::optional<std::string> exact_decimal(const json::value& amount) {
  if (amount.is_string()) return std::string(amount.get_string());
  if (amount.is_int64()) return std::to_string(amount.get_int64());
  if (amount.is_uint64()) return std::to_string(amount.get_uint64());
  if (!amount.is_double() || !(amount.get_double() > -1e12 && amount.get_double() < 1e12)) return {};
  char buffer[400];  // the shortest form of the smallest numbers is long
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, amount.get_double(), std::chars_format::fixed);
  return end.ec == std::errc() ? std::optional(std::string(buffer, end.ptr)) : std::nullopt;
}

std::string clipped(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return std::string(text);
  std::size_t end = most_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

Failure wrong(std::string_view object, std::string_view member, std::string_view why) {
  return {Kind::invalid, "Amazon's " + std::string(object) + " cannot be read: " + std::string(member) + " " + std::string(why) + ".", "unreadable_answer"};
}

Result<json::object> read_object(std::string_view text, std::string_view kind) {
  auto parsed = parse_json(text);
  if (!parsed) return wrong(kind, "the answer", "is not JSON");
  auto* object = parsed.value().if_object();
  if (!object) return wrong(kind, "the answer", "is not an object");
  return std::move(*object);
}

}  // namespace amazonpay::amazon
