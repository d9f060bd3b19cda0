/* Figures for Prometheus: what this process counts as it goes. One registry per process, like the log: the places that count neither know each other nor pass it on.
 * Names and labels are stable, and labels have few values: never an order, a person or an address. Any thread; counting takes no lock that waits for anything.
 * What is read at the moment of a scrape (queue, plugins' own figures) is scrape.hpp. */
#pragma once
#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace shopadmin::metrics {

void count_request(const std::string& area, const std::string& method, int status, double seconds);
void count_commit(const char* engine, const char* outcome, double seconds); /* committed, conflict, failed, uncertain */
void count_login(const char* outcome);                                     /* good, refused, throttled */
void count_task(const std::string& plugin, const std::string& task, const char* outcome, double seconds);
void count_message(const char* level, const std::string& event);           /* a line of the log */

std::vector<prometheus::MetricFamily> counted();

}  // namespace shopadmin::metrics
