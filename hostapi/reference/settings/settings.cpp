#include "settings/settings.hpp"

#include <algorithm>
#include <regex>

namespace shopadmin {

namespace {
constexpr std::size_t value_size_max = 4096, secret_size_max = 64 * 1024;

std::string context_of(const Manifest& manifest, const std::string& name) { return manifest.id + "/" + name; }

std::vector<const SettingField*> fields_of(const Manifest& manifest) {
  std::vector<const SettingField*> fields;
  for (const auto& group : manifest.settings)
    for (const auto& field : group.fields) fields.push_back(&field);
  return fields;
}

std::string choice_error(const SettingField& field, const std::string& value) {
  std::string known;
  for (const auto& choice : field.choices) {
    if (choice.value == value) return "";
    known += (known.empty() ? "" : ", ") + choice.value;
  }
  return "\"" + value + "\" is not a choice. Use one of: " + known + ".";
}

std::string value_error(const SettingField& field, const std::string& value) {
  if (field.type == "secret") return "This is a secret: enter it in its own field.";
  if (value.empty()) return "";
  if (value.size() > value_size_max) return "The value is longer than 4096 bytes.";
  if (field.type == "choice") return choice_error(field, value);
  if (field.type == "flag") return value == "true" || value == "false" ? "" : "Use true or false.";
  if (field.type == "number") return std::regex_match(value, std::regex("-?[0-9]{1,15}")) ? "" : "Use a whole number.";
  if (!field.pattern.empty() && !std::regex_match(value, std::regex(field.pattern))) return "The value does not have the expected form. " + field.help;
  return "";
}

json::value typed(const SettingField& field, const std::string& value) {
  if (field.type == "flag") return value == "true";
  if (field.type == "number") return value.empty() ? json::value(nullptr) : json::value(static_cast<std::int64_t>(std::stoll(value)));
  return json::value(value);
}

Problem invalid_values(const std::vector<FieldError>& errors) {
  json::array details;
  std::string message = "Nothing was saved.";
  for (const auto& error : errors) {
    details.push_back({{"field", error.field}, {"text", error.text}});
    message += " " + error.field + ": " + error.text;
  }
  return {Kind::invalid, message, json::serialize(details)};
}
}  // namespace

Settings::Settings(Database& database, Clock& clock, Audit& audit, SecretBox box) : database_(database), clock_(clock), audit_(audit), box_(box) {}

StoredSettings Settings::stored(const Manifest& manifest) {
  StoredSettings stored;
  database_.read([&](Sql& sql) {
    for (const auto& row : sql.rows("SELECT name, value FROM plugin_settings WHERE plugin_id = :p UNION ALL SELECT name, NULL FROM plugin_secrets WHERE plugin_id = :q", {manifest.id, manifest.id})) {
      if (row.null(1)) stored.secrets.insert(row.text(0));
      else stored.values.emplace(row.text(0), row.text(1));
    }
    return 0;
  });
  return stored;
}

json::object Settings::values(const Manifest& manifest) { return values_of(manifest, stored(manifest)); }

json::object Settings::document(const Manifest& manifest) { return document_of(manifest, stored(manifest)); }

json::object Settings::values_of(const Manifest& manifest, const StoredSettings& stored) {
  json::object values;
  for (const auto* field : fields_of(manifest)) {
    if (field->type == "secret") continue;
    const auto found = stored.values.find(field->id);
    values[field->id] = typed(*field, found == stored.values.end() ? field->fallback : found->second);
  }
  return values;
}

json::object Settings::document_of(const Manifest& manifest, const StoredSettings& stored) {
  return {{"values", values_of(manifest, stored)}, {"secrets_set", json::array(stored.secrets.begin(), stored.secrets.end())}};
}

std::vector<FieldError> Settings::check(const Manifest& manifest, const SettingChanges& changes) const {
  std::vector<FieldError> errors;
  for (const auto& [name, value] : changes.values) {
    const auto* field = manifest.setting(name);
    const auto error = field ? value_error(*field, value) : "There is no such setting.";
    if (!error.empty()) errors.push_back({name, error});
  }
  const auto check_secret = [&](const std::string& name) {
    const auto* field = manifest.setting(name);
    if (!field || field->type != "secret") errors.push_back({name, "There is no such secret."});
  };
  for (const auto& [name, secret] : changes.secrets) {
    check_secret(name);
    if (secret.empty()) errors.push_back({name, "The secret is empty."});
    if (secret.reveal().size() > secret_size_max) errors.push_back({name, "The secret is longer than 64 KB."});
  }
  for (const auto& name : changes.secrets_removed) check_secret(name);
  return errors;
}

Result<void> Settings::save(const Caller& caller, const Manifest& manifest, const SettingChanges& changes) {
  const auto errors = check(manifest, changes);
  if (!errors.empty()) return invalid_values(errors);
  return database_.write([&](Sql& sql) {
    json::object names;
    for (const auto& [name, value] : changes.values) {
      sql.change("DELETE FROM plugin_settings WHERE plugin_id = :1 AND name = :2", {manifest.id, name});
      if (!value.empty()) sql.change("INSERT INTO plugin_settings (plugin_id, name, value) VALUES (:1, :2, :3)", {manifest.id, name, value});
      names[name] = value;
    }
    json::array secrets; /* that they changed, not what they are */
    for (const auto& [name, secret] : changes.secrets) {
      sql.change("INSERT INTO plugin_secrets (plugin_id, name, sealed) VALUES (:1, :2, :3) ON CONFLICT (plugin_id, name) DO UPDATE SET sealed = excluded.sealed",
                 {manifest.id, name, box_.seal(secret, context_of(manifest, name))});
      secrets.emplace_back(name);
    }
    for (const auto& name : changes.secrets_removed) {
      sql.change("DELETE FROM plugin_secrets WHERE plugin_id = :1 AND name = :2", {manifest.id, name});
      secrets.emplace_back(name);
    }
    AuditEntry entry;
    entry.event = "settings.change";
    entry.details = {{"plugin", manifest.id}, {"values", std::move(names)}, {"changed_secrets", std::move(secrets)}};
    audit_.write(sql, caller, std::move(entry));
    return Result<void>{};
  });
}

Result<SecretText> Settings::secret(const Manifest& manifest, const std::string& name) {
  const auto row = database_.read([&](Sql& sql) { return sql.row("SELECT sealed FROM plugin_secrets WHERE plugin_id = :1 AND name = :2", {manifest.id, name}); });
  if (!row) return Problem{Kind::not_found, "The secret " + name + " was never entered. Enter it on the settings page.", ""};
  return box_.unseal(row->text(0), context_of(manifest, name));
}

}  // namespace shopadmin
