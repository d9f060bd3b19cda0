// What every flow shares. A flow is one use case in five steps: load (order, ledger, versions) → decide (a pure function answers a plan or a refusal) →
// commit the intents with expected versions and their tasks → call Amazon with the stored key → commit the outcome. The first three run where staff click
// or where the shop's event arrives; the last two are carry_out(), always in a task, so that no page ever waits for Amazon.
// In-call; throws nothing on purpose (programmer errors end at the border's guard).
#pragma once
#include <functional>
#include <string>

#include "ports/ledger.hpp"
#include "ports/notifications.hpp"
#include "ports/payments.hpp"
#include "ports/shop.hpp"

namespace amazonpay::flows {

struct Ports {
  ports::Payments& amazon;
  ports::Ledger& ledger;
  ports::Orders& orders;
  ports::Settings& settings;
  ports::Clock& clock;
  ports::Notifications& notifications;
};

// Who loses more races than this for one document did not lose them by chance: something else is wrong.
constexpr int tries_max = 12;

// Loads, lets `decide` fill the change, commits; on a conflict loads and decides again, so that a decision never rests on an old state.
// decide answers false when there is nothing to change.
using Decide = std::function<Result<bool>(const ports::LoadedPayment& loaded, ports::Change& change)>;
// own_commit: the first decision rests on what this call's last commit left (ports::Ledger::load_own).
enum class Load { stored, own_commit };
Result<> decide_and_commit(const Ports& ports, const std::string& order_id, const Decide& decide, Load first = Load::stored);

// The payment as far as the shop knows it, before Amazon was asked.
Payment payment_from_shop(const ports::ShopOrder& order);
// Takes over what changed in the shop: totals, canceled.
void refresh_from_shop(Payment& payment, const ports::ShopOrder& order);
// The stored payment, or a new one for an order paid with Amazon Pay that was never seen.
Result<ports::LoadedPayment> load_or_begin(const Ports& ports, const std::string& order_id);

// Who does what, why: the same for every act.
struct Act {
  std::string order_id;
  std::string operation_id;  // made when the form was rendered; the same id acts once and gets the same answer
  std::string seen;          // stand_of() of what the form showed; another stand → conflict. Empty: not checked
  Actor who;
  std::string reason;
  std::string note;
  std::string todo_id;       // a task this act answers; closed with it. May be empty
  std::string event;         // "bulk" for a row of a bulk job; becomes Intent::event
  Actor approved_by;         // a second person has said yes already (to a whole bulk job): no further approval
};

// A short fingerprint of the money: changes when an act, a settled refund or a capture changed what a form was based on.
std::string stand_of(const Payment& payment, const std::vector<Intent>& intents);

// Turns the steps of a plan into intents with tasks, a timeline and audit entries.
void add_plan(ports::Change& change, const Payment& payment, const Plan& plan, const std::string& cause, const std::string& event, const Act& act,
              const ports::Policy& policy, std::int64_t now_ms);

// An act of staff from form to committed intents: the same operation gets its first answer again, another stand is a conflict. `complete` may add to the change
// before it is committed; when somebody was faster it is called again with a new one.
using Planner = std::function<Result<Plan>(const ports::LoadedPayment& loaded, const ports::Policy& policy)>;
using Complete = std::function<void(ports::Change& change, const ports::Policy& policy)>;
Result<Operation> run_act(const Ports& ports, const Act& act, const Planner& planner, const std::function<Text(const Plan&)>& answer, const Complete& complete = {});

ports::Task sync_task(const std::string& order_id, std::int64_t due_ms);
ports::Task intent_task(const Intent& intent, std::int64_t due_ms);
// Takes the task that would send it out of a change that is not committed yet.
void drop_task(ports::Change& change, const Intent& intent);

}  // namespace amazonpay::flows
