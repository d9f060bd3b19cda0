#pragma once
// Writes a record's fields() to JSON text and reads it back; only the store uses it. A member missing in old data keeps its default.
#include <string>

#include "records.hpp"

namespace sandbox {

struct JsonWriter {
    boost::json::object out;
    void operator()(const char* name, const std::string& value) { out.emplace(name, value); }
    void operator()(const char* name, std::int64_t value) { out.emplace(name, value); }
    void operator()(const char* name, const boost::json::value& value) { out.emplace(name, value); }
    void operator()(const char* name, const Money& value) {
        out.emplace(name, boost::json::object{{"minor", value.minor}, {"currency", value.currency}});
    }
};

struct JsonReader {
    const boost::json::object& in;
    void operator()(const char* name, std::string& value) {
        if (auto* found = in.if_contains(name)) value = std::string(found->as_string());
    }
    void operator()(const char* name, std::int64_t& value) {
        if (auto* found = in.if_contains(name)) value = found->as_int64();
    }
    void operator()(const char* name, boost::json::value& value) {
        if (auto* found = in.if_contains(name)) value = *found;
    }
    void operator()(const char* name, Money& value) {
        if (auto* found = in.if_contains(name))
            value = {found->at("minor").as_int64(), std::string(found->at("currency").as_string())};
    }
};

template <class T>
boost::json::object to_document(const T& record) {
    JsonWriter writer;
    const_cast<T&>(record).fields(writer);  // fields() is shared with the reader; the writer only reads
    return std::move(writer.out);
}

template <class T>
T from_document(const std::string& text) {
    const auto document = boost::json::parse(text);
    T record;
    JsonReader reader{document.as_object()};
    record.fields(reader);
    return record;
}

}  // namespace sandbox
