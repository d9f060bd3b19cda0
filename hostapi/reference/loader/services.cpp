/* The services a plugin may ask for: thin adapters from hostapi.h to the host's parts. Every function checks that the call is alive and on its thread, and lets
 * no exception cross. */
#include <openssl/rand.h>

#include <algorithm>

#include "accounts/accounts.hpp"
#include "loader/call.hpp"
#include "log.hpp"
#include "orders/rows.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {
const char* const host_version = "0.1.0";

PluginHost& host_of(void* self) { return *static_cast<PluginHost*>(self); }

bool alive(void* self, const hostapi_call* call) { return self && call && call->open && call->host == self && call->thread == std::this_thread::get_id(); }

template <class F>
hostapi_status border(const char* what, F&& work) {
  try {
    return work();
  } catch (const DatabaseError& error) {
    log_event(Level::error, "SERVICE_DATABASE", {{"service", what}, {"uncertain", error.uncertain}, {"error", error.what()}});
    if (error.uncertain) return HOSTAPI_E_UNCERTAIN;
    return error.conflict ? HOSTAPI_E_CONFLICT : HOSTAPI_E_UNAVAILABLE;
  } catch (const std::bad_alloc&) {
    return HOSTAPI_E_LIMIT;
  } catch (const std::exception& error) {
    log_event(Level::error, "SERVICE_FAILED", {{"service", what}, {"error", error.what()}});
    return HOSTAPI_E_INTERNAL;
  } catch (...) {
    return HOSTAPI_E_INTERNAL;
  }
}

/* A service that needs a living call: checks it, then works. */
template <class F>
hostapi_status in_call(const char* what, void* self, const hostapi_call* call, F&& work) {
  if (!alive(self, call)) {
    log_event(Level::error, "SERVICE_OUTSIDE_CALL", {{"service", what}});
    return HOSTAPI_E_INVALID;
  }
  return border(what, [&]() -> hostapi_status { return work(host_of(self)); });
}

hostapi_status give(const hostapi_sink* sink, const json::value& document) { return write_to(sink, json::serialize(document)); }

/* ---- core ---------------------------------------------------------------- */

void core_log(void* self, const hostapi_call* call, std::int32_t level, const char* event_id, hostapi_text fields_json) {
  (void)border("core.log", [&]() -> hostapi_status {
    json::monotonic_resource memory;
    auto fields = parse_object(view_of(fields_json), "log fields", &memory);
    json::object line({{"plugin", host_of(self).manifest.id}}, &memory);
    if (alive(self, call)) line["trace_id"] = call->caller.trace_id;
    line["fields"] = fields ? std::move(*fields) : json::object{};
    log_event(static_cast<Level>(std::clamp(level, 0, 3)), event_id ? event_id : "PLUGIN_LOG", std::move(line));
    return HOSTAPI_OK;
  });
}

std::int64_t core_now(void* self) { return host_of(self).parts.clock.now_ms(); }

hostapi_status core_random(void*, std::uint8_t* bytes, std::size_t size) {
  if (!bytes || size > (1u << 20)) return HOSTAPI_E_INVALID;
  return RAND_bytes(bytes, static_cast<int>(size)) == 1 ? HOSTAPI_OK : HOSTAPI_E_INTERNAL;
}

std::int64_t core_deadline(void* self, const hostapi_call* call) { return alive(self, call) ? call->deadline_ms : 0; }

hostapi_status core_describe(void* self, const hostapi_call* call, const hostapi_sink* sink) {
  return in_call("core.describe", self, call, [&](PluginHost&) {
    return give(sink, {{"host", "shopadmin"}, {"version", host_version}, {"shop_id", call->caller.shop_id}, {"locale", call->caller.locale}, {"trace_id", call->caller.trace_id}});
  });
}

/* ---- identity ------------------------------------------------------------ */

hostapi_status identity_who(void* self, const hostapi_call* call, const hostapi_sink* sink) {
  return in_call("identity.who", self, call, [&](PluginHost&) {
    return give(sink, {{"id", call->caller.id}, {"name", call->caller.name}, {"role", call->caller.role}});
  });
}

hostapi_status identity_may(void* self, const hostapi_call* call, const char* permission) {
  return in_call("identity.may", self, call, [&](PluginHost& host) {
    return permission && host.parts.accounts.may(call->caller.role, permission) ? HOSTAPI_OK : HOSTAPI_E_DENIED;
  });
}

/* ---- orders -------------------------------------------------------------- */

hostapi_status orders_get(void* self, const hostapi_call* call, hostapi_text order_id, const hostapi_sink* sink) {
  return in_call("orders.get", self, call, [&](PluginHost& host) {
    const auto order = host.parts.orders.get(std::string(view_of(order_id)));
    return order ? give(sink, to_document(*order)) : status_of(order.kind());
  });
}

json::array orders_named(PluginHost& host, const json::array& ids, bool brief) {
  json::array orders;
  host.parts.database.read([&](Sql& sql) {
    for (const auto& id : ids) {
      if (!id.is_string()) continue;
      const std::string key(id.get_string());
      if (const auto order = brief ? load_brief(sql, key) : load_order(sql, key)) orders.push_back(brief ? to_brief_document(*order) : to_document(*order));
    }
    return 0;
  });
  return orders;
}

/* By id, so that orders that arrive meanwhile do not shift the pages. */
hostapi_status orders_find(void* self, const hostapi_call* call, hostapi_text query_json, const hostapi_sink* sink) {
  return in_call("orders.find", self, call, [&](PluginHost& host) {
    json::monotonic_resource memory;
    const auto query = parse_object(view_of(query_json), "query", &memory);
    if (!query) return HOSTAPI_E_INVALID;
    const auto limit = std::clamp<std::int64_t>(whole_of(*query, "limit", 100), 1, 500);
    const auto method = text_of(*query, "payment_method", host.manifest.payment_method);
    json::array orders;
    std::string next;
    const auto number = text_of(*query, "number"), search = text_of(*query, "search");
    const bool brief = flag_of(*query, "brief");
    if (const auto& ids = array_of(*query, "ids"); query->contains("ids")) {
      if (ids.size() > 500) return HOSTAPI_E_INVALID;
      return give(sink, {{"orders", orders_named(host, ids, brief)}, {"next", nullptr}, {"by_ids", true}});
    }
    if (!search.empty()) {
      for (const auto& order : host.parts.orders.search(call->caller.shop_id, method, search, static_cast<int>(limit), brief)) orders.push_back(brief ? to_brief_document(order) : to_document(order));
      return give(sink, {{"orders", std::move(orders)}, {"next", nullptr}, {"searched", true}});
    }
    host.parts.database.read([&](Sql& sql) {
      const auto rows = number.empty() ? sql.rows("SELECT id FROM orders WHERE payment_method = :1 AND id > :2 AND shop_id = :3 ORDER BY id LIMIT " + std::to_string(limit + 1),
                                                  {method, text_of(*query, "after"), call->caller.shop_id})
                                       : sql.rows("SELECT id FROM orders WHERE shop_id = :1 AND number = :2", {call->caller.shop_id, number});
      for (const auto& row : rows) {
        if (static_cast<std::int64_t>(orders.size()) == limit) return next = std::string(orders.back().at("id").as_string()), 0;
        if (const auto order = brief ? load_brief(sql, row.text(0)) : load_order(sql, row.text(0))) orders.push_back(brief ? to_brief_document(*order) : to_document(*order));
      }
      return 0;
    });
    return give(sink, {{"orders", std::move(orders)}, {"next", next.empty() ? json::value(nullptr) : json::value(next)}});
  });
}

/* ---- store --------------------------------------------------------------- */

hostapi_status store_get(void* self, const hostapi_call* call, const char* collection, hostapi_text key, const hostapi_sink* sink, std::uint64_t* version) {
  return in_call("store.get", self, call, [&](PluginHost& host) {
    const auto found = host.collections.get(host.manifest, collection ? collection : "", std::string(view_of(key)));
    if (!found) return status_of(found.kind());
    if (version) *version = static_cast<std::uint64_t>(found->version);
    return write_to(sink, found->value);
  });
}

hostapi_status store_find(void* self, const hostapi_call* call, hostapi_text query_json, const hostapi_sink* sink) {
  return in_call("store.find", self, call, [&](PluginHost& host) {
    json::monotonic_resource memory;
    const auto query = parse_object(view_of(query_json), "query", &memory);
    if (!query) return HOSTAPI_E_INVALID;
    const auto found = host.collections.find(host.manifest, *query);
    if (found) return write_to(sink, *found);
    log_event(Level::warn, "STORE_FIND_INVALID", {{"plugin", host.manifest.id}, {"message", found.message()}});
    return status_of(found.kind());
  });
}

hostapi_status store_commit(void* self, const hostapi_call* call, hostapi_text batch_json, const hostapi_sink* sink) {
  return in_call("store.commit", self, call, [&](PluginHost& host) {
    json::monotonic_resource memory;
    const auto batch = parse_object(view_of(batch_json), "batch", &memory);
    if (!batch) return HOSTAPI_E_INVALID;
    const auto done = host.collections.commit(call->caller, host.manifest, *batch);
    if (done) return give(sink, *done);
    if (done.kind() != Kind::conflict) log_event(Level::warn, "STORE_COMMIT_REFUSED", {{"plugin", host.manifest.id}, {"message", done.message()}});
    if (!done.problem().details.empty()) (void)write_to(sink, done.problem().details);
    return status_of(done.kind());
  });
}

/* ---- settings ------------------------------------------------------------ */

hostapi_status settings_get(void* self, const hostapi_call* call, const hostapi_sink* sink) {
  return in_call("settings.get", self, call, [&](PluginHost& host) { return write_to(sink, host.settings_text()); });
}

hostapi_status settings_secret(void* self, const hostapi_call* call, const char* name, const hostapi_sink* sink) {
  return in_call("settings.secret", self, call, [&](PluginHost& host) {
    const auto secret = host.parts.settings.secret(host.manifest, name ? name : "");
    return secret ? write_to(sink, secret->reveal()) : status_of(secret.kind());
  });
}

/* {"values":{…},"secrets":{…},"secrets_removed":[…]}, or flat names and values */
SettingChanges changes_from(const Manifest& manifest, const json::object& document) {
  SettingChanges changes;
  const auto text = [](const json::value& value) { return value.is_string() ? std::string(value.get_string()) : value.is_null() ? std::string() : json::serialize(value); };
  const bool nested = document.if_contains("values") || document.if_contains("secrets") || document.if_contains("secrets_removed");
  for (const auto& [name, value] : nested ? object_of(document, "values") : document) {
    const auto* field = manifest.setting(std::string(name));
    if (field && field->type == "secret") changes.secrets.emplace(std::string(name), SecretText(text(value)));
    else changes.values[std::string(name)] = text(value);
  }
  for (const auto& [name, value] : object_of(document, "secrets")) changes.secrets.emplace(std::string(name), SecretText(text(value)));
  for (const auto& name : array_of(document, "secrets_removed")) changes.secrets_removed.push_back(text(name));
  return changes;
}

hostapi_status settings_set(void* self, const hostapi_call* call, hostapi_text changes_json, const hostapi_sink* sink) {
  return in_call("settings.set", self, call, [&](PluginHost& host) {
    const auto document = parse_object(view_of(changes_json), "changes");
    if (!document) return HOSTAPI_E_INVALID;
    const auto& permission = host.manifest.settings_permission;
    if (!permission.empty() && !host.parts.accounts.may(call->caller.role, permission)) return HOSTAPI_E_DENIED;
    const auto saved = host.parts.settings.save(call->caller, host.manifest, changes_from(host.manifest, *document));
    if (saved) return HOSTAPI_OK;
    (void)write_to(sink, "{\"errors\":" + (saved.problem().details.empty() ? "[]" : saved.problem().details) + "}");
    return status_of(saved.kind());
  });
}

/* ---- texts --------------------------------------------------------------- */

hostapi_status texts_translate(void* self, const hostapi_call* call, const char* message_id, hostapi_text args_json, const hostapi_sink* sink) {
  return in_call("texts.translate", self, call, [&](PluginHost& host) {
    const auto args = args_json.size ? parse_object(view_of(args_json), "arguments") : Result<json::object>(json::object{});
    if (!args || !message_id) return HOSTAPI_E_INVALID;
    return write_to(sink, host.parts.texts.translate(call->caller.locale, host.manifest.domain, message_id, *args));
  });
}

hostapi_status texts_format(void* self, const hostapi_call* call, const char* kind, hostapi_text value_json, const hostapi_sink* sink) {
  return in_call("texts.format", self, call, [&](PluginHost& host) {
    auto value = parse_object(view_of(value_json), "value");
    if (!value || !kind) return HOSTAPI_E_INVALID;
    (*value)["zone"] = call->caller.zone; /* times are those of the reader's clock */
    const auto text = host.parts.texts.format(call->caller.locale, kind, *value);
    return text.empty() ? HOSTAPI_E_UNSUPPORTED : write_to(sink, text);
  });
}

struct Offer {
  const char* id;
  const void* (*table)(PluginHost&);
};

const Offer offers[] = {
    {HOSTAPI_SERVICE_CORE, [](PluginHost& host) -> const void* { return &host.core; }},
    {HOSTAPI_SERVICE_IDENTITY, [](PluginHost& host) -> const void* { return &host.identity; }},
    {HOSTAPI_SERVICE_ORDERS, [](PluginHost& host) -> const void* { return &host.orders; }},
    {HOSTAPI_SERVICE_STORE, [](PluginHost& host) -> const void* { return &host.store; }},
    {HOSTAPI_SERVICE_SETTINGS, [](PluginHost& host) -> const void* { return &host.settings; }},
    {HOSTAPI_SERVICE_TEXTS, [](PluginHost& host) -> const void* { return &host.texts; }},
};

const void* service(void* self, const char* service_id) {
  for (const auto& offer : offers)
    if (service_id && std::string_view(service_id) == offer.id) return offer.table(host_of(self));
  return nullptr;
}
}  // namespace

/* Plugins ask for their settings all the time, and they hardly ever change: the database is asked each time, but the text is made when they changed. */
std::string PluginHost::settings_text() {
  auto stored = parts.settings.stored(manifest);
  const std::lock_guard hold(lock_);
  if (settings_text_.empty() || stored != settings_seen_) {
    settings_text_ = json::serialize(Settings::document_of(manifest, stored));
    settings_seen_ = std::move(stored);
  }
  return settings_text_;
}

bool host_offers(const std::string& service_id) {
  return std::any_of(std::begin(offers), std::end(offers), [&](const Offer& offer) { return service_id == offer.id; });
}

void fill_services(PluginHost& host) {
  host.core = {core_log, core_now, core_random, core_deadline, core_describe};
  host.identity = {identity_who, identity_may};
  host.orders = {orders_get, orders_find};
  host.store = {store_get, store_find, store_commit};
  host.settings = {settings_get, settings_secret, settings_set};
  host.texts = {texts_translate, texts_format};
  host.root = {sizeof(hostapi_host), HOSTAPI_ABI_MAJOR, HOSTAPI_ABI_MINOR, &host, service};
}

}  // namespace shopadmin
