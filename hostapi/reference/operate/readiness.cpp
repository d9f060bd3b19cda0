#include "operate/readiness.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <chrono>

#include "app.hpp"

namespace shopadmin {

namespace {
std::int64_t milliseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
}

ReadyCheck database_check(App& app) {
  const auto begin = std::chrono::steady_clock::now();
  try {
    app.database.ping();
  } catch (const std::exception& error) {
    return {"database", error.what(), false};
  }
  return {"database", "answers in " + std::to_string(milliseconds_since(begin)) + " ms", true};
}

ReadyCheck plugins_check(App& app) {
  std::string missing;
  std::size_t loaded = 0;
  for (const auto& state : app.plugins.states()) {
    if (state.loaded) ++loaded;
    else missing += (missing.empty() ? "" : ", ") + (state.id.empty() ? state.directory.string() : state.id);
  }
  if (missing.empty()) return {"plugins", std::to_string(loaded) + " loaded", true};
  return {"plugins", "not loaded: " + missing, false};
}

ReadyCheck workers_check(App& app) {
  const auto pulse = app.workers.pulse();
  if (pulse.threads == 0) return {"workers", "none runs", false};
  if (pulse.away_ms > 0) return {"workers", "have not reached the database for " + std::to_string(pulse.away_ms / 1000) + " s", false};
  if (pulse.silent_ms > 60'000) return {"workers", "have not looked for work for " + std::to_string(pulse.silent_ms / 1000) + " s", false};
  return {"workers", std::to_string(pulse.threads) + " run, " + std::to_string(pulse.busy) + " busy", true};
}

ReadyCheck disk_check(App& app) {
  const auto free = free_bytes(app.options.data.string());
  if (free < 0) return {"disk", "the data folder cannot be looked at", false};
  return {"disk", std::to_string(free / 1024 / 1024) + " MB free", free >= free_bytes_least};
}
}  // namespace

std::int64_t free_bytes(const std::string& folder) {
  struct statvfs info{};
  if (::statvfs(folder.c_str(), &info) != 0) return -1;
  return static_cast<std::int64_t>(info.f_bavail) * static_cast<std::int64_t>(info.f_frsize);
}

bool Readiness::ready() const {
  return std::all_of(checks.begin(), checks.end(), [](const ReadyCheck& check) { return check.good; });
}

Readiness readiness_of(App& app) {
  Readiness readiness{{database_check(app), plugins_check(app), workers_check(app), disk_check(app)}};
  if (app.stopping) readiness.checks.push_back({"stopping", "this process is stopping", false});
  return readiness;
}

json::object to_document(const Readiness& readiness) {
  json::array checks;
  for (const auto& check : readiness.checks) checks.push_back(json::object{{"name", check.name}, {"good", check.good}, {"text", check.text}});
  return {{"ready", readiness.ready()}, {"checks", std::move(checks)}};
}

}  // namespace shopadmin
