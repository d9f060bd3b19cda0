#include "domain/record.hpp"

namespace amazonpay {
namespace {
constexpr const char* todo_kind_names[] = {"refund_due", "refund_declined", "refund_refused", "refund_overdue", "canceled_again", "not_covered", "keys_refused", "uncertain", "drift", "act_refused", "expiring", "delivery_refused", "approval", "refund_withdrawn", "dispute", "orphan", "quarantine", "notification_gap", "bulk_approval"};
}

const char* name_of(TodoKind kind) { return todo_kind_names[static_cast<int>(kind)]; }

TodoKind todo_kind(const std::string& name) {
  for (std::size_t i = 0; i < std::size(todo_kind_names); ++i)
    if (name == todo_kind_names[i]) return static_cast<TodoKind>(i);
  ensure(false, "a task is stored with a kind that this version does not know");
  return {};
}

std::string todo_id(TodoKind kind, const std::string& order_id, const std::string& cause) {
  return std::string(name_of(kind)) + ":" + order_id + ":" + cause;
}

const std::vector<Reason>& reasons() {
  static const std::vector<Reason> all = {
      {"out_of_stock", tr("Out of stock")},       {"changed_mind", tr("Buyer changed their mind")}, {"damaged", tr("Damaged")},
      {"late", tr("Delivered late")},             {"goodwill", tr("Goodwill")},                     {"duplicate", tr("Ordered twice")},
      {"other", tr("Other, see note")},
  };
  return all;
}

}  // namespace amazonpay
