// Amazon, as the sandbox plays it: its bank, its operations and its stored answers under idempotency keys, in this process and in memory, without HTTP and
// signatures. Its list of movements is what the plugin is judged by. One thread. Time is the timeline's, and ids come from the seed.
#pragma once
#include <memory>
#include <string>

#include "amazon/http_client.hpp"
#include "bank.hpp"
#include "timeline.hpp"

namespace simulation {

struct AmazonRequest {
  std::string method, path, body;
  std::string key;              // idempotency key; empty: none
  bool mutating() const { return method != "GET"; }
};

class AmazonSide {
 public:
  AmazonSide(Timeline& timeline, std::uint64_t seed, const sandbox::Settings& settings);
  ~AmazonSide();

  struct Checkout {
    std::string permission_id, charge_id;
  };
  Checkout checkout(std::int64_t minor, const std::string& currency, const std::string& state, const std::string& order_number);

  // One request that arrives: the effect and its answer.
  amazonpay::amazon::HttpOutcome perform(const AmazonRequest& request);
  // Somebody else in Seller Central. Says what happened, for the trace.
  std::string refund_in_seller_central(const std::string& charge_id, std::int64_t minor);
  std::string capture_in_seller_central(const std::string& charge_id, std::int64_t minor);
  void settle_due();
  std::int64_t next_due_ms();  // when something happens by itself; 0: nothing will

  // How often (percent) a new key meets a declined refund, an asynchronous or declined capture: decided by the key, so a repeat meets the same.
  int surprises_percent = 0;
  std::function<void(const sandbox::ObjectChange&)> on_change;

  std::vector<sandbox::Movement> movements(std::int64_t after_seq = 0) { return store_.movements({"", "", "", "", after_seq}); }
  std::vector<sandbox::Charge> charges(const std::string& permission_id) { return store_.children<sandbox::Charge>(permission_id); }
  std::vector<sandbox::Refund> refunds(const std::string& charge_id) { return store_.children<sandbox::Refund>(charge_id); }
  std::optional<sandbox::Permission> permission(const std::string& id) { return store_.find<sandbox::Permission>(id); }

 private:
  sandbox::Actor actor(const std::string& by) { return {by, "", "", bank_->now_ms()}; }
  std::string simulation_code(const AmazonRequest& request) const;
  Timeline& timeline_;
  std::uint64_t seed_;
  sandbox::Store& store_;
  std::unique_ptr<sandbox::Bank> bank_;
};

}  // namespace simulation
