// API tokens: which other systems act for whom, and how far. A new token is shown once, on the page that answers its form, and never again.
#include "pages.hpp"

namespace shopadmin::web {
namespace {

struct Scope {
  std::string id, label;
};

// What can be ticked: the host's own, and reading for each plugin that is loaded.
std::vector<Scope> scopes_of(const Site& site, const Say& say) {
  std::vector<Scope> scopes{{"orders:read", say.tr("Read orders, with names and addresses")}};
  for (const auto* manifest : site.app.plugins.manifests()) scopes.push_back({manifest->domain + ":read", say.tr("Read what {plugin} shows", {{"plugin", say.in_domain(manifest->domain, manifest->name)}})});
  scopes.push_back({"plans:write", say.tr("Make plans: what an act would do")});
  scopes.push_back({"acts:write", say.tr("Carry out plans: money moves")});
  return scopes;
}

json::object token_row(const Visit& visit, const ApiToken& token, std::int64_t now_ms) {
  const auto& say = visit.say;
  json::array scopes;
  for (const auto& scope : token.scopes) scopes.push_back(json::value(scope));
  const bool active = token.active(now_ms);
  return {{"id", token.id}, {"name", token.name}, {"prefix", token.prefix + "…"}, {"user", token.user.name}, {"role", role_label(say, token.user.role)}, {"scopes", std::move(scopes)},
          {"until", token.expires_ms == 0 ? say.tr("without an end") : say.date(token.expires_ms)}, {"used", token.last_used_ms == 0 ? say.tr("never") : say.time(token.last_used_ms)},
          {"active", active}, {"revoke", say.tr("Revoke {name}", {{"name", token.name}})},
          {"state", json::object{{"role", active ? "good" : "neutral"}, {"icon", active ? "good" : "lock"}, {"label", active ? say.tr("Active") : token.revoked_ms != 0 ? say.tr("Revoked") : say.tr("Ended")}}}};
}

json::array choices(const Site& site, const Visit& visit) {
  const auto ticked = visit.form.all("scope");
  json::array list;
  for (const auto& scope : scopes_of(site, visit.say))
    list.push_back(json::object{{"id", scope.id}, {"label", scope.label}, {"checked", std::find(ticked.begin(), ticked.end(), scope.id) != ticked.end()}});
  return list;
}

Response show(Site& site, Visit& visit, const std::string& error, const std::string& secret) {
  const auto& say = visit.say;
  const auto now_ms = site.app.clock->now_ms();
  json::array rows, people;
  for (const auto& token : site.app.tokens.list()) rows.push_back(token_row(visit, token, now_ms));
  const auto chosen = visit.form.get("login");
  for (const auto& user : site.app.accounts.list())
    if (!user.disabled) people.push_back(json::object{{"login", user.login}, {"label", user.name + " (" + role_label(say, user.role) + ")"}, {"selected", user.login == chosen}});
  const bool any = !rows.empty();
  json::object data{{"rows", std::move(rows)}, {"any", any}, {"error", error}, {"secret", secret}, {"people", std::move(people)}, {"scopes", choices(site, visit)},
                    {"name", secret.empty() ? visit.form.get("name") : ""}, {"days", visit.form.get("days").empty() ? "365" : visit.form.get("days")},
                    {"labels", json::object{{"name", say.tr("Name")}, {"user", say.tr("Acts as")}, {"may", say.tr("Rights")}, {"until", say.tr("Valid until")}, {"used", say.tr("Last used")}, {"state", say.tr("State")}}}};
  auto response = site.page(visit, "tokens", say.tr("API tokens"), "/users", std::move(data));
  if (!error.empty()) response.status = 422;
  return response;
}

json::object details_of(const ApiToken& token) {
  std::string scopes;
  for (const auto& scope : token.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  return {{"name", token.name}, {"prefix", token.prefix}, {"login", token.user.login}, {"scopes", scopes}};
}

// Nobody makes a token that may more than himself.
bool above_me(Site& site, const Visit& visit, const std::string& login) {
  const auto rank = [](const std::string& role) { return role == "owner" ? 2 : role == "administrator" ? 1 : 0; };
  const auto user = site.app.accounts.find(login);
  return user && rank(user->role) > rank(visit.user().role);
}

std::int64_t days_of(const std::string& text) {
  const bool number = !text.empty() && text.size() <= 4 && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::stoll(text) : -1;
}

}  // namespace

Response tokens_page(Site& site, Visit& visit) {
  if (!site.may(visit, "tokens.edit")) return site.denied(visit);
  return show(site, visit, "", "");
}

Response tokens_change(Site& site, Visit& visit, const std::string& what) {
  const auto& say = visit.say;
  if (!site.may(visit, "tokens.edit")) return site.denied(visit);
  if (what == "create") {
    if (above_me(site, visit, visit.form.get("login"))) return site.denied(visit);
    const auto scopes = visit.form.all("scope");
    const auto made = site.app.tokens.make(visit.form.get("login"), visit.form.get("name"), {scopes.begin(), scopes.end()}, days_of(visit.form.get("days")), visit.user().name);
    if (!made) return show(site, visit, say.known(made.problem()), "");
    site.note(visit, "token.create", details_of(made->token));
    return show(site, visit, "", made->secret);
  }
  if (what == "revoke") {
    const auto token = site.app.tokens.revoke(visit.form.get("id"));
    if (!token) return show(site, visit, say.known(token.problem()), "");
    site.note(visit, "token.revoke", details_of(*token));
    return site.go("/tokens", Flash{"good", say.tr("{name} is revoked and refused from now on.", {{"name", token->name}})});
  }
  return site.not_found(visit);
}

}  // namespace shopadmin::web
