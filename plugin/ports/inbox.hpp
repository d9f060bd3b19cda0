// Tasks one by one, with their versions: who has taken one, and the shop's own tasks, which have no order. What belongs to an order's money is written by the
// ledger's commits. Implemented by plugin/host over hostapi.store and by a fake in tests. In-call.
#pragma once
#include <string>
#include <vector>

#include "domain/watch.hpp"
#include "ports/ledger.hpp"

namespace amazonpay::ports {

struct StoredTodo {
  Todo todo;
  std::uint64_t version = 0;  // 0: not stored yet
};

class Inbox {
 public:
  virtual ~Inbox() = default;
  virtual Result<StoredTodo> todo(const std::string& id) = 0;                                                      // not_found
  virtual Result<std::vector<StoredTodo>> open_without_order() = 0;
  virtual Result<> put(const std::vector<StoredTodo>& todos, const std::vector<AuditEntry>& audit) = 0;            // conflict: one is not at its version
};

}  // namespace amazonpay::ports
