/* The log: one line per event on standard error, a JSON object or (log_as) text for people. Every line has an event id; values of fields named like a secret are replaced by "[redacted]".
 * Any thread. */
#pragma once
#include <functional>
#include <string>

#include "document.hpp"

namespace shopadmin {

enum class Level { debug = 0, info = 1, warn = 2, error = 3 };

void log_event(Level level, const std::string& event_id, json::object fields);
void log_at_least(Level level);
enum class LogFormat { json, text };
void log_as(LogFormat format);
void log_to(std::function<void(const std::string& line)> writer); /* for tests; empty: standard error */
json::object redacted(json::object fields);

}  // namespace shopadmin
