#include "host/retention.hpp"

#include "host/codec.hpp"
#include "host/store_ledger.hpp"

namespace amazonpay::host {
namespace {

using hostapi::sdk::Session;

constexpr int kept_at_once = 100;
constexpr std::int64_t a_day_ms = 24LL * 3'600'000;
constexpr std::int64_t soon_ms = 2'000;

struct Keep {
  std::int64_t raw_days = 365, notification_days = 180, answer_days = 180, task_days = 730, dry_run_days = 30;
};

Result<Keep> keep_of(const Session& session) {
  auto settings = session.settings().get();
  if (!settings) return settings.failure();
  return reading("the settings", [&] {
    Keep keep;
    const auto values = Members(*settings).object("values");
    if (!values) return keep;
    const auto days = [&](const char* name, std::int64_t& into) {
      if (const auto text = values->text(name); !text.empty()) into = std::stoll(text);
    };
    days("keep_raw_days", keep.raw_days), days("keep_notifications_days", keep.notification_days), days("keep_answers_days", keep.answer_days);
    days("keep_done_tasks_days", keep.task_days), days("keep_dry_runs_days", keep.dry_run_days);
    return keep;
  });
}

json::value gone(const char* collection, const std::string& key) { return json::object{{"collection", collection}, {"key", key}}; }

Result<std::vector<std::string>> keys_of(const Session& session, const char* collection, json::array where, const char* order) {
  json::object query{{"collection", collection}, {"where", std::move(where)}, {"limit", kept_at_once}};
  if (order != nullptr) query["order"] = order;
  return host::keys_of(session.store(), std::move(query));
}

Result<> remove(const Session& session, const char* collection, const std::vector<std::string>& keys) {
  json::array documents;
  for (const auto& key : keys) documents.push_back(gone(collection, key));
  auto committed = session.store().commit(json::object{{"delete", std::move(documents)}});
  if (!committed) return committed.failure();
  return hostapi::success();
}

// One kept_at_once of a collection; true: there may be more.
Result<bool> purge(const Session& session, const char* collection, json::array where, const char* order) {
  auto keys = keys_of(session, collection, std::move(where), order);
  if (!keys) return keys.failure();
  if (keys->empty()) return false;
  if (auto removed = remove(session, collection, *keys); !removed) return removed.failure();
  return keys->size() == kept_at_once;
}

// The rows of a dry run first, then the job: what is left of it after a crash is found again.
Result<bool> purge_dry_runs(const Session& session, std::int64_t before_ms) {
  auto jobs = keys_of(session, "bulk_jobs", {condition("state", "=", "dry_run"), condition("created_ms", "<", before_ms)}, "created_ms");
  if (!jobs) return jobs.failure();
  for (const auto& job : *jobs) {
    auto more = purge(session, "bulk_rows", {condition("place", ">=", job + "/"), condition("place", "<", job + "0")}, "place");
    if (!more || *more) return more;
    if (auto removed = remove(session, "bulk_jobs", {job}); !removed) return removed.failure();
  }
  return jobs->size() == kept_at_once;
}

// Walks the payments by the time they were made; how far it came is kept, so that each is looked at once.
Result<bool> forget_answers(const Session& session, std::int64_t before_ms) {
  constexpr const char* place = "retention";
  auto stored = session.store().get("connection", place);
  if (!stored && stored.kind() != Kind::not_found) return stored.failure();
  auto after_ms = stored ? reading("the place of the retention", [&] { return Members(stored->value).number("raw_through_ms"); }) : Result<std::int64_t>(0);
  if (!after_ms) return after_ms.failure();
  auto payments = all_of(session.store(), {{"collection", "payments"}, {"where", json::array{condition("created_ms", ">", *after_ms), condition("created_ms", "<", before_ms)}}, {"order", "created_ms"}}, kept_at_once, decode_payment);
  if (!payments) return payments.failure();
  if (payments->empty()) return false;
  StoreLedger ledger(session);
  for (const auto& payment : *payments) {
    auto forgotten = ledger.forget_answers(payment.order_id);
    if (!forgotten && forgotten.kind() != Kind::conflict) return forgotten.failure();  // somebody works on it: the next round finds it
  }
  const auto through_ms = payments->back().created_ms;
  auto committed = session.store().commit(json::object{{"put", json::array{put_document("connection", place, {{"raw_through_ms", through_ms}}, {})}}});
  if (!committed) return committed.failure();
  return static_cast<int>(payments->size()) >= kept_at_once;
}

}  // namespace

Result<std::int64_t> purge_old_records(const Session& session) {
  auto keep = keep_of(session);
  if (!keep) return keep.failure();
  const auto now_ms = session.core().now_unix_ms();
  const auto before = [&](std::int64_t days) { return now_ms - days * a_day_ms; };
  bool more = false;
  const auto add = [&](const Result<bool>& one) { return more = more || (one && *one), one.ok(); };
  const auto notifications = purge(session, "notifications", {condition("state", "in", json::array{"done", "ignored"}), condition("received_ms", "<", before(keep->notification_days))}, "received_ms");
  if (!add(notifications)) return notifications.failure();
  const auto answers = purge(session, "operations", {condition("created_ms", "<", before(keep->answer_days))}, "created_ms");
  if (!add(answers)) return answers.failure();
  const auto tasks = purge(session, "todos", {condition("state", "!=", "open"), condition("created_ms", "<", before(keep->task_days))}, "created_ms");
  if (!add(tasks)) return tasks.failure();
  const auto dry_runs = purge_dry_runs(session, before(keep->dry_run_days));
  if (!add(dry_runs)) return dry_runs.failure();
  const auto raw = forget_answers(session, before(keep->raw_days));
  if (!add(raw)) return raw.failure();
  return more ? soon_ms : 0;
}

}  // namespace amazonpay::host
