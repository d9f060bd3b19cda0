/* Tells the service manager how the process is (sd_notify's protocol: a datagram to NOTIFY_SOCKET), so that "started" means that pages are answered. Without
 * a service manager nothing happens. Any thread; no errors. */
#pragma once
#include <string>

namespace shopadmin {

void tell_service_manager(const std::string& state); /* "READY=1", "STOPPING=1" */

}  // namespace shopadmin
