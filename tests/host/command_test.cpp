#include <fstream>

#include "support.hpp"

using namespace testing;

namespace {
Result<Document> run(Host& host, const Caller& caller, const std::string& command, const json::object& arguments = {}) {
  return host.app->plugins.run_command(caller, "org.example.probe", command, arguments);
}

/* A data folder in which the probe was loaded once, and the real shopadmin on it. */
struct Shell {
  explicit Shell(const std::string& engine = "sqlite") : host(engine) {
    REQUIRE(host.app->accounts.add("jana", "Jana Brandt", "owner", "a long password 1"));
    REQUIRE(host.app->accounts.add("sam", "Sam Staff", "staff", "a long password 2"));
    host.load_probe();
    database = host.app->options.database;
    host.app.reset();
  }
  std::string operator()(const std::string& words, int* code = nullptr) const {
    return command_output(std::string(SHOPADMIN) + " --data " + host.options.data.string() + " --database '" + database + "' " + words, code);
  }
  std::string refused(const std::string& words, int with = 1) const {
    int code = 0;
    const auto output = (*this)(words, &code);
    CHECK(code == with);
    return output;
  }
  std::filesystem::path file(const std::string& bytes) const {
    const auto path = host.data.path() / "rows.csv";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  Host host;
  std::string database;
};
}  // namespace

TEST_CASE("a command gets its arguments and the caller's identity, and its document comes back") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    host.load_probe();
    const auto answer = run(host, staff(), "echo", {{"kind", "refund"}, {"note", "Grüße"}});
    REQUIRE(answer);
    CHECK(answer->at("command") == "echo");
    CHECK(answer->at("arguments") == json::value{{"kind", "refund"}, {"note", "Grüße"}});
    CHECK(answer->at("who") == json::value{{"id", "u-1"}, {"name", "Sam Staff"}, {"role", "staff"}});
    CHECK(answer->at("may") == false);
    CHECK(answer->at("left_ms") == 600'000);
    CHECK(run(host, system_caller(), "echo")->at("may") == true);
  }
}

TEST_CASE("what a command refuses, throws or leaves unanswered is a failure with a sentence") {
  Host host("sqlite");
  host.load_probe();
  CHECK(run(host, staff(), "say-no").kind() == Kind::refused);
  CHECK(run(host, staff(), "say-no").message() == "The money is gone. Nothing was changed.");
  CHECK(run(host, staff(), "say-no", {{"how", "throw"}}).kind() == Kind::no_answer);
  CHECK(run(host, staff(), "say-no", {{"how", "silence"}}).kind() == Kind::no_answer);
  CHECK(run(host, staff(), "say-no", {{"how", "no document"}}).kind() == Kind::internal);
  CHECK(run(host, staff(), "other").kind() == Kind::not_found);
  CHECK(host.app->plugins.run_command(staff(), "org.example.nobody", "echo", {}).kind() == Kind::unavailable);
}

TEST_CASE("shopadmin plugin run prints the text for people, or the document with --json, in the name of the command line or of a user") {
  ON_EACH_ENGINE(engine) {
    Shell shell(engine);
    CHECK(shell("plugin run probe echo a=1 b=@@home") == "echo\n2 arguments\n"); /* no --plugin: it was loaded here before */
    const auto rows = shell.file("order,amount\n2026-1,12.95\n");
    const auto document = json::parse(shell("plugin run org.example.probe echo rows=@" + rows.string() + " note='a=b' at=@@home --json --plugin " + probe_folder("good").string()));
    CHECK(document.at("arguments") == json::value{{"rows", "order,amount\n2026-1,12.95\n"}, {"note", "a=b"}, {"at", "@home"}});
    CHECK(document.at("who").at("id") == "cli");
    CHECK(document.at("may") == true);
    const auto as_sam = json::parse(shell("--json plugin run probe echo --as sam"));
    CHECK(as_sam.at("who").at("name") == "Sam Staff");
    CHECK(as_sam.at("who").at("role") == "staff");
    CHECK(as_sam.at("may") == false);
    CHECK(json::parse(shell("plugin run probe echo --as jana --json")).at("may") == true);
    const auto list = shell("plugin commands");
    CHECK(says(list, "probe echo    Says what came\n"));
    CHECK(json::parse(shell("plugin commands --json")).at(1).at("name") == "say-no");
  }
}

TEST_CASE("shopadmin plugin run refuses with the plugin's sentence, and what is unknown lists what there is") {
  Shell shell;
  CHECK(shell.refused("plugin run probe say-no", 3) == "shopadmin: The money is gone. Nothing was changed.\n");
  CHECK(shell.refused("plugin run nothing echo") == "shopadmin: There is no plugin \"nothing\". Here is: probe (org.example.probe).\n");
  CHECK(shell.refused("plugin run probe bulk") == "shopadmin: Probe has no command \"bulk\". It has:\n  echo  Says what came\n  say-no  Fails as the argument how says\n");
  CHECK(says(shell.refused("plugin run probe echo --as nobody"), "no user \"nobody\""));
  (void)shell("user disable sam");
  CHECK(says(shell.refused("plugin run probe echo --as sam"), "disabled"));
  CHECK(says(shell.refused("plugin run probe echo loose"), "\"loose\" is no argument. Write name=value"));
  CHECK(says(shell.refused("plugin run probe echo a=1 a=2"), "a is given twice"));
  CHECK(says(shell.refused("plugin run probe echo rows=@/none/there.csv"), "rows: the file /none/there.csv cannot be read"));
  CHECK(says(shell.refused("plugin run probe echo rows=@" + shell.file("M\xFCller").string()), "is not UTF-8 text"));
  CHECK(says(shell.refused("plugin run probe echo note=$(printf 'M\\374ller')"), "is not UTF-8 text"));
}

TEST_CASE("a file of 64 MB crosses, one byte more is refused before anything is loaded") {
  Shell shell;
  const auto path = shell.file("x");
  std::filesystem::resize_file(path, Plugins::command_bytes_max + 1);
  CHECK(says(shell.refused("plugin run probe echo large=@" + path.string()), "is larger than 64 MB. Split it"));
  std::ofstream(path, std::ios::binary) << std::string(Plugins::command_bytes_max, 'x');
  CHECK(json::parse(shell("plugin run probe echo --json large=@" + path.string())).at("arguments").at("size") == 64 * 1024 * 1024);
}
