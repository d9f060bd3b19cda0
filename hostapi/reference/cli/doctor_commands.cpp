/* shopadmin doctor|support-bundle */
#include <iostream>

#include "cli/command.hpp"
#include "log.hpp"
#include "operate/doctor.hpp"
#include "operate/support_bundle.hpp"

namespace shopadmin::cli {

namespace {
int doctor(Command& command, const DoctorWish& wish) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  const auto found = diagnose(*app, wish);
  if (command.json_output) return print_json(to_document(found)), is_well(found) ? 0 : 1;
  for (const auto& one : found) {
    std::cout << (one.level == "good" ? "good  " : one.level == "wait" ? "look  " : "STOP  ") << one.area << std::string(one.area.size() < 10 ? 10 - one.area.size() : 1, ' ') << one.text << "\n";
    if (!one.advice.empty()) std::cout << std::string(16, ' ') << "-> " << one.advice << "\n";
  }
  std::cout << (is_well(found) ? "Nothing keeps this shop from working.\n" : "Something does not work: see STOP above.\n");
  return is_well(found) ? 0 : 1;
}

int support_bundle(Command& command, const BundleWish& wish) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  const auto names = make_support_bundle(*app, wish);
  if (!names) return fail(names.problem());
  if (command.json_output) {
    json::array files;
    for (const auto& name : *names) files.emplace_back(name);
    return print_json({{"file", wish.target.string()}, {"files", std::move(files)}}), 0;
  }
  std::cout << wish.target.string() << " holds " << names->size() << " files: no order, no buyer, no user and no secret. Look into it before you send it: tar -xzOf " << wish.target.string() << "\n";
  return 0;
}
}  // namespace

void add_doctor(CLI::App& root, Command& command) {
  auto bundle = std::make_shared<BundleWish>();
  auto* examine = root.add_subcommand("doctor", "What is wrong here and what to do; exit code 1 if something does not work");
  plugin_option(*examine, command);
  examine->add_option("--url", bundle->doctor.public_url, "The shop's public address: its name, TLS and reachability are examined, too");
  examine->footer("Example:\n  shopadmin doctor --url https://shop.example");
  examine->callback([&command, bundle] { command.run = [&command, bundle] { return doctor(command, bundle->doctor); }; });
  auto* pack = root.add_subcommand("support-bundle", "One file for whoever helps you: no orders, no buyers, no secrets");
  plugin_option(*pack, command);
  pack->add_option("target", bundle->target, "A file ending in .tar.gz that is not there yet")->required();
  pack->add_option("--log", bundle->log, "The log of shopadmin serve (journalctl -u shopadmin -o cat > FILE)")->check(CLI::ExistingFile);
  pack->add_option("--url", bundle->doctor.public_url, "The shop's public address, for the doctor's part");
  pack->footer("Example:\n  shopadmin support-bundle bundle.tar.gz --log shopadmin.log");
  pack->callback([&command, bundle] { command.run = [&command, bundle] { return support_bundle(command, *bundle); }; });
}

}  // namespace shopadmin::cli
