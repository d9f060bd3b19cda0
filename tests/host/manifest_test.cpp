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

TEST_CASE("checks and append-only of a collection are read; one that cannot be kept is refused in a sentence") {
  const std::string index = "<index field=\"at_ms\" type=\"integer\"/>";
  const auto checked = [&](const std::string& check) { return parse(with(index, index + "<field name=\"size\" type=\"integer\"/>" + check)); };
  const auto good = checked("<check id=\"sound\" sum=\"size -at_ms\" min=\"-5\"/><check id=\"even\" sum=\"size\" equals=\"0\"/>");
  INFO(good.message());
  REQUIRE(good);
  const auto& checks = good->collection("seen")->checks;
  REQUIRE(checks.size() == 2);
  CHECK(checks[0].sum == std::vector<std::pair<std::string, bool>>{{"size", false}, {"at_ms", true}});
  CHECK(checks[0].relation == ">=");
  CHECK(checks[0].bound == -5);
  CHECK(checks[1].relation == "=");
  CHECK_FALSE(good->collection("seen")->append_only);
  CHECK(good->collection("seen")->field("size"));
  CHECK_FALSE(good->collection("seen")->index("size"));
  CHECK(checked("<field name=\"at_ms\" type=\"integer\"/>").message().find("two of the field") != std::string::npos);
  CHECK(parse(with("collection id=\"seen\"", "collection id=\"seen\" append-only=\"true\""))->collection("seen")->append_only);
  const auto refused = [&](const std::string& check, const std::string& says) {
    const auto outcome = checked(check);
    INFO(check << " -> " << outcome.message());
    CHECK(outcome.kind() == Kind::invalid);
    CHECK(outcome.message().find(says) != std::string::npos);
  };
  refused("<check id=\"c\" sum=\"nowhere\" min=\"0\"/>", "the check \"c\" of the collection \"seen\" sums \"nowhere\", which is no field of this collection");
  refused("<check id=\"c\" sum=\"state\" min=\"0\"/>", "which is a text");
  refused("<check id=\"c\" sum=\"size size\" min=\"0\"/>", "twice");
  refused("<check id=\"c\" sum=\" \" min=\"0\"/>", "sums nothing");
  refused("<check id=\"c\" sum=\"size\"/>", "exactly one of the attributes min, max and equals (it has 0)");
  refused("<check id=\"c\" sum=\"size\" min=\"0\" max=\"1\"/>", "(it has 2)");
  refused("<check id=\"c\" sum=\"size\" min=\"1; DROP TABLE orders\"/>", "min");
  refused("<check id=\"c\" sum=\"size\" min=\"0\"/><check id=\"c\" sum=\"size\" max=\"0\"/>", "two of the check");
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
  refused("field=\"at_ms\"", "field=\"state\"", "two of the field");
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
  refused("page=\"list\" action", "page=\"other\" action", "not in the menu");
  refused("kind=\"refund\"", "kind=\"re fund\"", "kind");
  refused("help=\"Says what came\"", "", "help");
  refused("command name=\"say-no\"", "command name=\"echo\"", "two of the command");
  refused("<contribution id=\"hostapi.command/1\"/>", "", "hostapi.command/1");
  refused("task name=\"flaky\"", "task name=\"sync\"", "two of the task");
}

TEST_CASE("a manifest says of which form its documents are; an attribute has an end") {
  CHECK(parse(probe_xml())->data_version == 1);
  CHECK(parse(with("<collections>", "<collections data=\"7\">"))->data_version == 7);
  CHECK(parse(with("<index field=\"state\" type=\"text\"/>", "<index field=\"state\" type=\"text\" sparse=\"true\"/>"))->collections[0].index("state")->sparse);
  CHECK(parse(with("<index field=\"state\" type=\"text\"/>", "<index field=\"state\" type=\"text\" sparse=\"often\"/>")).message().find("sparse must be true or false") != std::string::npos);
  CHECK(parse(with("<collections>", "<collections data=\"0\">")).message().find("between 1 and") != std::string::npos);
  CHECK(parse(with("label=\"List\"", "label=\"" + std::string(100'000, 'x') + "\"")).message().find("longer than 2000 bytes") != std::string::npos);
}
