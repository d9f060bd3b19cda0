#include "body.hpp"

#include <algorithm>
#include <charconv>

namespace sandbox {
namespace {

// Lengths are limits of characters, so count UTF-8 sequences and not bytes.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string number_text(const boost::json::value& value) {
    if (value.is_string()) return std::string(value.as_string());
    if (value.is_int64()) return std::to_string(value.as_int64());
    if (value.is_uint64()) return std::to_string(value.as_uint64());
    if (!value.is_double()) return {};
    // The shortest text that gives this double again is what the sender wrote; it is then read as decimal digits only.
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value.as_double(), std::chars_format::fixed);
    return end.ec == std::errc() ? std::string(text, end.ptr) : std::string();
}

Body Body::parse(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Body(boost::json::object{});
    boost::json::error_code error;
    auto value = boost::json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) throw ApiError(400, "InvalidRequestFormat", "The request body is not a JSON object.");
    return Body(std::move(value.as_object()));
}

const boost::json::value* Body::find(std::string_view name) const {
    const auto* found = fields_.if_contains({name.data(), name.size()});
    return found && !found->is_null() ? found : nullptr;
}

void Body::refuse(std::string_view name) const {
    throw ApiError(400, "InvalidParameterValue", "The value provided for [" + full(name) + "] is invalid.");
}

void Body::allow(std::initializer_list<std::string_view> names) const {
    for (const auto& field : fields_) {
        const std::string_view key(field.key().data(), field.key().size());
        if (std::find(names.begin(), names.end(), key) == names.end())
            throw ApiError(400, "UnrecognizedField", "The field [" + full(key) + "] is not known here.");
    }
}

void Body::require(std::initializer_list<std::string_view> names) const {
    for (auto name : names)
        if (!find(name)) throw ApiError(400, "MissingParameterValue", "The field [" + full(name) + "] is required.");
}

std::string Body::text(std::string_view name, std::size_t max_characters, std::string otherwise) const {
    const auto* found = find(name);
    if (!found) return otherwise;
    if (!found->is_string() || characters({found->as_string().data(), found->as_string().size()}) > max_characters) refuse(name);
    return std::string(found->as_string());
}

std::string Body::one_of(std::string_view name, std::initializer_list<std::string_view> values, std::string otherwise) const {
    if (!find(name)) return otherwise;
    auto value = text(name);
    if (std::find(values.begin(), values.end(), value) == values.end()) refuse(name);
    return value;
}

bool Body::flag(std::string_view name, bool otherwise) const {
    const auto* found = find(name);
    if (!found) return otherwise;
    if (!found->is_bool()) refuse(name);
    return found->as_bool();
}

std::int64_t Body::number(std::string_view name, std::int64_t otherwise) const {
    const auto* found = find(name);
    if (!found) return otherwise;
    if (!found->is_int64()) refuse(name);
    return found->as_int64();
}

Body Body::child(std::string_view name) const {
    const auto* found = find(name);
    if (!found) return Body(boost::json::object{}, full(name) + ".");
    if (!found->is_object()) refuse(name);
    return Body(found->as_object(), full(name) + ".");
}

Money Body::price(std::string_view name) const {
    const auto fields = child(name);
    fields.allow({"amount", "currencyCode"});
    fields.require({"amount", "currencyCode"});
    Money money;
    money.currency = fields.text("currencyCode", 3);
    if (!decimals_of(money.currency)) fields.refuse("currencyCode");
    const auto minor = parse_amount(number_text(*fields.find("amount")), money.currency);
    if (!minor) fields.refuse("amount");
    money.minor = *minor;
    return money;
}

boost::json::object empty_merchant_metadata() {
    return {{"merchantReferenceId", nullptr}, {"merchantStoreName", nullptr}, {"noteToBuyer", nullptr}, {"customInformation", nullptr}};
}

boost::json::object read_merchant_metadata(const Body& body) {
    const auto given = body.child("merchantMetadata");
    given.allow({"merchantReferenceId", "merchantStoreName", "noteToBuyer", "customInformation"});
    auto metadata = empty_merchant_metadata();
    const auto read = [&](const char* name, std::size_t max_characters) {
        if (!given.text(name, max_characters).empty()) metadata[name] = given.text(name);  // an empty text comes back as null
    };
    read("merchantReferenceId", 256);
    read("merchantStoreName", 50);
    read("noteToBuyer", 255);
    read("customInformation", 4096);
    return metadata;
}

boost::json::object read_recurring_metadata(const Body& body) {
    const auto given = body.child("recurringMetadata");
    given.allow({"frequency", "amount"});
    boost::json::object metadata;
    if (given.has("frequency")) {
        const auto frequency = given.child("frequency");
        frequency.allow({"unit", "value"});
        frequency.require({"unit", "value"});
        const auto unit = frequency.one_of("unit", {"Year", "Month", "Week", "Day", "Variable"});
        const auto value = number_text(frequency.fields().at("value"));
        if (value.empty() || value.size() > 4 || value.find_first_not_of("0123456789") != std::string::npos) frequency.refuse("value");
        metadata.emplace("frequency", boost::json::object{{"unit", unit}, {"value", value}});
    }
    if (given.has("amount")) metadata.emplace("amount", price_json(given.price("amount")));
    return metadata;
}

}  // namespace sandbox
