#include <sys/stat.h>

#include <fstream>

#include "clock.hpp"
#include "log.hpp"
#include "support.hpp"

using namespace testing;

namespace {
/* A copy of a probe's folder that a test may spoil. */
struct Copy {
  explicit Copy(const std::string& variant = "good") {
    std::filesystem::copy(probe_folder(variant), folder.path(), std::filesystem::copy_options::recursive);
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  }
  void manifest(const std::string& from, const std::string& to) {
    std::ifstream in(folder.path() / "manifest.xml");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("the manifest has no " + from);
    std::ofstream(folder.path() / "manifest.xml") << text.replace(at, from.size(), to);
  }
  TempDir folder;
};

std::string refusal(const std::filesystem::path& folder, std::string* failed_step = nullptr) {
  Host host("sqlite");
  const auto outcome = host.app->plugins.load(folder, [&](const LoadStep& step) {
    if (!step.good && failed_step) *failed_step = step.step;
  });
  CHECK(host.app->plugins.manifests().empty());
  CHECK(host.app->plugins.states().size() == 1);
  CHECK(host.app->orders.list({})->orders.empty()); /* the host goes on */
  return outcome ? "" : outcome.message();
}
}  // namespace

TEST_CASE("T19 a plugin of another ABI is refused before it is created, naming both versions", "[T19]") {
  std::string step;
  const auto text = refusal(probe_folder("other_abi"), &step);
  INFO(text);
  CHECK(step == "abi");
  CHECK(says(text, "ABI 7"));
  CHECK(says(text, "ABI 1"));
  CHECK(says(text, "org.example.probe"));
}

TEST_CASE("T19 a manifest of another ABI is refused before any code is loaded, naming both versions", "[T19]") {
  Copy copy;
  copy.manifest("abi=\"1\"", "abi=\"2\"");
  std::string step;
  const auto text = refusal(copy.folder.path(), &step);
  INFO(text);
  CHECK(step == "services");
  CHECK(says(text, "ABI 2"));
  CHECK(says(text, "ABI 1"));
}

TEST_CASE("a good plugin goes through every step, and what it declares is there") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    std::string steps;
    REQUIRE(host.app->plugins.load(probe_folder("good"), [&](const LoadStep& step) { steps += step.step + (step.good ? " " : "! "); }));
    CHECK(steps == "manifest services file library entry point abi identity collections create start ");
    CHECK(host.app->accounts.may("owner", "probe.view"));
    CHECK_FALSE(host.app->accounts.may("staff", "probe.view"));
    CHECK(host.app->queue.list().at(0).name == "tick");
    CHECK(host.app->plugins.load(probe_folder("good")).kind() == Kind::conflict);
    host.app->plugins.stop_all();
    CHECK(host.app->plugins.load(probe_folder("good")));
  }
}

TEST_CASE("a plugin that throws, says nothing, lacks its symbol, lies about its id or does not start is refused with a sentence") {
  std::string step;
  CHECK(says(refusal(probe_folder("throws"), &step), "could not be created"));
  CHECK(step == "create");
  CHECK(says(refusal(probe_folder("silent"), &step), "could not be created (status 0)"));
  CHECK(says(refusal(probe_folder("no_entry"), &step), "does not export hostapi_entry_point"));
  CHECK(step == "entry point");
  CHECK(says(refusal(probe_folder("wrong_id"), &step), "org.example.other 1.0.0, the manifest says org.example.probe 1.0.0"));
  CHECK(step == "identity");
  CHECK(says(refusal(probe_folder("start_fails"), &step), "no licence"));
  CHECK(step == "start");
}

TEST_CASE("missing services are refused by name before any code is loaded") {
  Copy copy;
  copy.manifest("<required id=\"hostapi.core/1\"/>", "<required id=\"hostapi.core/1\"/><required id=\"hostapi.moon/3\"/><required id=\"hostapi.core/9\"/>");
  std::string step;
  const auto text = refusal(copy.folder.path(), &step);
  CHECK(step == "services");
  CHECK(says(text, "hostapi.core/9, hostapi.moon/3"));
}

TEST_CASE("a library that is a link, may be written by everybody, is another file than the manifest says, or is missing, is refused") {
  {
    Copy copy;
    std::filesystem::rename(copy.folder.path() / "libprobe.so", copy.folder.path() / "real.so");
    std::filesystem::create_symlink("real.so", copy.folder.path() / "libprobe.so");
    CHECK(says(refusal(copy.folder.path()), "is a link"));
  }
  {
    Copy copy;
    ::chmod((copy.folder.path() / "libprobe.so").c_str(), 0777);
    CHECK(says(refusal(copy.folder.path()), "may be written by everybody"));
  }
  {
    Copy copy;
    copy.manifest("library=\"libprobe.so\"", "library=\"libprobe.so\" sha256=\"" + std::string(64, 'a') + "\"");
    CHECK(says(refusal(copy.folder.path()), "SHA-256 differs"));
  }
  {
    Copy copy;
    copy.manifest("library=\"libprobe.so\"", "library=\"../libprobe.so\"");
    CHECK(says(refusal(copy.folder.path()), "library"));
  }
  {
    Copy copy;
    std::filesystem::remove(copy.folder.path() / "libprobe.so");
    CHECK(says(refusal(copy.folder.path()), "is not there"));
  }
  {
    Copy copy;
    std::ofstream(copy.folder.path() / "libprobe.so") << "not a library";
    CHECK(says(refusal(copy.folder.path()), "cannot be loaded"));
  }
}

TEST_CASE("the plugin sees the order, its settings without secrets and texts; a call that ended is refused; secrets stay out of the log") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    const auto id = insert(*host.app, sample_order("100"));
    host.load_probe();
    const auto& manifest = *host.app->plugins.manifest("org.example.probe");
    SettingChanges changes;
    changes.secrets.emplace("private_key", SecretText("PLANTED-SECRET-42"));
    REQUIRE(host.app->settings.save(staff(), manifest, changes));
    std::string log;
    log_to([&](const std::string& line) { log += line + "\n"; });
    REQUIRE(host.app->plugins.order_view(staff(), manifest.id, "panel", id));
    const auto view = host.app->plugins.order_view(staff(), manifest.id, "panel", id);
    log_to({});
    REQUIRE(view);
    const auto& data = view->at("data");
    CHECK(data.at("order").at("number").as_string() == "100");
    const auto& named = data.at("named").as_object();
    CHECK(named.at("by_ids").as_bool());
    REQUIRE(named.at("orders").as_array().size() == 1);
    CHECK(named.at("orders").at(0).at("id").as_string() == id);
    CHECK(named.at("orders").at(0).at("buyer") == data.at("order").at("buyer"));
    CHECK_FALSE(named.at("orders").at(0).as_object().contains("lines"));
    CHECK(data.at("text").as_string() == "Hello Ann");
    CHECK(data.at("secret_size").as_int64() == 17);
    CHECK(data.at("settings").at("secrets_set").at(0).as_string() == "private_key");
    CHECK(data.at("settings").at("values").at("mode").as_string() == "a");
    CHECK(json::serialize(*view).find("PLANTED") == std::string::npos);
    CHECK(log.find("PROBE_VIEW") != std::string::npos);
    CHECK(log.find("PLANTED") == std::string::npos);
    CHECK(host.app->plugins.order_view(staff(), manifest.id, "panel", "o-gone").kind() == Kind::not_found);
    CHECK(host.app->plugins.page_view(staff(), manifest.id, "none", {}).kind() == Kind::not_found);
    CHECK(host.app->plugins.action_plan(staff(), manifest.id, id, "none", {}).kind() == Kind::unsupported);
    CHECK(host.app->plugins.order_view(staff(), "org.example.nobody", "panel", id).kind() == Kind::unavailable);
  }
}
