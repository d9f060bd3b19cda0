// The six service tables of fake::Host. Included by host.hpp only. Each function runs under the host's lock and its fault switches.
#pragma once
#include "host.hpp"

namespace hostapi::fake {

inline const void* Host::service(void* self, const char* id) {
  Host& host = at(self);
  const std::lock_guard lock(host.mutex_);
  const std::string_view wanted = sdk::view(id);
  if (host.hidden_.count(std::string(wanted)) != 0) return nullptr;
  if (wanted == HOSTAPI_SERVICE_CORE) return &core_;
  if (wanted == HOSTAPI_SERVICE_IDENTITY) return &identity_;
  if (wanted == HOSTAPI_SERVICE_ORDERS) return &orders_;
  if (wanted == HOSTAPI_SERVICE_STORE) return &store_;
  if (wanted == HOSTAPI_SERVICE_SETTINGS) return &settings_service_;
  if (wanted == HOSTAPI_SERVICE_TEXTS) return &texts_;
  return nullptr;
}

inline const hostapi_core_v1 Host::core_{
    [](void* self, const hostapi_call*, int32_t level, const char* event_id, hostapi_text fields) {
      (void)sdk::guard(nullptr, [&]() -> Result<> {
        const std::lock_guard lock(at(self).mutex_);
        at(self).log_.push_back({{"level", level}, {"event", sdk::view(event_id)}, {"fields", json::parse(sdk::view(fields))}});
        return success();
      });
    },
    [](void* self) -> int64_t { return at(self).now(); },
    [](void* self, uint8_t* bytes, size_t size) -> hostapi_status {
      return serve(self, "core.random", nullptr, [&](Host& host) -> Result<> {
        for (size_t i = 0; i < size; ++i) {  // xorshift: repeatable, which tests want
          host.random_state_ ^= host.random_state_ << 13, host.random_state_ ^= host.random_state_ >> 7, host.random_state_ ^= host.random_state_ << 17;
          bytes[i] = static_cast<uint8_t>(host.random_state_ >> 32);
        }
        return success();
      });
    },
    [](void* self, const hostapi_call*) -> int64_t { return at(self).now() + 10000; },
    [](void* self, const hostapi_call*, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "core.describe", out, [](Host&) -> Result<json::value> {
        return json::value{{"host", "fake"}, {"version", "1"}, {"shop_id", "main"}, {"locale", "en"}, {"trace_id", "t-1"}};
      });
    }};

inline const hostapi_identity_v1 Host::identity_{
    [](void* self, const hostapi_call* call, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "identity.who", out, [&](Host&) -> Result<json::value> {
        return json::value{{"id", user(call).id}, {"name", user(call).name}, {"role", user(call).role}};
      });
    },
    [](void* self, const hostapi_call* call, const char* permission) -> hostapi_status {
      return serve(self, "identity.may", nullptr, [&](Host&) -> Result<> {
        if (user(call).all_permissions || user(call).permissions.count(permission) != 0) return success();
        return Failure{Kind::denied, "the user may not"};
      });
    }};

inline const hostapi_orders_v1 Host::orders_{
    [](void* self, const hostapi_call*, hostapi_text order_id, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "orders.get", out, [&](Host& host) -> Result<json::value> {
        const auto order = host.data_.orders.find(std::string(sdk::view(order_id)));
        if (order == host.data_.orders.end()) return Failure{Kind::not_found, "there is no order " + std::string(sdk::view(order_id))};
        return json::value(order->second);
      });
    },
    [](void* self, const hostapi_call*, hostapi_text query, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "orders.find", out, [&](Host& host) -> Result<json::value> {
        auto wanted = parsed(query);
        if (!wanted) return wanted.failure();
        const std::string method = detail::text_at(*wanted, "payment_method"), after = detail::text_at(*wanted, "after"), number = detail::text_at(*wanted, "number");
        const int64_t asked = detail::number_at(*wanted, "limit");
        const std::size_t limit = asked > 0 ? static_cast<std::size_t>(asked) : 100;
        json::array found;
        if (const auto* ids = wanted->if_contains("ids"); ids != nullptr && ids->is_array()) {
          for (const auto& id : ids->get_array())
            if (const auto order = host.data_.orders.find(json::value_to<std::string>(id)); order != host.data_.orders.end()) found.push_back(order->second);
          return json::value(json::object{{"orders", std::move(found)}, {"next", nullptr}, {"by_ids", true}});
        }
        json::value next;
        const std::string search = detail::text_at(*wanted, "search");
        for (const auto& [id, order] : host.data_.orders) {
          if (!search.empty() && json::serialize(order).find(search) == std::string::npos) continue;
          if (!after.empty() && id <= after) continue;
          if (!number.empty() && detail::text_at(order, "number") != number) continue;
          if (!method.empty() && detail::text_at(order.at("payment").as_object(), "method") != method) continue;
          if (found.size() == limit) {
            next = found.back().at("id");
            break;
          }
          found.push_back(order);
        }
        json::object answer{{"orders", std::move(found)}, {"next", std::move(next)}};
        if (!search.empty()) answer["searched"] = true;
        return json::value(std::move(answer));
      });
    }};

inline const hostapi_store_v1 Host::store_{
    [](void* self, const hostapi_call*, const char* collection, hostapi_text key, const hostapi_sink* value, uint64_t* version) -> hostapi_status {
      return serve(self, "store.get", value, [&](Host& host) -> Result<json::value> {
        if (auto known = check_fields(host.declared_, collection, {}); !known) return known.failure();
        const auto& documents = host.data_.collections[collection];
        const auto found = documents.find(std::string(sdk::view(key)));
        if (found == documents.end()) return Failure{Kind::not_found, std::string(collection) + " holds no " + std::string(sdk::view(key))};
        if (version != nullptr) *version = found->second.version;
        return found->second.value;
      });
    },
    [](void* self, const hostapi_call*, hostapi_text query, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "store.find", out, [&](Host& host) -> Result<json::value> {
        auto wanted = parsed(query);
        if (!wanted) return wanted.failure();
        return find(host.data_, host.declared_, *wanted);
      });
    },
    [](void* self, const hostapi_call*, hostapi_text batch, const hostapi_sink* out) -> hostapi_status {
      bool conflict = false;
      const hostapi_status status = serve(self, "store.commit", out, [&](Host& host) -> Result<json::value> {
        auto wanted = parsed(batch);
        if (!wanted) return wanted.failure();
        Data changed = host.data_;
        auto answer = commit(changed, host.declared_, *wanted);
        if (!answer) return answer.failure();
        conflict = answer->conflict;
        if (!conflict) host.data_ = std::move(changed), ++host.commits_;
        return std::move(answer->document);
      });
      return status == HOSTAPI_OK && conflict ? HOSTAPI_E_CONFLICT : status;
    }};

inline const hostapi_settings_v1 Host::settings_service_{
    [](void* self, const hostapi_call*, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "settings.get", out, [](Host& host) -> Result<json::value> {
        json::object values;
        json::array secrets_set;
        for (const auto& [name, value] : host.settings_) values[name] = value;
        for (const auto& secret : host.secrets_) secrets_set.emplace_back(secret.first);
        return json::value{{"values", std::move(values)}, {"secrets_set", std::move(secrets_set)}};
      });
    },
    [](void* self, const hostapi_call*, const char* name, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "settings.secret", out, [&](Host& host) -> Result<std::string> {
        const auto found = host.secrets_.find(name);
        if (found == host.secrets_.end()) return Failure{Kind::not_found, std::string("no secret ") + name + " is stored"};
        return found->second;
      });
    },
    [](void* self, const hostapi_call*, hostapi_text changes, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "settings.set", out, [&](Host& host) -> Result<> {
        auto wanted = parsed(changes);
        if (!wanted) return wanted.failure();
        const auto members = [&](const char* name) { return wanted->contains(name) ? wanted->at(name).as_object() : json::object(); };
        for (const auto& change : members("values")) host.settings_[std::string(change.key())] = change.value();
        for (const auto& secret : members("secrets")) host.secrets_[std::string(secret.key())] = std::string(secret.value().as_string());
        if (wanted->contains("secrets_removed"))
          for (const auto& name : wanted->at("secrets_removed").as_array()) host.secrets_.erase(std::string(name.as_string()));
        return success();
      });
    }};

inline const hostapi_texts_v1 Host::texts_{
    [](void* self, const hostapi_call*, const char* message_id, hostapi_text arguments, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "texts.translate", out, [&](Host&) -> Result<std::string> {
        if (arguments.size == 0) return std::string(message_id);
        auto places = parsed(arguments);
        if (!places) return places.failure();
        return fill_places(plural_form(message_id, *places), *places);
      });
    },
    [](void* self, const hostapi_call*, const char* kind, hostapi_text value, const hostapi_sink* out) -> hostapi_status {
      return serve(self, "texts.format", out, [&](Host&) -> Result<std::string> {
        auto wanted = parsed(value);
        if (!wanted) return wanted.failure();
        return english_format(kind, *wanted);
      });
    }};

}  // namespace hostapi::fake
