/* One answer to Prometheus: what the process counted (metrics.hpp), what stands in the database now (the queue), and what the plugins say of themselves
 * (command "metrics", README of hostapi). A part that cannot be read is left out and counted in shopadmin_scrape_failures; the rest is answered. Any thread. */
#pragma once
#include <string>

namespace shopadmin {

struct App;

std::string scrape(App& app);
inline constexpr const char* metrics_media_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace shopadmin
