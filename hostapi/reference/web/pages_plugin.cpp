// A plugin's tab on an order, its actions (plan as a sheet beside the tab, then run), and its own menu pages.
#include <algorithm>

#include "../log.hpp"
#include "download.hpp"
#include "live_part.hpp"
#include "order_view.hpp"
#include "order_words.hpp"
#include "pages.hpp"
#include "plugin_view.hpp"

namespace shopadmin::web {
namespace {

// A form as a document: values as texts; a name that came several times as a list.
json::object form_document(const Form& form) {
  json::object document;
  for (const auto& [name, value] : form.items()) {
    if (name == "csrf" || name.empty() || name.size() > 100) continue;
    auto* present = document.if_contains(name);
    if (!present) {
      document[name] = value;
    } else if (present->is_array()) {
      present->get_array().emplace_back(value);
    } else {
      *present = json::array{*present, json::value(value)};
    }
  }
  return document;
}

Response unknown_plugin(Site& site, Visit& visit, const std::string& href) {
  return site.problem(visit, 404, visit.say.tr("This plugin is not loaded"), visit.say.tr("It was removed or could not be loaded. An administrator finds the reason under Plugins."), href, visit.say.tr("Back"));
}

// What stands beside the tab, and what the tab is told about it.
struct Aside {
  const Document* sheet = nullptr;
  json::value refused;  // in place of a sheet: why there is none
  json::object request; // of the tab's view
  int status = 200;
};

void put_tab(json::object& data, Slots& slots, Site& site, const Visit& visit, const Manifest& manifest, Result<Document> view, Aside& aside) {
  data["has_aside"] = aside.sheet != nullptr || !aside.refused.is_null();
  data["sheet"] = data["view"] = data["problem"] = nullptr;
  data["refused"] = std::move(aside.refused);
  if (view) view = checked_view(site, manifest, std::move(*view));
  if (view) {
    put_view(data, slots, "view", manifest, std::move(*view));
  } else {
    data["problem"] = tab_problem(visit.say, manifest, view.problem());
  }
  if (aside.sheet) put_view(data, slots, "sheet", manifest, *aside.sheet);
}

std::string tab_title(const Say& say, const Manifest& manifest) { return say.in_domain(manifest.domain, manifest.tab_label.empty() ? manifest.name : manifest.tab_label); }

Response tab_page(Site& site, Visit& visit, const Order& order, const Manifest& manifest, Aside aside) {
  auto view = site.app.plugins.order_view(visit.caller(), manifest.id, "tab", order.id, aside.request);
  if (view)
    if (auto file = download_of(*view); file && *file) return std::move(**file);
  json::object data{{"order", order_head(site, visit, order, "plugin:" + manifest.id)}};
  Slots slots;
  put_tab(data, slots, site, visit, manifest, std::move(view), aside);
  Response response = site.page(visit, "order_plugin", visit.say.tr("Order {number}, {tab}", {{"number", order.number}, {"tab", tab_title(visit.say, manifest)}}), "/orders", std::move(data), slots,
                                plugin_names(site, visit, order, manifest.id));
  response.status = aside.status;
  return response;
}

// The record a plugin keeps of a deleted order: its panel and its tab on one page, without the shop's own tabs.
Response record_page(Site& site, Visit& visit, const std::string& order_id, const Manifest& manifest, Aside aside) {
  const auto& say = visit.say;
  auto view = site.app.plugins.order_view(visit.caller(), manifest.id, "tab", order_id, aside.request);
  if (view)
    if (auto file = download_of(*view); file && *file) return std::move(**file);
  auto panel = site.app.plugins.order_view(visit.caller(), manifest.id, "panel", order_id);
  if (panel) panel = checked_view(site, manifest, std::move(*panel));
  if (!panel) {
    if (panel.problem().kind != Kind::not_found) return site.problem(visit, panel.problem(), "/orders", say.tr("To the orders"));
    return site.problem(visit, 404, say.tr("This order is not there"), say.tr("No order has this address. It was deleted, or the address is not complete."), "/orders", say.tr("To the orders"));
  }
  const auto number = text_of(object_of(panel->get_object(), "data"), "order_number", order_id);
  json::object data{{"number", number}};
  Slots slots;
  put_view(data, slots, "panel", manifest, *panel);
  put_tab(data, slots, site, visit, manifest, std::move(view), aside);
  const auto base = order_address(order_id);
  Response response = site.page(visit, "order_record", say.tr("Deleted order {number}, {tab}", {{"number", number}, {"tab", tab_title(say, manifest)}}), "/orders", std::move(data), slots,
                                {{"order_url", base}, {"action_url", base + "/plugin/" + encode_component(manifest.id)}, {"cancel_url", ""}});
  response.status = aside.status;
  return response;
}

json::object refusal(const Say& say, const Problem& problem, const std::string& back) {
  json::object box{{"role", "stop"}, {"icon", "stop"}, {"title", say.tr("Not possible")}, {"text", problem_text(say, problem)}, {"back", back}, {"label", say.tr("Back to the payment")}};
  switch (problem.kind) {
    case Kind::conflict:
      box["role"] = "wait", box["icon"] = "wait", box["title"] = say.tr("Someone else was faster");
      if (problem.message.empty()) box["text"] = say.tr("The payment changed while you looked at it. Nothing was done. Look at it again and decide anew.");
      break;
    case Kind::uncertain:
      box["role"] = "wait", box["icon"] = "unknown", box["title"] = say.tr("Not certain yet");
      if (problem.message.empty()) box["text"] = say.tr("The answer did not arrive. It is looked up in the background; nothing is sent twice. Do not repeat it by hand.");
      break;
    case Kind::unavailable:
      box["role"] = "wait", box["icon"] = "plug", box["title"] = say.tr("Not possible at the moment");
      if (problem.message.empty()) box["text"] = say.tr("The payment service does not answer. Nothing was done. Try again later.");
      break;
    case Kind::denied:
      box["icon"] = "lock", box["title"] = say.tr("Your role may not do this");
      if (problem.message.empty()) box["text"] = say.tr("Ask an administrator for the right.");
      break;
    case Kind::refused: break;
    default:
      if (problem.message.empty()) box["text"] = say.tr("The plugin gave no usable answer. Nothing is known to have happened; look at the payment before you repeat it.");
  }
  return box;
}

int status_of(const Problem& problem) {
  switch (problem.kind) {
    case Kind::denied: return 403;
    case Kind::not_found: return 404;
    case Kind::conflict: return 409;
    case Kind::unavailable:
    case Kind::uncertain: return 503;
    case Kind::refused:
    case Kind::invalid: return 422;
    default: return 500;
  }
}

Flash flash_of(const Say& say, const Document& result) {
  const auto* object = result.if_object();
  auto level = object ? text_of(*object, "level", "good") : "good";
  if (level != "good" && level != "wait" && level != "stop") level = "wait";
  const auto text = object ? text_of(*object, "message") : std::string();
  return {level, text.empty() ? say.tr("Done.") : text};
}

}  // namespace

namespace {
Response show(Site& site, Visit& visit, const std::string& order_id, const Manifest& manifest, Aside aside) {
  const auto order = site.app.orders.get(order_id);
  if (order) return tab_page(site, visit, *order, manifest, std::move(aside));
  if (order.kind() == Kind::not_found) return record_page(site, visit, order_id, manifest, std::move(aside));
  return site.problem(visit, order.problem(), "/orders", visit.say.tr("To the orders"));
}
}  // namespace

Response plugin_tab(Site& site, Visit& visit, const std::string& order_id, const std::string& plugin_id) {
  if (!site.may(visit, "orders.view")) return site.denied(visit);
  const auto* manifest = site.app.plugins.manifest(plugin_id);
  if (!manifest) return unknown_plugin(site, visit, order_address(order_id));
  Aside nothing;
  nothing.request = form_document(visit.query);
  return show(site, visit, order_id, *manifest, std::move(nothing));
}

Response plugin_action(Site& site, Visit& visit, const std::string& order_id, const std::string& plugin_id, const std::string& action, bool run) {
  const auto& say = visit.say;
  if (!site.may(visit, "orders.view")) return site.denied(visit);
  const auto* manifest = site.app.plugins.manifest(plugin_id);
  if (!manifest) return unknown_plugin(site, visit, order_address(order_id));
  const auto back = order_address(order_id) + "/plugin/" + encode_component(plugin_id);
  const auto form = form_document(visit.post ? visit.form : visit.query);
  const auto plan = [&] {
    auto sheet = site.app.plugins.action_plan(visit.caller(), plugin_id, order_id, action, form);
    return sheet ? checked_view(site, *manifest, std::move(*sheet)) : sheet;
  };
  auto answer = run ? site.app.plugins.action_run(visit.caller(), plugin_id, order_id, action, form) : plan();
  if (answer && run) return site.go(back, flash_of(say, *answer));
  Aside aside;
  if (answer) return aside.sheet = &*answer, show(site, visit, order_id, *manifest, std::move(aside));
  const auto problem = answer.problem();
  aside.refused = refusal(say, problem, back);
  aside.status = status_of(problem);
  aside.request = {{"form", form}, {"refused", json::object{{"action", action}, {"message", aside.refused.at("text")}}}};
  // What the sheet was decided on is not so any more: the same wish is planned anew, on what is there now, and a person decides again.
  if (run && problem.kind == Kind::conflict) {
    answer = plan();
    if (answer) {
      answer->get_object()["data"].get_object()["error"] = aside.refused.at("text");
      aside.sheet = &*answer, aside.refused = nullptr, aside.request = {};
    } else if (answer.problem().kind == Kind::refused) {
      aside.refused.get_object()["more"] = problem_text(say, answer.problem());
      aside.request.at("refused").get_object()["message"] = problem_text(say, answer.problem());
    }
  }
  return show(site, visit, order_id, *manifest, std::move(aside));
}

namespace {
/* Where others reach the plugin's first webhook, as this reader reaches the shop. */
std::string webhook_url(Site& site, const Visit& visit, const std::string& plugin_id) {
  for (const auto& webhook : site.app.plugins.webhook_paths())
    if (webhook.plugin_id == plugin_id) return site.origin(visit.request) + webhook.path;
  return {};
}
}  // namespace

namespace {
std::string page_address(const std::string& plugin_id, const std::string& page) { return "/plugin/" + encode_component(plugin_id) + "/" + encode_component(page); }

/* Where the plugin wants its reader next: a query of the same page, nothing else. */
std::string go_on(const Manifest& manifest, const std::string& page, const Document& result) {
  const auto here = page_address(manifest.id, page);
  const auto* object = result.if_object();
  const auto query = object ? text_of(*object, "go") : std::string();
  if (query.empty()) return here;
  const bool plain = query[0] == '?' && query.size() <= 1000 && std::all_of(query.begin(), query.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '#' && c != '\\'; });
  if (plain) return here + query;
  log_event(Level::error, "WEB_GO_REFUSED", {{"plugin_id", manifest.id}, {"page", page}});
  return here;
}

/* After a refusal the reader is where the form stood: the same page with the query it had. */
std::string come_from(const Visit& visit, const std::string& here) {
  for (const auto& [name, value] : visit.request.headers) {
    if (name != "referer") continue;
    const auto scheme = value.find("://");
    const auto path = scheme == std::string::npos ? std::string::npos : value.find('/', scheme + 3);
    if (path == std::string::npos || value.substr(scheme + 3, path - scheme - 3) != visit.request.host) break;
    const auto target = value.substr(path, value.find('#') - path);
    if (target.rfind(here + "?", 0) == 0 && safe_next(target) == target) return target;
  }
  return here;
}
}  // namespace

Response run_page(Site& site, Visit& visit, const Manifest& manifest, const std::string& page, const std::string& action, const json::object& form, const std::string& back) {
  const auto result = site.app.plugins.page_run(visit.caller(), manifest.id, page, action, form);
  if (result) return site.go(go_on(manifest, page, *result), flash_of(visit.say, *result));
  const auto box = refusal(visit.say, result.problem(), "");
  return site.go(back, Flash{text_of(box, "role"), text_of(box, "title") + ": " + text_of(box, "text")});
}

namespace {
/* A page's view bound to the slot `view` of data, or the file it answered, or why there is none. */
struct PageMade {
  json::object data{{"view", nullptr}};
  Slots slots;
  std::optional<Response> file;
  std::optional<Problem> problem;
  std::string lead;
  bool charts = false;
  json::value head; /* what stands beside the title, or null */
};

PageMade make_page(Site& site, Visit& visit, const Manifest& manifest, const std::string& page) {
  PageMade made;
  auto request = form_document(visit.query);
  request["webhook_url"] = webhook_url(site, visit, manifest.id);
  auto view = site.app.plugins.page_view(visit.caller(), manifest.id, page, request);
  if (view) {
    auto file = download_of(*view);
    if (file && *file) {
      made.file = std::move(**file);
      return made;
    }
    view = file ? checked_view(site, manifest, std::move(*view)) : Result<Document>(file.problem());
  }
  if (!view) {
    made.problem = view.problem();
    return made;
  }
  made.charts = flag_of(view->get_object(), "charts");
  put_view(made.data, made.slots, "view", manifest, std::move(*view));
  const auto& shown = object_of(made.data, "view");
  made.lead = text_of(shown, "lead");
  if (const auto* head = shown.if_contains("head"); head && head->is_object()) made.head = *head;
  return made;
}

json::object page_names(Site& site, const Visit& visit, const std::string& plugin_id, const std::string& page) {
  return {{"page_url", page_address(plugin_id, page)}, {"webhook_url", webhook_url(site, visit, plugin_id)}};
}
}  // namespace

Response plugin_page(Site& site, Visit& visit, const std::string& plugin_id, const std::string& page) {
  const auto& say = visit.say;
  const auto* manifest = site.app.plugins.manifest(plugin_id);
  const auto* declared = manifest ? manifest->page(page) : nullptr;
  if (!declared) return unknown_plugin(site, visit, "/orders");
  if (!declared->permission.empty() && !site.may(visit, declared->permission)) return site.denied(visit);
  auto made = make_page(site, visit, *manifest, page);
  if (made.file) return std::move(*made.file);
  const auto label = say.in_domain(manifest->domain, declared->label);
  made.data["title"] = label, made.data["lead"] = made.lead, made.data["head"] = made.head;
  made.data["problem"] = made.problem ? json::value(tab_problem(say, *manifest, *made.problem)) : json::value(nullptr);
  auto names = page_names(site, visit, plugin_id, page);
  names["charts"] = made.charts;
  Response response = site.page(visit, "plugin_page", label, page_address(plugin_id, page), std::move(made.data), made.slots, std::move(names));
  if (made.problem) response.status = status_of(*made.problem);
  return response;
}

namespace {
/* The live parts of a page for one reader, sent when they changed. Over when the reader's session is, when the right is gone, or when the page says so. */
class LivePage {
 public:
  LivePage(Site& site, Request request, std::string plugin_id, std::string page) : site_(site), request_(std::move(request)), plugin_id_(std::move(plugin_id)), page_(std::move(page)) {}

  StreamStep step() {
    try {
      return look();
    } catch (const std::exception& error) {
      log_event(Level::error, "WEB_FAILED", {{"path", request_.path}, {"error", error.what()}});
      return over();
    }
  }

 private:
  static StreamStep over() { return {server_event("end", ""), true}; }

  StreamStep look() {
    Visit visit = site_.visit_of(request_, false);
    const auto* manifest = site_.app.plugins.manifest(plugin_id_);
    const auto* declared = manifest ? manifest->page(page_) : nullptr;
    if (!visit.session || !declared || (!declared->permission.empty() && !site_.may(visit, declared->permission))) return over();
    const auto made = make_page(site_, visit, *manifest, page_);
    if (made.problem && made.problem->kind == Kind::unavailable) return {};
    if (made.problem || made.file) return over();
    const auto parts = live_parts(site_.part(visit, "plugin_live", made.data, made.slots, page_names(site_, visit, plugin_id_, page_)));
    if (parts.empty() || (!sent_.empty() && parts.size() != sent_.size())) return over();
    StreamStep step;
    for (const auto& [id, html] : parts) {
      const auto known = sent_.find(id);
      if (known == sent_.end() && !sent_.empty()) return over();
      if (known == sent_.end() || known->second != html) step.text += server_event("part", html);
    }
    sent_ = parts;
    return step;
  }

  Site& site_;
  const Request request_;
  const std::string plugin_id_, page_;
  std::map<std::string, std::string> sent_;
};
}  // namespace

Response plugin_live(Site& site, Visit& visit, const std::string& plugin_id, const std::string& page) {
  Response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("X-Accel-Buffering", "no");  /* nginx would collect the events */
  if (!visit.session) {
    response.body = server_event("end", "");
    return response;
  }
  response.stream = [live = std::make_shared<LivePage>(site, visit.request, plugin_id, page)] { return live->step(); };
  return response;
}

Response plugin_page_run(Site& site, Visit& visit, const std::string& plugin_id, const std::string& page, const std::string& action) {
  const auto* manifest = site.app.plugins.manifest(plugin_id);
  const auto* declared = manifest ? manifest->page(page) : nullptr;
  if (!declared) return unknown_plugin(site, visit, "/orders");
  if (!declared->permission.empty() && !site.may(visit, declared->permission)) return site.denied(visit);
  return run_page(site, visit, *manifest, page, action, form_document(visit.form), come_from(visit, page_address(plugin_id, page)));
}

}  // namespace shopadmin::web
