#include "query.hpp"

#include <algorithm>
#include <charconv>

#include "error.hpp"
#include "signature.hpp"
#include "timestamps.hpp"

namespace sandbox {

Query::Query(std::string_view raw) {
    while (!raw.empty()) {
        const auto end = raw.find('&');
        const auto pair = raw.substr(0, end);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos) values_[percent_decode(pair.substr(0, equals))] = percent_decode(pair.substr(equals + 1));
        if (end == std::string_view::npos) break;
        raw.remove_prefix(end + 1);
    }
}

void Query::refuse(const std::string& name) { throw ApiError(400, "InvalidParameterValue", "The value provided for [" + name + "] is invalid."); }

void Query::allow(const std::vector<std::string_view>& names) const {
    for (const auto& [name, value] : values_)
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw ApiError(400, "InvalidParameterValue", "The query parameter [" + name + "] is not known here.");
}

std::string Query::text(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second;
}

std::vector<std::string> Query::list(const std::string& name) const {
    std::vector<std::string> parts;
    const auto all = text(name);
    for (std::size_t from = 0; from < all.size();) {
        const auto comma = std::min(all.find(',', from), all.size());
        if (comma > from) parts.push_back(all.substr(from, comma - from));
        from = comma + 1;
    }
    return parts;
}

std::optional<std::int64_t> Query::time_ms(const std::string& name) const {
    if (!has(name)) return std::nullopt;
    const auto time = parse_time(text(name));
    if (!time) refuse(name);
    return time;
}

std::int64_t Query::number(const std::string& name, std::int64_t otherwise, std::int64_t least, std::int64_t most) const {
    if (!has(name)) return otherwise;
    const auto value = text(name);
    std::int64_t number = 0;
    const auto end = std::from_chars(value.data(), value.data() + value.size(), number);
    if (end.ec != std::errc() || end.ptr != value.data() + value.size() || number < least || number > most) refuse(name);
    return number;
}

}  // namespace sandbox
