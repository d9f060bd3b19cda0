#include "site.hpp"

#include <chrono>
#include <set>

#include "../api/api.hpp"
#include "../log.hpp"
#include "../operate/metrics.hpp"
#include "http_multipart.hpp"
#include "monitor.hpp"
#include "pages.hpp"
#include "pages_packages.hpp"
#include "ticks.hpp"
#include "webhooks.hpp"

namespace shopadmin::web {
namespace {

constexpr const char* content_policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

// Flash messages travel in a cookie to the page that shows them; hex keeps every byte legal there.
std::string to_hex(const std::string& text) {
  static const char* digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(digits[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

std::optional<Flash> flash_from(const std::string& cookie) {
  if (cookie.size() < 4 || cookie.size() % 2 != 0 || cookie.size() > 3000) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < cookie.size(); i += 2) {
    const auto hex = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    const int high = hex(cookie[i]), low = hex(cookie[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    text.push_back(static_cast<char>(high * 16 + low));
  }
  if (!is_utf8(text)) return std::nullopt;
  const auto bar = text.find('|');
  const auto role = text.substr(0, bar);
  if (bar == std::string::npos || (role != "good" && role != "wait" && role != "stop")) return std::nullopt;
  return Flash{role, text.substr(bar + 1)};
}

// Where the page of a POST can be found again: after logging in, the browser goes there.
std::string page_behind(const Request& request) {
  if (request.method != "POST") return safe_next(request.target);
  const auto parts = segments(request.path);
  if (parts.size() >= 4 && parts[0] == "orders" && parts[2] == "plugin") return safe_next("/orders/" + encode_component(parts[1]) + "/plugin/" + encode_component(parts[3]));
  if (request.path == "/orders/ticked") return "/orders";
  if (parts.size() >= 2 && parts[0] == "orders") return safe_next("/orders/" + encode_component(parts[1]));
  if (parts.size() >= 3 && parts[0] == "plugin") return safe_next("/plugin/" + encode_component(parts[1]) + "/" + encode_component(parts[2]));
  if (!parts.empty()) return safe_next("/" + encode_component(parts[0]));
  return "/orders";
}

// /plugin/<id>/<page>/live
bool is_live(const Request& request) {
  if (request.method != "GET" || request.path.rfind("/plugin/", 0) != 0) return false;
  const auto parts = segments(request.path);
  return parts.size() == 4 && parts[3] == "live";
}

// Templates that plugins brought along in their own folder.
std::map<std::string, std::filesystem::path> templates_of(const Plugins& plugins) {
  std::map<std::string, std::filesystem::path> folders;
  std::error_code error;
  for (const auto* manifest : plugins.manifests()) {
    const auto folder = manifest->directory / "templates" / manifest->domain;
    if (std::filesystem::is_directory(folder, error)) folders[manifest->domain] = folder;
  }
  return folders;
}

bool is_form(const Request& request) { return request.content_type.rfind("application/x-www-form-urlencoded", 0) == 0; }

}  // namespace

json::object flash_box(const Flash& flash) { return {{"role", flash.role}, {"icon", icon_of(flash.role)}, {"text", flash.text}}; }

Site::Site(App& app_, SiteOptions options)
    : app(app_),
      texts([&] {
        std::vector<std::string> domains{"shopadmin"};
        std::vector<std::filesystem::path> brought;
        for (const auto* manifest : app_.plugins.manifests()) domains.push_back(manifest->domain), brought.push_back(manifest->directory / "locale");
        return std::make_shared<const CatalogueTexts>(options.locale, domains, options.time_zone, brought);
      }()),
      renderer(options.templates, [texts = texts](const auto& locale, const auto& domain, const auto& message) { return texts->translate(locale, domain, message); }, templates_of(app_.plugins)),
      assets(options.templates),
      options_(std::move(options)), api_(std::make_unique<api::Api>(*this, options_.api_rate)) {
  app.texts.use(texts_service(texts));
}

Site::~Site() = default;

Visit Site::visit_of(const Request& request, bool counts) {
  Visit visit{request, parse_query(request.target), {}, {}, {}, {}, random_hex(8), Say(*texts, "en"), {}, request.method == "POST"};
  visit.token = cookie_value(request.cookie, session_cookie_name());
  if (!visit.token.empty() && visit.token.size() <= 200)
    if (auto session = app.accounts.session(visit.token, counts)) visit.session = std::move(*session);
  std::string locale = texts->negotiate(request.accept_language), zone;
  if (!visit.session) {
    // Before the login the reader may choose; the form carries the choice on.
    const auto asked = (visit.post ? parse_form(request.body).value_or(Form()) : visit.query).get("lang");
    if (!asked.empty() && texts->supported(asked) == asked) locale = asked;
  } else {
    if (!visit.user().locale.empty()) locale = texts->supported(visit.user().locale);
    zone = visit.user().zone, visit.theme = visit.user().theme;
  }
  visit.say = Say(*texts, locale, zone);
  visit.flash = flash_from(cookie_value(request.cookie, "flash"));
  return visit;
}

void Site::note(const Visit& visit, const std::string& event, json::object details) {
  AuditEntry entry;
  entry.at_ms = app.clock->now_ms();
  entry.event = event;
  entry.details = std::move(details);
  app.audit.write(visit.caller(), std::move(entry));
}

// The first part of the address, if it is one of ours: figures must not grow with what strangers type.
static std::string area_of(const std::string& path) {
  static const std::set<std::string> known = {"login", "logout", "orders", "plugin", "settings", "plugins", "queue", "roles", "users", "audit", "account", "assets", "webhooks", "health", "ready", "api", "live"};
  const auto parts = segments(path);
  if (parts.empty()) return "orders";
  return known.count(parts.front()) ? parts.front() : "other";
}

Response Site::handle(const Request& request) {
  const auto begin = std::chrono::steady_clock::now();
  auto response = answer(request);
  const bool usual = request.method == "GET" || request.method == "HEAD" || request.method == "POST";
  metrics::count_request(area_of(request.path), usual ? request.method : "other", response.status, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  return response;
}

Response Site::answer(const Request& request) {
  if (request.path.rfind("/assets/", 0) == 0) return finish(assets.answer(request.path), request, false);
  if (is_webhook(request)) return webhook(app, request); /* no browser reads it, and it has no body: it needs none of the headers of pages */
  if (api::Api::meant(request.path)) return finish(api_->handle(request), request, false);
  if (request.path == "/health") return finish(health_answer(), request, false);
  if (request.path == "/ready") return finish(ready_answer(app), request, false);
  const bool live = is_live(request);
  Visit visit = visit_of(request, !live);
  try {
    return finish(route(visit), request, true);
  } catch (const TemplateError& error) {
    log_event(Level::error, "WEB_TEMPLATE", {{"path", request.path}, {"error", error.what()}});
  } catch (const std::exception& error) {
    log_event(Level::error, "WEB_FAILED", {{"path", request.path}, {"trace_id", visit.trace_id}, {"error", error.what()}});
  }
  const auto& say = visit.say;
  return finish(bare(visit, "message", say.tr("Something went wrong here"),
                     {{"title", say.tr("Something went wrong here")},
                      {"text", say.tr("The page could not be made. What was stored before stays stored; look at the order before you repeat anything.")},
                      {"detail", say.tr("The operator finds the cause in the log under {trace}.", {{"trace", visit.trace_id}})},
                      {"href", "/orders"},
                      {"label", say.tr("To the orders")}},
                     500),
                request, true);
}

Response Site::route(Visit& visit) {
  const auto& request = visit.request;
  const bool read = request.method == "GET" || request.method == "HEAD";
  if (!read && !visit.post) {
    Response response = bare(visit, "message", visit.say.tr("Not possible"),
                             {{"title", visit.say.tr("Not possible")}, {"text", visit.say.tr("This address answers only pages and forms.")}, {"href", "/orders"}, {"label", visit.say.tr("To the orders")}}, 405);
    response.headers.emplace_back("Allow", "GET, HEAD, POST");
    return response;
  }
  if (visit.post) {
    auto form = is_form(request) ? parse_form(request.body) : std::nullopt;
    if (request.path == package_upload_path)
      if (auto upload = parse_multipart(request.body, request.content_type)) form = std::move(upload->form);
    if (!form) return error(400);
    visit.form = std::move(*form);
    const auto host_at = request.origin.find("://");
    if (!request.origin.empty() && (host_at == std::string::npos || request.origin.substr(host_at + 3) != request.host)) return error(403);
  }
  if (request.path == "/login") return visit.post ? login_submit(*this, visit) : login_page(*this, visit);
  if (is_live(request)) {
    const auto parts = segments(request.path);
    return plugin_live(*this, visit, parts[1], parts[2]);
  }
  if (!visit.session) return ended(visit);
  if (visit.post && !Accounts::csrf_matches(*visit.session, visit.form.get("csrf"))) {
    return bare(visit, "message", visit.say.tr("Nothing was done"),
                {{"title", visit.say.tr("Nothing was done")}, {"text", visit.say.tr("This form was made in another session. Open the page again and repeat what you wanted to do.")},
                 {"href", page_behind(request)}, {"label", visit.say.tr("Open the page again")}}, 403);
  }
  const auto parts = segments(request.path);
  const auto at = [&](std::size_t i) { return i < parts.size() ? parts[i] : std::string(); };
  const auto n = parts.size();
  if (n == 0) return go("/orders");
  if (at(0) == "logout" && n == 1 && visit.post) return logout(*this, visit);
  if (at(0) == "orders") {
    if (n == 1 && read) return orders_page(*this, visit);
    if (n == 2 && at(1) == "ticked") return visit.post ? orders_ticked(*this, visit) : go("/orders");
    if (n == 2 && read) return order_page(*this, visit, at(1), "overview");
    if (n == 3 && at(2) == "act") return order_act(*this, visit, at(1));
    if (n == 3 && read) return order_page(*this, visit, at(1), at(2));
    if (n == 4 && at(2) == "plugin" && read) return plugin_tab(*this, visit, at(1), at(3));
    if (n == 6 && at(2) == "plugin" && at(5) == "plan") return plugin_action(*this, visit, at(1), at(3), at(4), false);
    if (n == 6 && at(2) == "plugin" && at(5) == "run" && visit.post) return plugin_action(*this, visit, at(1), at(3), at(4), true);
    if (n == 6 && at(2) == "plugin" && at(5) == "run") return go("/orders/" + encode_component(at(1)) + "/plugin/" + encode_component(at(3)));
  }
  if (at(0) == "plugin" && n == 3 && read) return plugin_page(*this, visit, at(1), at(2));
  if (at(0) == "plugin" && n == 4 && visit.post) return plugin_page_run(*this, visit, at(1), at(2), at(3));
  if (at(0) == "settings" && n <= 2) return settings_page(*this, visit, at(1));
  if (at(0) == "plugins" && n == 1 && read) return plugins_page(*this, visit);
  if (at(0) == "plugins" && n == 2 && at(1) == "package" && read) return package_page(*this, visit);
  if (at(0) == "plugins" && n == 2) return !visit.post ? go("/plugins") : at(1) == "upload" ? package_upload(*this, visit) : at(1) == "install" ? package_install(*this, visit) : package_act(*this, visit, at(1));
  if (at(0) == "queue" && n == 1 && read) return queue_page(*this, visit);
  if (at(0) == "queue" && n == 3 && at(2) == "now" && visit.post) return queue_retry(*this, visit, at(1));
  if (at(0) == "roles" && n == 1) return visit.post ? roles_change(*this, visit) : roles_page(*this, visit);
  if (at(0) == "users" && n == 1 && read) return users_page(*this, visit);
  if (at(0) == "users" && n == 2) return visit.post ? users_change(*this, visit, at(1)) : go("/users");
  if (at(0) == "tokens" && n == 1 && read) return tokens_page(*this, visit);
  if (at(0) == "tokens" && n == 2) return visit.post ? tokens_change(*this, visit, at(1)) : go("/tokens");
  if (at(0) == "audit" && n == 1 && read) return audit_page(*this, visit);
  if (at(0) == "audit" && n == 2 && at(1) == "verify") return visit.post ? audit_verify(*this, visit) : go("/audit");
  if (at(0) == "account" && n == 1 && read) return account_page(*this, visit);
  if (at(0) == "account" && n == 2) return visit.post ? account_change(*this, visit, at(1)) : go("/account");
  return not_found(visit);
}

// Nobody is logged in (any more). A page is found again after the login; of a POST we say that it had no effect.
Response Site::ended(Visit& visit) {
  const auto next = page_behind(visit.request);
  const auto& say = visit.say;
  if (visit.post) {
    return bare(visit, "message", say.tr("Nothing was done"),
                {{"title", say.tr("Nothing was done")}, {"text", say.tr("Your session has ended, so the form was not carried out. Log in and repeat what you wanted to do.")},
                 {"href", "/login?next=" + encode_component(next)}, {"label", say.tr("Log in")}}, 403);
  }
  std::string address = "/login";
  if (next != "/orders" || !visit.token.empty()) address += "?next=" + encode_component(next);
  if (!visit.token.empty()) address += "&ended=1";
  return go(address);
}

std::string Site::cookie(const std::string& name, const std::string& value, long max_age_s) const {
  std::string text = name + "=" + value + "; Path=/; HttpOnly; SameSite=Strict";
  if (max_age_s >= 0) text += "; Max-Age=" + std::to_string(max_age_s);
  if (options_.secure) text += "; Secure";
  return text;
}

Response Site::go(const std::string& address) const {
  Response response;
  response.status = 303;
  response.content_type.clear();
  response.headers.emplace_back("Location", address);
  return response;
}

Response Site::go(const std::string& address, const Flash& flash) const {
  Response response = go(address);
  std::string text = flash.text;
  if (text.size() > 1200) text = text.substr(0, text.find_last_of(' ', 1200)) + " …";
  response.headers.emplace_back("Set-Cookie", cookie("flash", to_hex(flash.role + "|" + text), 120));
  return response;
}

Response Site::finish(Response response, const Request& request, bool page) const {
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy", content_policy);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("X-Frame-Options", "DENY");
  headers.emplace_back("Referrer-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
  if (options_.secure) headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  if (page) {
    headers.emplace_back("Cache-Control", "no-store");
    headers.emplace_back("Vary", "Cookie, Accept-Language");
    const bool shown = response.status == 200 && request.method == "GET" && !cookie_value(request.cookie, "flash").empty();
    if (shown) headers.emplace_back("Set-Cookie", cookie("flash", "", 0));
  }
  return response;
}

Response Site::refused(int status, const Request& request) const {
  if (is_webhook(request)) return webhook_not_read(app, status, request);
  if (api::Api::meant(request.path)) return finish(api::Api::not_read(status), request, false);
  return error(status);
}

// Before or without a visit: the plainest page, in English, with the same headers.
Response Site::error(int status) const {
  static const std::map<int, std::pair<const char*, const char*>> texts_by_status = {
      {400, {"Bad request", "The request is not one a browser sends. Nothing was done. Go back and load the page again."}},
      {403, {"Not from here", "The form came from another site. Nothing was done."}},
      {413, {"Too large", "More than 1 MB was sent. Nothing was done. Send less at once."}},
      {431, {"Header too large", "The browser sent more than 16 KB of headers. Delete the cookies of this site and try again."}},
      {500, {"Something went wrong here", "The page could not be made. The operator finds the cause in the log."}},
      {503, {"Busy", "Too many requests wait at the moment. Nothing was done. Try again in a few seconds."}}};
  const auto found = texts_by_status.find(status);
  const auto& [title, text] = found == texts_by_status.end() ? texts_by_status.at(400) : found->second;
  Response response;
  response.status = status;
  response.body = std::string("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>") + title + "</title></head><body><main><h1>" + title + "</h1><p>" + text +
                  "</p><p><a href=\"/orders\">To the orders</a></p></main></body></html>\n";
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  return finish(std::move(response), Request{}, true);
}

}  // namespace shopadmin::web
