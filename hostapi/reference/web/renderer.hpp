// Turns a view document (template name and data) into HTML. Mustache with escaped tags only: a file with {{{ or {{& is refused when it is loaded.
// Used by every page; plugins' views are rendered by the same code, inside a page of the host.
//
// What it adds to mustache, all when a file is loaded (loaded once per language, then kept):
//   {{>name}} {{>name word}}     the text of _name.mustache, $1 replaced by word, looked for beside the file, then in shopadmin/
//   {{>slot name}}               the plugin template bound to that slot, inside {{#name}}…{{/name}}; nothing when no template is bound
//   {{#_}}Order {{number}}{{/_}} the translation of "Order {number}" in the file's domain, escaped, values filled in (escaped) when rendered
// One rule differs from mustache: names are not inherited between data objects; an inner object that lacks a name has none. Only the host's own names
// (csrf, assets, order_url, action_url, page_url, page, me …) are visible everywhere. An empty text counts as absent; a list x also gives has_x.
// Promises: any thread; throws TemplateError (a sentence for the operator) when a template is missing or broken.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

namespace shopadmin::web {

class TemplateTree;

struct TemplateError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Where a template stands and which catalogue translates it.
struct TemplateName {
  std::string folder;  // "shopadmin" or the plugin's domain
  std::string name;
  std::string domain;
  auto operator<=>(const TemplateName&) const = default;
};
using Slots = std::map<std::string, TemplateName>;
using Translate = std::function<std::string(const std::string& locale, const std::string& domain, const std::string& message)>;

struct TemplateFolders {
  std::filesystem::path dir;
  std::map<std::string, std::filesystem::path> elsewhere;
  std::filesystem::path file(const TemplateName& name) const;
};

class Renderer {
 public:
  // elsewhere: folders of templates that lie outside of templates_dir, by name (those that a plugin brought along).
  Renderer(std::filesystem::path templates_dir, Translate translate, std::map<std::string, std::filesystem::path> elsewhere = {});
  ~Renderer();

  std::string render(const TemplateName& page, const std::string& locale, const boost::json::object& host_names,
                     const boost::json::object& data, const Slots& slots = {}) const;
  bool has(const TemplateName& page) const;

  // The template's text after partials, slots and translation; for tests.
  std::string expand(const TemplateName& page, const std::string& locale, const Slots& slots) const;

 private:
  std::shared_ptr<const TemplateTree> load(const TemplateName& page, const std::string& locale, const Slots& slots) const;

  TemplateFolders folders_;
  Translate translate_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const TemplateTree>> cache_;
};

std::string escape_html(std::string_view text);

}  // namespace shopadmin::web
