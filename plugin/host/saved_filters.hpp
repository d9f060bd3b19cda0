// Filters of the page of transactions that a person keeps under a name: stored per user, shown as links. In-call.
#pragma once
#include <hostapi/sdk.hpp>

#include "domain/money.hpp"

namespace amazonpay::host {

namespace json = boost::json;

Result<json::array> saved_filters(const hostapi::sdk::Session& session);  // [{"name","query"}]
Result<json::value> change_saved_filters(const hostapi::sdk::Session& session, std::string_view action, const json::value& form);

}  // namespace amazonpay::host
