#include "operate/scrape.hpp"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <regex>

#include "app.hpp"
#include "log.hpp"
#include "operate/metrics.hpp"
#include "operate/readiness.hpp"
#include "version.hpp"

namespace shopadmin {

namespace {
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<std::pair<std::string, std::string>>;

struct Page { /* families in the order they were begun */
  std::vector<MetricFamily> families;

  MetricFamily& family(const std::string& name, const std::string& help, MetricType type) {
    for (auto& known : families)
      if (known.name == name) return known;
    MetricFamily fresh;
    fresh.name = name, fresh.help = help, fresh.type = type;
    return families.emplace_back(std::move(fresh));
  }
  static ClientMetric labelled(const Labels& labels) {
    ClientMetric metric;
    for (const auto& [name, value] : labels) metric.label.push_back({name, value});
    return metric;
  }
  void gauge(const std::string& name, const std::string& help, const Labels& labels, double value) {
    auto metric = labelled(labels);
    metric.gauge.value = value;
    family(name, help, MetricType::Gauge).metric.push_back(std::move(metric));
  }
  void counter(const std::string& name, const std::string& help, const Labels& labels, double value) {
    auto metric = labelled(labels);
    metric.counter.value = value;
    family(name, help, MetricType::Counter).metric.push_back(std::move(metric));
  }
};

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000.0; }

void add_queue(Page& page, App& app) {
  const auto now = app.clock->now_ms();
  const auto rows = app.database.read([&](Sql& sql) {
    return sql.rows("SELECT plugin_id, name, count(*), sum(CASE WHEN state = 'running' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'waiting' AND due_ms <= :1 THEN 1 ELSE 0 END),"
                    " sum(CASE WHEN attempts >= 5 AND last_error <> '' THEN 1 ELSE 0 END), min(CASE WHEN state = 'waiting' THEN due_ms END) FROM tasks GROUP BY plugin_id, name ORDER BY plugin_id, name", {now});
  });
  for (const auto& row : rows) {
    const Labels of{{"plugin", row.text(0)}, {"task", row.text(1)}};
    const auto with = [&](const char* state) { return Labels{of[0], of[1], {"state", state}}; };
    const auto all = row.whole(2), running = row.whole(3), due = row.whole(4);
    const char* help = "Background tasks in the queue: running, due now, later";
    page.gauge("shopadmin_tasks", help, with("running"), static_cast<double>(running));
    page.gauge("shopadmin_tasks", help, with("due"), static_cast<double>(due));
    page.gauge("shopadmin_tasks", help, with("later"), static_cast<double>(all - running - due));
    page.gauge("shopadmin_tasks_failing", "Tasks that failed five times and more", of, static_cast<double>(row.whole(5)));
    page.gauge("shopadmin_task_oldest_due_seconds", "For how long the oldest waiting task has been due; 0: none is", of, row.null(6) ? 0 : std::max(0.0, seconds(now - row.whole(6))));
  }
  for (const auto& row : app.database.read([](Sql& sql) { return sql.rows("SELECT plugin_id, name, done FROM task_counters ORDER BY plugin_id, name"); }))
    page.counter("shopadmin_tasks_done_total", "Tasks done since the shop was set up", {{"plugin", row.text(0)}, {"task", row.text(1)}}, static_cast<double>(row.whole(2)));
}

void add_process(Page& page, App& app) {
  page.gauge("shopadmin_build_info", "1; the version is the label", {{"version", program_version}}, 1);
  const auto pulse = app.workers.pulse();
  page.gauge("shopadmin_workers", "Threads that work on tasks", {}, pulse.threads);
  page.gauge("shopadmin_workers_busy", "Tasks that run in this process", {}, static_cast<double>(pulse.busy));
  page.gauge("shopadmin_workers_database_away_seconds", "For how long workers have not reached the database; 0: they reach it", {}, seconds(pulse.away_ms));
  page.gauge("shopadmin_disk_free_bytes", "Free space where the data folder is", {}, static_cast<double>(free_bytes(app.options.data.string())));
  for (const auto& state : app.plugins.states()) page.gauge("shopadmin_plugin_loaded", "1: loaded; 0: known here but not loaded", {{"plugin", state.id}}, state.loaded ? 1 : 0);
  page.gauge("shopadmin_ready", "1: /ready answers 200", {}, readiness_of(app).ready() ? 1 : 0);
}

/* ---- what plugins say ------------------------------------------------------- */

double number_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value) return 0;
  boost::system::error_code error;
  const auto number = value->to_number<double>(error);
  return error || !std::isfinite(number) ? 0 : number;
}

bool is_name(const std::string& text) {
  static const std::regex name("[a-z][a-z0-9_]{0,80}");
  return std::regex_match(text, name);
}

ClientMetric metric_of(const json::object& value, MetricType type, const std::string& plugin) {
  Labels labels{{"plugin", plugin}};
  for (const auto& [name, text] : object_of(value, "labels"))
    if (text.is_string() && is_name(std::string(name)) && name != "plugin" && name != "le") labels.emplace_back(name, std::string(text.get_string()).substr(0, 100));
  auto metric = Page::labelled(labels);
  if (type == MetricType::Gauge) metric.gauge.value = number_of(value, "value");
  if (type == MetricType::Counter) metric.counter.value = number_of(value, "value");
  if (type != MetricType::Histogram) return metric;
  metric.histogram.sample_sum = number_of(value, "sum"), metric.histogram.sample_count = static_cast<std::uint64_t>(std::max(0.0, number_of(value, "count")));
  for (const auto& bucket : array_of(value, "buckets")) {
    if (!bucket.is_object()) continue;
    ClientMetric::Bucket one;
    one.upper_bound = number_of(bucket.get_object(), "le"), one.cumulative_count = static_cast<std::uint64_t>(std::max(0.0, number_of(bucket.get_object(), "count")));
    metric.histogram.bucket.push_back(one);
  }
  ClientMetric::Bucket all;
  all.upper_bound = INFINITY, all.cumulative_count = metric.histogram.sample_count;
  metric.histogram.bucket.push_back(all);
  return metric;
}

void add_plugin(Page& page, const Manifest& manifest, const json::object& document) {
  constexpr std::size_t families_max = 100, values_max = 1000;
  std::size_t families = 0;
  for (const auto& item : array_of(document, "metrics")) {
    if (!item.is_object() || ++families > families_max) continue;
    const auto& object = item.get_object();
    const auto name = text_of(object, "name"), kind = text_of(object, "type", "gauge");
    if (!is_name(name) || !is_name(manifest.domain)) continue;
    const auto type = kind == "counter" ? MetricType::Counter : kind == "histogram" ? MetricType::Histogram : MetricType::Gauge;
    auto& family = page.family(manifest.domain + "_" + name, text_of(object, "help"), type);
    for (const auto& value : array_of(object, "values"))
      if (value.is_object() && family.metric.size() < values_max) family.metric.push_back(metric_of(value.get_object(), type, manifest.id));
  }
}

void add_plugins(Page& page, App& app, int& failures) {
  for (const auto* manifest : app.plugins.manifests()) {
    if (!manifest->command("metrics")) continue;
    const auto answer = app.plugins.run_command(system_caller(), manifest->id, "metrics", {});
    if (answer && answer->is_object()) add_plugin(page, *manifest, answer->get_object());
    else ++failures;
  }
}
}  // namespace

std::string scrape(App& app) {
  Page page;
  int failures = 0;
  const auto part = [&](auto&& add) {
    try {
      add();
    } catch (const std::exception& error) {
      ++failures;
      log_event(Level::warn, "SCRAPE_INCOMPLETE", {{"error", error.what()}});
    }
  };
  part([&] { add_process(page, app); });
  part([&] { add_queue(page, app); });
  part([&] { add_plugins(page, app, failures); });
  page.gauge("shopadmin_scrape_failures", "Parts of this answer that could not be read and are missing", {}, failures);
  auto families = metrics::counted();
  families.insert(families.end(), page.families.begin(), page.families.end());
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace shopadmin
