// fake::Host: a whole host in memory, for tests of plugins. It is given to the plugin as a real hostapi_host, so every call crosses the real C border.
// Commits are real (expectations, versions, all or nothing, task replacement); the clock is set by hand; faults are switched on per call.
// Thread rules: every service function may be called from several threads; the set-up functions too. References returned by data() need a quiet host.
#pragma once
#include <hostapi/sdk.hpp>

#include <functional>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "collections.hpp"
#include "english.hpp"

namespace hostapi::fake {

/// Who acts in a call. The address of a User is the hostapi_call.
struct User {
  std::string id = "u-jana", name = "Jana Brandt", role = "staff";
  std::set<std::string> permissions;
  bool all_permissions = true;
};

/// What happens to service calls. `nth` counts from the switch being set: 1 is the next call.
struct Fault {
  enum class Effect { before, after };  // before: nothing happens. after: the effect happens, the answer is lost
  std::string service;                  // "store.commit", "orders.get"…; empty: any
  int nth = 1;
  hostapi_status status = HOSTAPI_E_UNAVAILABLE;
  Effect effect = Effect::before;
};

class Host {
 public:
  Host() : raw_{sizeof(hostapi_host), HOSTAPI_ABI_MAJOR, HOSTAPI_ABI_MINOR, this, &Host::service} {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const hostapi_host* raw() const { return &raw_; }

  /// A call of this user; valid as long as the host.
  const hostapi_call* call(User user = {}) {
    const std::lock_guard lock(mutex_);
    users_.push_back(std::move(user));
    return reinterpret_cast<const hostapi_call*>(&users_.back());
  }
  /// A stranger's: what a webhook gets. Such a call may nothing that needs a permission.
  const hostapi_call* webhook_call() { return call(User{"webhook", "webhook", "anonymous", {}, false}); }
  const hostapi_call* system_call() { return call(User{"system", "system", "system", {}, true}); }

  /// Runs something under the host's lock.
  template <class Body>
  auto with(Body&& body) const {
    const std::lock_guard lock(mutex_);
    return body();
  }

  // --- set-up ---------------------------------------------------------------
  void set_now(int64_t unix_ms) { with([&] { now_ms_ = unix_ms; }); }
  void advance(int64_t ms) { with([&] { now_ms_ += ms; }); }
  int64_t now() const { return with([&] { return now_ms_; }); }
  void put_order(const json::value& order) { with([&] { data_.orders[detail::text_at(order.as_object(), "id")] = order.as_object(); }); }
  void remove_order(const std::string& id) { with([&] { data_.orders.erase(id); }); }
  void set_setting(const std::string& name, const json::value& value) { with([&] { settings_[name] = value; }); }
  void set_secret(const std::string& name, const std::string& value) { with([&] { secrets_[name] = value; }); }
  /// Makes the store strict: only these collections, indexed fields (<index>) and fields that are only kept (<field>), as a manifest declares them.
  void declare(const std::string& collection, std::set<std::string> fields, std::set<std::string> columns = {}) {
    with([&] { declared_.fields[collection] = std::move(fields), declared_.columns[collection] = std::move(columns); });
  }
  /// A rule of the manifest the store keeps: a commit that breaks it is refused.
  void declare_check(const std::string& collection, Check check) { with([&] { declared_.checks[collection].push_back(std::move(check)); }); }
  void declare_append_only(const std::string& collection) { with([&] { declared_.append_only.insert(collection); }); }
  void hide_service(const std::string& id) { with([&] { hidden_.insert(id); }); }

  // --- faults ---------------------------------------------------------------
  void fail(Fault fault) { with([&] { faults_.push_back(std::move(fault)); }); }
  void fail_nth_call(int nth, hostapi_status status) { fail({"", nth, status, Fault::Effect::before}); }
  void fail_commit(int nth = 1, hostapi_status status = HOSTAPI_E_UNAVAILABLE) { fail({"store.commit", nth, status, Fault::Effect::before}); }
  void lose_answer_of_commit(int nth = 1) { fail({"store.commit", nth, HOSTAPI_E_UNCERTAIN, Fault::Effect::after}); }
  void clear_faults() { with([&] { faults_.clear(); }); }
  int calls() const { return with([&] { return calls_; }); }
  int commits() const { return with([&] { return commits_; }); }

  // --- looking at what happened ----------------------------------------------
  Data data() const { return with([&] { return data_; }); }
  void change(const std::function<void(Data&)>& edit) { with([&] { edit(data_); }); }
  std::optional<Document> document(const std::string& collection, const std::string& key) const {
    return with([&]() -> std::optional<Document> {
      const auto documents = data_.collections.find(collection);
      if (documents == data_.collections.end()) return std::nullopt;
      const auto found = documents->second.find(key);
      return found == documents->second.end() ? std::nullopt : std::optional(found->second);
    });
  }
  std::vector<json::object> log_lines() const { return with([&] { return log_; }); }
  /// Takes the earliest waiting task that is due (of this name, when given) out of the table, as the document tasks.run gets.
  std::optional<json::value> take_due_task(const std::string& name = {}) {
    return with([&]() -> std::optional<json::value> {
      auto best = data_.tasks.end();
      for (auto task = data_.tasks.begin(); task != data_.tasks.end(); ++task) {
        if (task->due_ms > now_ms_ || (!name.empty() && task->name != name)) continue;
        if (best == data_.tasks.end() || task->due_ms < best->due_ms) best = task;
      }
      if (best == data_.tasks.end()) return std::nullopt;
      json::value document{{"name", best->name}, {"key", best->key}, {"attempt", best->attempt}, {"due_ms", best->due_ms}, {"payload", best->payload}};
      data_.tasks.erase(best);
      return document;
    });
  }

 private:
  static Host& at(void* self) { return *static_cast<Host*>(self); }
  static const User& user(const hostapi_call* call) { return *reinterpret_cast<const User*>(call); }

  /// The fault for this call, if one is due. Call with the lock held.
  std::optional<Fault> due_fault(std::string_view name) {
    ++calls_;
    std::optional<Fault> due;
    for (auto fault = faults_.begin(); fault != faults_.end();) {
      const bool concerned = fault->service.empty() || fault->service == name;
      if (concerned && --fault->nth == 0 && !due) {
        due = *fault;
        fault = faults_.erase(fault);
      } else {
        ++fault;
      }
    }
    return due;
  }

  /// Runs a service body under the lock, with faults: before the effect, or after it with the answer lost.
  template <class Body>
  static hostapi_status serve(void* self, const char* name, const hostapi_sink* sink, Body&& body) noexcept {
    return sdk::guard(sink, [&] {
      using Answer = decltype(body(at(self)));
      Host& host = at(self);
      const std::lock_guard lock(host.mutex_);
      const auto fault = host.due_fault(name);
      const std::string said = std::string("fake host: ") + name + " fails on purpose";
      if (fault && fault->effect == Fault::Effect::before) return Answer(Failure{sdk::to_kind(fault->status), said});
      Answer answer = body(host);
      if (fault) return Answer(Failure{sdk::to_kind(fault->status), said + ", after the effect"});
      return answer;
    });
  }

  static Result<json::object> parsed(hostapi_text bytes) {
    boost::system::error_code error;
    json::value document = json::parse(sdk::view(bytes), error);
    if (error || !document.is_object()) return Failure{Kind::invalid, "the document is not a JSON object"};
    return document.get_object();
  }

  static const void* service(void* self, const char* id);
  static const hostapi_core_v1 core_;
  static const hostapi_identity_v1 identity_;
  static const hostapi_orders_v1 orders_;
  static const hostapi_store_v1 store_;
  static const hostapi_settings_v1 settings_service_;
  static const hostapi_texts_v1 texts_;

  hostapi_host raw_;
  mutable std::mutex mutex_;
  Data data_;
  Declared declared_;
  std::map<std::string, json::value> settings_;
  std::map<std::string, std::string> secrets_;
  std::set<std::string> hidden_;
  std::list<User> users_;
  std::list<Fault> faults_;
  std::vector<json::object> log_;
  int64_t now_ms_ = 1763500000000;
  uint64_t random_state_ = 88172645463325252ULL;
  int calls_ = 0, commits_ = 0;
};

}  // namespace hostapi::fake

#include "services.hpp"
