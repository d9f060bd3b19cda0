#include "operate/doctor.hpp"

#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "app.hpp"
#include "audit/chain.hpp"
#include "operate/readiness.hpp"
#include "settings/key_rotation.hpp"
#include "store/migrations.hpp"

namespace shopadmin {

namespace {
constexpr std::int64_t year_2026_ms = 1'767'225'600'000, low_disk = 512LL * 1024 * 1024;
constexpr int audit_tail = 2000;

class Doctor {
 public:
  Doctor(App& app, const DoctorWish& wish) : app_(app), wish_(wish) {}

  std::vector<Diagnosis> examine() {
    look("clock", [this] { clock(); });
    look("key", [this] { key(); });
    look("folder", [this] { folder(); });
    look("database", [this] { database(); });
    look("disk", [this] { disk(); });
    look("plugins", [this] { plugins(); });
    look("queue", [this] { queue(); });
    look("audit", [this] { audit(); });
    if (wish_.public_url.empty()) add("address", "good", "The public address was not looked at.", "Give it with --url https://shop.example to check name, certificate and reachability.");
    else look("address", [this] { diagnose_address(wish_.public_url, found_); });
    return std::move(found_);
  }

 private:
  void add(const char* area, const char* level, const std::string& text, const std::string& advice = "") { found_.push_back({area, level, text, advice}); }

  template <class Look>
  void look(const char* area, Look&& at) {
    try {
      at();
    } catch (const std::exception& error) {
      add(area, "stop", std::string("It could not be looked at: ") + error.what(), "Check that the database answers and that this user may read the data folder.");
    }
  }

  void clock() {
    const auto now = app_.clock->now_ms();
    if (now < year_2026_ms) return add("clock", "stop", "The clock says " + iso_time(now) + ".", "Set it and let it follow a time server (timedatectl set-ntp true): requests with a wrong time are refused by payment services.");
    const auto last = app_.database.read([](Sql& sql) { return sql.row("SELECT coalesce(max(at_ms), 0) FROM audit")->whole(0); });
    if (last > now + 60'000) add("clock", "stop", "The clock says " + iso_time(now) + ", but the audit already has an entry of " + iso_time(last) + ".", "It went back, or this is another machine's past. Set it and let it follow a time server.");
    timex state{};
    if (::adjtimex(&state) == TIME_ERROR) return add("clock", "wait", "The clock says " + iso_time(now) + " and does not follow a time server.", "timedatectl set-ntp true; inside a container the machine outside has to.");
    add("clock", "good", "The clock says " + iso_time(now) + ".");
  }

  void key() {
    const auto box = SecretBox::find(app_.options.data / "secret.key");
    if (!box) return add("key", "stop", box.problem().message, "Bring back the key, or enter the secrets again.");
    const auto check = check_key(app_.database, *box);
    const auto whose = "Key " + check.id + " from the " + key_source_name(check.source);
    if (!check.closed.empty()) add("key", "stop", whose + " does not open " + std::to_string(check.closed.size()) + " of " + std::to_string(check.secrets) + " stored secrets (" + check.closed.front() + " …).", "Bring back the key they were sealed with, or enter them again.");
    else if (check.older > 0) add("key", "wait", whose + "; " + std::to_string(check.older) + " secrets are sealed by an older key.", "shopadmin key rotate");
    else add("key", "good", whose + " opens all " + std::to_string(check.secrets) + " stored secrets.");
  }

  void folder() {
    struct stat info{};
    const auto path = app_.options.data.string();
    if (::stat(path.c_str(), &info) != 0) return add("folder", "stop", "The data folder " + path + " cannot be looked at.", "Check --data.");
    if (info.st_mode & 007) add("folder", "stop", "Everybody on this machine may enter the data folder " + path + ".", "chmod 700 " + path);
    else if (info.st_uid != ::geteuid()) add("folder", "wait", "The data folder " + path + " belongs to another user than the one who asks.", "Run shopadmin as the user it serves as, or files it makes cannot be read there.");
    else add("folder", "good", "The data folder " + path + " is closed to others.");
    if (::geteuid() == 0 && info.st_uid == 0) add("folder", "wait", "shopadmin runs as root.", "Let it run as a user of its own; the Debian package does.");
  }

  void sqlite(Sql& sql) {
    const auto mode = sql.row("SELECT journal_mode FROM pragma_journal_mode")->text(0), synchronous = sql.row("SELECT synchronous FROM pragma_synchronous")->text(0);
    if (mode != "wal" || synchronous != "2") add("database", "stop", "SQLite runs with journal_mode " + mode + " and synchronous " + synchronous + ".", "Another program changed the file; it must be wal and 2 (full). Stop that program and start shopadmin again.");
    const auto sound = sql.row("SELECT quick_check FROM pragma_quick_check LIMIT 1")->text(0);
    if (sound != "ok") add("database", "stop", "The database file is damaged: " + sound, "Stop the shop, keep the file, restore the last backup.");
    else add("database", "good", "SQLite " + sql.row("SELECT sqlite_version()")->text(0) + ", write-ahead log, each commit on the disk, file sound.");
  }

  void postgresql(Sql& sql) {
    for (const auto& [name, wanted] : {std::pair("fsync", "on"), std::pair("full_page_writes", "on")})
      if (sql.row("SELECT current_setting(:1)", {std::string(name)})->text(0) != wanted) add("database", "stop", std::string("PostgreSQL runs with ") + name + " = off: a power cut may lose what was stored.", std::string("Set ") + name + " = on in postgresql.conf and reload.");
    if (sql.row("SELECT current_setting('synchronous_commit')")->text(0) == "off") add("database", "stop", "PostgreSQL runs with synchronous_commit = off: the last commits may get lost.", "Set it to on, in postgresql.conf or for the role.");
    const auto version = sql.row("SELECT current_setting('server_version_num')")->whole(0);
    const auto name = sql.row("SELECT current_setting('server_version')")->text(0);
    if (version < 130000) add("database", "wait", "PostgreSQL " + name + " is older than 13.", "Upgrade the server.");
    else add("database", "good", "PostgreSQL " + name + " answers.");
  }

  void database() {
    const auto begin = std::chrono::steady_clock::now();
    app_.database.read([&](Sql& sql) { return (sql.engine() == Engine::sqlite ? sqlite(sql) : postgresql(sql)), 0; });
    (void)app_.database.write_plain([](Sql&) { return Result<void>{}; });
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
    const auto schema = app_.database.schema_version();
    add("database", schema == newest_schema() ? "good" : "stop", "Schema " + std::to_string(schema) + ", looked at in " + std::to_string(took) + " ms.", schema == newest_schema() ? "" : "shopadmin migrate");
  }

  void disk() {
    const auto free = free_bytes(app_.options.data.string());
    const auto text = std::to_string(free / 1024 / 1024) + " MB are free where the data folder is.";
    add("disk", free < free_bytes_least ? "stop" : free < low_disk ? "wait" : "good", text, free < low_disk ? "Make room: without it nothing can be stored." : "");
  }

  void plugins() {
    for (const auto& directory : app_.options.plugins) (void)app_.plugins.load(directory).ok();
    for (const auto& state : app_.plugins.states())
      if (!state.loaded) (void)app_.plugins.load(state.directory).ok();
    if (app_.plugins.states().empty()) return add("plugins", "wait", "No plugin was ever loaded here.", "shopadmin serve --plugin FOLDER");
    for (const auto& state : app_.plugins.states()) {
      if (state.loaded) add("plugins", "good", state.name + " " + state.version + " can be loaded.");
      else add("plugins", "stop", (state.id.empty() ? state.directory.string() : state.id) + " cannot be loaded: " + state.problem, "shopadmin plugin check " + state.directory.string());
    }
    for (const auto* manifest : app_.plugins.manifests())
      if (manifest->command("doctor")) ask(*manifest);
  }

  void ask(const Manifest& manifest) {
    const auto answer = app_.plugins.run_command(system_caller(), manifest.id, "doctor", {});
    if (!answer) return add("plugins", "stop", manifest.name + " could not examine itself: " + answer.problem().message, "shopadmin plugin run " + manifest.domain + " doctor");
    for (const auto& item : array_of(answer->get_object(), "checks")) {
      if (!item.is_object()) continue;
      const auto& check = item.get_object();
      const auto level = text_of(check, "level", "wait");
      found_.push_back({manifest.domain + "/" + text_of(check, "name"), level == "good" || level == "stop" ? level : "wait", text_of(check, "text"), text_of(check, "advice")});
    }
  }

  void queue() {
    const auto counts = app_.queue.counts();
    const auto now = app_.clock->now_ms();
    const auto text = std::to_string(counts.waiting) + " tasks wait, " + std::to_string(counts.running) + " run, " + std::to_string(counts.failing) + " fail.";
    if (counts.oldest_due_ms != 0 && now - counts.oldest_due_ms > 900'000) add("queue", "stop", text + " The oldest has been due since " + iso_time(counts.oldest_due_ms) + ".", "Does shopadmin serve run? If it does: shopadmin task list --failing");
    else if (counts.failing > 0) add("queue", "wait", text, "shopadmin task list --failing says why.");
    else add("queue", "good", text);
  }

  /* The newest entries; shopadmin audit verify checks them all. */
  void audit() {
    const auto rows = app_.database.read([](Sql& sql) { return sql.rows(std::string(audit_record_query) + " WHERE a.id > (SELECT coalesce(max(id), 0) - :1 FROM audit) ORDER BY a.id", {std::int64_t{audit_tail}}); });
    std::string before;
    bool first = true;
    for (const auto& row : rows) {
      const auto record = record_from(row);
      if (digest_of(record) != record.digest || (!first && chain_of(before, record.digest) != record.chain))
        return add("audit", "stop", "The audit entry " + record.id + " is not as it was written.", "shopadmin audit verify names all; compare with a backup or an export.");
      before = record.chain, first = false;
    }
    add("audit", "good", "The newest " + std::to_string(rows.size()) + " entries of the audit are as they were written.");
  }

  App& app_;
  const DoctorWish& wish_;
  std::vector<Diagnosis> found_;
};
}  // namespace

std::vector<Diagnosis> diagnose(App& app, const DoctorWish& wish) { return Doctor(app, wish).examine(); }

bool is_well(const std::vector<Diagnosis>& found) {
  return std::none_of(found.begin(), found.end(), [](const Diagnosis& one) { return one.level == "stop"; });
}

json::object to_document(const std::vector<Diagnosis>& found) {
  json::array checks;
  for (const auto& one : found) checks.push_back(json::object{{"area", one.area}, {"level", one.level}, {"text", one.text}, {"advice", one.advice}});
  return {{"well", is_well(found)}, {"checks", std::move(checks)}};
}

}  // namespace shopadmin
