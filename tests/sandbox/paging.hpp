#pragma once
// Lists in pages: pageSize (1 to 100, else 10) and an opaque nextToken, which has to be the only parameter. The token holds the query of the
// first page with its upper time limit fixed, so that what is made in between does not shift the pages. Used by reports and disbursements.
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "query.hpp"
#include "signature.hpp"

namespace sandbox {

struct Page {
    Query query;            // of the first page
    std::string raw_query;
    std::int64_t size = 10;
    std::int64_t offset = 0;
};

// until: the name of the parameter that limits the list upwards and the time it gets when the client gave none.
Page read_page(const HttpRequest& request, std::initializer_list<std::string_view> filters, const std::string& until, std::int64_t now_ms);

std::string token_of(const Page& page, std::int64_t next_offset);

template <class T, class Show>
boost::json::object page_json(const char* name, const std::vector<T>& all, Show show, const Page& page) {
    boost::json::array list;
    const auto end = page.offset + page.size;
    const auto count = static_cast<std::int64_t>(all.size());
    for (auto i = page.offset; i < count && i < end; ++i) list.push_back(show(all[static_cast<std::size_t>(i)]));
    boost::json::object out;
    out.emplace(name, std::move(list));
    out.emplace("nextToken", end < count ? boost::json::value(token_of(page, end)) : boost::json::value(nullptr));
    return out;
}

}  // namespace sandbox
