/* Documents are boost::json values. These readers take a member of an object or answer the fallback when it is missing or of another type, so that
 * a document with optional members is read without a ladder of ifs. `parse` has limits of depth and size and never throws. */
#pragma once
#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "result.hpp"

namespace shopadmin {

namespace json = boost::json;
using Document = json::value;

std::string text_of(const json::object& object, std::string_view name, std::string_view fallback = "");
std::int64_t whole_of(const json::object& object, std::string_view name, std::int64_t fallback = 0);
bool flag_of(const json::object& object, std::string_view name, bool fallback = false);
const json::object& object_of(const json::object& object, std::string_view name); /* an empty one if missing */
const json::array& array_of(const json::object& object, std::string_view name);   /* an empty one if missing */

inline constexpr std::size_t document_bytes_max = 16 * 1024 * 1024;
Result<Document> parse_document(std::string_view bytes, std::string_view what, std::size_t bytes_max = document_bytes_max);
Result<json::object> parse_object(std::string_view bytes, std::string_view what);
/* The same in a memory the caller gives, usually a json::monotonic_resource of its own: for what is read and thrown away. The object must not outlive it. */
Result<json::object> parse_object(std::string_view bytes, std::string_view what, json::storage_ptr memory);

}  // namespace shopadmin
