#include <sys/stat.h>

#include <fstream>

#include "log.hpp"
#include "support.hpp"

using namespace testing;

namespace {
const std::string planted = "-----BEGIN PRIVATE KEY-----\nPLANTED\n-----END PRIVATE KEY-----\n";
Manifest probe() { return *read_manifest(probe_folder("good")); }
}  // namespace

TEST_CASE("a secret is stored sealed and shows nowhere: not in settings, audit, log or the database") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    std::string log;
    log_to([&](const std::string& line) { log += line; });
    SettingChanges changes;
    changes.values = {{"mode", "b"}, {"code", "123"}};
    changes.secrets.emplace("private_key", SecretText(planted));
    REQUIRE(host.app->settings.save(staff(), probe(), changes));
    log_event(Level::error, "X", {{"private_key", planted}, {"pasted", planted}, {"list", {planted}}, {"password", "p"}});
    log_to({});
    const auto document = json::serialize(host.app->settings.document(probe()));
    CHECK(document == R"({"values":{"mode":"b","code":"123"},"secrets_set":["private_key"]})");
    CHECK(log.find("PLANTED") == std::string::npos);
    CHECK(log.find("\"p\"") == std::string::npos);
    for (const auto& entry : host.app->audit.list({})) CHECK(json::serialize(to_document(entry)).find("PLANTED") == std::string::npos);
    const auto sealed = host.app->database.read([](Sql& sql) { return sql.row("SELECT sealed FROM plugin_secrets")->text(0); });
    CHECK(sealed.find("PLANTED") == std::string::npos);
    host.reopen();
    CHECK(host.app->settings.secret(probe(), "private_key")->reveal() == planted);
  }
}

TEST_CASE("a sealed secret does not open under another name or after a change, and the key file must be private") {
  Host host("sqlite");
  SettingChanges changes;
  changes.secrets.emplace("private_key", SecretText(planted));
  REQUIRE(host.app->settings.save(staff(), probe(), changes));
  (void)host.app->database.write([](Sql& sql) {
    sql.run("INSERT INTO plugin_secrets (plugin_id, name, sealed) SELECT 'org.other', name, sealed FROM plugin_secrets");
    sql.run("UPDATE plugin_secrets SET sealed = substr(sealed, 1, 40) || CASE substr(sealed, 41, 1) WHEN '0' THEN '1' ELSE '0' END || substr(sealed, 42) WHERE plugin_id <> 'org.other'");
    return Result<void>{};
  });
  CHECK(host.app->settings.secret(probe(), "private_key").kind() == Kind::invalid);
  auto other = probe();
  other.id = "org.other";
  CHECK(host.app->settings.secret(other, "private_key").kind() == Kind::invalid);
  CHECK(host.app->settings.secret(probe(), "nothing").kind() == Kind::not_found);
  const auto key = host.options.data / "secret.key";
  struct stat info{};
  REQUIRE(::stat(key.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  ::chmod(key.c_str(), 0644);
  const auto refused = App::open(host.options);
  CHECK(refused.kind() == Kind::refused);
  CHECK(refused.message().find("chmod 600") != std::string::npos);
}

TEST_CASE("settings that do not fit the schema are refused field by field, and nothing is saved") {
  Host host("sqlite");
  SettingChanges changes;
  changes.values = {{"mode", "c"}, {"code", "12a"}, {"private_key", "x"}, {"nonsense", "1"}};
  const auto outcome = host.app->settings.save(staff(), probe(), changes);
  REQUIRE(outcome.kind() == Kind::invalid);
  CHECK(parse_document(outcome.problem().details, "")->as_array().size() == 4);
  CHECK(text_of(host.app->settings.values(probe()), "mode") == "a");
  changes.values = {{"mode", "b"}};
  REQUIRE(host.app->settings.save(staff(), probe(), changes));
  changes.values = {{"mode", ""}};
  REQUIRE(host.app->settings.save(staff(), probe(), changes));
  CHECK(text_of(host.app->settings.values(probe()), "mode") == "a");
}
