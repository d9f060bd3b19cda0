/* The key that seals the stored secrets: where it comes from, and how it is changed without a moment in which a secret does not open. */
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "log.hpp"
#include "settings/key_rotation.hpp"
#include "support.hpp"

using namespace testing;

namespace {
struct SealedShop {
  explicit SealedShop(const std::string& engine) : host(engine), key_file(host.data.path() / "data" / "secret.key") {
    host.load_probe();
    SettingChanges changes;
    changes.secrets.emplace("private_key", SecretText("what nobody may read"));
    REQUIRE(host.app->settings.save(staff(), manifest(), changes));
  }
  const Manifest& manifest() { return *host.app->plugins.manifests().front(); }
  std::string secret() {
    auto text = host.app->settings.secret(manifest(), "private_key");
    return text ? text->reveal() : text.problem().message;
  }
  KeyCheck check() { return check_key(host.app->database, *SecretBox::find(key_file)); }
  Result<KeyCheck> rotate(RotationStep until = RotationStep::done) { return rotate_key(host.app->database, host.app->audit, staff(), key_file, until); }
  Host host;
  std::filesystem::path key_file;
};

struct Variable {
  Variable(const char* name_, const std::string& value) : name(name_) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name); }
  const char* name;
};
}  // namespace

TEST_CASE("whatever moment a change of the key breaks off at, every secret opens and the next try ends it") {
  ON_EACH_ENGINE(engine) {
    for (const auto broken_off : {RotationStep::key_made, RotationStep::sealed, RotationStep::exchanged}) {
      SealedShop shop(engine);
      const auto before = shop.check().id;
      REQUIRE(shop.rotate(broken_off));
      CHECK(shop.secret() == "what nobody may read"); /* the process that ran all the time */
      shop.host.reopen();
      shop.host.load_probe();
      CHECK(shop.secret() == "what nobody may read"); /* one that starts now */
      CHECK(shop.check().closed.empty());
      const auto after = shop.rotate();
      REQUIRE(after);
      CHECK(after->id != before);
      CHECK(after->older == 0);
      REQUIRE(drop_old_key(shop.host.app->database, *SecretBox::find(shop.key_file)));
      CHECK(shop.check().accepted == 1);
      CHECK(shop.secret() == "what nobody may read");
      CHECK(shop.host.app->audit.verify().good());
    }
  }
}

TEST_CASE("a secret sealed by a process that had not heard of the new key keeps the old one from being dropped") {
  SealedShop shop("sqlite");
  REQUIRE(shop.rotate(RotationStep::exchanged));
  std::filesystem::rename(shop.key_file, shop.key_file.string() + ".aside"); /* a process that only knows the old key */
  std::filesystem::rename(shop.key_file.string() + ".old", shop.key_file);
  const auto late = SecretBox::find(shop.key_file)->seal(SecretText("late"), shop.manifest().id + "/private_key");
  std::filesystem::rename(shop.key_file, shop.key_file.string() + ".old");
  std::filesystem::rename(shop.key_file.string() + ".aside", shop.key_file);
  (void)shop.host.app->database.write([&](Sql& sql) { return sql.change("UPDATE plugin_secrets SET sealed = :1", {late}), Result<void>{}; });
  CHECK(shop.secret() == "late");
  CHECK(shop.check().older == 1);
  const auto dropped = drop_old_key(shop.host.app->database, *SecretBox::find(shop.key_file));
  REQUIRE_FALSE(dropped);
  CHECK(dropped.problem().message.find("key rotate") != std::string::npos);
  REQUIRE(shop.rotate());
  CHECK(shop.secret() == "late");
}

TEST_CASE("the key comes from the environment, then from a systemd credential, then from its file") {
  SealedShop shop("sqlite");
  const auto of_file = shop.check().id;
  TempDir credentials;
  std::ofstream(credentials.path() / "shopadmin.key") << std::string(64, 'b') << "\n";
  const Variable folder("CREDENTIALS_DIRECTORY", credentials.path());
  CHECK(shop.check().source == KeySource::credential);
  {
    const Variable key("SHOPADMIN_SECRET_KEY", std::string(64, 'a'));
    CHECK(shop.check().source == KeySource::environment);
    CHECK(shop.check().closed.size() == 1); /* sealed by the file's key, which is not accepted here */
    const auto refused = shop.rotate();
    REQUIRE_FALSE(refused);
    CHECK(refused.problem().message.find("probe/private_key") != std::string::npos);
  }
  { /* from one environment key to another, with the old one beside it */
    std::filesystem::remove(credentials.path() / "shopadmin.key");
    CHECK(shop.check().id == of_file);
    std::ifstream file(shop.key_file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    static const char digits[] = "0123456789abcdef";
    std::string hex;
    for (const unsigned char c : bytes) hex += {digits[c >> 4], digits[c & 15]};
    const Variable key("SHOPADMIN_SECRET_KEY", std::string(64, 'c')), old("SHOPADMIN_SECRET_KEY_OLD", hex);
    CHECK(shop.check().older == 1);
    REQUIRE(shop.rotate());
    CHECK(shop.check().older == 0);
  }
  const Variable wrong("SHOPADMIN_SECRET_KEY", "too short");
  const auto box = SecretBox::find(shop.key_file);
  REQUIRE_FALSE(box);
  CHECK(box.problem().message.find("openssl rand -hex 32") != std::string::npos);
}

TEST_CASE("a line of the log for people stays one line, and a secret stays out of it") {
  std::string line;
  log_to([&](const std::string& text) { line = text; });
  log_as(LogFormat::text);
  log_event(Level::warn, "TASK_FAILED", {{"task", 7}, {"error", "the server\nis \"away\""}, {"private_key", "x"}, {"name", "sync"}});
  log_as(LogFormat::json);
  log_to({});
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.find(R"( warn TASK_FAILED task=7 error="the server\nis \"away\"" private_key=[redacted] name=sync)") != std::string::npos);
}
