#include "pages_packages.hpp"

#include <boost/algorithm/string/join.hpp>
#include <chrono>

#include "../log.hpp"
#include "../packages/files.hpp"
#include "../packages/publishers.hpp"
#include "../packages/signature.hpp"
#include "http_multipart.hpp"

namespace shopadmin::web {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t form_bytes_max = 1024 * 1024;
constexpr auto kept_for = std::chrono::hours(1);

fs::path uploads_of(const Site& site) { return site.app.options.data / "plugins" / ".uploads"; }

bool is_upload_id(const std::string& id) { return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos; }

void forget_old(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (fs::file_time_type::clock::now() - entry.last_write_time(error) > kept_for) fs::remove(entry.path(), error);
}

Result<Package> uploaded(const Site& site, const std::string& id) {
  const auto gone = Problem{Kind::not_found, "The uploaded package is not here any more: it is kept for an hour and until it is installed. Upload it again.", ""};
  if (!is_upload_id(id)) return gone;
  const auto bytes = read_package_file(uploads_of(site) / (id + ".plugin"));
  if (!bytes) return gone;
  return read_package(*bytes, Publishers(site.app.options.data).list());
}

Response refused(const Site& site, const Visit& visit, const Problem& problem) {
  const auto code = code_of(problem);
  log_event(Level::warn, "PACKAGE_REFUSED", {{"code", code}, {"who", visit.user().login}, {"problem", problem.message}});
  return site.go("/plugins", Flash{"stop", problem.message + (code.empty() ? "" : " [" + code + "]")});
}

std::string what_happens(const Say& say, const InstallPlan& plan) {
  switch (plan.what) {
    case InstallPlan::What::install: return say.tr("It is not installed yet.");
    case InstallPlan::What::nothing: return say.tr("This version is installed already.");
    default: return say.tr("It takes the place of version {version}, which is kept.", {{"version", plan.from}});
  }
}

json::array facts_of(const Site& site, const Say& say, const Package& package) {
  const auto& manifest = package.manifest;
  json::array facts;
  const auto add = [&](const std::string& label, const std::string& value, bool mono) {
    if (!value.empty()) facts.push_back(json::object{{"label", label}, {"value", value}, {"mono", mono}});
  };
  std::vector<std::string> permissions;
  for (const auto& permission : manifest.permissions) permissions.push_back(permission.id);
  add(say.tr("Id"), manifest.id, true);
  add(say.tr("Version"), manifest.version, true);
  add(say.tr("Publisher"), Publishers(site.app.options.data).name_of(package.public_key), false);
  add(say.tr("Fingerprint"), fingerprint_of(package.public_key), true);
  add(say.tr("Payment method"), manifest.payment_method, true);
  add(say.tr("Needs"), boost::algorithm::join(manifest.required_services, ", "), true);
  add(say.tr("Contributes"), boost::algorithm::join(manifest.contributions, ", "), true);
  add(say.tr("Rights it brings"), boost::algorithm::join(permissions, ", "), true);
  add(say.tr("Talks to"), boost::algorithm::join(manifest.egress, ", "), true);
  return facts;
}

}  // namespace

bool may_install(const Site& site, const Visit& visit) { return visit.user().role == "owner" && site.may(visit, "plugins.edit"); }

std::uint64_t upload_limit(Site& site, const Request& request) {
  if (request.method != "POST" || request.path != package_upload_path) return form_bytes_max;
  try {
    const auto visit = site.visit_of(request, false);
    return visit.session && may_install(site, visit) ? package::bytes_max + form_bytes_max : form_bytes_max;
  } catch (const std::exception&) { /* the database is away */
    return form_bytes_max;
  }
}

Response package_upload(Site& site, Visit& visit) {
  if (!may_install(site, visit)) return site.denied(visit);
  const auto upload = parse_multipart(visit.request.body, visit.request.content_type);
  if (!upload) return site.error(400);
  if (upload->file.empty()) return site.go("/plugins", Flash{"stop", visit.say.tr("No file was chosen. Nothing was changed.")});
  const auto package = read_package(upload->file, Publishers(site.app.options.data).list());
  if (!package) return refused(site, visit, package.problem());
  const auto plan = site.app.installed.plan(*package, false);
  if (!plan) return refused(site, visit, plan.problem());
  forget_old(uploads_of(site));
  const auto id = random_hex(16);
  if (auto good = write_whole(uploads_of(site) / (id + ".plugin"), std::string(upload->file)); !good) return refused(site, visit, good.problem());
  return site.go("/plugins/package?upload=" + id);
}

Response package_page(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!may_install(site, visit)) return site.denied(visit);
  const auto id = visit.query.get("upload");
  const auto package = uploaded(site, id);
  if (!package) return refused(site, visit, package.problem());
  const auto plan = site.app.installed.plan(*package, false);
  if (!plan) return refused(site, visit, plan.problem());
  return site.page(visit, "plugin_package", say.tr("Install a plugin"), "/plugins",
                   {{"name", package->manifest.name}, {"version", package->manifest.version}, {"facts", facts_of(site, say, *package)}, {"what", what_happens(say, *plan)},
                    {"upload", plan->what == InstallPlan::What::nothing ? std::string() : id}});
}

Response package_install(Site& site, Visit& visit) {
  if (!may_install(site, visit)) return site.denied(visit);
  const auto id = visit.form.get("upload");
  const auto package = uploaded(site, id);
  if (!package) return refused(site, visit, package.problem());
  const auto done = site.app.installed.install(visit.caller(), *package, false);
  if (!done) return refused(site, visit, done.problem());
  std::error_code error;
  fs::remove(uploads_of(site) / (id + ".plugin"), error);
  return site.go("/plugins", Flash{"wait", visit.say.tr("{plugin} {version} is installed. shopadmin ends what it is doing and starts anew with it within seconds.", {{"plugin", package->manifest.name}, {"version", package->manifest.version}})});
}

Response package_act(Site& site, Visit& visit, const std::string& what) {
  const auto& say = visit.say;
  if (!may_install(site, visit)) return site.denied(visit);
  const auto id = visit.form.get("plugin");
  if (what == "rollback") {
    const auto version = site.app.installed.rollback(visit.caller(), id);
    if (!version) return refused(site, visit, version.problem());
  } else if (what == "enable" || what == "disable") {
    if (auto good = site.app.installed.enable(visit.caller(), id, what == "enable"); !good) return refused(site, visit, good.problem());
  } else {
    return site.not_found(visit);
  }
  return site.go("/plugins", Flash{"wait", say.tr("Done. shopadmin ends what it is doing and starts anew within seconds.")});
}

}  // namespace shopadmin::web
