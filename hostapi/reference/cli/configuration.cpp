#include "cli/configuration.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

namespace shopadmin::cli {

namespace {
const std::set<std::string> not_settings = {"help", "version", "json", "config", "describe"};

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string environment_of(const std::string& key) {
  std::string name = "SHOPADMIN_";
  for (const char c : key) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

bool is_flag(const CLI::Option& option) { return option.get_expected_max() == 0; }
bool is_list(const CLI::Option& option) { return option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll; }

std::string without_blanks_at_commas(const std::string& value) {
  std::string joined;
  std::istringstream parts(value);
  for (std::string part; std::getline(parts, part, ',');) joined += (joined.empty() ? "" : ",") + trimmed(part);
  return joined;
}

/* How many letters have to be typed, removed or changed to come from one to the other. */
std::size_t distance(const std::string& one, const std::string& other) {
  std::vector<std::size_t> row(other.size() + 1);
  for (std::size_t j = 0; j <= other.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= one.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const auto changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

/* "--port: Value 1 not in …" without the option's name, which stands before already */
std::string reason_of(const CLI::Error& error) {
  const std::string text = error.what();
  const auto colon = text.find(": ");
  return text.rfind("--", 0) == 0 && colon != std::string::npos ? text.substr(colon + 2) : text;
}
}  // namespace

std::string allowed_values(const CLI::Option& option) {
  if (is_flag(option)) return "true or false";
  const auto type = option.get_type_name();
  static const std::regex range(R"(in \[(-?[0-9]+) - (-?[0-9]+)\])");
  std::smatch found;
  if (std::regex_search(type, found, range)) return "a whole number from " + found[1].str() + " to " + found[2].str();
  if (type == "INT" || type == "UINT") return "a whole number";
  const auto brace = type.find('{');
  if (brace == std::string::npos) return "";
  auto words = type.substr(brace + 1, type.rfind('}') - brace - 1);
  return "one of " + std::regex_replace(words, std::regex(","), ", ");
}

std::string shown_value(const std::string& key, const std::string& value) {
  for (const auto* word : {"secret", "password", "passphrase", "token"})
    if (key.find(word) != std::string::npos && key.find("file") == std::string::npos) return value.empty() ? "" : "(not shown)";
  const auto url = std::regex_replace(value, std::regex("(://[^/@:]*):[^/]*@"), "$1:(not shown)@");
  return std::regex_replace(url, std::regex("([?&]password=)[^&]*"), "$1(not shown)");
}

Configuration::Configuration(CLI::App& root) {
  collect(root);
  collect(*root.get_subcommand("serve"));
}

void Configuration::collect(CLI::App& app) {
  for (auto* option : app.get_options()) {
    if (option->get_lnames().empty() || not_settings.count(option->get_lnames().front())) continue;
    const auto& key = option->get_lnames().front();
    const auto named = option->get_envname();
    settings_.push_back({key, named.empty() ? environment_of(key) : named, is_flag(*option) ? "false" : option->get_default_str(), "default", option});
  }
  show_environment(true);
}

void Configuration::show_environment(bool shown) {
  for (auto& setting : settings_) setting.option->envname(shown ? setting.environment : "");
}

std::filesystem::path Configuration::file_of(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--config=", 0) == 0) return word.substr(9);
    if (word == "--config" && i + 1 < argc) return argv[i + 1];
  }
  if (const char* told = std::getenv("SHOPADMIN_CONFIG")) return told; /* empty: none at all */
  std::error_code error;
  return std::filesystem::exists(default_configuration_file, error) ? default_configuration_file : "";
}

void Configuration::read_file(const std::filesystem::path& file) {
  file_ = file;
  std::error_code error;
  std::ifstream lines(file);
  if (!lines || !std::filesystem::is_regular_file(file, error)) {
    problems_.push_back(file.string() + ": cannot be read (" + (error ? error.message() : lines ? "it is no file" : std::generic_category().message(errno)) + "). Check the name and who may read it.");
    return;
  }
  int number = 0;
  for (std::string line; std::getline(lines, line);) read_line(line, ++number);
}

void Configuration::read_line(const std::string& line, int number) {
  const auto text = trimmed(line);
  if (text.empty() || text[0] == '#') return;
  const auto where = file_.string() + " line " + std::to_string(number);
  const auto wrong = [&](const std::string& why) { problems_.push_back(where + ": " + why); };
  const auto equals = text.find('=');
  if (equals == std::string::npos) return wrong("\"" + shown_value("", text.substr(0, 60)) + "\" is no setting. Write: key = value");
  const auto key = trimmed(text.substr(0, equals)), value = trimmed(text.substr(equals + 1));
  const auto found = std::find_if(settings_.begin(), settings_.end(), [&](const auto& setting) { return setting.key == key; });
  if (found == settings_.end()) return wrong(unknown_key(key));
  if (found->source.rfind(file_.string(), 0) == 0) return wrong(key + " was set before, " + found->source.substr(file_.string().size() + 1) + ". Keep one of the two" + (is_list(*found->option) ? "; several values go on one line, with commas." : "."));
  if (value.empty()) return wrong(key + " has no value. Write one, or put # before the line to leave it at its default.");
  set(*found, value, where);
}

void Configuration::read_environment() {
  for (auto& setting : settings_) {
    const char* value = std::getenv(setting.environment.c_str());
    if (value && *value) set(setting, value, "environment " + setting.environment);
  }
}

void Configuration::set(ConfiguredSetting& setting, const std::string& value, const std::string& source) {
  setting.source = source;
  setting.value = value;
  auto& option = *setting.option;
  const bool list = is_list(option);
  try {
    if (list) option.delimiter(',');
    option.default_val(list ? without_blanks_at_commas(value) : value);
  } catch (const CLI::Error& error) {
    const auto allowed = allowed_values(option);
    problems_.push_back(source + ": " + setting.key + " = " + shown_value(setting.key, value) + ": " + (allowed.empty() ? reason_of(error) : "wanted is " + allowed + "."));
  }
  if (list) option.delimiter('\0');
}

std::string Configuration::unknown_key(const std::string& key) const {
  std::string near, all;
  auto best = std::max<std::size_t>(2, key.size() / 3) + 1;
  for (const auto& setting : settings_) {
    all += (all.empty() ? "" : ", ") + setting.key;
    if (const auto far = distance(key, setting.key); far < best) best = far, near = setting.key;
  }
  return "there is no setting \"" + key + "\". " + (near.empty() ? "The settings are: " + all + "." : "Did you mean " + near + "? shopadmin config show lists all of them.");
}

}  // namespace shopadmin::cli
