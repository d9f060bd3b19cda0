#include "operate/support_bundle.hpp"

#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <deque>
#include <fstream>
#include <set>

#include "operate/backup_file.hpp"
#include "operate/readiness.hpp"
#include "settings/key_rotation.hpp"
#include "store/migrations.hpp"
#include "version.hpp"

extern char** environ;

namespace shopadmin {

namespace fs = std::filesystem;

namespace {
constexpr std::size_t log_lines = 2000;

json::object versions_document(App& app) {
  utsname system{};
  ::uname(&system);
  struct sysinfo memory{};
  ::sysinfo(&memory);
  std::string distribution;
  std::ifstream release("/etc/os-release");
  for (std::string line; std::getline(release, line);)
    if (line.rfind("PRETTY_NAME=", 0) == 0) distribution = line.substr(12);
  const bool sqlite = app.database.engine() == Engine::sqlite;
  const auto engine = app.database.read([&](Sql& sql) { return sql.row(sqlite ? "SELECT sqlite_version()" : "SELECT current_setting('server_version')")->text(0); });
  return {{"shopadmin", program_version}, {"schema", app.database.schema_version()}, {"newest_schema", newest_schema()}, {"engine", engine_name(app.database.engine())}, {"engine_version", engine},
          {"system", system.sysname}, {"kernel", system.release}, {"machine", system.machine}, {"distribution", distribution}, {"processors", ::sysconf(_SC_NPROCESSORS_ONLN)},
          {"memory_mb", static_cast<std::int64_t>(memory.totalram) * memory.mem_unit / 1024 / 1024}, {"free_disk_mb", free_bytes(app.options.data.string()) / 1024 / 1024}, {"at", iso_time(app.clock->now_ms())}};
}

/* What was typed freely (names, addresses, references) is only said to be set. */
json::value told(const SettingField& field, const json::value& value) {
  if (field.type == "flag" || field.type == "number" || field.type == "choice") return value;
  return value.is_string() && !value.get_string().empty() ? "(set)" : "(empty)";
}

json::object configuration(App& app) {
  json::object plugins;
  for (const auto* manifest : app.plugins.manifests()) {
    const auto stored = app.settings.stored(*manifest);
    const auto values = Settings::values_of(*manifest, stored);
    json::object settings;
    for (const auto& group : manifest->settings)
      for (const auto& field : group.fields)
        if (const auto* value = values.if_contains(field.id)) settings[field.id] = told(field, *value);
    plugins[manifest->id] = json::object{{"settings", std::move(settings)}, {"secrets_that_are_set", json::array(stored.secrets.begin(), stored.secrets.end())}};
  }
  json::array variables; /* names alone */
  for (char** one = environ; *one; ++one) {
    const std::string text(*one);
    if (text.rfind("SHOPADMIN_", 0) == 0 || text.rfind("CREDENTIALS_DIRECTORY=", 0) == 0 || text.rfind("TZ=", 0) == 0) variables.emplace_back(text.substr(0, text.find('=')));
  }
  json::object document{{"plugins", std::move(plugins)}, {"environment_variables_that_are_set", std::move(variables)}};
  if (const auto box = SecretBox::find(app.options.data / "secret.key")) document["key"] = to_document(check_key(app.database, *box));
  return document;
}

json::object queue(App& app) {
  const auto now = app.clock->now_ms();
  json::array tasks;
  const auto rows = app.database.read([&](Sql& sql) {
    return sql.rows("SELECT plugin_id, name, state, count(*), max(attempts), sum(CASE WHEN last_error <> '' THEN 1 ELSE 0 END), min(due_ms) FROM tasks GROUP BY plugin_id, name, state ORDER BY plugin_id, name, state");
  });
  for (const auto& row : rows)
    tasks.push_back(json::object{{"plugin", row.text(0)}, {"task", row.text(1)}, {"state", row.text(2)}, {"count", row.whole(3)}, {"most_attempts", row.whole(4)}, {"with_error", row.whole(5)}, {"oldest_due_s", (now - row.whole(6)) / 1000}});
  return {{"tasks", std::move(tasks)}};
}

json::object tables(App& app) {
  const auto facts = app.database.read([](Sql& sql) { return backup_facts(sql); });
  json::object rows;
  for (const auto& [table, count] : facts.rows) rows[table] = count;
  return {{"rows", std::move(rows)}, {"audit_head", facts.audit_head}};
}

json::array plugins(App& app) {
  json::array list;
  for (const auto& state : app.plugins.states()) {
    json::object one{{"id", state.id}, {"version", state.version}, {"domain", state.domain}, {"loaded", state.loaded}, {"problem", state.problem}};
    if (const auto library = app.plugins.manifest(state.id); library)
      if (const auto part = part_of(library->directory / library->library)) one["library"] = json::object{{"bytes", part->bytes}, {"sha256", part->sha256}};
    list.push_back(std::move(one));
  }
  return list;
}

/* Fields whose values are of our own making. An error's text is not: a database says in it what it was given. */
json::object without_people(const json::object& line) {
  static const std::set<std::string_view> plain = {"at", "level", "event", "plugin", "task", "name", "attempt", "kind", "code", "status", "trace_id", "version", "id", "uncertain", "away_s", "marked", "outcome",
                                                   "state", "again", "took_ms", "amazon_request_id"};
  static const auto harmless = [](const json::value& value) {
    if (!value.is_string()) return value.is_bool() || value.is_int64() || value.is_uint64();
    const std::string_view text(value.get_string().data(), value.get_string().size());
    return text.size() <= 80 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-") == std::string_view::npos;
  };
  json::object kept;
  std::int64_t left_out = 0;
  for (const auto& [name, value] : line) {
    if (plain.count(std::string_view(name.data(), name.size())) && harmless(value)) kept[name] = value;
    else ++left_out;
  }
  if (left_out > 0) kept["left_out"] = left_out;
  return kept;
}

std::string log_tail(const fs::path& log) {
  std::ifstream file(log);
  std::deque<std::string> lines;
  std::int64_t foreign = 0;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(std::move(line));
    if (lines.size() > log_lines) lines.pop_front();
  }
  std::string text;
  for (const auto& line : lines) {
    boost::system::error_code error;
    const auto parsed = json::parse(line, error);
    if (error || !parsed.is_object()) ++foreign;
    else text += json::serialize(without_people(parsed.get_object())) + "\n";
  }
  return text + json::serialize(json::object{{"lines_that_are_no_json_left_out", foreign}}) + "\n";
}

const char* const readme =
    "What this holds: versions.json (programs and machine), configuration.json (settings that are choices, flags or numbers; of others and of secrets only whether they are set),\n"
    "doctor.json, queue.json (counts), tables.json (rows of each table), plugins.json, and log.jsonl if a log was given: its last 2000 lines, without texts that could name somebody.\n"
    "It holds no order, no buyer, no user and no secret.\n";
}  // namespace

Result<std::vector<std::string>> make_support_bundle(App& app, const BundleWish& wish) {
  std::error_code error;
  if (!is_archive_name(wish.target)) return Problem{Kind::invalid, "The name of the bundle must end in .tar.gz.", ""};
  if (fs::exists(fs::symlink_status(wish.target, error))) return Problem{Kind::conflict, wish.target.string() + " is there already. Give another name.", ""};
  const fs::path beside = wish.target.string() + "." + std::to_string(::getpid()) + ".part";
  if (!fs::create_directory(beside, error)) return Problem{Kind::unavailable, "The folder of " + wish.target.string() + " cannot be written: " + error.message() + ".", ""};
  fs::permissions(beside, fs::perms::owner_all, error);
  const auto diagnosis = diagnose(app, wish.doctor); /* loads the plugins, too */
  std::vector<std::pair<std::string, std::string>> files = {
      {"README.txt", readme}, {"versions.json", json::serialize(versions_document(app))}, {"configuration.json", json::serialize(configuration(app))}, {"doctor.json", json::serialize(to_document(diagnosis))},
      {"queue.json", json::serialize(queue(app))}, {"tables.json", json::serialize(tables(app))}, {"plugins.json", json::serialize(plugins(app))}};
  if (!wish.log.empty()) files.emplace_back("log.jsonl", log_tail(wish.log));
  std::vector<std::string> names;
  Result<void> outcome;
  for (const auto& [name, text] : files) {
    if (outcome) outcome = write_durably(beside / name, text + "\n");
    names.push_back(name);
  }
  if (outcome) outcome = pack(beside, wish.target);
  fs::remove_all(beside, error);
  if (!outcome) return fs::remove(wish.target, error), outcome.problem();
  return names;
}

}  // namespace shopadmin
