#include "api/plans.hpp"

namespace shopadmin::api {

namespace {
constexpr const char* act_columns = "user_id, act_key, plan_id, plugin_id, command, arguments, operation_id, answer";

json::object stored(const std::string& text) {
  auto object = text.empty() ? Result<json::object>(json::object{}) : parse_object(text, "a stored answer");
  return object ? *object : json::object{};
}

Act act_from(const Row& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(6), stored(row.text(5)), stored(row.text(7))};
}
}  // namespace

Plan Plans::keep(Plan plan) {
  plan.id = "p-" + random_hex(12), plan.created_ms = clock_.now_ms(), plan.expires_ms = plan.created_ms + lifetime_ms;
  (void)database_.write([&](Sql& sql) {
    sql.change("INSERT INTO api_plans (id, user_id, plugin_id, command, arguments, answer, created_ms, expires_ms) VALUES (:1, :2, :3, :4, :5, :6, :7, :8)",
               {plan.id, plan.user_id, plan.plugin_id, plan.command, json::serialize(plan.arguments), json::serialize(plan.answer), plan.created_ms, plan.expires_ms});
    return Result<void>{};
  });
  return plan;
}

std::optional<Plan> Plans::plan(const std::string& id, const std::string& user_id) {
  const auto row = database_.read([&](Sql& sql) {
    return sql.row("SELECT id, user_id, plugin_id, command, arguments, answer, created_ms, expires_ms FROM api_plans WHERE id = :1 AND user_id = :2", {id, user_id});
  });
  if (!row) return std::nullopt;
  return Plan{row->text(0), row->text(1), row->text(2), row->text(3), stored(row->text(4)), stored(row->text(5)), row->whole(6), row->whole(7)};
}

Result<Act> Plans::begin(const Plan& plan, const std::string& key) {
  Act act{plan.user_id, key, plan.id, plan.plugin_id, plan.command, random_hex(16), plan.arguments, {}};
  try {
    return database_.write([&](Sql& sql) -> Result<Act> {
      sql.change("INSERT INTO api_acts (user_id, act_key, plan_id, plugin_id, command, arguments, operation_id, answer, created_ms) VALUES (:1, :2, :3, :4, :5, :6, :7, '', :8)",
                 {act.user_id, act.key, act.plan_id, act.plugin_id, act.command, json::serialize(act.arguments), act.operation_id, clock_.now_ms()});
      return act;
    });
  } catch (const DatabaseError& error) {
    if (!error.duplicate) throw;
  }
  auto before = act_of_key(plan.user_id, key);
  if (!before) return Problem{Kind::conflict, "This plan was carried out under another Idempotency-Key. Make a new plan for a new act.", "plan_used"};
  if (before->plan_id != plan.id) return Problem{Kind::conflict, "This Idempotency-Key was used for another plan. Take a new key for a new act.", "idempotency_key_reused"};
  return *before;
}

std::optional<Act> Plans::act_of_key(const std::string& user_id, const std::string& key) {
  const auto row = database_.read([&](Sql& sql) { return sql.row(std::string("SELECT ") + act_columns + " FROM api_acts WHERE user_id = :1 AND act_key = :2", {user_id, key}); });
  return row ? std::optional(act_from(*row)) : std::nullopt;
}

std::optional<Act> Plans::act(const std::string& operation_id, const std::string& user_id) {
  const auto row = database_.read([&](Sql& sql) { return sql.row(std::string("SELECT ") + act_columns + " FROM api_acts WHERE operation_id = :1 AND user_id = :2", {operation_id, user_id}); });
  return row ? std::optional(act_from(*row)) : std::nullopt;
}

/* What people wrote stays in the audit, where it is erased with its order; here it has done its work. */
void Plans::answered(const Act& act, const json::object& answer) {
  auto arguments = act.arguments;
  arguments.erase("note");
  (void)database_.write([&](Sql& sql) {
    sql.change("UPDATE api_acts SET answer = :1, arguments = :2 WHERE operation_id = :3", {json::serialize(answer), json::serialize(arguments), act.operation_id});
    return Result<void>{};
  });
}

}  // namespace shopadmin::api
