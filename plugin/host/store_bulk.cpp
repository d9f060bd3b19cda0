#include "host/store_bulk.hpp"

#include <algorithm>
#include <cstdio>

#include "host/codec.hpp"
#include "host/codec_bulk.hpp"
#include "host/shop.hpp"
#include "host/store_documents.hpp"

namespace amazonpay::host {
namespace {

constexpr std::size_t values_at_once = 400;        // values of one "in"
constexpr std::size_t rows_per_put = 500;
constexpr int last_row = 99'999'999;

std::string numbered(const std::string& prefix, int row) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%08d", row);
  return prefix + digits;
}

std::string key_of(const std::string& job_id, int row) { return numbered(job_id + "/", row); }
std::string place_of(const std::string& job_id, const char* word, int row) { return numbered(job_id + "/" + word + "/", row); }

json::object put_of(const std::string& job_id, const BulkRow& row, json::storage_ptr memory) {
  return put_document("bulk_rows", key_of(job_id, row.row), encode(row, memory),
                      {{"place", key_of(job_id, row.row)}, {"verdict", place_of(job_id, name_of(row.verdict), row.row)}, {"stage", place_of(job_id, name_of(row.stage), row.row)}});
}

json::object put_of(const BulkJob& job) {
  return put_document("bulk_jobs", job.id, encode(job),
                      {{"state", name_of(job.state)}, {"created_ms", job.created_ms}, {"watched_ms", is_watched(job) ? json::value(job.changed_ms) : json::value()}});
}

template <class F>
Result<> in_batches(const std::vector<std::string>& all, F&& f) {
  for (std::size_t at = 0; at < all.size(); at += values_at_once) {
    json::array some;
    for (std::size_t i = at; i < std::min(at + values_at_once, all.size()); ++i) some.emplace_back(all[i]);
    if (Result<> done = f(std::move(some)); !done) return done;
  }
  return hostapi::success();
}

}  // namespace

Result<ports::StoredBulkJob> StoreBulk::job(const std::string& id) {
  if (id.empty()) return Failure{Kind::not_found, "no id of a bulk job"};
  auto got = session_.store().get("bulk_jobs", id);
  auto job = value_of(got, decode_bulk_job);
  if (!job) return job.failure();
  return ports::StoredBulkJob{std::move(*job), got->version};
}

Result<std::vector<BulkJob>> StoreBulk::jobs(std::int64_t before_ms, int limit) {
  json::object query{{"collection", "bulk_jobs"}, {"order", "-created_ms"}};
  if (before_ms != 0) query["where"] = json::array{condition("created_ms", "<", before_ms)};
  auto found = all_of(session_.store(), std::move(query), limit, decode_bulk_job);
  if (found && static_cast<int>(found->size()) > limit) found->resize(static_cast<std::size_t>(limit));
  return found;
}

Result<std::vector<BulkJob>> StoreBulk::watched(int limit) {
  return all_of(session_.store(), {{"collection", "bulk_jobs"}, {"where", json::array{condition("watched_ms", ">", std::int64_t{0})}}, {"order", "watched_ms"}}, limit, decode_bulk_job);
}

Result<std::vector<BulkRow>> StoreBulk::rows(const ports::BulkRows& q) {
  const char* field = q.verdict ? "verdict" : q.stage ? "stage" : "place";
  const auto bound = [&](int row) {
    return q.verdict ? place_of(q.job_id, name_of(*q.verdict), row) : q.stage ? place_of(q.job_id, name_of(*q.stage), row) : key_of(q.job_id, row);
  };
  const bool back = q.before > 0;
  const json::array where{condition(field, ">", bound(q.after)), condition(field, "<", bound(back ? q.before : last_row))};
  auto found = all_of(session_.store(), {{"collection", "bulk_rows"}, {"where", where}, {"order", (back ? "-" : "") + std::string(field)}}, q.limit, decode_bulk_row);
  if (!found) return found;
  if (static_cast<int>(found->size()) > q.limit) found->resize(static_cast<std::size_t>(q.limit));
  if (back) std::reverse(found->begin(), found->end());
  return found;
}

Result<> StoreBulk::put_rows(const std::string& job_id, const std::vector<BulkRow>& rows) {
  for (std::size_t at = 0; at < rows.size(); at += rows_per_put) {
    BatchMemory memory;
    json::array put(memory);
    for (std::size_t i = at; i < std::min(at + rows_per_put, rows.size()); ++i) put.push_back(put_of(job_id, rows[i], memory));
    // Only while the job does not exist: a twin that is late never overwrites rows that run already.
    auto done = session_.store().commit(json::object({{"expect", json::array{json::object{{"collection", "bulk_jobs"}, {"key", job_id}, {"version", 0}}}}, {"put", std::move(put)}}, memory));
    if (!done) return done.failure();
  }
  return hostapi::success();
}

Result<> StoreBulk::commit(const ports::BulkChange& change) {
  const auto& job = change.stored.job;
  BatchMemory memory;
  json::array put({put_of(job)}, memory), tasks(memory), audit(memory);
  for (const auto& row : change.rows) put.push_back(put_of(job.id, row, memory));
  for (const auto& task : change.tasks) tasks.push_back(task_document(task, memory));
  for (const auto& entry : change.audit) audit.push_back(audit_of(entry, memory));
  auto committed = session_.store().commit(
      json::object({{"expect", json::array{json::object{{"collection", "bulk_jobs"}, {"key", job.id}, {"version", change.stored.version}}}}, {"put", std::move(put)},
                    {"tasks", std::move(tasks)}, {"audit", std::move(audit)}, {"versions", false}}, memory));
  if (!committed) return committed.failure();
  return hostapi::success();
}

Result<std::map<std::string, std::vector<Intent>>> StoreBulk::intents_of(const std::vector<std::string>& order_ids) {
  std::map<std::string, std::vector<Intent>> by_order;
  auto read = in_batches(order_ids, [&](json::array some) -> Result<> {
    auto intents = all_of(session_.store(), {{"collection", "intents"}, {"where", json::array{condition("order_id", "in", some)}}, {"order", "created_ms"}}, 1'000'000, decode_intent);
    if (!intents) return intents.failure();
    for (auto& intent : *intents) by_order[intent.order_id].push_back(std::move(intent));
    return hostapi::success();
  });
  if (!read) return read.failure();
  return by_order;
}

Result<std::set<std::string>> StoreBulk::decided(const std::vector<std::string>& operation_ids) {
  std::set<std::string> ids;
  auto read = in_batches(operation_ids, [&](json::array some) -> Result<> {
    auto keys = keys_of(session_.store(), {{"collection", "operations"}, {"where", json::array{condition("key", "in", some)}}, {"limit", values_at_once}});
    if (!keys) return keys.failure();
    ids.insert(keys->begin(), keys->end());
    return hostapi::success();
  });
  if (!read) return read.failure();
  return ids;
}

Result<> StoreBulk::find_by_number(const std::vector<std::string>& numbers, std::map<std::string, ports::FoundOrder>& found) {
  return in_batches(numbers, [&](json::array some) -> Result<> {
    // The payments' versions are not needed: a row acts on a state it loads itself.
    auto payments = all_of(session_.store(), {{"collection", "payments"}, {"where", json::array{condition("order_number", "in", some)}}}, 1'000'000, decode_payment);
    if (!payments) return payments.failure();
    for (auto& payment : *payments) {
      auto [known, fresh] = found.emplace(payment.order_number, ports::FoundOrder{});
      if (fresh) known->second.loaded = ports::LoadedPayment{std::move(payment), 0, {}};
      else known->second.several = true;
    }
    return hostapi::success();
  });
}

// What has no payment here: paid another way, or never read at Amazon.
Result<> StoreBulk::find_in_shop(const std::string& name, bool by_id, std::map<std::string, ports::FoundOrder>& found) {
  Result<json::value> order = Failure{Kind::not_found, ""};
  if (by_id) {
    order = session_.orders().get(name);
  } else {
    auto page = session_.orders().find(json::object{{"number", name}, {"limit", 2}});
    if (!page) return page.failure();
    int same = 0;
    for (const auto& one : Members(*page).list("orders"))
      if (Members(one).text("number") == name) order = one, ++same;
    if (same > 1) return found[name].several = true, hostapi::success();
  }
  if (!order) return order.kind() == Kind::not_found ? hostapi::success() : Result<>(order.failure());
  auto ours = shop_order(*order);
  if (!ours && ours.kind() != Kind::unsupported) return ours.failure();
  (ours ? found[name].unread : found[name].other_method) = true;
  return hostapi::success();
}

Result<> StoreBulk::add_intents(std::map<std::string, ports::FoundOrder>& found) {
  std::vector<std::string> orders;
  for (const auto& [name, one] : found)
    if (one.loaded) orders.push_back(one.loaded->payment.order_id);
  auto intents = intents_of(orders);
  if (!intents) return intents.failure();
  for (auto& [name, one] : found)
    if (one.loaded) one.loaded->intents = std::move((*intents)[one.loaded->payment.order_id]);
  return hostapi::success();
}

Result<std::map<std::string, ports::FoundOrder>> StoreBulk::find_orders(const std::vector<std::string>& names, bool by_id) {
  std::map<std::string, ports::FoundOrder> found;
  if (!by_id) {
    if (auto done = find_by_number(names, found); !done) return done.failure();
  }
  for (const auto& name : names) {
    if (found.contains(name)) continue;
    if (by_id) {
      auto payment = value_of(session_.store().get("payments", name), decode_payment);
      if (!payment && payment.kind() != Kind::not_found) return payment.failure();
      if (payment) {
        found[name].loaded = ports::LoadedPayment{std::move(*payment), 0, {}};
        continue;
      }
    }
    if (auto done = find_in_shop(name, by_id, found); !done) return done.failure();
  }
  if (auto done = add_intents(found); !done) return done.failure();
  return found;
}

Result<std::vector<std::string>> StoreBulk::numbers_near(const std::string& number) {
  std::vector<std::string> near;
  for (const bool up : {true, false}) {
    auto beside = all_of(session_.store(),
                         {{"collection", "payments"}, {"where", json::array{condition("order_number", up ? ">" : "<", number)}}, {"order", up ? "order_number" : "-order_number"}}, 5, decode_payment);
    if (!beside) return beside.failure();
    for (const auto& payment : *beside) near.push_back(payment.order_number);
  }
  return near;
}

}  // namespace amazonpay::host
