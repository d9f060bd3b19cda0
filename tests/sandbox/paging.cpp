#include "paging.hpp"

#include <algorithm>

#include "error.hpp"
#include "timestamps.hpp"

namespace sandbox {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::string to_hex(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string from_hex(std::string_view text) {
    std::string out;
    if (text.size() % 2 != 0) Query::refuse("nextToken");
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = digits.find(text[i]), low = digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) Query::refuse("nextToken");
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

}  // namespace

std::string token_of(const Page& page, std::int64_t next_offset) { return to_hex("offset=" + std::to_string(next_offset) + "&" + page.raw_query); }

Page read_page(const HttpRequest& request, std::initializer_list<std::string_view> filters, const std::string& until, std::int64_t now_ms) {
    Page page{Query(request.query()), std::string(request.query()), 10, 0};
    if (page.query.has("nextToken")) {
        if (!page.query.only("nextToken")) throw ApiError(400, "InvalidParameterCombination", "nextToken has to be the only parameter.");
        auto inner = from_hex(page.query.text("nextToken"));
        const auto rest = inner.find('&');
        page.query = Query(inner);
        if (!page.query.has("offset") || rest == std::string::npos) Query::refuse("nextToken");
        page.offset = page.query.number("offset", 0, 0, 1'000'000'000);
        page.raw_query = inner.substr(rest + 1);
    } else {
        if (!page.query.has(until)) page.raw_query += (page.raw_query.empty() ? "" : "&") + until + "=" + basic_time(now_ms);
        std::vector<std::string_view> known(filters);
        known.insert(known.end(), {"pageSize", "nextToken"});
        page.query.allow(known);
    }
    page.size = page.query.number("pageSize", 10, 1, 100);
    return page;
}

}  // namespace sandbox
