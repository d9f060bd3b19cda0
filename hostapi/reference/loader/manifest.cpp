#include "loader/manifest.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <sstream>

namespace shopadmin {

namespace {
constexpr std::size_t manifest_bytes_max = 256 * 1024, attribute_bytes_max = 2000;
const char* const any_text = ".+"; /* on one line */
const char* const name_form = "[a-z][a-z0-9_]{0,40}";

/* Reads the tree and remembers the first thing that is wrong; the rest of the reading goes on harmlessly. */
class Reader {
 public:
  explicit Reader(std::string where) : where_(std::move(where)) {}
  const std::string& error() const { return error_; }

  void fail(const std::string& what) {
    if (error_.empty()) error_ = where_ + ": " + what;
  }
  std::string need(const pugi::xml_node& node, const char* name, const char* form = any_text) {
    const std::string value = node.attribute(name).value();
    if (value.size() > attribute_bytes_max) { /* the library's expressions recurse, a character deep each */
      fail(std::string("<") + node.name() + "> attribute " + name + " is longer than " + std::to_string(attribute_bytes_max) + " bytes");
      return {};
    }
    if (!fits(value, form)) {
      fail(std::string("<") + node.name() + "> needs a good attribute " + name + (value.empty() ? " (it is missing)" : " (\"" + value.substr(0, 80) + "\" does not have the form " + form + ")"));
    }
    return value;
  }
  std::int64_t whole(const pugi::xml_node& node, const char* name, std::int64_t fallback, std::int64_t most) {
    if (!node.attribute(name)) return fallback;
    const auto text = need(node, name, "[0-9]{1,9}");
    const auto value = error_.empty() ? std::stoll(text) : fallback;
    if (value < 1 || value > most) fail(std::string("<") + node.name() + "> attribute " + name + " must lie between 1 and " + std::to_string(most));
    return value;
  }
  bool flag(const pugi::xml_node& node, const char* name) {
    const std::string value = node.attribute(name).value();
    if (!value.empty() && value != "true" && value != "false") fail(std::string("<") + node.name() + "> attribute " + name + " must be true or false");
    return value == "true";
  }
  void only(const pugi::xml_node& node, const std::set<std::string>& children) {
    for (const auto& child : node.children()) {
      if (child.type() == pugi::node_element && !children.count(child.name())) fail(std::string("<") + child.name() + "> is not known inside <" + node.name() + ">");
    }
  }
  template <class T>
  void unique(const std::vector<T>& list, const char* what, const std::function<std::string(const T&)>& id) {
    std::set<std::string> seen;
    for (const auto& item : list)
      if (!seen.insert(id(item)).second) fail(std::string("there are two of the ") + what + " \"" + id(item) + "\"");
  }

 private:
  /* A manifest has hundreds of attributes and a dozen forms; making an expression costs far more than using it. */
  static bool fits(const std::string& value, const char* form) {
    static thread_local std::map<std::string, std::regex, std::less<>> forms;
    if (form == any_text) return !value.empty() && value.find_first_of("\r\n") == std::string::npos;
    const auto [known, fresh] = forms.try_emplace(form);
    if (fresh) known->second = std::regex(form);
    return std::regex_match(value, known->second);
  }

  std::string where_, error_;
};

std::set<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> words;
  for (std::string word; stream >> word;) words.insert(word);
  return words;
}

void read_services(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  const char* const form = "[a-z][a-z0-9_.]*/[0-9]+";
  reader.only(root.child("services"), {"required", "used"});
  for (const auto& node : root.child("services").children("required")) manifest.required_services.insert(reader.need(node, "id", form));
  for (const auto& node : root.child("services").children("used")) manifest.used_services.insert(reader.need(node, "id", form));
  reader.only(root.child("contributions"), {"contribution"});
  for (const auto& node : root.child("contributions").children("contribution")) manifest.contributions.insert(reader.need(node, "id", form));
}

void read_payment(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  const auto payment = root.child("payment");
  if (!payment) return;
  manifest.payment_method = reader.need(payment, "method", name_form);
  reader.only(payment, {"word"});
  for (const auto& node : payment.children("word")) {
    manifest.words.push_back({reader.need(node, "id", name_form), reader.need(node, "label"), reader.need(node, "role", "good|wait|stop|neutral"), reader.need(node, "icon", "[a-z_-]+")});
  }
  reader.unique<PaymentWord>(manifest.words, "word", [](const auto& word) { return word.id; });
}

void read_menu(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  const auto menu = root.child("menu");
  if (menu) manifest.menu_heading = reader.need(menu, "heading");
  for (const auto& node : menu.children("page")) {
    manifest.pages.push_back({reader.need(node, "id", name_form), reader.need(node, "label"), node.attribute("icon").value(), reader.need(node, "permission", "[a-z_.]+"),
                              node.attribute("count-collection").value(), node.attribute("count-field").value(), node.attribute("count-value").value(), node.attribute("count-reader").value()});
  }
  reader.unique<MenuPage>(manifest.pages, "page", [](const auto& page) { return page.id; });
  reader.only(root.child("tick-actions"), {"tick-action"});
  for (const auto& node : root.child("tick-actions").children("tick-action")) {
    manifest.tick_actions.push_back({reader.need(node, "page", name_form), reader.need(node, "action", name_form), reader.need(node, "kind", name_form), reader.need(node, "label"), reader.need(node, "permission", "[a-z_.]+")});
    if (!manifest.page(manifest.tick_actions.back().page)) reader.fail("the tick-action \"" + manifest.tick_actions.back().label + "\" names a page that is not in the menu");
    if (manifest.payment_method.empty()) reader.fail("<tick-actions> needs <payment>: only orders paid with the plugin's method can be ticked");
  }
  if (const auto tab = root.child("tab")) manifest.tab_id = reader.need(tab, "id", name_form), manifest.tab_label = reader.need(tab, "label");
}

StoreCheck read_check(Reader& reader, const pugi::xml_node& node, const Collection& collection) {
  StoreCheck check;
  check.id = reader.need(node, "id", name_form);
  const std::string here = "the check \"" + check.id + "\" of the collection \"" + collection.id + "\"";
  std::istringstream terms(reader.need(node, "sum"));
  std::set<std::string> seen;
  for (std::string term; terms >> term;) {
    const bool minus = term.front() == '-';
    const auto field = term.substr(minus ? 1 : 0);
    const auto* summed = collection.field(field);
    if (!summed) reader.fail(here + " sums \"" + field + "\", which is no field of this collection; declare a <field> for it");
    else if (!summed->integer) reader.fail(here + " sums \"" + field + "\", which is a text; only fields of type integer can be summed");
    if (!seen.insert(field).second) reader.fail(here + " names \"" + field + "\" twice");
    check.sum.emplace_back(field, minus);
  }
  if (check.sum.empty()) reader.fail(here + " sums nothing; name fields in its attribute sum");
  int bounds = 0;
  for (const auto& [name, relation] : {std::pair{"min", ">="}, std::pair{"max", "<="}, std::pair{"equals", "="}}) {
    if (!node.attribute(name)) continue;
    ++bounds;
    const auto text = reader.need(node, name, "-?[0-9]{1,15}");
    check.relation = relation;
    if (reader.error().empty()) check.bound = std::stoll(text);
  }
  if (bounds != 1) reader.fail(here + " needs exactly one of the attributes min, max and equals (it has " + std::to_string(bounds) + ")");
  return check;
}

void read_collections(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  reader.only(root.child("collections"), {"collection"});
  manifest.data_version = static_cast<int>(reader.whole(root.child("collections"), "data", 1, 1'000'000));
  for (const auto& node : root.child("collections").children("collection")) {
    Collection collection{reader.need(node, "id", name_form), {}, {}, reader.flag(node, "append-only")};
    reader.only(node, {"index", "field", "check"});
    for (const auto& [element, name] : {std::pair{"index", "field"}, std::pair{"field", "name"}})
      for (const auto& field : node.children(element))
        collection.fields.push_back({reader.need(field, name, name_form), reader.need(field, "type", "text|integer") == "integer", element == std::string_view("index"),
                                     element == std::string_view("index") && reader.flag(field, "sparse")});
    reader.unique<StoredField>(collection.fields, "field", [](const auto& field) { return field.name; });
    for (const auto& check : node.children("check")) collection.checks.push_back(read_check(reader, check, collection));
    reader.unique<StoreCheck>(collection.checks, "check", [](const auto& check) { return check.id; });
    manifest.collections.push_back(std::move(collection));
  }
  reader.unique<Collection>(manifest.collections, "collection", [](const auto& collection) { return collection.id; });
  for (const auto& page : manifest.pages) {
    if (page.count_collection.empty()) continue;
    const auto* counted = manifest.collection(page.count_collection);
    if (!counted || !counted->index(page.count_field)) reader.fail("page \"" + page.id + "\" counts a collection or field that is not declared");
  }
}

void read_permissions(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  for (const auto& node : root.child("permissions").children("permission")) {
    manifest.permissions.push_back({reader.need(node, "id", "[a-z][a-z0-9_]*\\.[a-z][a-z0-9_.]*"), reader.need(node, "label"),
                                    words_of(reader.need(node, "roles", "(owner|administrator|staff)( (owner|administrator|staff))*"))});
    const auto& id = manifest.permissions.back().id;
    for (const char* own : {"orders.", "users.", "plugins.", "audit.", "settings."})
      if (id.rfind(own, 0) == 0) reader.fail("the permission \"" + id + "\" belongs to the host");
  }
}

void read_tasks(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  for (const auto& node : root.child("tasks").children("task")) {
    manifest.tasks.push_back({reader.need(node, "name", name_form), static_cast<int>(reader.whole(node, "concurrency", 1, 64)), reader.whole(node, "every_s", 0, 31'000'000)});
  }
  reader.unique<DeclaredTask>(manifest.tasks, "task", [](const auto& task) { return task.name; });
}

void read_webhooks(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  constexpr std::int64_t most_bytes = 1024 * 1024; /* the web reads no larger body */
  reader.only(root.child("webhooks"), {"webhook"});
  for (const auto& node : root.child("webhooks").children("webhook")) {
    manifest.webhooks.push_back({reader.need(node, "path", "[a-z][a-z0-9_-]{0,40}"), reader.whole(node, "max-bytes", 256 * 1024, most_bytes)});
  }
  reader.unique<DeclaredWebhook>(manifest.webhooks, "webhook", [](const auto& webhook) { return webhook.path; });
  if (!manifest.webhooks.empty() && !manifest.contributions.count("hostapi.webhook/1")) reader.fail("<webhooks> needs the contribution hostapi.webhook/1");
}

DeclaredCommand read_command(Reader& reader, const pugi::xml_node& node, const Manifest& manifest) {
  DeclaredCommand command;
  command.name = reader.need(node, "name", "[a-z][a-z0-9-]{0,40}"), command.help = reader.need(node, "help"), command.example = node.attribute("example").value();
  command.kind = node.attribute("kind") ? reader.need(node, "kind", "read|act|run") : "run";
  command.permission = node.attribute("permission").value();
  const auto declared = [&](const DeclaredPermission& one) { return one.id == command.permission; };
  if (!command.permission.empty() && std::none_of(manifest.permissions.begin(), manifest.permissions.end(), declared)) {
    reader.fail("the command \"" + command.name + "\" names the permission \"" + command.permission + "\", which is not declared");
  }
  reader.only(node, {"argument"});
  for (const auto& child : node.children("argument")) {
    command.arguments.push_back({reader.need(child, "name", "[a-z][a-z0-9_]{0,40}"), reader.need(child, "help"), reader.flag(child, "required"), reader.flag(child, "positional")});
  }
  reader.unique<CommandArgument>(command.arguments, "argument", [](const auto& argument) { return argument.name; });
  return command;
}

void read_commands(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  reader.only(root.child("commands"), {"command"});
  for (const auto& node : root.child("commands").children("command")) manifest.commands.push_back(read_command(reader, node, manifest));
  reader.unique<DeclaredCommand>(manifest.commands, "command", [](const auto& command) { return command.name; });
  if (!manifest.commands.empty() && !manifest.contributions.count("hostapi.command/1")) reader.fail("<commands> needs the contribution hostapi.command/1");
}

SettingField read_field(Reader& reader, const pugi::xml_node& node) {
  SettingField field;
  field.id = reader.need(node, "id", name_form), field.type = reader.need(node, "type", "text|choice|secret|flag|number"), field.label = reader.need(node, "label");
  field.help = node.attribute("help").value(), field.fallback = node.attribute("default").value(), field.pattern = node.attribute("pattern").value();
  field.advanced = reader.flag(node, "advanced"), field.multiline = reader.flag(node, "multiline");
  for (const auto& choice : node.children("choice")) field.choices.push_back({choice.attribute("value").value(), reader.need(choice, "label"), choice.attribute("effect").value(), choice.attribute("icon") ? reader.need(choice, "icon", "[a-z_-]+") : ""});
  field.unit = node.attribute("unit").value();
  if (field.type == "choice" && field.choices.empty()) reader.fail("the setting \"" + field.id + "\" is a choice without choices");
  if (field.type == "secret" && !field.fallback.empty()) reader.fail("the secret \"" + field.id + "\" must not have a default");
  if (field.type == "number" && !std::regex_match(field.fallback, std::regex("(-?[0-9]{1,15})?"))) reader.fail("the default of \"" + field.id + "\" is not a number");
  try {
    if (!field.pattern.empty()) std::regex check(field.pattern);
  } catch (const std::regex_error&) {
    reader.fail("the pattern of the setting \"" + field.id + "\" is not a regular expression");
  }
  return field;
}

SettingGroup read_group(Reader& reader, const pugi::xml_node& node) {
  SettingGroup group;
  group.id = reader.need(node, "id", name_form), group.label = reader.need(node, "label"), group.lead = node.attribute("lead").value();
  if (node.attribute("page")) group.page = reader.need(node, "page", name_form);
  group.table = node.attribute("layout") && reader.need(node, "layout", "table|fields") == "table";
  if (group.table) group.head_label = reader.need(node, "head-label"), group.head_choice = reader.need(node, "head-choice"), group.head_effect = reader.need(node, "head-effect");
  return group;
}

void read_settings(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  const auto settings = root.child("settings");
  if (!settings) return;
  manifest.settings_permission = reader.need(settings, "permission", "[a-z_.]+");
  std::vector<std::string> ids;
  for (const auto& node : settings.children("group")) {
    auto group = read_group(reader, node);
    if (!group.page.empty() && !manifest.page(group.page)) reader.fail("the settings group \"" + group.id + "\" names the page \"" + group.page + "\", which the menu does not have");
    for (const auto& child : node.children("field")) {
      group.fields.push_back(read_field(reader, child));
      ids.push_back(group.fields.back().id);
    }
    manifest.settings.push_back(std::move(group));
  }
  reader.unique<std::string>(ids, "setting", [](const auto& id) { return id; });
}

void read_head(Reader& reader, const pugi::xml_node& root, Manifest& manifest) {
  manifest.id = reader.need(root, "id", "[a-z][a-z0-9]*(\\.[a-z][a-z0-9_-]*)+");
  if (manifest.id.size() > 100) reader.fail("the id is longer than 100 characters");
  manifest.version = reader.need(root, "version", "[0-9]+\\.[0-9]+\\.[0-9]+([-+.][A-Za-z0-9.]+)?");
  manifest.abi = static_cast<int>(reader.whole(root, "abi", 0, 1000));
  if (!root.attribute("abi")) reader.fail("<plugin> needs a good attribute abi (it is missing)");
  manifest.library = reader.need(root, "library", "[A-Za-z0-9_.-]+\\.so");
  manifest.library_sha256 = root.attribute("sha256").value();
  if (!manifest.library_sha256.empty()) reader.need(root, "sha256", "[0-9a-f]{64}");
  manifest.domain = reader.need(root, "domain", name_form);
  manifest.concurrent = reader.flag(root, "concurrent");
  manifest.name = root.child("name").text().as_string();
  if (manifest.name.empty()) reader.fail("<name> is missing or empty");
}

Result<pugi::xml_document> parse_xml(const std::string& xml, const std::string& where) {
  if (xml.size() > manifest_bytes_max) return Problem{Kind::limit, where + " is larger than 256 KB.", ""};
  pugi::xml_document document;
  const auto outcome = document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  for (const auto& node : document.children()) {
    if (node.type() == pugi::node_doctype) return Problem{Kind::refused, where + " holds a DOCTYPE. Manifests must not have one; remove it.", ""};
  }
  if (!outcome) return Problem{Kind::invalid, where + " is not well-formed XML: " + outcome.description() + " near byte " + std::to_string(outcome.offset) + ".", ""};
  return document;
}
}  // namespace

Result<Manifest> parse_manifest(const std::string& xml, const std::string& where) {
  const auto document = parse_xml(xml, where);
  if (!document) return document.problem();
  const auto root = document->child("plugin");
  if (!root) return Problem{Kind::invalid, where + " has no <plugin> element.", ""};
  Reader reader(where);
  Manifest manifest;
  reader.only(root, {"name", "services", "contributions", "payment", "menu", "tick-actions", "tab", "collections", "permissions", "tasks", "webhooks", "commands", "settings", "locales", "egress"});
  read_head(reader, root, manifest);
  read_services(reader, root, manifest);
  read_payment(reader, root, manifest);
  read_menu(reader, root, manifest);
  read_collections(reader, root, manifest);
  read_permissions(reader, root, manifest);
  read_tasks(reader, root, manifest);
  read_webhooks(reader, root, manifest);
  read_commands(reader, root, manifest);
  read_settings(reader, root, manifest);
  for (const auto& word : words_of(root.child("locales").text().as_string())) manifest.locales.push_back(word);
  for (const auto& word : words_of(root.child("egress").text().as_string())) manifest.egress.push_back(word);
  if (!reader.error().empty()) return Problem{Kind::invalid, reader.error() + ".", ""};
  return manifest;
}

Result<Manifest> read_manifest(const std::filesystem::path& directory) {
  const auto path = directory / "manifest.xml";
  std::error_code error;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, error))) {
    return Problem{Kind::not_found, path.string() + " is not there (or not a plain file). Give the folder of a plugin.", ""};
  }
  if (std::filesystem::file_size(path, error) > manifest_bytes_max) return Problem{Kind::limit, path.string() + " is larger than 256 KB.", ""};
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  auto manifest = parse_manifest(bytes.str(), path.string());
  if (manifest) manifest->directory = std::filesystem::absolute(directory).lexically_normal();
  return manifest;
}

namespace {
template <class List, class Match>
auto first(const List& list, Match match) -> decltype(&list[0]) {
  const auto found = std::find_if(list.begin(), list.end(), match);
  return found == list.end() ? nullptr : &*found;
}
}  // namespace

const StoredField* Collection::field(const std::string& name) const {
  return first(fields, [&](const auto& field) { return field.name == name; });
}
const StoredField* Collection::index(const std::string& name) const {
  return first(fields, [&](const auto& field) { return field.indexed && field.name == name; });
}
const PaymentWord* Manifest::word(const std::string& word_id) const {
  return first(words, [&](const auto& word) { return word.id == word_id; });
}
const MenuPage* Manifest::page(const std::string& page_id) const {
  return first(pages, [&](const auto& page) { return page.id == page_id; });
}
const Collection* Manifest::collection(const std::string& collection_id) const {
  return first(collections, [&](const auto& collection) { return collection.id == collection_id; });
}
const DeclaredTask* Manifest::task(const std::string& name) const {
  return first(tasks, [&](const auto& task) { return task.name == name; });
}
const DeclaredWebhook* Manifest::webhook(const std::string& path) const {
  return first(webhooks, [&](const auto& webhook) { return webhook.path == path; });
}
const DeclaredCommand* Manifest::command(const std::string& name) const {
  return first(commands, [&](const auto& command) { return command.name == name; });
}
const SettingField* Manifest::setting(const std::string& field_id) const {
  for (const auto& group : settings)
    for (const auto& field : group.fields)
      if (field.id == field_id) return &field;
  return nullptr;
}

}  // namespace shopadmin
