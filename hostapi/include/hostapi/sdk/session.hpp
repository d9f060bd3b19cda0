// Host: the host as a plugin sees it, its six services looked up once. Session: the host inside one call.
// Used by every C++ plugin: Host::open() in create(), Session in each contribution. open() refuses another ABI and names the services that are missing.
// Thread rules: Host is immutable after open and may be shared; a Session belongs to its call and its thread.
#pragma once
#include <string>

#include "services.hpp"

namespace hostapi::sdk {

class Host {
 public:
  static Result<Host> open(const hostapi_host* raw) {
    if (raw == nullptr || raw->struct_size < sizeof(hostapi_host) || raw->service == nullptr)
      return Failure{Kind::invalid, "the host gave no usable hostapi_host"};
    if (raw->abi_major != HOSTAPI_ABI_MAJOR)
      return Failure{Kind::unsupported, "the host speaks hostapi ABI " + std::to_string(raw->abi_major) + ", this plugin needs " +
                                            std::to_string(HOSTAPI_ABI_MAJOR) + ": install the version of the plugin made for this host"};
    Host host;
    std::string missing;
    host.self = raw->self;
    find(raw, HOSTAPI_SERVICE_CORE, host.core, missing);
    find(raw, HOSTAPI_SERVICE_IDENTITY, host.identity, missing);
    find(raw, HOSTAPI_SERVICE_ORDERS, host.orders, missing);
    find(raw, HOSTAPI_SERVICE_STORE, host.store, missing);
    find(raw, HOSTAPI_SERVICE_SETTINGS, host.settings, missing);
    find(raw, HOSTAPI_SERVICE_TEXTS, host.texts, missing);
    if (!missing.empty()) return Failure{Kind::unsupported, "the host lacks these services: " + missing};
    return host;
  }

  void* self = nullptr;
  const hostapi_core_v1* core = nullptr;
  const hostapi_identity_v1* identity = nullptr;
  const hostapi_orders_v1* orders = nullptr;
  const hostapi_store_v1* store = nullptr;
  const hostapi_settings_v1* settings = nullptr;
  const hostapi_texts_v1* texts = nullptr;

 private:
  template <class Table>
  static void find(const hostapi_host* raw, const char* id, const Table*& table, std::string& missing) {
    table = static_cast<const Table*>(raw->service(raw->self, id));
    if (table == nullptr) missing += (missing.empty() ? "" : ", ") + std::string(id);
  }
};

class Session {
 public:
  Session(const Host& host, const hostapi_call* call) : host_(host), call_(call) {}
  Core core() const { return {host_.core, host_.self, call_}; }
  Identity identity() const { return {host_.identity, host_.self, call_}; }
  Orders orders() const { return {host_.orders, host_.self, call_}; }
  Store store() const { return {host_.store, host_.self, call_}; }
  Settings settings() const { return {host_.settings, host_.self, call_}; }
  Texts texts() const { return {host_.texts, host_.self, call_}; }

 private:
  const Host& host_;
  const hostapi_call* call_;
};

}  // namespace hostapi::sdk
