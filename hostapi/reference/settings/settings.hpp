/* Settings of plugins by the schema in their manifest. Plain values are rows; secrets are AES-256-GCM under DATA/secret.key, a file outside the database, bound
 * to plugin and field name. `document` never holds a secret, only the names of those that are set. The settings page and the CLI save through `save`,
 * plugins through hostapi.settings/1. Any thread. */
#pragma once
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "caller.hpp"
#include "document.hpp"
#include "loader/manifest.hpp"
#include "result.hpp"
#include "settings/secret.hpp"

namespace shopadmin {

struct SettingChanges {
  std::map<std::string, std::string> values;         /* field -> new value; "" sets the default again */
  std::map<std::string, SecretText> secrets;         /* only those newly entered */
  std::vector<std::string> secrets_removed;
};

struct FieldError {
  std::string field, text;
};

/* As they are in the database, of one plugin. */
struct StoredSettings {
  std::map<std::string, std::string> values; /* only those that differ from the default */
  std::set<std::string> secrets;             /* names of those that were entered */
  bool operator==(const StoredSettings&) const = default;
};

class Settings {
 public:
  Settings(Database& database, Clock& clock, Audit& audit, SecretBox box);
  StoredSettings stored(const Manifest& manifest);
  json::object values(const Manifest& manifest);                 /* with defaults filled in, without secrets */
  json::object document(const Manifest& manifest);               /* {"values":{…},"secrets_set":[…]} */
  static json::object values_of(const Manifest& manifest, const StoredSettings& stored);
  static json::object document_of(const Manifest& manifest, const StoredSettings& stored);
  std::vector<FieldError> check(const Manifest& manifest, const SettingChanges& changes) const;
  /* All or nothing. INVALID: details is [{"field","text"}]. Does not ask for permission: that is the caller's part (manifest.settings_permission). */
  Result<void> save(const Caller& caller, const Manifest& manifest, const SettingChanges& changes);
  Result<SecretText> secret(const Manifest& manifest, const std::string& name); /* NOT_FOUND: never entered */

 private:
  Database& database_;
  Clock& clock_;
  Audit& audit_;
  SecretBox box_;
};

}  // namespace shopadmin
