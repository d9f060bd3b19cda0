// The site: sends a request to its page and wraps what comes back in the shell (menu, head, flash). Everything about safety that all pages share is here:
// who is logged in, the CSRF field of every POST, the security headers, the answer when a session ended.
// Used by server.cpp; pages are functions `Response page(Site&, Visit&, …)` declared in pages.hpp. Any thread: a Site has no state that changes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "../app.hpp"
#include "assets.hpp"
#include "renderer.hpp"
#include "visit.hpp"

namespace shopadmin::api {
class Api;
}

namespace shopadmin::web {

struct SiteOptions {
  std::filesystem::path templates;
  std::filesystem::path locale;
  std::string shop_name = "shopadmin";
  std::string time_zone;  // of the shop; empty: the machine's
  int api_rate = 600;   // requests a minute of one token
  bool secure = false;  // the browser talks TLS to us or to a proxy before us
};

class Site {
 public:
  Site(App& app, SiteOptions options);
  ~Site();

  Response handle(const Request& request);
  Response error(int status) const;  // for requests that never became one: 400, 413, 431, 500, 503
  Response refused(int status, const Request& request) const;  // the same, with what was read of the request; those to webhooks are logged

  // A page inside the shell. `current` is the menu entry's address.
  Response page(Visit& visit, const std::string& name, const std::string& title, const std::string& current, json::object data, const Slots& slots = {},
                json::object host_names = {});
  // A piece of a page: the template without the frame.
  std::string part(Visit& visit, const std::string& name, const json::object& data, const Slots& slots, const json::object& more_names);
  // A page of its own (login, messages).
  Response bare(Visit& visit, const std::string& name, const std::string& title, json::object data, int status = 200);
  // A problem inside the shell: what was wrong and where to go on.
  Response problem(Visit& visit, int status, const std::string& title, const std::string& text, const std::string& href, const std::string& label);
  Response problem(Visit& visit, const Problem& problem, const std::string& href, const std::string& label);
  Response not_found(Visit& visit);
  Response denied(Visit& visit);

  // 303, with the message the next page shows.
  Response go(const std::string& address) const;
  Response go(const std::string& address, const Flash& flash) const;

  bool may(const Visit& visit, const std::string& permission) const { return app.accounts.may(visit.user().role, permission); }
  void note(const Visit& visit, const std::string& event, json::object details);  // into the audit: what the reader did to users and rights
  std::string origin(const Request& request) const { return (options_.secure ? "https://" : "http://") + request.host; }  // as the reader sees this shop
  std::string session_cookie_name() const { return options_.secure ? "__Host-shopadmin" : "shopadmin"; }
  std::string cookie(const std::string& name, const std::string& value, long max_age_s = -1) const;
  const SiteOptions& options() const { return options_; }

  App& app;
  const std::shared_ptr<const CatalogueTexts> texts;
  const Renderer renderer;
  const Assets assets;

  // Who asks, in which language. `counts`: the request is the reader's own act and keeps the session alive. The visit refers to the request.
  Visit visit_of(const Request& request, bool counts = true);

 private:
  Response answer(const Request& request);
  Response route(Visit& visit);
  Response ended(Visit& visit);
  Response finish(Response response, const Request& request, bool page) const;
  json::object host_names(Visit& visit, const std::string& title, const std::string& current);
  json::array menu(Visit& visit, const std::string& current, json::value& inbox);

  SiteOptions options_;
  std::unique_ptr<api::Api> api_;  // what other systems ask, under /api
};

// What a flash or a plugin's answer means, as a box: {"role","icon","text"}.
json::object flash_box(const Flash& flash);

// A Texts for app.texts, so that plugins speak the reader's language too.
std::shared_ptr<const Texts> texts_service(std::shared_ptr<const CatalogueTexts> texts);

}  // namespace shopadmin::web
