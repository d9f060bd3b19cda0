// What `shopadmin serve` runs: the site on an HTTP or HTTPS server. Binds first, prints the address, writes DATA/endpoint.json {"port"} when requests
// are answered, and returns when SIGTERM or SIGINT came and the running requests are done. [main thread]
#pragma once

#include "../app.hpp"
#include "../serve_options.hpp"

namespace shopadmin::web {

int serve(App& app, const ServeOptions& options);  // exit code: 0 stopped, 1 could not start (a sentence stands on standard error)

}  // namespace shopadmin::web
