/* shopadmin plugin verify|install|upgrade|enable|disable|rollback|uninstall|pack|key: portable packages of plugins. A refusal says its code in brackets, with
 * --json in "code". What is refused changes nothing. A running serve takes changes over by itself; these commands wait for it and say how it went. */
#include <unistd.h>

#include <boost/algorithm/string/join.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

#include "cli/command.hpp"
#include "log.hpp"
#include "packages/files.hpp"
#include "packages/publishers.hpp"
#include "packages/purge.hpp"
#include "packages/signature.hpp"

namespace shopadmin::cli {

namespace {
constexpr int wait_for_serve_s = 120;

struct PackageOptions {
  std::string file, id, key, output;
  bool downgrade = false, no_wait = false, purge = false;
};

int refuse(const Command& command, const Problem& problem) {
  const auto code = code_of(problem);
  if (command.json_output) print_json({{"good", false}, {"code", code}, {"problem", problem.message}});
  std::cerr << "shopadmin: " << problem.message << (code.empty() ? "" : " [" + code + "]") << "\n";
  return 1;
}

template <class List>
std::string or_dash(const List& list) {
  return list.empty() ? "–" : boost::algorithm::join(list, ", ");
}

std::string megabytes(std::size_t bytes) { return std::to_string((bytes + 50'000) / 1'000'000) + "." + std::to_string((bytes + 50'000) / 100'000 % 10) + " MB"; }

Result<Package> opened(const Command& command, const std::string& file) {
  const auto bytes = read_package_file(file);
  if (!bytes) return bytes.problem();
  return read_package(*bytes, Publishers(command.options.data).list());
}

json::object described(const Package& package, const std::string& publisher) {
  const auto& manifest = package.manifest;
  json::array permissions, needs, hosts;
  for (const auto& permission : manifest.permissions) permissions.push_back(json::value(permission.id));
  for (const auto& id : manifest.required_services) needs.push_back(json::value(id));
  for (const auto& host : manifest.egress) hosts.push_back(json::value(host));
  return {{"id", manifest.id}, {"name", manifest.name}, {"version", manifest.version}, {"architecture", package.architecture}, {"abi", manifest.abi}, {"data_version", manifest.data_version},
          {"publisher", publisher}, {"fingerprint", fingerprint_of(package.public_key)}, {"sha256", package.sha256}, {"files", package.files.size()}, {"bytes", package.unpacked_bytes},
          {"permissions", std::move(permissions)}, {"needs", std::move(needs)}, {"talks_to", std::move(hosts)}};
}

void print_described(const Package& package, const std::string& publisher) {
  const auto& manifest = package.manifest;
  std::string permissions;
  for (const auto& permission : manifest.permissions) permissions += (permissions.empty() ? "" : ", ") + permission.id;
  std::cout << "Plugin       " << manifest.name << " (" << manifest.id << ") " << manifest.version << "\n"
            << "Publisher    " << publisher << ", fingerprint " << fingerprint_of(package.public_key) << "\n"
            << "Built for    " << package.architecture << ", hostapi ABI " << manifest.abi << "\n"
            << "Contents     " << package.files.size() << " files, " << megabytes(package.unpacked_bytes) << "; SHA-256 of the package " << package.sha256 << "\n"
            << "Needs        " << or_dash(manifest.required_services) << "\n"
            << "Permissions  " << (permissions.empty() ? "–" : permissions) << "\n"
            << "Talks to     " << or_dash(manifest.egress) << "\n";
}

std::string sentence_of(const InstallPlan& plan, const Manifest& manifest) {
  const auto what = manifest.id + " " + manifest.version;
  switch (plan.what) {
    case InstallPlan::What::install: return what + " would be installed.";
    case InstallPlan::What::upgrade: return what + " would take the place of " + plan.from + ".";
    case InstallPlan::What::downgrade: return what + " would take the place of the newer " + plan.from + ".";
    default: return what + " is installed already, from this very package.";
  }
}

int verify(Command& command, const PackageOptions& given) {
  log_at_least(Level::error);
  const auto package = opened(command, given.file);
  if (!package) return refuse(command, package.problem());
  auto app = open_app(command);
  if (!app) return 1;
  const auto publisher = Publishers(command.options.data).name_of(package->public_key);
  const auto plan = app->installed.plan(*package, given.downgrade);
  if (!plan) return refuse(command, plan.problem());
  if (command.json_output) {
    auto document = described(*package, publisher);
    document["good"] = true, document["would"] = name_of(plan->what), document["from"] = plan->from;
    print_json(document);
    return 0;
  }
  print_described(*package, publisher);
  std::cout << "The package is good. " << sentence_of(*plan, package->manifest) << " Nothing was changed.\n";
  return 0;
}

/* Waits until the running serve has taken the change over; answers what it says about it. */
struct Outcome {
  bool served = false, waited = false, taken = true;
  std::string problem;
};
Outcome await_serve(App& app, const std::string& id, const PackageOptions& given, bool to_start) {
  Outcome outcome;
  outcome.served = app.installed.is_served();
  if (!outcome.served || given.no_wait || !to_start) return outcome;
  outcome.waited = true;
  for (int tenths = 0; tenths < wait_for_serve_s * 10; ++tenths) {
    const auto plugin = app.installed.find(id);
    if (!plugin || !plugin->problem.empty()) return outcome.taken = false, outcome.problem = plugin ? plugin->problem : "It was uninstalled meanwhile.", outcome;
    if (plugin->proven || !plugin->enabled) return outcome;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  outcome.taken = false;
  outcome.problem = "The running shopadmin has not taken it over within " + std::to_string(wait_for_serve_s) + " s. Look into its log, or start it again.";
  return outcome;
}

int tell(const Command& command, const Outcome& outcome, json::object document, const std::string& sentence) {
  document["good"] = outcome.taken, document["served"] = outcome.served;
  if (!outcome.taken) document["problem"] = outcome.problem;
  if (command.json_output) print_json(document);
  else std::cout << sentence << " " << (!outcome.served ? "It counts from the next start of shopadmin serve." : !outcome.waited ? "The running shopadmin takes it over within seconds." : outcome.taken ? "The running shopadmin uses it." : "") << "\n";
  if (!outcome.taken) std::cerr << "shopadmin: " << outcome.problem << " [PLUGIN_NOT_STARTED]\n";
  return outcome.taken ? 0 : 1;
}

int install(Command& command, const PackageOptions& given) {
  log_at_least(Level::error);
  const auto package = opened(command, given.file);
  if (!package) return refuse(command, package.problem());
  auto app = open_app(command);
  if (!app) return 1;
  const auto done = app->installed.install(cli_caller(), *package, given.downgrade);
  if (!done) return refuse(command, done.problem());
  const auto publisher = Publishers(command.options.data).name_of(package->public_key);
  auto document = described(*package, publisher);
  document["done"] = name_of(done->what), document["from"] = done->from;
  if (!command.json_output) print_described(*package, publisher);
  const auto& manifest = package->manifest;
  const auto plugin = app->installed.find(manifest.id);
  auto outcome = await_serve(*app, manifest.id, given, plugin && plugin->enabled && !plugin->proven);
  if (done->what == InstallPlan::What::nothing) outcome.waited = true;
  const auto what = manifest.id + " " + manifest.version;
  const auto sentence = done->what == InstallPlan::What::nothing ? what + " was installed already, nothing was changed."
                                                                 : what + " is installed" + (done->from.empty() ? "" : " in place of " + done->from) + (plugin && !plugin->enabled ? ", but switched off (shopadmin plugin enable " + manifest.id + ")" : "") + ".";
  return tell(command, outcome, std::move(document), sentence);
}

int enable(Command& command, const PackageOptions& given, bool on) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  if (auto good = app->installed.enable(cli_caller(), given.id, on); !good) return refuse(command, good.problem());
  const auto plugin = app->installed.find(given.id);
  Outcome outcome = await_serve(*app, given.id, given, on && plugin && !plugin->proven);
  const auto sentence = on ? given.id + " is switched on." : given.id + " is switched off. Orders paid with its method cannot be changed until it is on again.";
  return tell(command, outcome, {{"id", given.id}, {"enabled", on}}, sentence);
}

int rollback(Command& command, const PackageOptions& given) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  const auto version = app->installed.rollback(cli_caller(), given.id);
  if (!version) return refuse(command, version.problem());
  const auto outcome = await_serve(*app, given.id, given, true);
  return tell(command, outcome, {{"id", given.id}, {"version", *version}}, given.id + " " + *version + " is active again.");
}

/* Twice, each time with words that nobody types by chance. */
bool really(const std::string& id, const StoredData& data) {
  std::string line;
  std::cerr << "This deletes for ever what " << id << " stored: " << data.documents << " documents in " << data.collections << " collections (the ledger of all payments among them), its settings and keys.\n"
            << "Only the audit trail stays. Take a backup first.\nType the id of the plugin to go on: " << std::flush;
  if (!std::getline(std::cin, line) || line != id) return false;
  std::cerr << "Once more, to be sure. Type: delete " << id << "\n" << std::flush;
  return std::getline(std::cin, line) && line == "delete " + id;
}

int uninstall(Command& command, const PackageOptions& given) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  const auto plugin = app->installed.find(given.id);
  const bool here = plugin && !plugin->active.empty();
  const auto data = stored_data(app->database, given.id);
  if (given.purge) {
    if (!here && !data.known) return refuse(command, package_problem("PLUGIN_NOT_INSTALLED", "The plugin \"" + given.id.substr(0, 100) + "\" is not known here. See: shopadmin plugin list."));
    if (app->installed.is_served()) return refuse(command, package_problem("PLUGIN_IN_USE", "A shopadmin serve runs on this data folder. Stop it first: what a plugin stored is deleted only while nothing uses it. Nothing was changed."));
    if (!really(given.id, data)) return refuse(command, package_problem("PLUGIN_NOT_CONFIRMED", "That was not the answer. Nothing was changed."));
  }
  if (here || !given.purge)
    if (auto good = app->installed.uninstall(cli_caller(), given.id); !good) return refuse(command, good.problem());
  if (given.purge) {
    const auto gone = purge_data(app->database, app->audit, cli_caller(), given.id);
    if (!gone) return refuse(command, gone.problem());
  }
  if (command.json_output) print_json({{"good", true}, {"id", given.id}, {"purged", given.purge}, {"documents", data.documents}});
  else if (given.purge) std::cout << given.id << " and what it stored are gone (" << data.documents << " documents). The audit trail stays.\n";
  else std::cout << given.id << " is uninstalled. Its ledger, settings and keys stay (" << data.documents << " documents), and orders paid with its method cannot be changed until it is installed again.\n"
                 << "To change those orders without it: shopadmin plugin forget " << given.id << "\n";
  return 0;
}

Result<std::map<std::string, std::string>> files_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->is_symlink()) return Problem{Kind::refused, at->path().string() + " is a link. Put the file itself into the folder.", ""};
    if (at->is_directory()) continue;
    auto bytes = read_whole(at->path(), package::unpacked_bytes_max);
    if (!bytes) return bytes.problem();
    files[at->path().lexically_relative(folder).generic_string()] = std::move(*bytes);
  }
  if (error) return Problem{Kind::refused, folder.string() + " cannot be read (" + error.message() + ").", ""};
  return files;
}

int pack(Command& command, const PackageOptions& given) {
  const auto key = read_signing_key(given.key);
  if (!key) return refuse(command, key.problem());
  auto files = files_in(given.file);
  if (!files) return refuse(command, files.problem());
  const auto bytes = make_package(std::move(*files), *key);
  if (!bytes) return refuse(command, bytes.problem());
  if (auto good = write_whole(std::filesystem::absolute(given.output), *bytes); !good) return refuse(command, good.problem());
  const auto package = read_package(*bytes, {{"self", key->public_key}});
  if (command.json_output) print_json(described(*package, ""));
  else std::cout << given.output << " (" << megabytes(bytes->size()) << ")\nSigned by " << fingerprint_of(key->public_key) << "\nSHA-256   " << package->sha256 << "\n";
  return 0;
}

int make_key(Command& command, const PackageOptions& given) {
  const auto public_path = std::filesystem::path(given.output).replace_extension("pub.pem");
  const auto key = make_key_pair(given.output, public_path);
  if (!key) return refuse(command, key.problem());
  if (command.json_output) print_json({{"private", given.output}, {"public", public_path.string()}, {"fingerprint", fingerprint_of(*key)}});
  else std::cout << "Private key  " << given.output << " (keep it secret; who has it can sign in your name)\nPublic key   " << public_path.string() << " (give it to those who install your plugins)\nFingerprint  " << fingerprint_of(*key) << "\n";
  return 0;
}

CLI::App* file_command(CLI::App& group, const char* name, const char* help, const std::shared_ptr<PackageOptions>& given) {
  auto* sub = group.add_subcommand(name, help);
  sub->add_option("file", given->file, "The package, a .plugin file")->required();
  sub->add_flag("--downgrade", given->downgrade, "Also when the package is older than what is installed");
  return sub;
}

CLI::App* id_command(CLI::App& group, const char* name, const char* help, const std::shared_ptr<PackageOptions>& given) {
  auto* sub = group.add_subcommand(name, help);
  sub->add_option("id", given->id, "Id of the plugin, like org.amazonpay.plugin")->required();
  return sub;
}

void no_wait_option(CLI::App& sub, const std::shared_ptr<PackageOptions>& given) {
  sub.add_flag("--no-wait", given->no_wait, "Do not wait until a running shopadmin has taken it over");
}
}  // namespace

void add_plugin_packages(CLI::App& group, Command& command) {
  auto given = std::make_shared<PackageOptions>();
  const auto runs = [&command, given](CLI::App* sub, auto work) { sub->callback([&command, given, work] { command.run = [&command, given, work] { return work(command, *given); }; }); };
  auto* checked = file_command(group, "verify", "Check a package and say what installing it would do; changes nothing", given);
  checked->footer("Example:\n  shopadmin plugin verify amazonpay-0.1.0-amd64.plugin");
  runs(checked, verify);
  for (const auto& [name, help] : {std::pair{"install", "Install a package, or put it in place of the installed version"}, std::pair{"upgrade", "The same as install"}}) {
    auto* sub = file_command(group, name, help, given);
    no_wait_option(*sub, given);
    sub->footer("A running shopadmin ends what it is doing, starts anew with the new version and goes back to the old one if that does not start.\n\nExample:\n  shopadmin plugin " + std::string(name) + " amazonpay-0.1.0-amd64.plugin");
    runs(sub, install);
  }
  auto* on = id_command(group, "enable", "Switch a plugin on", given);
  auto* off = id_command(group, "disable", "Switch a plugin off; orders paid with its method cannot be changed meanwhile", given);
  on->footer("Example:\n  shopadmin plugin enable org.amazonpay.plugin");
  off->footer("Example:\n  shopadmin plugin disable org.amazonpay.plugin");
  no_wait_option(*on, given), no_wait_option(*off, given);
  runs(on, [](Command& c, const PackageOptions& g) { return enable(c, g, true); });
  runs(off, [](Command& c, const PackageOptions& g) { return enable(c, g, false); });
  auto* back = id_command(group, "rollback", "Go back to the version before; refused when it does not understand the data written since", given);
  back->footer("Example:\n  shopadmin plugin rollback org.amazonpay.plugin");
  no_wait_option(*back, given);
  runs(back, rollback);
  auto* away = id_command(group, "uninstall", "Remove a plugin; its ledger, settings and the audit trail stay", given);
  away->add_flag("--purge-data", given->purge, "Delete what it stored, too (all but the audit trail); asks twice, reads the answers from standard input");
  away->footer("Example:\n  shopadmin plugin uninstall org.amazonpay.plugin");
  runs(away, uninstall);
  auto* packs = group.add_subcommand("pack", "Make a signed package of a folder with manifest.xml, library, templates, locale, LICENSE and sbom.spdx.json");
  packs->add_option("folder", given->file, "The folder")->required();
  packs->add_option("--key", given->key, "Private key of the publisher (shopadmin plugin key)")->required();
  packs->add_option("--output", given->output, "The package to write")->required();
  packs->footer("The same folder and key give the same bytes.\n\nExample:\n  shopadmin plugin pack build/portable/amazonpay --key publisher.pem --output amazonpay-0.1.0-amd64.plugin");
  const auto alone = [&command, given](CLI::App* sub, auto work) { /* needs no data folder, so it works with the settings of no shop */
    sub->callback([&command, given, work] { command.despite_configuration = true, command.run = [&command, given, work] { return work(command, *given); }; });
  };
  alone(packs, pack);
  auto* key = group.add_subcommand("key", "Make a key pair for signing packages: FILE and, beside it, its .pub.pem");
  key->add_option("file", given->output, "The private key to write, like publisher.pem")->required();
  key->footer("Example:\n  shopadmin plugin key publisher.pem");
  alone(key, make_key);
}

}  // namespace shopadmin::cli
