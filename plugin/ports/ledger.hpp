// Our own durable record, as the flows see it: load with versions, change everything in one commit or nothing. Implemented by plugin/host over
// hostapi.store and by fakes in tests. In-call.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/approval.hpp"
#include "domain/ledger.hpp"
#include "domain/record.hpp"
#include "domain/words.hpp"

namespace amazonpay::ports {

struct LoadedPayment {
  Payment payment;
  std::uint64_t version = 0;       // 0: not stored yet
  std::vector<Intent> intents;     // all intents of the order, oldest first
};

// A task of the host's clockwork. The same name and key wait once; the earlier time wins.
struct Task {
  std::string name;        // "intent", "bulk_intent", "bulk_rows", "sync", "notification", "settlement", "bulk" or "orphan"
  std::string key;
  std::string order_id;
  std::vector<std::string> intent_ids;  // for "intent" and "bulk_intent": one
  std::string notification;  // for "notification": the key of one,
  int slot = 0;              // or all that is received in a slot
  std::string report_id;   // for "settlement"
  std::string job_id;      // for "bulk" and "bulk_rows"
  std::vector<int> rows;   // for "bulk_rows": decided in one commit, sent one after the other, their outcomes in another
  std::string permission_id; // for "orphan"
  std::int64_t due_ms = 0;
};

struct StoredTally {
  Tally tally;
  std::uint64_t version = 0;  // 0: nothing was counted yet
};

struct AuditEntry {
  std::string event;       // refund.requested, refund.settled, capture.done …
  std::string order_id;
  std::optional<Money> amount;
  std::string reason;
  std::string detail;      // intent id, Amazon's id, code: never personal data
};

// All of it or nothing. Conflict: the payment's version is not the expected one, or one of the new intents or the operation exists already.
// Refused: the balances would break a rule of the ledger (domain/ledger.hpp); the store checks it itself.
struct Change {
  std::string order_id;
  std::uint64_t expected_version = 0;        // of the payment; every change expects it, so acts on one order stand in one line
  Payment payment;
  std::vector<Intent> new_intents;           // must not exist
  std::vector<Intent> changed_intents;
  std::vector<Event> events;                 // the same id is written once
  std::vector<Todo> new_todos;               // written only if there is none of the same id
  std::vector<Todo> changed_todos;
  std::optional<Operation> operation;        // must not exist
  std::vector<Balances> balances;            // of every charge after the change
  std::vector<Entry> entries;                // what moved between accounts; never changed afterwards
  std::vector<StoredTally> tallies;          // each expected at its version
  std::vector<Task> tasks;
  std::vector<AuditEntry> audit;
  std::string history;                       // a line for the order's own history in the shop, message id; may be empty
};

class Ledger {
 public:
  virtual ~Ledger() = default;
  virtual Result<LoadedPayment> load(const std::string& order_id) = 0;                  // not_found: no payment stored
  // As the last commit of this call left it, if the store need not be asked for that. Only for who commits what is decided on it: that commit is told if
  // somebody changed the order since.
  virtual Result<LoadedPayment> load_own(const std::string& order_id) { return load(order_id); }
  // These orders and operations are asked for next: the store may be asked for all of them at once. Each answer serves one load.
  virtual Result<> look_ahead(const std::vector<std::string>&, const std::vector<std::string>&) { return hostapi::success(); }
  virtual Result<Intent> intent(const std::string& intent_id) = 0;
  virtual Result<std::optional<Operation>> operation(const std::string& id) = 0;
  virtual Result<std::vector<Todo>> all_todos(const std::string& order_id) = 0;                           // open and closed
  virtual Result<std::vector<Todo>> open_todos(const std::string& order_id) = 0;
  virtual Result<std::vector<Intent>> open_intents(std::int64_t older_than_ms, int limit) = 0;      // planned, sending, uncertain; oldest first
  virtual Result<std::vector<Intent>> awaiting_approval(int limit) = 0;                              // oldest first
  virtual Result<StoredTally> tally(const std::string& id) = 0;                                      // version 0 if nothing was counted
  virtual Result<std::vector<std::string>> payments_due(std::int64_t now_ms, int limit) = 0;         // order ids whose reading is due
  virtual Result<> commit_all(const std::vector<Change>& changes) = 0;  // of different orders: all of them or none
  Result<> commit(const Change& change) { return commit_all({change}); }
};

}  // namespace amazonpay::ports
