// The plugin as the host holds it: its contributions and the one shared way to Amazon. Made by entry.cpp, and directly by tests with another source of
// payments. Calls may overlap (the manifest says concurrent).
#pragma once
#include "host/contributions.hpp"
#include "host/webhook.hpp"

namespace amazonpay::host {

class AmazonPayPlugin : public hostapi::sdk::Plugin {
 public:
  explicit AmazonPayPlugin(hostapi::sdk::Host host, std::unique_ptr<PaymentsSource> amazon = std::make_unique<Connections>(), Webhook::Web web = amazon::fetch_over_https)
      : Plugin(host), amazon_(std::move(amazon)), actions_(*amazon_), guard_(*amazon_), pages_(*amazon_, actions_), work_(*amazon_), commands_(*amazon_), webhook_(*amazon_, std::move(web)) {}

  hostapi::sdk::OrderView* order_view() override { return &views_; }
  hostapi::sdk::Pages* pages() override { return &pages_; }
  hostapi::sdk::OrderActions* order_actions() override { return &actions_; }
  hostapi::sdk::OrderGuard* order_guard() override { return &guard_; }
  hostapi::sdk::Tasks* tasks() override { return &work_; }
  hostapi::sdk::SettingsCheck* settings_check() override { return &settings_test_; }
  hostapi::sdk::Webhook* webhook() override { return &webhook_; }
  hostapi::sdk::Command* command() override { return &commands_; }

 private:
  std::unique_ptr<PaymentsSource> amazon_;
  OrderViews views_;
  Actions actions_;
  Guard guard_;
  MenuPages pages_;
  Work work_;
  Commands commands_;
  SettingsTest settings_test_;
  Webhook webhook_;
};

}  // namespace amazonpay::host
