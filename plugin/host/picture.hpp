// Picture: everything the views and forms of one order need, read once from the local projection and the shop; Amazon is never asked.
// Made per call by draw(); plain values afterwards. Used by panel, tab, sheets and the actions.
// draw(): not_found if there is nothing to show (order unknown, or paid another way), otherwise the host's failure.
#pragma once
#include "flows/flow.hpp"
#include "host/store_ledger.hpp"

namespace amazonpay::host {

struct ShopLine {
  std::string id;
  std::string title;
  std::int64_t open = 0;     // pieces still wanted
  std::int64_t by_hand = 0;  // of them, refunded by a person already
  Money worth;               // what the open pieces are worth
  std::int64_t refundable() const { return open - by_hand; }
};

struct Rights {
  bool view = false, capture = false, refund = false, cancel = false, approve = false;
};

struct Picture {
  Payment payment;
  std::vector<Intent> intents;
  bool stored = false;          // false: never read, shown as the shop knows it
  bool in_shop = true;          // false: the order is deleted, the record stays
  std::string buyer;
  std::vector<ShopLine> lines;  // open ones
  std::map<std::string, std::string> titles;  // of all lines, also canceled ones, by id
  std::vector<Todo> todos;      // open ones, oldest first
  std::vector<Event> events;    // newest first
  ports::Policy policy;
  std::string seller_central;   // address of a payment there, without its reference
  PaymentSums sums;
  Verdict verdict;
  Rights rights;
  Actor me;                     // who looks
  std::int64_t now_ms = 0;

  bool test() const { return payment.environment == Environment::sandbox; }
  bool sync_failed() const { return payment.sync.failed_ms != 0; }
  bool keys_refused() const { return sync_failed() && payment.sync.failure_code == "keys_refused"; }
  Money given_back() const { return sums.settled + min(sums.not_ours, payment.refunds_taken_over); }
};

Rights rights_of(const hostapi::sdk::Session& session);
Result<Picture> draw(const hostapi::sdk::Session& session, const std::string& order_id, int events_most);

}  // namespace amazonpay::host
