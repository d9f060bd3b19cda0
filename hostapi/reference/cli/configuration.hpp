/* The settings of shopadmin from a file and the environment: every option of `shopadmin` and `shopadmin serve` is also a key of shopadmin.conf and an
 * environment variable. The command line beats the environment, the environment beats the file, the file beats the default. main() makes one from the tree
 * of commands and reads it before it parses the arguments; a new option of `serve` takes part by itself. Nothing is thrown: all that is wrong is
 * collected, so that a person corrects it at once, and the commands that need the settings refuse to start with it. Values that look like secrets
 * are never shown. Main thread. */
#pragma once
#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace shopadmin::cli {

inline constexpr const char* default_configuration_file = "/etc/shopadmin/shopadmin.conf";

struct ConfiguredSetting {
  std::string key;         /* port */
  std::string environment; /* SHOPADMIN_PORT */
  std::string value;       /* as it counts now, before the command line */
  std::string source;      /* "default", "/etc/shopadmin/shopadmin.conf line 3", "environment SHOPADMIN_PORT" */
  CLI::Option* option = nullptr;
};

class Configuration {
 public:
  explicit Configuration(CLI::App& root);
  static std::filesystem::path file_of(int argc, char** argv); /* --config, else SHOPADMIN_CONFIG, else the default if it is there; empty: none */
  void read_file(const std::filesystem::path& file);
  void read_environment();
  void show_environment(bool shown); /* in --help; hidden while the command line is parsed, whose library would read it a second time */

  const std::filesystem::path& file() const { return file_; }
  const std::vector<ConfiguredSetting>& settings() const { return settings_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void collect(CLI::App& app);
  void read_line(const std::string& line, int number);
  void set(ConfiguredSetting& setting, const std::string& value, const std::string& source);
  std::string unknown_key(const std::string& key) const;

  std::filesystem::path file_;
  std::vector<ConfiguredSetting> settings_;
  std::vector<std::string> problems_;
};

std::string allowed_values(const CLI::Option& option);                       /* "a whole number from 0 to 65535"; empty: its check says it */
std::string shown_value(const std::string& key, const std::string& value); /* without passwords */

}  // namespace shopadmin::cli
