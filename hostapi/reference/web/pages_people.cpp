// Users: who they are, their role, who may what.
#include "pages.hpp"

namespace shopadmin::web {
namespace {

int rank(const std::string& role) { return role == "owner" ? 2 : role == "administrator" ? 1 : 0; }

json::array roles(const Say& say, const Visit& visit, const std::string& chosen) {
  json::array list;
  for (const auto* role : {"staff", "administrator", "owner"}) {
    if (rank(role) > rank(visit.user().role) && chosen != role) continue;
    list.push_back(json::object{{"value", role}, {"label", role_label(say, role)}, {"selected", chosen == role}});
  }
  return list;
}

json::object user_row(const Visit& visit, const User& user, const json::object& rights) {
  const auto& say = visit.say;
  return {{"name", user.name}, {"login", user.login}, {"disabled", user.disabled}, {"last", user.last_login_ms > 0 ? say.time(user.last_login_ms) : say.tr("never")},
          {"you", user.id == visit.user().id ? say.tr("this is you") : ""}, {"role_label", role_label(say, user.role)}, {"roles", roles(say, visit, user.role)},
          {"role_of", say.tr("Role of {name}", {{"name", user.name}})},
          {"state", json::object{{"role", user.disabled ? "neutral" : "good"}, {"icon", user.disabled ? "lock" : "good"}, {"label", user.disabled ? say.tr("Locked") : say.tr("Active")}}},
          {"set_to", user.disabled ? "no" : "yes"}, {"toggle", user.disabled ? say.tr("Unlock") : say.tr("Lock")},
          {"may", user.disabled ? json::value(nullptr) : json::value(rights)},
          {"toggle_label", user.disabled ? say.tr("Unlock {name}", {{"name", user.name}}) : say.tr("Lock {name}", {{"name", user.name}})}};
}

// What each role may, as a list of labels: shown with every user of the role.
std::map<std::string, json::object> rights_by_role(Site& site, const Say& say) {
  std::map<std::string, json::array> lists;
  for (const auto& permission : site.app.accounts.permissions())
    for (const auto& role : permission.roles) lists[role].push_back(json::value(say.in_domain(permission.domain, permission.label)));
  std::map<std::string, json::object> rights;
  for (auto& [role, list] : lists) {
    const auto count = static_cast<std::int64_t>(list.size());
    rights[role] = json::object{{"summary", say.tr_n("{count} right", "{count} rights", count)}, {"list", std::move(list)}};
  }
  return rights;
}

// Nobody makes or changes users above himself.
bool above_me(Site& site, const Visit& visit, const std::string& login, const std::string& new_role) {
  const int mine = rank(visit.user().role);
  const auto user = site.app.accounts.find(login);
  return rank(new_role) > mine || (user && rank(user->role) > mine);
}

}  // namespace

Response users_page(Site& site, Visit& visit, const std::string& error) {
  const auto& say = visit.say;
  if (!site.may(visit, "users.edit")) return site.denied(visit);
  json::array rows;
  auto rights = rights_by_role(site, say);
  for (const auto& user : site.app.accounts.list()) rows.push_back(user_row(visit, user, rights[user.role]));
  const auto role = visit.form.get("role");
  json::object data{{"rows", std::move(rows)}, {"error", error},
                    {"new", json::object{{"login", visit.form.get("name").empty() ? "" : visit.form.get("login")}, {"name", visit.form.get("name")}, {"roles", roles(say, visit, role.empty() ? "staff" : role)}}},
                    {"labels", json::object{{"name", say.tr("Name")}, {"last", say.tr("Last login")}, {"role", say.tr("Role")}, {"state", say.tr("State")}, {"may", say.tr("Rights")}}},
                    {"may_roles", site.may(visit, "roles.edit")}, {"may_tokens", site.may(visit, "tokens.edit")}};
  Response response = site.page(visit, "users", say.tr("Users"), "/users", std::move(data));
  if (!error.empty()) response.status = 422;
  return response;
}

Response users_change(Site& site, Visit& visit, const std::string& what) {
  const auto& say = visit.say;
  auto& accounts = site.app.accounts;
  if (!site.may(visit, "users.edit")) return site.denied(visit);
  const auto login = visit.form.get("login"), role = visit.form.get("role");
  const auto passwords = visit.form.all("password");
  const auto password = passwords.empty() ? std::string() : passwords.front();
  if (above_me(site, visit, login, what == "add" || what == "role" ? role : "")) return site.denied(visit);
  const bool self = login == visit.user().login;
  if (what == "add") {
    const auto added = accounts.add(login, visit.form.get("name"), role, password);
    if (!added) return users_page(site, visit, say.known(added.problem()));
    site.note(visit, "user.add", {{"login", login}, {"role", role}});
    return site.go("/users", Flash{"good", say.tr("{name} can log in now.", {{"name", added->name}})});
  }
  if (what == "role" || what == "disabled") {
    if (self) return users_page(site, visit, say.tr("You cannot change your own role or lock yourself out. Another owner can."));
    const bool disable = visit.form.get("disabled") == "yes";
    const auto done = what == "role" ? accounts.set_role(login, role) : accounts.set_disabled(login, disable);
    if (!done) return users_page(site, visit, say.known(done.problem()));
    if (what == "role") {
      site.note(visit, "user.role", {{"login", login}, {"role", role}});
      return site.go("/users", Flash{"good", say.tr("{login} is {role} now.", {{"login", login}, {"role", role_label(say, role)}})});
    }
    site.note(visit, disable ? "user.lock" : "user.unlock", {{"login", login}});
    return site.go("/users", Flash{"good", disable ? say.tr("{login} is locked and logged out everywhere.", {{"login", login}}) : say.tr("{login} can log in again.", {{"login", login}})});
  }
  if (what == "password") {
    const auto done = accounts.set_password(login, password);
    if (!done) return users_page(site, visit, say.known(done.problem()));
    site.note(visit, "user.password", {{"login", login}});
    return site.go("/users", Flash{"good", say.tr("The new password of {login} is set.", {{"login", login}})});
  }
  return site.not_found(visit);
}

}  // namespace shopadmin::web
