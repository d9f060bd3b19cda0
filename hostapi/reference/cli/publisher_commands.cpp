/* shopadmin plugin trust add|list|remove: whose packages are installed here. */
#include <iostream>

#include "cli/command.hpp"
#include "log.hpp"
#include "packages/publishers.hpp"
#include "packages/signature.hpp"

namespace shopadmin::cli {

namespace {
struct TrustOptions {
  std::string key, name;
};

int tell(Command& command, const Result<TrustedKey>& outcome, const std::string& event, const std::string& sentence) {
  if (!outcome) return fail(outcome.problem());
  const auto fingerprint = fingerprint_of(outcome->public_key);
  if (command.json_output) print_json({{"name", outcome->name}, {"fingerprint", fingerprint}, {"event", event}});
  else std::cout << outcome->name << " " << sentence << "\nFingerprint  " << fingerprint << "\n";
  return 0;
}

void note(App& app, const std::string& event, const TrustedKey& key) {
  AuditEntry entry;
  entry.event = event;
  entry.details = {{"publisher", key.name}, {"fingerprint", fingerprint_of(key.public_key)}};
  app.audit.write(cli_caller(), std::move(entry));
}

int add(Command& command, const TrustOptions& given) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  const auto added = Publishers(app->options.data).add(given.key, given.name);
  if (added) note(*app, "publisher.trust", *added);
  return tell(command, added, "publisher.trust", "is trusted now: packages with its signature can be installed. Compare the fingerprint with what the publisher shows.");
}

int remove(Command& command, const TrustOptions& given) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  const auto removed = Publishers(app->options.data).remove(given.name);
  if (removed) note(*app, "publisher.distrust", *removed);
  return tell(command, removed, "publisher.distrust", "is not trusted any more. What is installed stays; uninstall it if you do not trust it either.");
}

int list_publishers(Command& command) {
  json::array keys;
  for (const auto& key : Publishers(command.options.data).list()) {
    keys.push_back({{"name", key.name}, {"fingerprint", fingerprint_of(key.public_key)}});
    if (!command.json_output) std::cout << key.name << "\t" << fingerprint_of(key.public_key) << "\n";
  }
  if (command.json_output) print_json(keys);
  else if (keys.empty()) std::cout << "No publisher is trusted here, so no package can be installed. Add one: shopadmin plugin trust add KEY.pub.pem\n";
  return 0;
}
}  // namespace

void add_plugin_trust(CLI::App& group, Command& command) {
  auto given = std::make_shared<TrustOptions>();
  auto* trust = group.add_subcommand("trust", "Publishers whose packages may be installed; nobody is trusted by default");
  trust->require_subcommand(1);
  auto* adds = trust->add_subcommand("add", "Trust a publisher");
  adds->add_option("key", given->key, "The publisher's public key, a PEM file")->required();
  adds->add_option("--name", given->name, "What to call the publisher; default: the name of the file");
  adds->footer("Example:\n  shopadmin plugin trust add publisher.pub.pem --name amazonpay");
  adds->callback([&command, given] { command.run = [&command, given] { return add(command, *given); }; });
  auto* lists = trust->add_subcommand("list", "Who is trusted, with fingerprints");
  lists->footer("Example:\n  shopadmin plugin trust list");
  lists->callback([&command] { command.run = [&command] { return list_publishers(command); }; });
  auto* removes = trust->add_subcommand("remove", "Trust a publisher no more; what is installed stays");
  removes->add_option("publisher", given->name, "Name or fingerprint")->required();
  removes->footer("Example:\n  shopadmin plugin trust remove amazonpay");
  removes->callback([&command, given] { command.run = [&command, given] { return remove(command, *given); }; });
}

}  // namespace shopadmin::cli
