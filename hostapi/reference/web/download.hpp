// What a plugin's page answers instead of a template: a file for the reader. The name comes from the plugin and may hold what a user typed, so it is cleaned
// before it becomes a header; the type is one of a few that a browser never runs. Used by plugin_page. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "../document.hpp"
#include "http_server.hpp"

namespace shopadmin::web {

// The "download" of a view document {"file_name","media_type","text"} as an attachment. Nothing: the view has none; a Problem: it cannot be sent.
Result<std::optional<Response>> download_of(const Document& view);

// RFC 6266 with both names: plain ASCII for old readers, RFC 8187 (UTF-8, percent-encoded) for all others.
std::string content_disposition(std::string_view file_name);

}  // namespace shopadmin::web
