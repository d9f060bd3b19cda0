/* What other systems started over the JSON interface: plans (what would happen, for a quarter of an hour) and acts (a plan carried out under the sender's own
 * key). One plan acts once, one key means one act, whatever is repeated and however many processes run. Used by Api. Any thread; all state is in the database. */
#pragma once
#include <optional>
#include <string>

#include "clock.hpp"
#include "document.hpp"
#include "store/database.hpp"

namespace shopadmin::api {

struct Plan {
  std::string id, user_id, plugin_id, command;
  json::object arguments; /* with what was agreed on */
  json::object answer;    /* what the plugin said would happen */
  std::int64_t created_ms = 0, expires_ms = 0;
};

struct Act {
  std::string user_id, key, plan_id, plugin_id, command, operation_id;
  json::object arguments;
  json::object answer; /* the newest; empty: none came yet */
};

class Plans {
 public:
  static constexpr std::int64_t lifetime_ms = 15 * 60 * 1000;

  Plans(Database& database, Clock& clock) : database_(database), clock_(clock) {}

  Plan keep(Plan plan); /* with a new id and its end */
  std::optional<Plan> plan(const std::string& id, const std::string& user_id); /* also an expired one */
  /* The act of this key: begun now from the plan, or the one that was begun before. CONFLICT: the key was used for another plan, or the plan under another key. */
  Result<Act> begin(const Plan& plan, const std::string& key);
  std::optional<Act> act_of_key(const std::string& user_id, const std::string& key);
  std::optional<Act> act(const std::string& operation_id, const std::string& user_id);
  void answered(const Act& act, const json::object& answer);

 private:
  Database& database_;
  Clock& clock_;
};

}  // namespace shopadmin::api
