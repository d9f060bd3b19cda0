#pragma once
// Reads a JSON request body with Amazon's refusals: 400 InvalidRequestFormat, UnrecognizedField, MissingParameterValue and
// InvalidParameterValue, each naming the field by its full path. null counts as absent. Used by all operations and by the control interface.
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "error.hpp"
#include "money.hpp"

namespace sandbox {

class Body {
public:
    explicit Body(boost::json::object fields, std::string path = {}) : fields_(std::move(fields)), path_(std::move(path)) {}

    // Parses the text; an empty text is an empty object.
    static Body parse(std::string_view text);

    void allow(std::initializer_list<std::string_view> names) const;    // anything else is UnrecognizedField
    void require(std::initializer_list<std::string_view> names) const;  // absent or null is MissingParameterValue

    bool has(std::string_view name) const { return find(name) != nullptr; }
    std::string text(std::string_view name, std::size_t max_characters = 4096, std::string otherwise = {}) const;
    std::string one_of(std::string_view name, std::initializer_list<std::string_view> values, std::string otherwise = {}) const;
    bool flag(std::string_view name, bool otherwise = false) const;
    std::int64_t number(std::string_view name, std::int64_t otherwise) const;
    Money price(std::string_view name) const;  // {"amount", "currencyCode"}, greater than zero
    Body child(std::string_view name) const;   // an object; absent is an empty one
    const boost::json::object& fields() const { return fields_; }

    [[noreturn]] void refuse(std::string_view name) const;  // InvalidParameterValue

private:
    const boost::json::value* find(std::string_view name) const;
    std::string full(std::string_view name) const { return path_ + std::string(name); }

    boost::json::object fields_;
    std::string path_;
};

// Checked metadata with all four members, null where nothing was given.
boost::json::object read_merchant_metadata(const Body& body);
boost::json::object empty_merchant_metadata();

// recurringMetadata with checked members (frequency {unit, value}, amount); the amount in the API's own form.
boost::json::object read_recurring_metadata(const Body& body);

// Text of a JSON string or number ("14.00", 14, 14.5); empty for anything else.
std::string number_text(const boost::json::value& value);

}  // namespace sandbox
