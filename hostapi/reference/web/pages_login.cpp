// Login and logout. Before there is a session, the form is bound to the browser by a cookie with the same random value (login CSRF).
#include "pages.hpp"

namespace shopadmin::web {
namespace {

std::string form_cookie(const Site& site) { return site.options().secure ? "__Host-login" : "login"; }

bool usable(const std::string& value) {
  return value.size() == 32 && value.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Response form(Site& site, Visit& visit, json::object data, int status) {
  auto value = cookie_value(visit.request.cookie, form_cookie(site));
  if (!usable(value)) value = random_hex(16);
  data["csrf"] = value;
  data["lang"] = visit.say.locale();
  json::array languages;
  const auto next = text_of(data, "next");
  for (const auto& name : site.texts->languages())
    languages.push_back(json::object{{"lang", name}, {"label", own_name(name)}, {"current", name == visit.say.locale()}, {"href", "/login?lang=" + name + (next == "/orders" ? "" : "&next=" + encode_component(next))}});
  data["languages"] = std::move(languages);
  Response response = site.bare(visit, "login", visit.say.tr("Log in"), std::move(data), status);
  response.headers.emplace_back("Set-Cookie", site.cookie(form_cookie(site), value));
  return response;
}

}  // namespace

Response login_page(Site& site, Visit& visit) {
  const auto next = safe_next(visit.query.get("next"));
  if (visit.session) return site.go(next);
  json::object data{{"next", next}, {"login", ""}, {"error", nullptr}, {"note", nullptr}};
  if (visit.query.get("ended") == "1")
    data["note"] = json::object{{"role", "wait"}, {"icon", "wait"}, {"text", visit.say.tr("Your session has ended. Log in and you go on where you were.")}};
  if (visit.query.get("out") == "1") data["note"] = json::object{{"role", "good"}, {"icon", "good"}, {"text", visit.say.tr("You are logged out.")}};
  return form(site, visit, std::move(data), 200);
}

Response login_submit(Site& site, Visit& visit) {
  const auto next = safe_next(visit.form.get("next"));
  const auto login = visit.form.get("login");
  const auto passwords = visit.form.all("password");
  const auto password = passwords.empty() ? std::string() : passwords.front();
  const auto fail = [&](const std::string& text, int status) {
    return form(site, visit, {{"next", next}, {"login", login.substr(0, 80)}, {"note", nullptr}, {"error", json::object{{"text", text}}}}, status);
  };
  const auto bound = cookie_value(visit.request.cookie, form_cookie(site));
  if (!usable(bound) || visit.form.get("csrf") != bound)
    return fail(visit.say.tr("This form is too old, or cookies are off. Nothing was done; try again now."), 403);
  if (login.empty() || password.empty()) return fail(visit.say.tr("Type your user name and your password."), 422);
  auto session = site.app.accounts.login(login, password, visit.request.peer, visit.token);
  if (!session) {
    const auto& problem = session.problem();
    if (problem.kind == Kind::denied) return fail(visit.say.tr("The user name or the password is wrong. Capital and small letters differ."), 403);
    return fail(visit.say.known(problem), problem.kind == Kind::limit ? 429 : 503);
  }
  Response response = site.go(next);
  response.headers.emplace_back("Set-Cookie", site.cookie(site.session_cookie_name(), session->token));
  response.headers.emplace_back("Set-Cookie", site.cookie(form_cookie(site), "", 0));
  return response;
}

Response logout(Site& site, Visit& visit) {
  site.app.accounts.logout(visit.token);
  Response response = site.go("/login?out=1");
  response.headers.emplace_back("Set-Cookie", site.cookie(site.session_cookie_name(), "", 0));
  return response;
}

}  // namespace shopadmin::web
