#include "cli/operate_options.hpp"

namespace shopadmin::cli {

void add_operate_options(CLI::App& serve, const std::shared_ptr<OperateOptions>& options) {
  serve.add_option("--log-format", options->log_format, "json (for programs) or text (for people)")->check(CLI::IsMember({"json", "text"}))->capture_default_str();
  serve.add_option("--log-level", options->log_level, "Least level that is logged: debug, info, warn or error")->check(CLI::IsMember({"debug", "info", "warn", "error"}))->capture_default_str();
#ifdef SHOPADMIN_WEB
  serve.add_option("--monitor-port", options->monitor.port, "Port of /health, /ready and /metrics (0: any free one); default: none, only /health and /ready beside the pages")->check(CLI::Range(0, 65535));
  serve.add_option("--monitor-address", options->monitor.address, "Address of the monitoring port; other than this machine's own it needs --monitor-token-file")->capture_default_str();
  serve.add_option("--monitor-token-file", options->monitor.token_file, "File whose first line the monitoring must send as Authorization: Bearer …");
  serve.add_option("--monitor-port-file", options->monitor.port_file, "Write the monitoring port into this file once listening");
#endif
}

void start_log(const OperateOptions& options) {
  log_as(options.log_format == "text" ? LogFormat::text : LogFormat::json);
  log_at_least(options.log_level == "debug" ? Level::debug : options.log_level == "warn" ? Level::warn : options.log_level == "error" ? Level::error : Level::info);
}

std::shared_ptr<void> start_monitor(App& app, const OperateOptions& options) {
#ifdef SHOPADMIN_WEB
  if (options.monitor.port >= 0) return std::make_shared<web::Monitor>(app, options.monitor);
#endif
  (void)app, (void)options;
  return nullptr;
}

}  // namespace shopadmin::cli
