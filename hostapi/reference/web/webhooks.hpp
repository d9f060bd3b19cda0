// Messages of strangers to plugins: POST /webhooks/<plugin domain>/<webhook>. Outside everything that belongs to people: no session, no cookie, no form, no
// template; the body reaches the plugin as it came. Used by Site (handle, refused). Answers have no body: 200 taken, 400 never send it again, 404 no such
// webhook, 405 only POST, 413 too large, 503 send it again later. Every message that is not taken is one event WEBHOOK_REFUSED, without its body; at
// level debug if its plugin refused it, because a plugin logs what it refuses.
// Any thread; HttpOptions::side_path keeps floods away from the threads of the pages.
#pragma once

#include "../app.hpp"
#include "http_server.hpp"

namespace shopadmin::web {

inline constexpr const char* webhook_prefix = "/webhooks/";

bool is_webhook(const Request& request);
Response webhook(App& app, const Request& request);
// For one the server refused before it was read: body above 1 MB, broken, too many at once.
Response webhook_not_read(const App& app, int status, const Request& request);

}  // namespace shopadmin::web
