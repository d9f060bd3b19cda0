// Small, strict reading of JSON from outside on top of Boost.JSON. Used by the wire_*.cpp, errors.cpp and the notification check.
// Pure functions, any thread, never throw for input. Limits: 1 MB of text, 24 levels of nesting.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"

namespace amazonpay::amazon {

// The value lives in `storage`, which must outlive it; without one on the heap.
Result<boost::json::value> parse_json(std::string_view text, boost::json::storage_ptr storage = {});
// redacted() of wire.hpp for a document that is read already; hides in place.
std::string redacted(boost::json::value& document);

// An answer that does not say what it must: Kind::invalid, "Amazon's charge cannot be read: chargeId is missing."
Failure wrong(std::string_view object, std::string_view member, std::string_view why);
// The answer as an object, or what is wrong with it.
Result<boost::json::object> read_object(std::string_view text, std::string_view kind);

// The member if it is a text, else empty. Null and missing are the same.
std::string text_member(const boost::json::object& object, std::string_view name);
// The member if it is an object, else nullptr.
const boost::json::object* object_member(const boost::json::object& object, std::string_view name);
const boost::json::array* array_member(const boost::json::object& object, std::string_view name);

// The decimal text of an amount that is a text or a number. A JSON number is turned into its shortest decimal form, which is exact for what a price
// can be; whether it fits the currency is then decided like for a text. Nothing: it is neither, or no price has this size.
std::optional<std::string> exact_decimal(const boost::json::value& amount);

// At most so many bytes, cut between two characters of UTF-8.
std::string clipped(std::string_view text, std::size_t most_bytes);

}  // namespace amazonpay::amazon
