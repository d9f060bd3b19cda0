#include "renderer.hpp"

#include <fstream>
#include <sstream>

#include "template_tree.hpp"

namespace shopadmin::web {
namespace {

namespace json = boost::json;

constexpr int depth_max = 12;

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 60) return false;
  for (const char c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-') return false;
  return true;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw TemplateError("the template " + path.string() + " is missing; install the templates folder of this version");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Indentation and line ends are for people; the parser and the wire are better off without.
std::string squeeze(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto start = line.find_first_not_of(" \t\r");
    if (start == std::string::npos) continue;
    out.append(line, start, std::string::npos);
    out.push_back('\n');
  }
  return out;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) text.replace(at, what.size(), with);
}

void refuse_raw(const std::string& text, const std::filesystem::path& path) {
  for (const auto* tag : {"{{{", "{{&", "{{ &", "{{="})
    if (text.find(tag) != std::string::npos)
      throw TemplateError("the template " + path.string() + " contains " + tag + ", which would let text become markup; use {{name}}");
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  append_escaped(escaped, text);
  return escaped;
}

namespace {

// Expands one template file: partials, slots, translations.
class Expansion {
 public:
  Expansion(const TemplateFolders& folders, const Translate& translate, const std::string& locale, const Slots& slots)
      : folders_(folders), translate_(translate), locale_(locale), slots_(slots) {}

  std::string file(const TemplateName& name, int depth) const {
    if (!is_name(name.folder) || !is_name(name.name)) throw TemplateError("'" + name.folder + "/" + name.name + "' is not a template name");
    const auto path = folders_.file(name);
    std::string text = squeeze(read_file(path));
    refuse_raw(text, path);
    return tags(text, name, depth);
  }

 private:
  std::string tags(const std::string& text, const TemplateName& owner, int depth) const {
    if (depth > depth_max) throw TemplateError("the template " + owner.folder + "/" + owner.name + " includes itself");
    std::string out;
    std::size_t at = 0;
    while (true) {
      const auto partial = text.find("{{>", at);
      const auto message = text.find("{{#_}}", at);
      const auto next = std::min(partial, message);
      out.append(text, at, next == std::string::npos ? next : next - at);
      if (next == std::string::npos) return out;
      if (next == partial) {
        const auto end = text.find("}}", next);
        if (end == std::string::npos) throw TemplateError("a tag is not closed in " + owner.folder + "/" + owner.name);
        out += include(text.substr(next + 3, end - next - 3), owner, depth);
        at = end + 2;
      } else {
        const auto end = text.find("{{/_}}", next);
        if (end == std::string::npos) throw TemplateError("{{#_}} is not closed in " + owner.folder + "/" + owner.name);
        out += translated(text.substr(next + 6, end - next - 6), owner);
        at = end + 6;
        if (out.ends_with("。") && at < text.size() && text[at] == ' ') ++at;  // Japanese sentences follow one another without a space
      }
    }
  }

  std::string include(const std::string& tag, const TemplateName& owner, int depth) const {
    std::istringstream words(tag);
    std::string name, argument;
    words >> name >> argument;
    if (name == "slot") {
      const auto found = slots_.find(argument);
      if (found == slots_.end()) return {};
      return "{{#" + argument + "}}" + file(found->second, depth + 1) + "{{/" + argument + "}}";
    }
    TemplateName partial{owner.folder, "_" + name, owner.domain};
    if (!std::filesystem::exists(folders_.file(partial))) {
      partial.folder = "shopadmin";
      partial.domain = "shopadmin";
    }
    std::string text = file(partial, depth + 1);
    if (!text.empty() && text.back() == '\n') text.pop_back();
    replace_all(text, "$1", argument);
    return text;
  }

  // {{name}} in the text is {name} in the catalogue.
  std::string translated(std::string message, const TemplateName& owner) const {
    replace_all(message, "\n", " ");
    replace_all(message, "{{", "{");
    replace_all(message, "}}", "}");
    std::string text = escape_html(translate_(locale_, owner.domain, message));
    replace_all(text, "{", "{{");
    replace_all(text, "}", "}}");
    return text;
  }

  const TemplateFolders& folders_;
  const Translate& translate_;
  const std::string& locale_;
  const Slots& slots_;
};

}  // namespace

std::filesystem::path TemplateFolders::file(const TemplateName& name) const {
  const auto found = elsewhere.find(name.folder);
  return (found == elsewhere.end() ? dir / name.folder : found->second) / (name.name + ".mustache");
}

Renderer::Renderer(std::filesystem::path templates_dir, Translate translate, std::map<std::string, std::filesystem::path> elsewhere)
    : folders_{std::move(templates_dir), std::move(elsewhere)}, translate_(std::move(translate)) {}
Renderer::~Renderer() = default;

std::string Renderer::expand(const TemplateName& page, const std::string& locale, const Slots& slots) const {
  return Expansion(folders_, translate_, locale, slots).file(page, 0);
}

bool Renderer::has(const TemplateName& page) const {
  return is_name(page.folder) && is_name(page.name) && std::filesystem::exists(folders_.file(page));
}

std::shared_ptr<const TemplateTree> Renderer::load(const TemplateName& page, const std::string& locale, const Slots& slots) const {
  std::string key = locale + '\n' + page.folder + '/' + page.name;
  for (const auto& [slot, name] : slots) key += '\n' + slot + '=' + name.folder + '/' + name.name + '@' + name.domain;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = cache_.find(key); found != cache_.end()) return found->second;
  }
  auto loaded = std::make_shared<const TemplateTree>(expand(page, locale, slots));
  if (!loaded->error().empty()) throw TemplateError("the template " + page.folder + "/" + page.name + " (or one it includes) is broken: " + loaded->error());
  const std::lock_guard lock(mutex_);
  return cache_.emplace(key, std::move(loaded)).first->second;
}

std::string Renderer::render(const TemplateName& page, const std::string& locale, const json::object& host_names, const json::object& data,
                             const Slots& slots) const {
  return load(page, locale, slots)->draw(host_names, data);
}

}  // namespace shopadmin::web
