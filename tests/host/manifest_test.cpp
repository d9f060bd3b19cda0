#include "loader/manifest.hpp"

#include <fstream>

#include "support.hpp"

using namespace testing;

namespace {
std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}
std::string probe_xml() { return file_text(probe_folder("good") / "manifest.xml"); }
std::string with(const std::string& from, const std::string& to) {
  auto text = probe_xml();
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the manifest has no " + from);
  return text.replace(at, from.size(), to);
}
Result<Manifest> parse(const std::string& xml) { return parse_manifest(xml, "manifest.xml"); }
}  // namespace

TEST_CASE("the manifest of the Amazon Pay plugin and of the probe are valid by the schema and by the reader") {
  for (const std::string& path : {std::string(PLUGIN_MANIFEST), (probe_folder("good") / "manifest.xml").string()}) {
    int code = 0;
    const auto output = command_output(std::string("xmllint --noout --nonet --schema ") + SCHEMA_FOLDER + "/manifest.xsd " + path, &code);
    INFO(output);
    CHECK(code == 0);
    const auto manifest = parse(file_text(path));
    INFO(manifest.message());
    CHECK(manifest);
  }
  const auto manifest = *parse(file_text(PLUGIN_MANIFEST));
  CHECK(manifest.payment_method == "amazon_pay");
  CHECK(manifest.word("captured")->role == "good");
  CHECK(manifest.setting("private_key")->type == "secret");
  CHECK(manifest.collection("payments")->index("created_ms")->integer);
}

TEST_CASE("a DOCTYPE, a bomb, junk and a huge file are refused") {
  CHECK(parse("<!DOCTYPE plugin [<!ENTITY a \"x\">]>" + probe_xml().substr(probe_xml().find("<plugin"))).message().find("DOCTYPE") != std::string::npos);
  CHECK(parse("<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><plugin>&lol2;</plugin>").kind() == Kind::refused);
  CHECK(parse("").kind() == Kind::invalid);
  CHECK(parse("<plugin").message().find("not well-formed") != std::string::npos);
  CHECK(parse("<other/>").message().find("no <plugin>") != std::string::npos);
  CHECK(parse(probe_xml() + std::string(300'000, ' ')).kind() == Kind::limit);
  CHECK(parse(probe_xml().substr(0, probe_xml().size() / 2)).kind() == Kind::invalid);
}

TEST_CASE("whatever the schema forbids is refused with its place") {
  const auto refused = [](const std::string& from, const std::string& to, const std::string& says) {
    const auto outcome = parse(with(from, to));
    INFO(to << " -> " << outcome.message());
    CHECK(outcome.kind() == Kind::invalid);
    CHECK(outcome.message().find(says) != std::string::npos);
  };
  refused("id=\"org.example.probe\"", "id=\"../../etc\"", "attribute id");
  refused("version=\"1.0.0\"", "version=\"new\"", "attribute version");
  refused("abi=\"1\" ", "", "abi");
  refused("library=\"libprobe.so\"", "library=\"/tmp/x.so\"", "library");
  refused("<name>Probe</name>", "", "<name>");
  refused("role=\"good\"", "role=\"splendid\"", "role");
  refused("type=\"integer\"", "type=\"double\"", "type");
  refused("collection id=\"seen\"", "collection id=\"seen; drop table orders\"", "id");
  refused("field=\"at_ms\"", "field=\"state\"", "two of the index");
  refused("every_s=\"30\"", "every_s=\"0\"", "every_s");
  refused("roles=\"owner\"", "roles=\"king\"", "roles");
  refused("permission id=\"probe.view\"", "permission id=\"orders.view\"", "belongs to the host");
  refused("pattern=\"[0-9]{3}\"", "pattern=\"[0-9\"", "regular expression");
  refused("<tab id", "<script/><tab id", "<script>");
  refused("path=\"in\"", "path=\"../in\"", "path");
  refused("path=\"in\"", "path=\"large\"", "two of the webhook");
  refused("max-bytes=\"1000\"", "max-bytes=\"1048577\"", "max-bytes");
  refused("<contribution id=\"hostapi.webhook/1\"/>", "", "hostapi.webhook/1");
  refused("command name=\"echo\"", "command name=\"Echo it\"", "name");
  refused("help=\"Says what came\"", "", "help");
  refused("command name=\"say-no\"", "command name=\"echo\"", "two of the command");
  refused("<contribution id=\"hostapi.command/1\"/>", "", "hostapi.command/1");
  refused("task name=\"flaky\"", "task name=\"sync\"", "two of the task");
}
