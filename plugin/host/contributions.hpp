// The plugin's contributions: what the host calls. Each authorises again, reads its documents, asks a flow or draws a view, and answers a document.
// One object each per plugin, shared by concurrent calls: they hold nothing but the way to Amazon (and recovery's place in the list of orders).
#pragma once
#include <hostapi/sdk.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "flows/flow.hpp"
#include "host/connection.hpp"
#include "host/heartbeat.hpp"

namespace amazonpay::host {

using hostapi::sdk::Session;
class Call;

struct OrderViews : hostapi::sdk::OrderView {
  Result<json::value> view(const Session& session, std::string_view slot, std::string_view order_id, const json::value& request) override;
};

class Actions : public hostapi::sdk::OrderActions {
 public:
  explicit Actions(PaymentsSource& amazon) : amazon_(amazon) {}
  Result<json::value> plan(const Session& session, std::string_view order_id, std::string_view action, const json::value& form) override;
  Result<json::value> run(const Session& session, std::string_view order_id, std::string_view action, const json::value& form) override;

 private:
  PaymentsSource& amazon_;
};

class Guard : public hostapi::sdk::OrderGuard {
 public:
  explicit Guard(PaymentsSource& amazon) : amazon_(amazon) {}
  Result<json::value> plan(const Session& session, std::string_view event, const json::value& document) override;
  Result<> before(const Session& session, std::string_view event, const json::value& document) override;
  Result<> after(const Session& session, std::string_view event, const json::value& document) override;

 private:
  PaymentsSource& amazon_;
};

// One page of the menu; which ones there are stands in the manifest.
struct Page {
  virtual ~Page() = default;
  virtual Result<json::value> view(const Session& session, const json::value& request) = 0;
  virtual Result<json::value> run(const Session& session, std::string_view action, const json::value& form) = 0;
};

class MenuPages : public hostapi::sdk::Pages {
 public:
  MenuPages(PaymentsSource& amazon, Actions& actions);
  Result<json::value> view(const Session& session, std::string_view page, const json::value& request) override;
  Result<json::value> run(const Session& session, std::string_view page, std::string_view action, const json::value& form) override;

 private:
  Page* find(std::string_view page);
  std::map<std::string, std::unique_ptr<Page>, std::less<>> pages_;  // by the id in the manifest
};

class Work : public hostapi::sdk::Tasks {
 public:
  explicit Work(PaymentsSource& amazon) : amazon_(amazon) {}
  Result<json::value> run(const Session& session, const json::value& task) override;

 private:
  Result<std::int64_t> carry(Call& call, const ports::Task& wanted);  // milliseconds until it is to run again, 0: done
  Result<std::int64_t> carry_report(const Session& session, const flows::Ports& ports, const ports::Task& wanted);
  Result<> keep_watch(Call& call);
  Result<> find_new_orders(const Session& session);
  PaymentsSource& amazon_;
  Beats beats_;
  std::mutex mutex_;
  std::string order_cursor_;  // where the search for orders nobody has read yet goes on
};

// Run from the host's command line and its JSON interface (commands.hpp).
class Commands : public hostapi::sdk::Command {
 public:
  explicit Commands(PaymentsSource& amazon) : amazon_(amazon) {}
  Result<json::value> run(const Session& session, std::string_view command, const json::value& arguments) override;

 private:
  PaymentsSource& amazon_;
};

struct SettingsTest : hostapi::sdk::SettingsCheck {
  Result<json::value> check(const Session& session, const json::value& candidate) override;
};

}  // namespace amazonpay::host
