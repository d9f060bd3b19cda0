// Users (for owners and administrators) and the reader's own account.
#include "pages.hpp"

namespace shopadmin::web {
namespace {

std::string role_label(const Say& say, const std::string& role) {
  if (role == "owner") return say.tr("owner");
  if (role == "administrator") return say.tr("administrator");
  return say.tr("staff");
}

json::array roles(const Say& say, const Visit& visit, const std::string& chosen) {
  json::array list;
  for (const auto* role : {"staff", "administrator", "owner"}) {
    if (std::string(role) == "owner" && visit.user().role != "owner" && chosen != "owner") continue;  // only an owner makes owners
    list.push_back(json::object{{"value", role}, {"label", role_label(say, role)}, {"selected", chosen == role}});
  }
  return list;
}

json::object user_row(const Visit& visit, const User& user) {
  const auto& say = visit.say;
  return {{"name", user.name}, {"login", user.login}, {"disabled", user.disabled}, {"last", user.last_login_ms > 0 ? say.time(user.last_login_ms) : say.tr("never")},
          {"you", user.id == visit.user().id ? say.tr("this is you") : ""}, {"role_label", role_label(say, user.role)}, {"roles", roles(say, visit, user.role)},
          {"role_of", say.tr("Role of {name}", {{"name", user.name}})},
          {"state", json::object{{"role", user.disabled ? "neutral" : "good"}, {"icon", user.disabled ? "lock" : "good"}, {"label", user.disabled ? say.tr("Locked") : say.tr("Active")}}},
          {"set_to", user.disabled ? "no" : "yes"}, {"toggle", user.disabled ? say.tr("Unlock") : say.tr("Lock")},
          {"toggle_label", user.disabled ? say.tr("Unlock {name}", {{"name", user.name}}) : say.tr("Lock {name}", {{"name", user.name}})}};
}

// What an administrator may not do to an owner.
bool above_me(Site& site, const Visit& visit, const std::string& login, const std::string& new_role) {
  if (visit.user().role == "owner") return false;
  const auto user = site.app.accounts.find(login);
  return new_role == "owner" || (user && user->role == "owner");
}

void note_in_audit(Site& site, const Visit& visit, const std::string& event, json::object details) {
  AuditEntry entry;
  entry.at_ms = site.app.clock->now_ms();
  entry.event = event;
  entry.details = std::move(details);
  site.app.audit.write(visit.caller(), std::move(entry));
}

}  // namespace

Response users_page(Site& site, Visit& visit, const std::string& error) {
  const auto& say = visit.say;
  if (!site.may(visit, "users.edit")) return site.denied(visit);
  json::array rows;
  for (const auto& user : site.app.accounts.list()) rows.push_back(user_row(visit, user));
  const auto role = visit.form.get("role");
  json::object data{{"rows", std::move(rows)}, {"error", error},
                    {"new", json::object{{"login", visit.form.get("name").empty() ? "" : visit.form.get("login")}, {"name", visit.form.get("name")}, {"roles", roles(say, visit, role.empty() ? "staff" : role)}}},
                    {"labels", json::object{{"name", say.tr("Name")}, {"last", say.tr("Last login")}, {"role", say.tr("Role")}, {"state", say.tr("State")}}}};
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
    note_in_audit(site, visit, "user.add", {{"login", login}, {"role", role}});
    return site.go("/users", Flash{"good", say.tr("{name} can log in now.", {{"name", added->name}})});
  }
  if (what == "role" || what == "disabled") {
    if (self) return users_page(site, visit, say.tr("You cannot change your own role or lock yourself out. Another owner can."));
    const bool disable = visit.form.get("disabled") == "yes";
    const auto done = what == "role" ? accounts.set_role(login, role) : accounts.set_disabled(login, disable);
    if (!done) return users_page(site, visit, say.known(done.problem()));
    if (what == "role") {
      note_in_audit(site, visit, "user.role", {{"login", login}, {"role", role}});
      return site.go("/users", Flash{"good", say.tr("{login} is {role} now.", {{"login", login}, {"role", role_label(say, role)}})});
    }
    note_in_audit(site, visit, disable ? "user.lock" : "user.unlock", {{"login", login}});
    return site.go("/users", Flash{"good", disable ? say.tr("{login} is locked and logged out everywhere.", {{"login", login}}) : say.tr("{login} can log in again.", {{"login", login}})});
  }
  if (what == "password") {
    const auto done = accounts.set_password(login, password);
    if (!done) return users_page(site, visit, say.known(done.problem()));
    note_in_audit(site, visit, "user.password", {{"login", login}});
    return site.go("/users", Flash{"good", say.tr("The new password of {login} is set.", {{"login", login}})});
  }
  return site.not_found(visit);
}

Response account_page(Site& site, Visit& visit, const std::string& error) {
  const auto& say = visit.say;
  json::array languages{json::object{{"value", ""}, {"label", say.tr("as the browser asks")}, {"selected", visit.user().locale.empty()}}};
  static const std::map<std::string, std::string> own_names = {{"en", "English"}, {"de", "Deutsch"}, {"fr", "Français"}, {"it", "Italiano"}, {"es", "Español"}, {"ja", "日本語"}};
  for (const auto& name : site.texts->languages()) {
    const auto own = own_names.find(name);
    languages.push_back(json::object{{"value", name}, {"label", own == own_names.end() ? name : own->second}, {"selected", visit.user().locale == name}});
  }
  const auto theme = [&](const std::string& value, const std::string& label) { return json::object{{"value", value}, {"label", label}, {"selected", visit.theme == value}}; };
  auto system = theme("system", say.tr("As the system"));
  system["selected"] = visit.theme.empty();
  json::object data{{"account", json::object{{"name", visit.user().name}, {"login", visit.user().login}, {"role", role_label(say, visit.user().role)}}},
                    {"languages", std::move(languages)}, {"themes", json::array{system, theme("light", say.tr("Light")), theme("dark", say.tr("Dark"))}}, {"error", error}};
  Response response = site.page(visit, "account", say.tr("Your account"), "/account", std::move(data));
  if (!error.empty()) response.status = 422;
  return response;
}

Response account_change(Site& site, Visit& visit, const std::string& what) {
  auto& accounts = site.app.accounts;
  if (what == "look") {
    const auto locale = visit.form.get("locale");
    const auto known = site.texts->languages();
    if (!locale.empty() && std::find(known.begin(), known.end(), locale) == known.end()) return account_page(site, visit, visit.say.tr("This language is not there."));
    if (auto set = accounts.set_locale(visit.user().id, locale); !set) return account_page(site, visit, visit.say.known(set.problem()));
    const Say say(*site.texts, locale.empty() ? site.texts->negotiate(visit.request.accept_language) : locale);
    const auto theme = visit.form.get("theme");
    const bool fixed = theme == "light" || theme == "dark";
    Response response = site.go("/account", Flash{"good", say.tr("Saved.")});
    response.headers.emplace_back("Set-Cookie", site.cookie("theme", fixed ? theme : "", fixed ? 31536000 : 0));
    return response;
  }
  if (what != "password") return site.not_found(visit);
  const auto& say = visit.say;
  const auto raw = [&](const char* name) {
    const auto values = visit.form.all(name);
    return values.empty() ? std::string() : values.front();
  };
  if (raw("new") != raw("again")) return account_page(site, visit, say.tr("The two new passwords differ. Nothing was changed."));
  // Checking the old password is a login: it is throttled like one and gives this browser a new session.
  auto check = accounts.login(visit.user().login, raw("old"), visit.request.peer, visit.token);
  if (!check) return account_page(site, visit, check.kind() == Kind::denied ? say.tr("The password now is wrong. Nothing was changed.") : say.known(check.problem()));
  const auto with_cookie = [&](Response response, const std::string& token) {
    response.headers.emplace_back("Set-Cookie", site.cookie(site.session_cookie_name(), token));
    return response;
  };
  visit.session = *check;
  visit.token = check->token;
  if (auto set = accounts.set_password(visit.user().login, raw("new")); !set) return with_cookie(account_page(site, visit, say.known(set.problem())), check->token);
  auto again = accounts.login(visit.user().login, raw("new"), visit.request.peer);
  if (!again) return site.go("/login");
  note_in_audit(site, visit, "user.password", {{"login", visit.user().login}});
  return with_cookie(site.go("/account", Flash{"good", say.tr("The new password is set. Other browsers are logged out.")}), again->token);
}

}  // namespace shopadmin::web
