// The command metrics: figures for the host's monitoring, asked at each scrape. Requests to Amazon come from this process's counts, what waits from the store. The names
// stand in package/monitoring; a test scrapes them.
#include <algorithm>

#include "amazon/call_counts.hpp"
#include "host/commands.hpp"
#include "host/health.hpp"
#include "host/store_documents.hpp"

namespace amazonpay::host {
namespace {

using hostapi::sdk::Session;

json::object metric(const char* name, const char* help, const char* type, json::array values) {
  return {{"name", name}, {"help", help}, {"type", type}, {"values", std::move(values)}};
}

// How many documents fit; beyond 10,000 it says so.
Result<std::int64_t> count_where(const Session& session, const char* collection, json::array where) {
  auto found = session.store().find(json::object{{"collection", collection}, {"where", std::move(where)}, {"limit", 0}, {"count_up_to", 10'000}});
  if (!found) return found.failure();
  return reading("a count", [&] { return Members(*found).number("count"); });
}

void add_calls(json::array& metrics) {
  const auto seen = amazon::call_counts().seen();
  json::array outcomes, times;
  for (const auto& [key, count] : seen.outcomes) outcomes.push_back(json::object{{"labels", {{"operation", key.first}, {"outcome", key.second}}}, {"value", count}});
  for (const auto& [operation, t] : seen.times) {
    json::array buckets;
    for (std::size_t i = 0; i < t.within.size(); ++i) buckets.push_back(json::object{{"le", amazon::CallCounts::bounds_s[i]}, {"count", t.within[i]}});
    times.push_back(json::object{{"labels", {{"operation", operation}}}, {"buckets", std::move(buckets)}, {"sum", t.sum_s}, {"count", t.count}});
  }
  metrics.push_back(metric("calls_total", "Requests to Amazon by operation and outcome: ok, or Amazon's code", "counter", std::move(outcomes)));
  metrics.push_back(metric("call_seconds", "How long Amazon took to answer", "histogram", std::move(times)));
}

int role_number(std::string_view role) { return role == "stop" ? 2 : role == "wait" ? 1 : 0; }

// The lines of the page Job health as figures.
void add_health(json::array& metrics, const Health& health, std::int64_t now_ms) {
  json::array state, waiting, oldest, good;
  for (const auto& line : health.lines) {
    const json::object labels{{"matter", line.id}};
    state.push_back(json::object{{"labels", labels}, {"value", role_number(line.role)}});
    if (line.waiting >= 0) {
      waiting.push_back(json::object{{"labels", labels}, {"value", line.waiting}});
      oldest.push_back(json::object{{"labels", labels}, {"value", line.waiting > 0 && line.oldest_ms != 0 ? std::max<std::int64_t>(0, now_ms - line.oldest_ms) / 1000 : 0}});
    }
    if (line.good_ms != 0) good.push_back(json::object{{"labels", labels}, {"value", line.good_ms / 1000}});
  }
  metrics.push_back(metric("health", "0 well, 1 to be looked at, 2 does not work; the page Job health says what to do", "gauge", std::move(state)));
  metrics.push_back(metric("waiting", "How many wait: captures, refunds and cancellations to be sent (requests), readings that are late, notifications not worked on", "gauge", std::move(waiting)));
  metrics.push_back(metric("oldest_waiting_seconds", "For how long the oldest of them has waited; of notifications this is their lag", "gauge", std::move(oldest)));
  metrics.push_back(metric("last_good_timestamp_seconds", "When it last went well", "gauge", std::move(good)));
}

}  // namespace

Result<json::value> run_metrics(Call& call, std::string_view, const json::value&, const Actor&) {
  json::array metrics;
  add_calls(metrics);
  auto health = health_of(call.session);
  if (!health) return health.failure();
  add_health(metrics, *health, call.session.core().now_unix_ms());
  auto pending = count_where(call.session, "intents", {condition("state", "=", "accepted")});
  if (!pending) return pending.failure();
  metrics.push_back(metric("refunds_pending", "Refunds and other acts Amazon has taken and not completed (10000: or more)", "gauge", json::array{json::object{{"value", *pending}}}));
  json::array todos;
  for (const char* severity : {"stop", "wait", "watch"}) {
    auto count = count_where(call.session, "todos", {condition("state", "=", "open"), condition("severity", "=", severity)});
    if (!count) return count.failure();
    todos.push_back(json::object{{"labels", {{"severity", severity}}}, {"value", *count}});
  }
  metrics.push_back(metric("tasks_open", "Tasks for people: stop (now), wait (to decide), watch", "gauge", std::move(todos)));
  return json::value(json::object{{"metrics", std::move(metrics)}});
}

}  // namespace amazonpay::host
