// The shop around the payment: its orders, its settings, its clock. Implemented by plugin/host over hostapi and by fakes in tests. In-call.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "domain/approval.hpp"
#include "domain/plan.hpp"

namespace amazonpay::ports {

// What the shop knows of an order that was paid with Amazon Pay; no personal data.
struct ShopOrder {
  std::string id;
  std::string number;
  std::string shop_id;
  Currency currency;
  Money total;            // what the open lines are worth, with discount and shipping
  Money original_total;
  bool canceled = false;
  std::string permission_id;
  std::string session_id;      // the buyer has not finished the checkout: only its session is known
  std::string charge_id;
  bool captured_at_checkout = false;
  std::int64_t created_ms = 0;
};

class Orders {
 public:
  virtual ~Orders() = default;
  // not_found: the shop has no such order (deleted); unsupported: paid with another method.
  virtual Result<ShopOrder> get(const std::string& order_id) = 0;
};

enum class CaptureMode { at_checkout, on_shipping, by_hand };
enum class RefundMode { automatic, manual };

struct Policy {
  ApprovalRules approval;
  std::int64_t cooling_off_ms = 0;             // a refund by a person can be taken back for so long before it is sent
  std::int64_t trust_key_ms = 24 * 3'600'000;  // how long a lost answer is asked for again under its key without comparing first
  CaptureMode capture_mode = CaptureMode::by_hand;
  RefundMode order_cancel = RefundMode::automatic;
  RefundMode order_delete = RefundMode::automatic;
  RefundMode line_cancel = RefundMode::automatic;
  RefundMode line_delete = RefundMode::automatic;
  RefundRules refund_rules;
  std::string soft_descriptor;
  bool track_deliveries = true;   // tell Amazon carrier and tracking number of what was shipped
  Environment environment = Environment::sandbox;
  std::string merchant_id;
  int keep_reports_days = 365;    // texts of Amazon's reports; 0: for ever
};

class Settings {
 public:
  virtual ~Settings() = default;
  virtual Result<Policy> policy() = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() = 0;
};

// An event of the shop, as the order guard brings it.
struct ShopEvent {
  std::string id;               // 32 hex digits, the same on redelivery
  std::string event;            // order.cancel, order.delete, line.cancel, line.delete, line.uncancel, order.ship
  ShopOrder order;              // after the event
  std::vector<LineChange> lines;
  Money shipping;
  Money amount;                 // what the event takes off the order
  Money total_after;
  std::string reason;
  std::string note;
  DeliveryDetails delivery;     // of order.ship; empty if staff gave none
  Actor who;
  std::int64_t at_ms = 0;
};

}  // namespace amazonpay::ports
