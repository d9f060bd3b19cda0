// The shop around the payment, over the host: its orders, its settings, its clock, and the events of the order guard.
// Made per call (Orders, Settings); in-call, one thread. Documents are read strictly: what is missing or odd is a failure that names the member.
#pragma once
#include <hostapi/sdk.hpp>

#include "ports/shop.hpp"

namespace amazonpay::host {

namespace json = boost::json;

// An order document of the host. unsupported: paid with another method.
Result<ports::ShopOrder> shop_order(const json::value& document);
// An event document of the order guard.
Result<ports::ShopEvent> shop_event(const json::value& document);
// The settings document {"values":{…}}.
Result<ports::Policy> policy_of(const json::value& settings);
// Where Seller Central shows a payment: this with the charge permission's id at its end. Of the settings, else Amazon's for the region.
Result<std::string> seller_central_of(const json::value& settings);

class HostOrders : public ports::Orders {
 public:
  explicit HostOrders(const hostapi::sdk::Session& session) : orders_(session.orders()) {}
  Result<ports::ShopOrder> get(const std::string& order_id) override;

 private:
  hostapi::sdk::Orders orders_;
};

class HostSettings : public ports::Settings {
 public:
  explicit HostSettings(const hostapi::sdk::Session& session) : settings_(session.settings()) {}
  Result<ports::Policy> policy() override;
  Result<json::value> document() { return settings_.get(); }

 private:
  hostapi::sdk::Settings settings_;
};

class HostClock : public ports::Clock {
 public:
  explicit HostClock(const hostapi::sdk::Session& session) : core_(session.core()) {}
  std::int64_t now_ms() override { return core_.now_unix_ms(); }

 private:
  hostapi::sdk::Core core_;
};

}  // namespace amazonpay::host
