/* shopadmin backup|restore|migrate */
#include <iostream>

#include "cli/command.hpp"
#include "operate/backup.hpp"
#include "operate/restore.hpp"
#include "store/migrations.hpp"

namespace shopadmin::cli {

namespace {
std::string address_of(const Command& command) {
  if (!command.options.database.empty()) return command.options.database;
  return "sqlite://" + (std::filesystem::absolute(command.options.data).lexically_normal() / "shopadmin.sqlite").string();
}

std::int64_t rows_of(const BackupFacts& facts) {
  std::int64_t sum = 0;
  for (const auto& [table, count] : facts.rows) sum += count;
  return sum;
}

void tell_facts(const BackupManifest& manifest) {
  std::cout << "  made      " << iso_time(manifest.at_ms) << " by " << manifest.made_by << "\n"
            << "  database  " << manifest.engine << ", schema " << manifest.facts.schema << ", " << manifest.facts.rows.size() << " tables, " << rows_of(manifest.facts) << " rows\n"
            << "  audit     " << manifest.facts.audit_entries << " entries" << (manifest.facts.audit_head.empty() ? "" : ", head " + manifest.facts.audit_head) << "\n";
}

int backup(Command& command, const std::filesystem::path& target, bool with_key) {
  const auto made = make_backup({address_of(command), std::filesystem::absolute(command.options.data).lexically_normal(), target, with_key});
  if (!made) return fail(made.problem());
  if (with_key) std::cerr << "shopadmin: this backup holds secret.key: whoever reads it can open the stored secrets. Keep it as you keep the keys themselves.\n";
  if (command.json_output) return print_json(to_document(*made)), 0;
  std::cout << "The backup " << target.string() << " is complete and checked.\n";
  tell_facts(*made);
  std::cout << "  key       " << (made->with_key ? "included" : made->key_id.empty() ? "there was none" : "not included (" + made->key_id + "): keep secret.key elsewhere; without it the stored secrets must be entered again") << "\n";
  return 0;
}

int restore(Command& command, const std::filesystem::path& source) {
  const auto data = std::filesystem::absolute(command.options.data).lexically_normal();
  const auto restored = restore_backup({std::filesystem::absolute(source).lexically_normal(), data, command.options.database});
  if (!restored) return fail(restored.problem());
  if (command.json_output) {
    auto document = to_document(restored->manifest);
    json::array notes;
    for (const auto& note : restored->notes) notes.emplace_back(note);
    document["notes"] = std::move(notes);
    return print_json(document), 0;
  }
  std::cout << "Restored from " << source.string() << ": digests, rows of each table and the audit trail are as they were.\n";
  tell_facts(restored->manifest);
  for (const auto& note : restored->notes) std::cout << "note: " << note << "\n";
  std::cout << "Before you start it: stop the old shop for good. Two shops on one payment account must never run.\n"
               "At the first start each payment is read from the payment service before money moves for it. Everybody logs in anew.\n";
  return 0;
}

int migrate(Command& command, bool dry_run) {
  const auto address = address_of(command);
  std::error_code error;
  if (address.rfind("sqlite://", 0) == 0 && !std::filesystem::exists(address.substr(9), error)) return fail({Kind::not_found, "There is no database at " + address.substr(9) + ". Check --data and --database; shopadmin serve makes a new one.", ""});
  auto database = Database::open(address, 1);
  if (!database) return fail(database.problem());
  const auto have = (*database)->read([](Sql& sql) { return sql.table_exists("schema_migrations") ? current_schema(sql) : 0; });
  const auto want = newest_schema();
  if (have > want || !dry_run) /* a newer schema is refused there, with the reason */
    if (auto good = (*database)->migrate(); !good) return fail(good.problem());
  if (command.json_output) return print_json({{"from", have}, {"to", want}, {"changed", !dry_run && have != want}, {"dry_run", dry_run}}), 0;
  if (have == want) std::cout << "The database is at schema " << have << ", which is the newest this shopadmin knows. Nothing to do.\n";
  else if (dry_run) std::cout << "The database is at schema " << have << "; migrate would bring it to " << want << ". Nothing was changed. Take a backup first: shopadmin backup.\n";
  else std::cout << "The database was brought from schema " << have << " to " << want << ".\n";
  return 0;
}
}  // namespace

void add_backup(CLI::App& root, Command& command) {
  auto place = std::make_shared<std::filesystem::path>();
  auto flag = std::make_shared<bool>(false);
  auto* out = root.add_subcommand("backup", "Back the shop up while it runs, into a folder or a .tar.gz file");
  out->add_option("target", *place, "A folder that is not there yet, or a file ending in .tar.gz, .tgz or .tar")->required();
  out->add_flag("--with-key", *flag, "Put secret.key into it, too: then it opens the stored secrets by itself");
  out->footer("Secrets stay encrypted in it. Keep the audit head it prints elsewhere.\n\nExample:\n  shopadmin backup /var/backups/shop-2026-11-22.tar.gz");
  out->callback([&command, place, flag] { command.run = [&command, place, flag] { return backup(command, *place, *flag); }; });
  auto* in = root.add_subcommand("restore", "Restore a backup into an empty data folder or database");
  in->add_option("source", *place, "The backup's folder or file")->required()->check(CLI::ExistingPath);
  in->footer("A secret.key may lie in the data folder already; everything else is refused.\n\nExample:\n  shopadmin restore /var/backups/shop-2026-11-22.tar.gz --data /var/lib/shopadmin-new");
  in->callback([&command, place] { command.run = [&command, place] { return restore(command, *place); }; });
  auto* up = root.add_subcommand("migrate", "Bring the database to this shopadmin's schema; serve does it by itself");
  up->add_flag("--dry-run", *flag, "Only say what would be done");
  up->footer("Example:\n  shopadmin migrate --dry-run");
  up->callback([&command, flag] { command.run = [&command, flag] { return migrate(command, *flag); }; });
}

}  // namespace shopadmin::cli
