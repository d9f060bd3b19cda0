/* The options of `shopadmin serve` for whoever operates it: the log and the monitoring port. Used by serve_command.cpp; main thread. */
#pragma once
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app.hpp"
#include "log.hpp"
#ifdef SHOPADMIN_WEB
#include "web/monitor.hpp"
#endif

namespace shopadmin::cli {

struct OperateOptions {
  std::string log_format = "json", log_level = "info";
#ifdef SHOPADMIN_WEB
  web::MonitorOptions monitor;
#endif
};

void add_operate_options(CLI::App& serve, const std::shared_ptr<OperateOptions>& options);
void start_log(const OperateOptions& options);

/* Something that runs as long as it is held; nothing when no monitoring port is wanted. Throws std::runtime_error with what to do. */
std::shared_ptr<void> start_monitor(App& app, const OperateOptions& options);

}  // namespace shopadmin::cli
