#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../catalogue_texts.hpp"
#include "../renderer.hpp"

using namespace shopadmin::web;
namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("web-renderer-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path / "shopadmin"), fs::create_directories(path / "plug"); }
  ~Folder() { fs::remove_all(path); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path / (name + ".mustache")) << text; }
  Renderer renderer() const {
    return Renderer(path, [](const std::string& locale, const std::string&, const std::string& message) {
      return locale == "de" && message == "Order {number} & more" ? std::string("Bestellung {number} & mehr") : message;
    });
  }
};

const std::string poison = "<img src=x onerror=alert(1)>\"'&";
const TemplateName page{"shopadmin", "page", "shopadmin"};

}  // namespace

TEST_CASE("every value is escaped, in text and in attributes") {
  Folder folder;
  folder.write("shopadmin/page", "<p title=\"{{name}}\">{{name}}</p>");
  const auto html = folder.renderer().render(page, "en", {}, {{"name", poison}});
  CHECK(html == "<p title=\"&lt;img src=x onerror=alert(1)&gt;&quot;&apos;&amp;\">&lt;img src=x onerror=alert(1)&gt;&quot;&apos;&amp;</p>\n");
}

TEST_CASE("a translated text keeps its places, and the values in them are escaped") {
  Folder folder;
  folder.write("shopadmin/page", "{{#_}}Order {{number}} & more{{/_}}");
  CHECK(folder.renderer().render(page, "de", {}, {{"number", poison}}) == "Bestellung &lt;img src=x onerror=alert(1)&gt;&quot;&apos;&amp; &amp; mehr\n");
}

TEST_CASE("Japanese sentences follow one another without a space, others keep theirs") {
  Folder folder;
  folder.write("shopadmin/page", "{{#_}}One.{{/_}} {{next}}");
  const Renderer renderer(folder.path, [](const std::string& locale, const std::string&, const std::string& message) { return locale == "ja" ? std::string("一。") : message; });
  CHECK(renderer.render(page, "ja", {}, {{"next", "二。"}}) == "一。二。\n");
  CHECK(renderer.render(page, "en", {}, {{"next", "Two."}}) == "One. Two.\n");
}

TEST_CASE("a template with an unescaped tag is refused when it is loaded") {
  Folder folder;
  for (const auto* tag : {"{{{name}}}", "{{&name}}", "{{=<% %>=}}"}) {
    folder.write("shopadmin/page", tag);
    CHECK_THROWS_AS(folder.renderer().render(page, "en", {}, {}), TemplateError);
  }
}

TEST_CASE("a plugin's template stands in its slot and sees only its own data and the host's names") {
  Folder folder;
  folder.write("shopadmin/page", "<main>{{>slot view}}</main>");
  folder.write("plug/panel", "{{word}}|{{next}}|{{csrf}}");
  const auto html = folder.renderer().render(page, "en", {{"csrf", "token"}}, {{"next", "of the host"}, {"view", json::object{{"word", poison}}}}, {{"view", {"plug", "panel", "plug"}}});
  CHECK(html.find("&lt;img") != std::string::npos);
  CHECK(html.find("of the host") == std::string::npos);
  CHECK(html.find("||token") != std::string::npos);
}

TEST_CASE("names are not inherited from outer objects, and an empty text is absent") {
  Folder folder;
  folder.write("shopadmin/page", "{{#rows}}[{{title}}{{^note}}-{{/note}}{{#note}}{{note}}{{/note}}]{{/rows}}{{#has_rows}}!{{/has_rows}}");
  const json::object data{{"title", "outer"}, {"rows", json::array{json::object{{"note", ""}}, json::object{{"title", "inner"}, {"note", "n"}}}}};
  CHECK(folder.renderer().render(page, "en", {}, data) == "[-][innern]!\n");
}

TEST_CASE("a line of nothing but section tags leaves no line; numbers, points and lists of texts are drawn") {
  Folder folder;
  folder.write("shopadmin/page", "a\n{{#list}}\n<{{.}}>\n{{/list}}\n{{^list}}none{{/list}}\n{{deep.er.count}} {{deep.none}}{{#deep.er}}{{count}}{{title}}{{host}}{{/deep.er}}{{! x.y }}\n  {{#zero}}z{{/zero}}{{no}}{{text}}");
  const json::object data{{"title", "outer"}, {"list", json::array{"x", "&"}}, {"deep", json::object{{"er", json::object{{"count", 7}}}}}, {"zero", 0}, {"no", false}, {"text", "t"}};
  CHECK(folder.renderer().render(page, "en", {{"host", "h"}, {"text", "of the host"}}, data) == "a\n<x>\n<&amp;>\n\n7 7h\nzt\n");
  CHECK(folder.renderer().render(page, "en", {{"text", "of the host"}}, {}) == "a\n\nnone\n \nof the host\n");
}

TEST_CASE("a template name cannot leave its folder") {
  Folder folder;
  CHECK_THROWS_AS(folder.renderer().render({"..", "page", ""}, "en", {}, {}), TemplateError);
  CHECK_THROWS_AS(folder.renderer().render({"shopadmin", "../plug/panel", ""}, "en", {}, {}), TemplateError);
}

TEST_CASE("no template of the project holds an unescaped tag, a style or a script of its own") {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(TEMPLATES_DIR)) {
    if (entry.path().extension() != ".mustache") continue;
    ++count;
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    INFO(entry.path());
    for (const auto* bad : {"{{{", "{{&", "{{ &", " style=", "<style", "javascript:", " onclick=", " onload=", " onchange="}) CHECK(text.find(bad) == std::string::npos);
    for (std::size_t at = text.find("<script"); at != std::string::npos; at = text.find("<script", at + 1)) CHECK(text.compare(at, 13, "<script src=\"") == 0);
    for (std::size_t at = text.find("method=\"post\""); at != std::string::npos; at = text.find("method=\"post\"", at + 1)) {
      const auto end = text.find("</form>", at);
      CHECK(text.substr(at, end - at).find("{{>csrf}}") != std::string::npos);
    }
  }
  CHECK(count > 20);
}

TEST_CASE("every template of the project is well formed in every language") {
  const CatalogueTexts texts(LOCALE_DIR, {"shopadmin", "amazonpay"});
  const Renderer renderer(TEMPLATES_DIR, [&](const auto& l, const auto& d, const auto& m) { return texts.translate(l, d, m); });
  for (const auto& entry : fs::recursive_directory_iterator(TEMPLATES_DIR)) {
    const auto name = entry.path().stem().string();
    if (entry.path().extension() != ".mustache" || name[0] == '_') continue;
    const auto folder = entry.path().parent_path().filename().string();
    INFO(entry.path());
    for (const auto& locale : texts.languages()) CHECK_NOTHROW(renderer.render({folder, name, folder}, locale, {}, {}));
  }
}
