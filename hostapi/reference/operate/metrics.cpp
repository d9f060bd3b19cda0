#include "operate/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace shopadmin::metrics {

namespace {
using prometheus::BuildCounter;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

const Histogram::BucketBoundaries page_seconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
const Histogram::BucketBoundaries commit_seconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};
const Histogram::BucketBoundaries task_seconds{0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

struct Counted {
  prometheus::Registry registry;
  Family<Counter>& requests = BuildCounter().Name("shopadmin_http_requests_total").Help("Requests answered, by area of the pages, method and status").Register(registry);
  Family<Histogram>& request_seconds = BuildHistogram().Name("shopadmin_http_request_seconds").Help("How long answers took").Register(registry);
  Family<Counter>& commits = BuildCounter().Name("shopadmin_database_commits_total").Help("Transactions by how they ended; a conflict is tried again by itself").Register(registry);
  Family<Histogram>& commit_time = BuildHistogram().Name("shopadmin_database_commit_seconds").Help("How long COMMIT took").Register(registry);
  Family<Counter>& logins = BuildCounter().Name("shopadmin_logins_total").Help("Tries to log in, by outcome").Register(registry);
  Family<Counter>& runs = BuildCounter().Name("shopadmin_task_runs_total").Help("Runs of background tasks, by outcome").Register(registry);
  Family<Histogram>& run_seconds = BuildHistogram().Name("shopadmin_task_run_seconds").Help("How long runs of background tasks took").Register(registry);
  Family<Counter>& messages = BuildCounter().Name("shopadmin_log_messages_total").Help("Lines of the log, by level and event; OPERATING.md explains each event").Register(registry);

  Counted() { /* there from the start, so that rate() has something to begin with */
    for (const char* outcome : {"good", "refused", "throttled"}) logins.Add({{"outcome", outcome}});
    request_seconds.Add({{"area", "orders"}}, page_seconds);
    requests.Add({{"area", "orders"}, {"method", "GET"}, {"status", "200"}});
    for (const char* outcome : {"committed", "conflict", "failed", "uncertain"}) commits.Add({{"outcome", outcome}});
  }
};

Counted& here() {
  static Counted counted;
  return counted;
}
}  // namespace

void count_request(const std::string& area, const std::string& method, int status, double seconds) {
  here().requests.Add({{"area", area}, {"method", method}, {"status", std::to_string(status)}}).Increment();
  here().request_seconds.Add({{"area", area}}, page_seconds).Observe(seconds);
}

void count_commit(const char* engine, const char* outcome, double seconds) {
  here().commits.Add({{"outcome", outcome}}).Increment();
  here().commit_time.Add({{"engine", engine}}, commit_seconds).Observe(seconds);
}

void count_login(const char* outcome) { here().logins.Add({{"outcome", outcome}}).Increment(); }

void count_task(const std::string& plugin, const std::string& task, const char* outcome, double seconds) {
  here().runs.Add({{"plugin", plugin}, {"task", task}, {"outcome", outcome}}).Increment();
  here().run_seconds.Add({{"plugin", plugin}, {"task", task}}, task_seconds).Observe(seconds);
}

void count_message(const char* level, const std::string& event) { here().messages.Add({{"level", level}, {"event", event}}).Increment(); }

std::vector<prometheus::MetricFamily> counted() { return here().registry.Collect(); }

}  // namespace shopadmin::metrics
