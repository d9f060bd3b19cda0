// The frame around every page: menu, head, flash, and the pages for problems. Part of Site.
#include "../log.hpp"
#include "site.hpp"

namespace shopadmin::web {
namespace {

json::object entry(const std::string& href, const std::string& label, const std::string& icon, const std::string& current, const std::string& count = "") {
  return {{"href", href}, {"label", label}, {"icon", icon}, {"current", href == current}, {"count", count}, {"alarm", !count.empty()}};
}

class PluginTexts : public Texts {
 public:
  explicit PluginTexts(std::shared_ptr<const CatalogueTexts> texts) : texts_(std::move(texts)) {}
  std::string translate(const std::string& locale, const std::string& domain, const std::string& message_id, const json::object& args) const override {
    return Say(*texts_, texts_->supported(locale)).in_domain(domain, message_id, args);
  }
  std::string format(const std::string& locale, const std::string& kind, const json::object& value) const override {
    const Say say(*texts_, texts_->supported(locale), text_of(value, "zone"));
    if (kind == "money") return say.money(whole_of(value, "minor"), text_of(value, "currency"));
    if (kind == "time") return say.time(whole_of(value, "unix_ms"));
    if (kind == "short_time") return say.short_time(whole_of(value, "unix_ms"));
    if (kind == "date") return say.date(whole_of(value, "unix_ms"));
    return say.number(whole_of(value, "value"));
  }

 private:
  std::shared_ptr<const CatalogueTexts> texts_;
};

}  // namespace

std::shared_ptr<const Texts> texts_service(std::shared_ptr<const CatalogueTexts> texts) { return std::make_shared<const PluginTexts>(std::move(texts)); }

json::array Site::menu(Visit& visit, const std::string& current, json::value& inbox) {
  const auto& say = visit.say;
  json::array menu;
  menu.push_back(json::object{{"heading", say.tr("Administer Orders")}, {"items", json::array{entry("/orders", say.tr("Orders"), "orders", current)}}});
  for (const auto* manifest : app.plugins.manifests()) {
    json::array items;
    for (const auto& page : manifest->pages) {
      if (!page.permission.empty() && !may(visit, page.permission)) continue;
      const auto label = say.in_domain(manifest->domain, page.label);
      const auto count = page.count_collection.empty() ? 0 : app.plugins.page_count(manifest->id, page.id, visit.user().id);
      const auto href = "/plugin/" + encode_component(manifest->id) + "/" + encode_component(page.id);
      items.push_back(entry(href, label, page.icon, current, say.counted(count)));
      if (inbox.is_null() && !page.count_collection.empty()) inbox = items.back();
    }
    if (!items.empty()) menu.push_back(json::object{{"heading", say.in_domain(manifest->domain, manifest->menu_heading)}, {"items", std::move(items)}});
  }
  json::array shop;
  bool settings = false;
  for (const auto* manifest : app.plugins.manifests()) settings = settings || (!manifest->settings.empty() && may(visit, manifest->settings_permission));
  if (settings) shop.push_back(entry("/settings", say.tr("Settings"), "gear", current));
  if (may(visit, "plugins.edit")) shop.push_back(entry("/plugins", say.tr("Plugins"), "plug", current));
  if (may(visit, "plugins.edit")) shop.push_back(entry("/queue", say.tr("Queue"), "refresh", current, say.counted(app.queue.failing())));
  if (may(visit, "users.edit")) shop.push_back(entry("/users", say.tr("Users"), "user", current));
  if (may(visit, "roles.edit")) shop.push_back(entry("/roles", say.tr("Roles"), "lock", current));
  if (may(visit, "audit.view")) shop.push_back(entry("/audit", say.tr("Audit"), "log", current));
  shop.push_back(entry("/account", say.tr("Your account"), "key", current));
  menu.push_back(json::object{{"heading", say.tr("Shop")}, {"items", std::move(shop)}});
  return menu;
}

json::object Site::host_names(Visit& visit, const std::string& title, const std::string& current) {
  json::object names;
  json::value inbox;
  names["assets"] = assets.prefix();
  json::object page{{"lang", visit.say.locale()}, {"theme", visit.theme}, {"title", title}, {"shop", options_.shop_name}, {"search", visit.query.get("q")}};
  if (visit.session) {
    names["csrf"] = visit.session->csrf;
    names["me"] = json::object{{"name", visit.user().name}, {"role", role_label(visit.say, visit.user().role)}};
    names["nav"] = menu(visit, current, inbox);
  }
  page["inbox"] = inbox;
  names["page"] = std::move(page);
  names["flash"] = visit.flash ? json::value(flash_box(*visit.flash)) : json::value(nullptr);
  return names;
}

Response Site::page(Visit& visit, const std::string& name, const std::string& title, const std::string& current, json::object data, const Slots& slots,
                    json::object more_names) {
  json::object names = host_names(visit, title, current);
  for (auto& item : more_names) names[item.key()] = std::move(item.value());
  Response response;
  response.body = renderer.render({"shopadmin", name, "shopadmin"}, visit.say.locale(), names, data, slots);
  return response;
}

std::string Site::part(Visit& visit, const std::string& name, const json::object& data, const Slots& slots, const json::object& more_names) {
  json::object names{{"assets", assets.prefix()}, {"csrf", visit.session ? visit.session->csrf : std::string()}};
  for (const auto& item : more_names) names[item.key()] = item.value();
  return renderer.render({"shopadmin", name, "shopadmin"}, visit.say.locale(), names, data, slots);
}

Response Site::bare(Visit& visit, const std::string& name, const std::string& title, json::object data, int status) {
  json::object names{{"assets", assets.prefix()},
                     {"page", json::object{{"lang", visit.say.locale()}, {"theme", visit.theme}, {"title", title}, {"shop", options_.shop_name}}}};
  Response response;
  response.status = status;
  response.body = renderer.render({"shopadmin", name, "shopadmin"}, visit.say.locale(), names, data);
  return response;
}

Response Site::problem(Visit& visit, int status, const std::string& title, const std::string& text, const std::string& href, const std::string& label) {
  const auto* role = status == 409 ? "wait" : "stop";
  Response response = page(visit, "problem", title, "",
                           {{"title", title}, {"text", text}, {"role", role}, {"icon", icon_of(role)}, {"href", href}, {"label", label}, {"detail", ""}});
  response.status = status;
  return response;
}

Response Site::problem(Visit& visit, const Problem& problem, const std::string& href, const std::string& label) {
  const auto& say = visit.say;
  const auto text = say.known(problem);
  switch (problem.kind) {
    case Kind::not_found: return this->problem(visit, 404, say.tr("Not found"), text, href, label);
    case Kind::conflict: return this->problem(visit, 409, say.tr("Someone else was faster"), text, href, label);
    case Kind::denied: return this->problem(visit, 403, say.tr("Your role may not do this"), text, href, label);
    case Kind::unavailable: return this->problem(visit, 503, say.tr("Not possible at the moment"), text, href, label);
    default: return this->problem(visit, 422, say.tr("Nothing was done"), text, href, label);
  }
}

Response Site::not_found(Visit& visit) {
  return problem(visit, 404, visit.say.tr("Not found"), visit.say.tr("There is no page at this address. It may have been moved, or the order was deleted."), "/orders", visit.say.tr("To the orders"));
}

Response Site::denied(Visit& visit) {
  return problem(visit, 403, visit.say.tr("Your role may not do this"),
                 visit.say.tr("You are logged in as {name}. Ask the shop’s owner for the right, or log in as someone who has it.", {{"name", visit.user().name}}), "/orders",
                 visit.say.tr("To the orders"));
}

}  // namespace shopadmin::web
