/* Orders: list, read, and the acts that change them (cancel, un-cancel, delete, ship, state, notes). The web calls it for pages and forms.
 * An act is planned first (plan_*: nothing happens; own figures and the sheets of the payment plugins) and then done (do_*), with an `operation_id` made
 * when the form was rendered: the same id acts once and answers the same. do_*: the plugin guards are asked first and must say OK; then one
 * transaction changes the order, writes history and audit and queues the guards' `after` events. CONFLICT: the order changed since the form was rendered.
 * Permissions are the caller's affair only at the web's button level: acts check them again here. Any thread. */
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "caller.hpp"
#include "clock.hpp"
#include "orders/order.hpp"
#include "result.hpp"
#include "store/database.hpp"

namespace shopadmin {

class Plugins;
class TaskQueue;
class Audit;
class Accounts;

enum class Folder { all, new_orders, finished, problems };
/* new_orders: new, in progress, on hold · finished: shipped, canceled · problems: open payment tasks, drift, or the word declined, expired, unknown */

struct OrderQuery {
  std::string shop_id = "main";
  Folder folder = Folder::all;
  std::string state;                            /* one state, or empty */
  std::string word;                             /* a payment word, "-" for none, or empty for any */
  std::optional<std::int64_t> from_ms, to_ms;   /* from <= created < to */
  std::string search;                           /* number, buyer name, e-mail or Amazon reference; begins-with, without case */
  std::int64_t few = 1'000, many = 200'000;     /* orders with the rarest word of a search: decides how they are looked for; small in tests */
  std::string payment_method;
  std::string cursor;                           /* from OrderPage; empty: the newest */
  int limit = 60;
};

struct OrderPage {
  std::vector<Order> orders;                    /* newest first, without lines */
  std::string newer, older;                     /* cursors; empty: no such page */
};

struct FolderCounts { /* up to counted_most + 1 */
  std::int64_t new_orders = 0, problems = 0;
};

struct LinePick {
  std::string line_id;
  std::int64_t quantity = 0; /* 0: all that can be */
};

enum class Act { cancel_lines, uncancel_lines, delete_lines, cancel_order, delete_order, ship, set_state, set_notes };

struct ActRequest {
  Act act{};
  std::string order_id;
  std::string operation_id;             /* 32 hex digits from random_hex(16) when the form was rendered; needed by perform */
  std::int64_t expected_version = 0;    /* the version the form showed; 0: whatever it is now */
  std::vector<LinePick> lines;          /* for the three line acts */
  bool with_shipping = false;           /* cancel and delete lines: shipping goes too */
  std::string reason, note;             /* reason: an id of the catalogue, see cancel_reasons() */
  std::string confirmed_number;         /* delete_order when money moved: the typed order number */
  std::string carrier, tracking_number; /* ship */
  std::string state;                    /* set_state: new, in_progress, on_hold */
  std::string notes;                    /* set_notes */
};

struct ActLine {
  std::string line_id, title, sku;
  std::int64_t quantity = 0, amount_minor = 0, canceled_after = 0, generation = 0;
};

struct PluginSheet {
  std::string plugin_id, domain;
  Document view; /* {"template","data","actions"} */
};

struct ActPlan {
  Order order; /* as it is now */
  std::vector<ActLine> lines;
  std::int64_t shipping_minor = 0, amount_minor = 0, total_before_minor = 0, total_after_minor = 0;
  bool number_must_be_typed = false;  /* delete_order: money moved */
  std::vector<PluginSheet> sheets;    /* what the payment side would do */
};

struct ActOutcome {
  std::string order_id, order_number, event_id, message; /* message: English message id with args, for the reader's catalogue */
  json::object message_args;
  std::int64_t amount_minor = 0;
  std::string currency;
  bool repeated = false; /* this operation was done before; nothing happened now */
};

class Orders {
 public:
  Orders(Database& database, Clock& clock, Audit& audit, TaskQueue& queue, Accounts& accounts);
  void guard_with(Plugins* plugins); /* once, before the first act */

  Result<OrderPage> list(const OrderQuery& query);
  /* The plugins' search: at most `limit` orders of a payment method that fit all words, newest first. Costs what it finds, not what the shop holds.
   * brief: as load_brief (rows.hpp) reads them. */
  std::vector<Order> search(const std::string& shop_id, const std::string& method, const std::string& text, int limit, bool brief = false);
  FolderCounts counts(const std::string& shop_id = "main");
  Result<Order> get(const std::string& order_id);
  Result<Order> by_number(const std::string& number, const std::string& shop_id = "main");
  std::vector<HistoryEntry> history(const std::string& order_id);

  Result<ActPlan> plan(const Caller& caller, const ActRequest& request);
  Result<ActOutcome> perform(const Caller& caller, const ActRequest& request);

  static const std::vector<std::pair<std::string, std::string>>& cancel_reasons(); /* id, English label */

 private:
  Result<void> allowed(const Caller& caller, Act act) const;
  Result<ActOutcome> perform_now(const Caller& caller, const ActRequest& request);
  Result<ActOutcome> write_act(Sql& sql, const Caller& caller, const ActRequest& request, std::int64_t expected_version);

  Database& database_;
  Clock& clock_;
  Audit& audit_;
  TaskQueue& queue_;
  Accounts& accounts_;
  Plugins* plugins_ = nullptr;
};

}  // namespace shopadmin
