/* A plugin's manifest as values: read before any code of the plugin is loaded. The loader checks it, the web draws menus, settings forms and payment words
 * from it. Reading refuses a DOCTYPE, more than 256 KB and anything the schema (hostapi/schema/manifest.xsd) would refuse, with a sentence that names the place. */
#pragma once
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "result.hpp"

namespace shopadmin {

struct PaymentWord {
  std::string id, label, role, icon; /* role: good, wait, stop, neutral */
};
struct MenuPage {
  std::string id, label, icon, permission;
  std::string count_collection, count_field, count_value; /* badge: number of documents; empty: none */
  std::string count_reader; /* only those whose field is missing or names the reader; empty: all */
};
struct TickAction { /* a button below the order list; the ticked orders go to pages.run(page, action) with this kind */
  std::string page, action, kind, label, permission;
};
struct StoredField { /* a column beside a collection's documents */
  std::string name;
  bool integer = false;
  bool indexed = false; /* searched and sorted by; else only kept, for checks */
  bool sparse = false;  /* its index holds the documents that have it; those without it are not asked for by it */
};
struct StoreCheck { /* a rule the store itself keeps for every row of a collection */
  std::string id;
  std::vector<std::pair<std::string, bool>> sum; /* whole-number fields; true: subtracted */
  std::string relation;                          /* of the sum to the bound: >= (min), <= (max), = (equals) */
  std::int64_t bound = 0;
};
struct Collection {
  std::string id;
  std::vector<StoredField> fields;
  std::vector<StoreCheck> checks;
  bool append_only = false; /* what was put is never changed or deleted */
  const StoredField* field(const std::string& name) const;
  const StoredField* index(const std::string& name) const; /* a field that is indexed */
};
struct DeclaredPermission {
  std::string id, label;
  std::set<std::string> roles;
};
struct DeclaredTask {
  std::string name;
  int concurrency = 1;
  std::int64_t every_s = 0; /* 0: not periodic */
};
struct DeclaredWebhook {
  std::string path; /* answered at /webhooks/<plugin domain>/<path> */
  std::int64_t bytes_max = 256 * 1024;
};
struct CommandArgument {
  std::string name, help;
  bool required = false, positional = false; /* positional: may be written without its name, in the order of the manifest */
};
struct DeclaredCommand {
  std::string name, help; /* run with: shopadmin <plugin domain> <name>; a dash may be a space */
  std::string kind;       /* read: only reads, also for the JSON interface; act: planned first (dry_run), then done once per operation_id; run: anything else */
  std::string permission; /* who may; empty: the plugin decides alone */
  std::string example;    /* what follows the command's name, for --help */
  std::vector<CommandArgument> arguments;
};
struct Choice {
  std::string value, label;
  std::string effect, icon; /* what it does, in one sentence, and the icon beside it; choices with an effect are shown as cards, not as a list */
};
struct SettingField {
  std::string id, type, label, help, fallback, pattern; /* type: text, choice, secret, flag, number; fallback: attribute "default" */
  std::string unit; /* shown behind the value: days, hours */
  bool advanced = false, multiline = false;
  std::vector<Choice> choices;
};
struct SettingGroup {
  std::string id, label;
  std::string lead; /* a sentence above the fields */
  std::string page; /* this page of the plugin takes the group over: the form shows a link to it instead of the fields */
  bool table = false; /* choices with effects as rows: label, choices, what the chosen one does */
  std::string head_label, head_choice, head_effect; /* headings of that table */
  std::vector<SettingField> fields;
};

struct Manifest {
  std::string id, version, library, domain, name, library_sha256;
  int abi = 0;
  bool concurrent = false;
  std::set<std::string> required_services, used_services, contributions;
  std::string payment_method;
  std::vector<PaymentWord> words;
  std::string menu_heading;
  std::vector<MenuPage> pages;
  std::vector<TickAction> tick_actions;
  std::string tab_id, tab_label; /* empty: no tab */
  std::vector<Collection> collections;
  int data_version = 1; /* of the form of the documents it writes; it also reads all older ones, never a newer one */
  std::vector<DeclaredPermission> permissions;
  std::vector<DeclaredTask> tasks;
  std::vector<DeclaredWebhook> webhooks;
  std::vector<DeclaredCommand> commands;
  std::string settings_permission;
  std::vector<SettingGroup> settings;
  std::vector<std::string> locales, egress;
  std::filesystem::path directory;

  const PaymentWord* word(const std::string& id) const;
  const MenuPage* page(const std::string& id) const;
  const Collection* collection(const std::string& id) const;
  const SettingField* setting(const std::string& id) const;
  const DeclaredTask* task(const std::string& name) const;
  const DeclaredWebhook* webhook(const std::string& path) const;
  const DeclaredCommand* command(const std::string& name) const;
};

Result<Manifest> read_manifest(const std::filesystem::path& directory);
Result<Manifest> parse_manifest(const std::string& xml, const std::string& where);

}  // namespace shopadmin
