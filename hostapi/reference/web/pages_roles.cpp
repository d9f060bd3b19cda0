// What each role may: a matrix of permissions and roles for owners. Host and plugins bring the permissions with their defaults; what is changed here counts at
// once and stands in the audit.
#include <algorithm>

#include "pages.hpp"

namespace shopadmin::web {
namespace {

constexpr const char* changeable_roles[] = {"administrator", "staff"};

// Labels the core keeps in a table, named here so that the catalogue gets them.
[[maybe_unused]] void rights_for_the_catalogue(const Say& say) {
  say.tr("See orders"), say.tr("Cancel orders and lines"), say.tr("Delete orders and lines"), say.tr("Ship orders, change state and notes"), say.tr("Change settings"), say.tr("Manage users");
  say.tr("Change what roles may do"), say.tr("Manage plugins and background jobs"), say.tr("Make API tokens for other systems"), say.tr("Read the audit trail");
  say.tr("An owner may everything; nothing can be taken away. Change the role of the user instead."), say.tr("Only owners change what roles may do; this cannot be given away.");
}

// "administrator payment.refund": the name of a tick box.
std::string box_value(const std::string& role, const std::string& permission) { return role + " " + permission; }

json::object role_cell(const Say& say, const Permission& permission, const std::string& label, const std::string& role) {
  const bool has = permission.roles.count(role) > 0;
  const bool fixed = role == "owner" || permission.id == "roles.edit";
  return {{"role", role_label(say, role)}, {"value", box_value(role, permission.id)}, {"checked", has}, {"fixed", fixed},
          {"changed", has != (permission.defaults.count(role) > 0) ? (has ? say.tr("added") : say.tr("taken away")) : ""},
          {"label", say.tr("{permission}: {role}", {{"permission", label}, {"role", role_label(say, role)}})},
          {"why", fixed && role == "owner" ? say.tr("always") : say.tr("never")}};
}

struct RightGroup {
  std::string domain, title;
  json::array rows;
};

json::array role_groups(Site& site, const Say& say) {
  std::vector<RightGroup> groups{{"shopadmin", say.tr("Shop"), {}}};
  for (const auto* manifest : site.app.plugins.manifests()) groups.push_back({manifest->domain, say.in_domain(manifest->domain, manifest->name), {}});
  for (const auto& permission : site.app.accounts.permissions()) {
    const auto label = say.in_domain(permission.domain, permission.label);
    json::array cells;
    for (const auto* role : {"owner", "administrator", "staff"}) cells.push_back(role_cell(say, permission, label, role));
    for (auto& group : groups)
      if (group.domain == permission.domain) group.rows.push_back(json::object{{"label", label}, {"id", permission.id}, {"cells", std::move(cells)}});
  }
  json::array list;
  for (auto& group : groups)
    if (!group.rows.empty()) list.push_back(json::object{{"title", group.title}, {"rows", std::move(group.rows)}});
  return list;
}

}  // namespace

Response roles_page(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "roles.edit")) return site.denied(visit);
  std::map<std::string, std::int64_t> people;
  for (const auto& user : site.app.accounts.list()) people[user.role] += user.disabled ? 0 : 1;
  json::array heads;
  for (const auto* role : {"owner", "administrator", "staff"})
    heads.push_back(json::object{{"label", role_label(say, role)}, {"people", say.tr_n("{count} user", "{count} users", people[role])}});
  return site.page(visit, "roles", say.tr("Roles"), "/roles", {{"heads", std::move(heads)}, {"groups", role_groups(site, say)}});
}

Response roles_change(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "roles.edit")) return site.denied(visit);
  const auto ticked = visit.form.all("may"), shown = visit.form.all("shown");  // a plugin loaded meanwhile was not on the form
  const auto in = [](const std::vector<std::string>& list, const std::string& value) { return std::find(list.begin(), list.end(), value) != list.end(); };
  std::int64_t changes = 0;
  for (const auto& permission : site.app.accounts.permissions()) {
    if (permission.id == "roles.edit" || !in(shown, permission.id)) continue;
    for (const auto* role : changeable_roles) {
      const bool wanted = in(ticked, box_value(role, permission.id));
      if (wanted == (permission.roles.count(role) > 0)) continue;
      if (const auto set = site.app.accounts.set_permission(role, permission.id, wanted); !set) return site.problem(visit, set.problem(), "/roles", say.tr("Back to the roles"));
      site.note(visit, wanted ? "role.grant" : "role.revoke", {{"role", role}, {"permission", permission.id}});
      ++changes;
    }
  }
  if (changes == 0) return site.go("/roles", Flash{"wait", say.tr("Nothing was changed.")});
  return site.go("/roles", Flash{"good", say.tr_n("{count} right changed. It counts from now on.", "{count} rights changed. They count from now on.", changes)});
}

}  // namespace shopadmin::web
