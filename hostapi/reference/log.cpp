#include "log.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include "clock.hpp"
#include "operate/metrics.hpp"

namespace shopadmin {

namespace {
std::mutex log_lock;
std::function<void(const std::string&)> writer;
std::atomic<bool> as_text{false};
std::atomic<int> lowest{static_cast<int>(Level::info)};

bool names_a_secret(std::string_view name) {
  static constexpr std::array words = {"secret", "password", "passwd", "private_key", "privatekey", "token", "authorization", "cookie", "csrf", "pem", "signature"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return lower.find(word) != std::string::npos; });
}

/* A value that looks like key material goes too, whatever its name. */
bool looks_secret(const json::string& text) { return text.find("-----BEGIN") != json::string::npos && text.find("PRIVATE") != json::string::npos; }

void clean(json::value& value);

void clean(json::object& fields) {
  for (auto&& [name, value] : fields) {
    /* whether a secret is there may be said, and lists of names too; its text may not */
    if (names_a_secret(name) && value.is_string() && !value.get_string().empty()) value = "[redacted]";
    else clean(value);
  }
}

void clean(json::value& value) {
  if (value.is_object()) return clean(value.get_object());
  if (value.is_string() && looks_secret(value.get_string())) value = "[redacted]";
  if (!value.is_array()) return;
  for (auto& item : value.get_array()) clean(item);
}

/* 2026-11-22T10:00:00Z warn TASK_FAILED task=7 error="the server is away": a value with a blank or a quote stands as a JSON text, so a line stays a line. */
std::string text_line(const char* level, const std::string& event_id, const json::object& fields) {
  std::string line = iso_time(Clock().now_ms()) + " " + level + " " + event_id;
  for (const auto& [name, value] : fields) {
    const bool plain = value.is_string() && !value.get_string().empty() &&
                       std::all_of(value.get_string().begin(), value.get_string().end(), [](char c) { return c > ' ' && c < 127 && c != '"' && c != '\\' && c != '='; });
    line += " " + std::string(name) + "=" + (plain ? std::string(value.get_string()) : json::serialize(value));
  }
  return line;
}

void write_line(std::string line) {
  const std::lock_guard hold(log_lock);
  if (writer) return writer(line);
  line += '\n';
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}
}  // namespace

json::object redacted(json::object fields) {
  clean(fields);
  return fields;
}

void log_as(LogFormat format) { as_text = format == LogFormat::text; }

void log_event(Level level, const std::string& event_id, json::object fields) {
  if (static_cast<int>(level) < lowest) return;
  static constexpr std::array names = {"debug", "info", "warn", "error"};
  const auto place = std::clamp(static_cast<int>(level), 0, 3);
  const char* const name_of_level = names[static_cast<std::size_t>(place)];
  metrics::count_message(name_of_level, event_id);
  clean(fields);
  if (as_text) return write_line(text_line(name_of_level, event_id, fields));
  json::object line({{"at", iso_time(Clock().now_ms())}, {"level", name_of_level}, {"event", event_id}}, fields.storage());
  for (auto&& [name, value] : fields) line.emplace(name, std::move(value));
  write_line(json::serialize(line));
}

void log_at_least(Level level) { lowest = static_cast<int>(level); }

void log_to(std::function<void(const std::string&)> other) {
  const std::lock_guard hold(log_lock);
  writer = std::move(other);
}

}  // namespace shopadmin
