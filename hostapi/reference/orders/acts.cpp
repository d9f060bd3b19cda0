/* Orders: the acts. Plan, guard, and the one transaction that changes the order, tells history and audit and queues the guards' `after`. */
#include "accounts/accounts.hpp"
#include "audit/audit.hpp"
#include "loader/plugins.hpp"
#include "log.hpp"
#include "orders/act_draft.hpp"
#include "orders/orders.hpp"
#include "orders/rows.hpp"
#include "tasks/queue.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {
const char* permission_for(Act act) {
  switch (act) {
    case Act::cancel_lines:
    case Act::uncancel_lines:
    case Act::cancel_order: return "orders.cancel";
    case Act::delete_lines:
    case Act::delete_order: return "orders.delete";
    default: return "orders.edit";
  }
}

bool money_moved(const Order& order) {
  const auto& word = order.payment.word;
  return !word.empty() && word != "canceled" && word != "pending";
}

Problem stale(const Order& order) {
  return sentence(Kind::conflict, "Order {number} was changed by someone else meanwhile. Nothing was done. Reload the page and look again.", {{"number", order.number}});
}

/* What the operation was asked to do, so that its id cannot be reused for something else. */
std::string fingerprint(const ActRequest& request) {
  json::array lines;
  for (const auto& pick : request.lines) lines.push_back({pick.line_id, pick.quantity});
  return sha256_hex(json::serialize(json::array{act_name(request.act), request.order_id, lines, request.with_shipping, request.reason, request.note,
                                                request.carrier, request.tracking_number, request.state, request.notes}));
}

json::object to_document(const ActOutcome& outcome) {
  return {{"order_id", outcome.order_id}, {"order_number", outcome.order_number}, {"event_id", outcome.event_id}, {"message", outcome.message},
          {"message_args", outcome.message_args}, {"amount_minor", outcome.amount_minor}, {"currency", outcome.currency}};
}

ActOutcome outcome_from(const json::object& document) {
  return {text_of(document, "order_id"), text_of(document, "order_number"), text_of(document, "event_id"), text_of(document, "message"),
          object_of(document, "message_args"), whole_of(document, "amount_minor"), text_of(document, "currency"), true};
}

Result<std::optional<ActOutcome>> answered_before(Sql& sql, const ActRequest& request) {
  const auto row = sql.row("SELECT request, result FROM operations WHERE operation_id = :1", {request.operation_id});
  if (!row) return std::optional<ActOutcome>{};
  if (row->text(0) != fingerprint(request)) return Problem{Kind::invalid, "This form was already used for something else. Reload the page and try again.", ""};
  auto result = parse_object(row->text(1), "a stored result");
  if (!result) return result.problem();
  return std::optional<ActOutcome>{outcome_from(*result)};
}

Result<void> check_number(const Order& order, const ActRequest& request) {
  if (request.act != Act::delete_order || !money_moved(order) || request.confirmed_number == order.number) return {};
  return sentence(Kind::refused, "Money moved for this order. Type its number, {number}, to delete it.", {{"number", order.number}});
}

/* What operators keep of a deleted order in the operations table: no titles. */
json::object kept_args(const ActDraft& draft) {
  auto args = draft.args;
  if (draft.removes) args.erase("lines");
  return args;
}
}  // namespace

Orders::Orders(Database& database, Clock& clock, Audit& audit, TaskQueue& queue, Accounts& accounts)
    : database_(database), clock_(clock), audit_(audit), queue_(queue), accounts_(accounts) {}

void Orders::guard_with(Plugins* plugins) { plugins_ = plugins; }

const std::vector<std::pair<std::string, std::string>>& Orders::cancel_reasons() {
  static const std::vector<std::pair<std::string, std::string>> reasons = {
      {"buyer_changed_mind", "Buyer changed their mind"}, {"out_of_stock", "Out of stock"}, {"damaged", "Damaged or faulty"},
      {"wrong_price", "Wrong price"}, {"duplicate", "Ordered twice"}, {"fraud", "Suspected fraud"}, {"other", "Other"}};
  return reasons;
}

Result<void> Orders::allowed(const Caller& caller, Act act) const {
  if (accounts_.may(caller.role, permission_for(act))) return {};
  return sentence(Kind::denied, "Your role may not do this (needs {permission}). Ask the shop's owner.", {{"permission", permission_for(act)}});
}

Result<ActPlan> Orders::plan(const Caller& caller, const ActRequest& request) {
  if (auto good = allowed(caller, request.act); !good) return good.problem();
  const auto order = database_.read([&](Sql& sql) { return load_order(sql, request.order_id); });
  if (!order) return Problem{Kind::not_found, "This order is not there (any more).", ""};
  if (request.expected_version && request.expected_version != order->version) return stale(*order);
  const auto draft = draft_act(*order, request, caller, clock_.now_ms());
  if (!draft) return draft.problem();
  ActPlan plan{*order, draft->lines, draft->shipping_minor, draft->amount_minor, order->total_minor, draft->after.total_minor, false, {}};
  std::erase_if(plan.order.lines, [](const OrderLine& line) { return line.quantity() == 0; });
  plan.number_must_be_typed = request.act == Act::delete_order && money_moved(*order);
  if (!draft->guarded || !plugins_) return plan;
  auto sheets = plugins_->guard_plan(caller, *order, draft->event, event_document(*draft, request, caller, "", clock_.now_ms()));
  if (!sheets) return sheets.problem();
  plan.sheets = std::move(*sheets);
  return plan;
}

Result<ActOutcome> Orders::perform(const Caller& caller, const ActRequest& request) {
  if (request.operation_id.size() != 32) return Problem{Kind::invalid, "The form has no operation id. Reload the page and try again.", ""};
  if (auto good = allowed(caller, request.act); !good) return good.problem();
  const auto answered = [&] { return database_.read([&](Sql& sql) { return answered_before(sql, request); }); };
  auto before = answered();
  if (!before) return before.problem();
  if (*before) return **before;
  auto outcome = perform_now(caller, request);
  if (outcome) return outcome;
  /* The same form sent twice at once: the other press changed the order between our two looks, and its answer is ours. */
  try {
    auto meanwhile = answered();
    if (meanwhile && *meanwhile) return **meanwhile;
  } catch (const DatabaseError&) {
    /* still away: what we know stands */
  }
  return outcome;
}

Result<ActOutcome> Orders::perform_now(const Caller& caller, const ActRequest& request) {
  const auto order = database_.read([&](Sql& sql) { return load_order(sql, request.order_id); });
  if (!order) return Problem{Kind::not_found, "This order is not there (any more).", ""};
  if (request.expected_version && request.expected_version != order->version) return stale(*order);
  if (auto good = check_number(*order, request); !good) return good.problem();
  const auto draft = draft_act(*order, request, caller, clock_.now_ms());
  if (!draft) return draft.problem();
  if (draft->guarded && plugins_) {
    auto allowed_by_plugins = plugins_->guard_before(caller, *order, draft->event, event_document(*draft, request, caller, "", clock_.now_ms()));
    if (!allowed_by_plugins) return allowed_by_plugins.problem();
  }
  try {
    auto written = database_.write([&](Sql& sql) { return write_act(sql, caller, request, order->version); });
    if (written) queue_.wake();
    return written;
  } catch (const DatabaseError& error) {
    log_event(Level::error, "ORDERS_ACT_FAILED", {{"order_id", request.order_id}, {"act", act_name(request.act)}, {"uncertain", error.uncertain}, {"error", error.what()}});
    if (error.uncertain) return Problem{Kind::uncertain, "The database broke off before it said whether it was done. Send the same form again: it is done once only, and then says so.", ""};
    return Problem{Kind::unavailable, "The database did not answer, nothing was changed. Try again.", ""};
  }
}

Result<ActOutcome> Orders::write_act(Sql& sql, const Caller& caller, const ActRequest& request, std::int64_t expected_version) {
  auto before = answered_before(sql, request);
  if (!before) return before.problem();
  if (*before) return **before;
  const auto order = load_order(sql, request.order_id);
  if (!order) return Problem{Kind::not_found, "This order is not there (any more).", ""};
  if (order->version != expected_version) return stale(*order);
  if (auto good = check_number(*order, request); !good) return good.problem(); /* the payment word may have changed since */
  const auto now_ms = clock_.now_ms();
  const auto draft = draft_act(*order, request, caller, now_ms);
  if (!draft) return draft.problem();

  const auto event_id = sha256_hex("event/" + order->shop_id + "/" + request.operation_id).substr(0, 32);
  ActOutcome outcome{order->id, order->number, event_id, draft->message, kept_args(*draft), draft->amount_minor, order->currency, false};
  if (draft->removes) {
    remove_order(sql, order->id);
    sql.change("DELETE FROM operations WHERE order_id = :1", {order->id}); /* their results name what was ordered */
  } else {
    save_order(sql, draft->after);
    add_history(sql, order->id, {now_ms, caller.name, draft->event, draft->history, draft->args});
  }
  AuditEntry entry{0, now_ms, "", "", draft->event, order->id, order->number, std::nullopt, order->currency, request.reason,
                   {{"operation_id", request.operation_id}, {"event_id", event_id}}, request.note, "", ""};
  if (draft->guarded && request.act != Act::ship) entry.amount_minor = draft->amount_minor;
  audit_.write(sql, caller, std::move(entry));
  if (draft->removes) audit_.erase_notes(sql, order->id); /* this one's too: the entry tells who, when and the reason */
  if (draft->guarded && plugins_) {
    const auto document = event_document(*draft, request, caller, event_id, now_ms);
    for (const auto& plugin_id : plugins_->guards_of(*order)) {
      queue_.add(sql, {plugin_id, Plugins::after_task, event_id, now_ms, {{"event", draft->event}, {"document", document}}, plugin_id + "/" + order->id});
    }
  }
  sql.change("INSERT INTO operations (operation_id, act, order_id, request, at_ms, result) VALUES (:1, :2, :3, :4, :5, :6)",
             {request.operation_id, std::string(act_name(request.act)), order->id, fingerprint(request), now_ms, json::serialize(to_document(outcome))});
  return outcome;
}

}  // namespace shopadmin
