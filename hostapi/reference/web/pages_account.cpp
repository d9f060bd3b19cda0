// The reader's own account: language, time zone, colours, password.
#include <algorithm>

#include "pages.hpp"

namespace shopadmin::web {

Response account_page(Site& site, Visit& visit, const std::string& error) {
  const auto& say = visit.say;
  json::array languages{json::object{{"value", ""}, {"label", say.tr("as the browser asks")}, {"selected", visit.user().locale.empty()}}};
  for (const auto& name : site.texts->languages()) languages.push_back(json::object{{"value", name}, {"label", own_name(name)}, {"selected", visit.user().locale == name}});
  const auto& zones = site.texts->zones();
  json::array choices;
  for (const auto& name : zones.names()) choices.push_back(json::object{{"name", name}, {"selected", visit.user().zone == name}});
  const auto theme = [&](const std::string& value, const std::string& label) { return json::object{{"value", value}, {"label", label}, {"selected", visit.theme == value}}; };
  auto system = theme("system", say.tr("As the system"));
  system["selected"] = visit.theme.empty();
  json::object data{{"account", json::object{{"name", visit.user().name}, {"login", visit.user().login}, {"role", role_label(say, visit.user().role)}}},
                    {"languages", std::move(languages)}, {"zones", std::move(choices)}, {"shop_zone", say.tr("as the shop: {zone}", {{"zone", zones.shop_zone()}})}, {"now", say.time(site.app.clock->now_ms())},
                    {"themes", json::array{system, theme("light", say.tr("Light")), theme("dark", say.tr("Dark"))}}, {"error", error}};
  Response response = site.page(visit, "account", say.tr("Your account"), "/account", std::move(data));
  if (!error.empty()) response.status = 422;
  return response;
}

Response account_change(Site& site, Visit& visit, const std::string& what) {
  auto& accounts = site.app.accounts;
  if (what == "look") {
    const auto locale = visit.form.get("locale"), zone = visit.form.get("zone"), theme = visit.form.get("theme");
    const auto known = site.texts->languages();
    if (!locale.empty() && std::find(known.begin(), known.end(), locale) == known.end()) return account_page(site, visit, visit.say.tr("This language is not there."));
    if (!zone.empty() && !site.texts->zones().known(zone)) return account_page(site, visit, visit.say.tr("This time zone is not there."));
    if (auto set = accounts.set_look(visit.user().id, locale, zone, theme == "system" ? "" : theme); !set) return account_page(site, visit, visit.say.known(set.problem()));
    const Say say(*site.texts, locale.empty() ? site.texts->negotiate(visit.request.accept_language) : locale, zone);
    return site.go("/account", Flash{"good", say.tr("Saved.")});
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
  site.note(visit, "user.password", {{"login", visit.user().login}});
  return with_cookie(site.go("/account", Flash{"good", say.tr("The new password is set. Other browsers are logged out.")}), again->token);
}

}  // namespace shopadmin::web
