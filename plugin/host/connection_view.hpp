// What the page Connection shows: five steps from an empty form to real money, everything from the store and the settings, never a secret. Used by
// page_connection.cpp. The document is the one templates/amazonpay/connection.mustache reads. In-call.
#pragma once
#include "host/contributions.hpp"

namespace amazonpay::host {

Result<json::value> connection_view(const Session& session, const json::value& request);

}  // namespace amazonpay::host
