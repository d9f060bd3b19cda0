// The settings of a plugin: a form made from the schema in its manifest. Secrets are written only: what is stored is never sent to the browser again.
#include <algorithm>

#include "../log.hpp"
#include "pages.hpp"
#include "plugin_view.hpp"
#include "sentences.hpp"

namespace shopadmin::web {
namespace {

struct Findings {
  std::multimap<std::string, std::pair<std::string, std::string>> by_field;  // field → role, text
  void add(const std::string& field, const std::string& role, const std::string& text) { by_field.emplace(field, std::pair(role, text)); }
  bool bad() const {
    for (const auto& item : by_field)
      if (item.second.first == "stop") return true;
    return false;
  }
};

// What the reader typed. A secret left empty stays as it is; a flag sends its hidden "false" and, when ticked, "true".
SettingChanges changes_from(const Manifest& manifest, const Form& form) {
  SettingChanges changes;
  for (const auto& group : manifest.settings)
    for (const auto& field : group.fields) {
      const auto values = form.all(field.id);
      if (field.type == "secret") {
        if (form.get("remove_" + field.id) == "yes") changes.secrets_removed.push_back(field.id);
        const auto text = form.get(field.id);
        if (!text.empty()) changes.secrets.emplace(field.id, SecretText(text + (field.multiline ? "\n" : "")));
      } else if (!values.empty()) {
        changes.values[field.id] = field.type == "flag" ? values.back() : form.get(field.id);
      }
    }
  return changes;
}

json::array findings_of(const Findings& findings, const std::string& field) {
  json::array list;
  const auto [from, to] = findings.by_field.equal_range(field);
  for (auto it = from; it != to; ++it) list.push_back(json::object{{"role", it->second.first}, {"icon", icon_of(it->second.first)}, {"text", it->second.second}});
  return list;
}

bool field_bad(const Findings& findings, const std::string& field) {
  const auto [from, to] = findings.by_field.equal_range(field);
  for (auto it = from; it != to; ++it)
    if (it->second.first == "stop") return true;
  return false;
}

json::object secret_field(const Say& say, const SettingField& field, const std::string& label, bool stored, bool bad) {
  return {{"id", field.id}, {"label", label}, {"multiline", field.multiline}, {"bad", bad},
          {"stored", stored ? say.tr("Stored, never shown again.") : ""},
          {"placeholder", stored ? say.tr("Type only to replace it") : say.tr("Not stored yet")},
          {"removable", stored ? say.tr("Remove it") : ""}};
}

json::object choice_field(const Say& say, const std::string& domain, const SettingField& field, const std::string& label, const std::string& value, bool bad) {
  json::array options;
  int place = 0;
  for (const auto& choice : field.choices)
    options.push_back(json::object{{"value", choice.value}, {"label", say.in_domain(domain, choice.label)}, {"selected", choice.value == value}, {"name", field.id}, {"place", ++place},
                                   {"effect", choice.effect.empty() ? "" : say.in_domain(domain, choice.effect)}, {"icon", choice.icon.empty() ? "info" : choice.icon}});
  return {{"id", field.id}, {"label", label}, {"options", std::move(options)}, {"bad", bad}};
}

/* Choices that say what they do are shown as cards. */
bool explained(const SettingField& field) {
  return field.type == "choice" && field.choices.size() <= 4 && std::all_of(field.choices.begin(), field.choices.end(), [](const auto& choice) { return !choice.effect.empty(); });
}

json::object field_box(const Say& say, const Manifest& manifest, const SettingField& field, const json::object& values, bool stored, const Findings& findings) {
  const auto label = say.in_domain(manifest.domain, field.label);
  const auto* found = values.if_contains(field.id);
  const std::string value = !found ? field.fallback : found->is_string() ? std::string(found->get_string()) : json::serialize(*found);
  const bool bad = field_bad(findings, field.id);
  json::object box{{"id", field.id}, {"help", field.help.empty() ? "" : say.in_domain(manifest.domain, field.help)}, {"findings", findings_of(findings, field.id)}, {"wide", field.multiline || explained(field) || value.size() > 40}};
  for (const auto* kind : {"choice", "pick", "flag", "text", "secret"}) box[kind] = nullptr;
  if (field.type == "secret") {
    box["secret"] = secret_field(say, field, label, stored, bad);
  } else if (field.type == "choice") {
    box[explained(field) ? "pick" : "choice"] = choice_field(say, manifest.domain, field, label, value, bad);
  } else if (field.type == "flag") {
    box["flag"] = json::object{{"id", field.id}, {"label", label}, {"checked", value == "yes" || value == "true" || value == "1"}};
  } else {
    box["text"] = json::object{{"id", field.id}, {"label", label}, {"value", value}, {"bad", bad}, {"mono", !field.pattern.empty() && field.unit.empty()}, {"unit", field.unit.empty() ? "" : say.in_domain(manifest.domain, field.unit)}};
  }
  return box;
}

json::object group_box(const Say& say, const Manifest& manifest, const SettingGroup& group) {
  const auto said = [&](const std::string& text) { return text.empty() ? std::string() : say.in_domain(manifest.domain, text); };
  json::object box{{"id", group.id}, {"label", said(group.label)}, {"lead", said(group.lead)}, {"page", nullptr},
                   {"head_label", said(group.head_label)}, {"head_choice", said(group.head_choice)}, {"head_effect", said(group.head_effect)}};
  if (const auto* page = group.page.empty() ? nullptr : manifest.page(group.page))
    box["page"] = json::object{{"href", "/plugin/" + encode_component(manifest.id) + "/" + encode_component(page->id)}, {"label", said(page->label)}, {"icon", page->icon}};
  return box;
}

json::array groups_of(Site& site, const Say& say, const Manifest& manifest, const json::object& values, const Findings& findings) {
  const auto secrets = site.app.settings.stored(manifest).secrets;
  json::array groups;
  for (const auto& group : manifest.settings) {
    json::array fields, rows, advanced;
    bool open = false;
    for (const auto& field : group.fields) {
      if (!group.page.empty()) break;
      auto box = field_box(say, manifest, field, values, secrets.count(field.id) > 0, findings);
      open = open || (field.advanced && findings.by_field.count(field.id) > 0);
      (field.advanced ? advanced : group.table && explained(field) ? rows : fields).push_back(std::move(box));
    }
    groups.push_back(group_box(say, manifest, group));
    auto& made = groups.back().as_object();
    made["fields"] = std::move(fields), made["rows"] = std::move(rows), made["advanced"] = std::move(advanced), made["open"] = open;
    made["has_body"] = !made["fields"].as_array().empty() || !made["advanced"].as_array().empty();
  }
  return groups;
}

/* A page of the plugin that takes settings over tests them there. */
bool has_own_page(const Manifest& manifest) {
  return std::any_of(manifest.settings.begin(), manifest.settings.end(), [](const auto& group) { return !group.page.empty(); });
}

json::object summary_box(const std::string& role, const std::string& text) {
  return {{"role", role}, {"icon", icon_of(role)}, {"text", text}, {"live", role == "stop" ? "alert" : "status"}};
}

Response form_page(Site& site, Visit& visit, const Manifest& manifest, const json::object& values, const Findings& findings, json::value summary, int status) {
  const auto& say = visit.say;
  json::array choices;
  for (const auto* other : site.app.plugins.manifests())
    if (!other->settings.empty() && site.may(visit, other->settings_permission))
      choices.push_back(json::object{{"href", "/settings/" + encode_component(other->id)}, {"label", say.in_domain(other->domain, other->name)}, {"current", other == &manifest}});
  if (choices.size() < 2) choices.clear();
  const auto heading = say.tr("{plugin} settings", {{"plugin", say.in_domain(manifest.domain, manifest.name)}});
  json::object data{{"heading", heading}, {"none", ""}, {"choices", std::move(choices)}, {"groups", groups_of(site, say, manifest, values, findings)}, {"summary", std::move(summary)},
                    {"save_url", "/settings/" + encode_component(manifest.id)}, {"can_test", manifest.contributions.count("hostapi.settings_check/1") > 0 && !has_own_page(manifest)}};
  Response response = site.page(visit, "settings", heading, "/settings", std::move(data));
  response.status = status;
  return response;
}

// Values to show again after a failed save or a test: what was typed over what is stored.
json::object shown_values(Site& site, const Manifest& manifest, const SettingChanges& changes) {
  auto values = site.app.settings.values(manifest);
  for (const auto& [name, value] : changes.values) values[name] = value;
  return values;
}

Response test(Site& site, Visit& visit, const Manifest& manifest, const SettingChanges& changes) {
  const auto& say = visit.say;
  Findings findings;
  for (const auto& error : site.app.settings.check(manifest, changes)) findings.add(error.field, "stop", say.known(error.text));
  const auto values = shown_values(site, manifest, changes);
  if (findings.bad()) return form_page(site, visit, manifest, values, findings, summary_box("stop", say.tr("Not tested: correct the marked fields first. Nothing was saved.")), 422);
  json::object secrets;
  for (const auto& [name, secret] : changes.secrets) secrets[name] = secret.reveal();
  const auto answer = site.app.plugins.check_settings(visit.caller(), manifest.id, {{"settings", values}, {"secrets", std::move(secrets)}});
  if (!answer) return form_page(site, visit, manifest, values, findings, summary_box("stop", problem_text(say, answer.problem())), 200);
  std::string general, general_role = "good";
  for (const auto& item : array_of(answer->as_object(), "findings")) {
    if (!item.is_object()) continue;
    const auto& finding = item.get_object();
    auto role = text_of(finding, "level", "wait");
    if (role == "ok") role = "good";
    if (role == "error") role = "stop";
    if (role == "warn" || role == "warning") role = "wait";
    const auto field = text_of(finding, "field");
    if (manifest.setting(field)) {
      findings.add(field, role, text_of(finding, "text"));
    } else {
      general += (general.empty() ? "" : " ") + text_of(finding, "text");
      if (role == "stop" || (role == "wait" && general_role == "good")) general_role = role;
    }
  }
  if (findings.bad() && general.empty()) general = say.tr("The test found something to correct; see the marked fields."), general_role = "stop";
  if (general.empty()) general = say.tr("The test found nothing wrong.");
  const bool typed_secret = !changes.secrets.empty();
  if (typed_secret) general = sentences(general, say.tr("Nothing was saved, and what you typed as a secret is not shown again: type it once more to save it."));
  return form_page(site, visit, manifest, values, findings, summary_box(findings.bad() ? "stop" : general_role, general), 200);
}

Response save(Site& site, Visit& visit, const Manifest& manifest, const SettingChanges& changes) {
  const auto& say = visit.say;
  const auto saved = site.app.settings.save(visit.caller(), manifest, changes);
  if (saved) return site.go("/settings/" + encode_component(manifest.id), Flash{"good", say.tr("The settings are saved. They apply to acts from now on.")});
  if (saved.kind() != Kind::invalid) return site.problem(visit, saved.problem(), "/settings/" + encode_component(manifest.id), say.tr("Back to the settings"));
  Findings findings;
  for (const auto& error : site.app.settings.check(manifest, changes)) findings.add(error.field, "stop", say.known(error.text));
  return form_page(site, visit, manifest, shown_values(site, manifest, changes), findings, summary_box("stop", say.tr("Nothing was saved. Correct the marked fields; a secret has to be typed again.")), 422);
}

}  // namespace

Response settings_page(Site& site, Visit& visit, const std::string& plugin_id) {
  const auto& say = visit.say;
  const Manifest* manifest = nullptr;
  bool any = false;
  for (const auto* candidate : site.app.plugins.manifests()) {
    if (candidate->settings.empty()) continue;
    any = true;
    if (!site.may(visit, candidate->settings_permission)) continue;
    if (!manifest && (plugin_id.empty() || candidate->id == plugin_id)) manifest = candidate;
  }
  if (!manifest && any) return site.denied(visit);
  if (!manifest) {
    return site.page(visit, "settings", say.tr("Settings"), "/settings",
                     {{"heading", say.tr("Settings")}, {"choices", json::array()}, {"groups", json::array()}, {"none", say.tr("No loaded plugin has settings. An administrator finds under Plugins what is installed.")}});
  }
  if (!visit.post) return form_page(site, visit, *manifest, site.app.settings.values(*manifest), {}, nullptr, 200);
  const auto changes = changes_from(*manifest, visit.form);
  return visit.form.get("do") == "test" ? test(site, visit, *manifest, changes) : save(site, visit, *manifest, changes);
}

}  // namespace shopadmin::web
