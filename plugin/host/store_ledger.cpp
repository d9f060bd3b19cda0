// StoreLedger: reading, and what is kept in mind of it for the commit that follows (store_ledger_commit.cpp).
#include "host/store_ledger.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "host/codec.hpp"
#include "host/member.hpp"
#include "host/payment_marks.hpp"

namespace amazonpay::host {
namespace {

constexpr int events_read = 5000;        // of one order; some dozens are many
constexpr int answers_read = 1000;
constexpr std::size_t ahead_most = 100;

// What belongs to an order and is found by its key: the order's id, ":", and what it is.
json::array keys_of_order(const std::string& order_id) { return {condition("key", ">=", order_id + ":"), condition("key", "<", order_id + ";")}; }

std::map<std::string, std::string> answers_in(const json::value& value) {
  std::map<std::string, std::string> answers;
  const auto* stored = value.is_object() ? value.get_object().if_contains("answers") : nullptr;
  if (stored != nullptr && stored->is_object())
    for (const auto& [id, digest] : stored->get_object())
      if (digest.is_string()) answers.emplace(id, digest.get_string());
  return answers;
}

}  // namespace

bool StoreLedger::older(const Intent& a, const Intent& b) { return std::tie(a.created_ms, a.id) < std::tie(b.created_ms, b.id); }

Result<std::vector<Intent>> StoreLedger::intents_of(const std::string& order_id) {
  return all_of(session_.store(), {{"collection", "intents"}, {"where", json::array{condition("order_id", "=", order_id)}}, {"order", "created_ms"}}, 10000,
                decode_intent);
}

StoreLedger::Known StoreLedger::known_in(const json::value& document, std::uint64_t version) {
  Known known;
  known.version = version, known.marks = marks_in(document), known.marked_total = json::value(marked_total_in(document), json::storage_ptr()), known.answers = answers_in(document);
  return known;
}

// The payment first: what is committed between the two readings has raised its version, and our own commit will be told.
Result<ports::LoadedPayment> StoreLedger::load(const std::string& order_id) {
  if (const auto ahead = known_.find(order_id); ahead != known_.end() && std::exchange(ahead->second.ahead, false)) return load_own(order_id);
  auto got = session_.store().get("payments", order_id);
  auto payment = value_of(got, decode_payment);
  if (!payment) return payment.failure();
  auto intents = intents_of(order_id);
  if (!intents) return intents.failure();
  if (known_.size() >= known_most) known_.clear();
  auto& known = known_[order_id] = known_in(got->value, got->version);
  known.intents = *intents;
  return ports::LoadedPayment{std::move(*payment), got->version, std::move(*intents)};
}

Result<ports::LoadedPayment> StoreLedger::load_own(const std::string& order_id) {
  const auto own = known_.find(order_id);
  if (own == known_.end() || !own->second.payment) return load(order_id);
  return ports::LoadedPayment{*own->second.payment, own->second.version, own->second.intents};
}

// Payments first, as in load().
Result<> StoreLedger::look_ahead(const std::vector<std::string>& order_ids, const std::vector<std::string>& operation_ids) {
  known_.clear(), operations_missing_.clear();
  if (order_ids.empty() || order_ids.size() > ahead_most || operation_ids.size() > ahead_most) return hostapi::success();
  const json::array orders(order_ids.begin(), order_ids.end());
  auto payments = session_.store().find({{"collection", "payments"}, {"where", json::array{condition("key", "in", orders)}}, {"limit", ahead_most}});
  if (!payments) return payments.failure();
  std::map<std::string, Known> ahead;
  auto read = reading("store.find's answer", [&] {
    for (const auto& item : Members(*payments).list("items")) {
      const Members one(item);
      auto payment = decode_payment(one.raw().at("value"));
      if (!payment) throw BadDocument(payment.message());
      auto& known = ahead[payment->order_id] = known_in(one.raw().at("value"), static_cast<std::uint64_t>(one.number("version")));
      known.payment = std::move(*payment), known.open_todos.emplace(), known.ahead = true;
    }
    return true;
  });
  if (!read) return read.failure();
  auto intents = all_of(session_.store(), {{"collection", "intents"}, {"where", json::array{condition("order_id", "in", orders)}}, {"order", "created_ms"}}, 10000, decode_intent);
  if (!intents) return intents.failure();
  for (auto& intent : *intents)
    if (const auto known = ahead.find(intent.order_id); known != ahead.end()) known->second.intents.push_back(std::move(intent));
  auto todos = all_of(session_.store(), {{"collection", "todos"}, {"where", json::array{condition("order_id", "in", orders), condition("state", "=", "open")}}, {"order", "created_ms"}}, 10000, decode_todo);
  if (!todos) return todos.failure();
  for (auto& todo : *todos)
    if (const auto known = ahead.find(todo.order_id); known != ahead.end()) known->second.open_todos->push_back(std::move(todo));
  auto found = keys_of(session_.store(), {{"collection", "operations"}, {"where", json::array{condition("key", "in", json::array(operation_ids.begin(), operation_ids.end()))}}, {"limit", ahead_most}});
  if (!found) return found.failure();
  operations_missing_.insert(operation_ids.begin(), operation_ids.end());
  for (const auto& id : *found) operations_missing_.erase(id);
  known_ = std::move(ahead);
  return hostapi::success();
}

// The order as it is before this change, which expects it so. It is known no more: the change makes it another.
Result<StoreLedger::Known> StoreLedger::known(const ports::Change& change) {
  if (const auto loaded = known_.find(change.order_id); loaded != known_.end() && loaded->second.version == change.expected_version) return std::move(known_.extract(loaded).mapped());
  auto loaded = load(change.order_id);
  if (!loaded && loaded.kind() != Kind::not_found) return loaded.failure();
  if ((loaded ? loaded->version : 0) != change.expected_version) return Failure{Kind::conflict, "changed by somebody else meanwhile: payments " + change.order_id};
  if (loaded) return std::move(known_.extract(change.order_id).mapped());
  auto intents = intents_of(change.order_id);
  if (!intents) return intents.failure();
  Known fresh;
  fresh.intents = std::move(*intents);
  return fresh;
}

Result<Intent> StoreLedger::intent(const std::string& id) { return value_of(session_.store().get("intents", id), decode_intent); }
Result<Todo> StoreLedger::todo(const std::string& id) { return value_of(session_.store().get("todos", id), decode_todo); }

Result<std::optional<Operation>> StoreLedger::operation(const std::string& id) {
  if (operations_missing_.erase(id) != 0) return std::optional<Operation>();
  auto stored = value_of(session_.store().get("operations", id), decode_operation);
  if (stored) return std::optional(std::move(*stored));
  if (stored.kind() == Kind::not_found) return std::optional<Operation>();
  return stored.failure();
}

Result<std::vector<Todo>> StoreLedger::all_todos(const std::string& order_id) {
  return all_of(session_.store(), {{"collection", "todos"}, {"where", json::array{condition("order_id", "=", order_id)}}, {"order", "created_ms"}}, 1000, decode_todo);
}

Result<std::vector<Todo>> StoreLedger::open_todos(const std::string& order_id) {
  return all_of(session_.store(),
                {{"collection", "todos"}, {"where", json::array{condition("order_id", "=", order_id), condition("state", "=", "open")}}, {"order", "created_ms"}},
                1000, decode_todo);
}

// An order's events stand beside each other, because their ids begin with the order's; an index of their own would cost more than all else of a change.
Result<std::vector<Event>> StoreLedger::events(const std::string& order_id, int limit) {
  auto events = all_of(session_.store(), {{"collection", "events"}, {"where", keys_of_order(order_id)}, {"order", "key"}}, events_read, decode_event);
  if (!events) return events;
  std::erase_if(*events, [&](const Event& e) { return e.order_id != order_id; });  // of an order whose id begins so
  std::sort(events->begin(), events->end(), [](const Event& a, const Event& b) { return std::tie(b.at_ms, b.id) < std::tie(a.at_ms, a.id); });
  if (events->size() > static_cast<std::size_t>(limit)) events->resize(static_cast<std::size_t>(limit));
  return events;
}

Result<std::map<std::string, std::string>> StoreLedger::answers(const std::string& order_id) {
  struct Answer { std::string order_id, id, text; };
  auto kept = all_of(session_.store(), {{"collection", "answers"}, {"where", keys_of_order(order_id)}, {"order", "key"}}, answers_read, [](const json::value& value) {
    return reading("a kept answer of Amazon", [&] {
      const Members m(value);
      return Answer{m.needed_text("order_id"), m.needed_text("id"), m.text("text")};
    });
  });
  if (!kept) return kept.failure();
  std::map<std::string, std::string> by_id;
  for (auto& answer : *kept)
    if (answer.order_id == order_id) by_id.emplace(std::move(answer.id), std::move(answer.text));
  return by_id;
}

Result<std::vector<Intent>> StoreLedger::open_intents(std::int64_t older_than_ms, int limit) {
  // State by state: asked for several at once the store would walk every intent there ever was, by its moment, and this is asked all day long.
  std::vector<Intent> open;
  for (const char* state : {"planned", "sending", "uncertain"}) {
    auto some = all_of(session_.store(),
                       {{"collection", "intents"}, {"where", json::array{condition("state", "=", state), condition("created_ms", "<=", older_than_ms)}}, {"order", "created_ms"}}, limit, decode_intent);
    if (!some) return some.failure();
    std::move(some->begin(), some->end(), std::back_inserter(open));
  }
  std::sort(open.begin(), open.end(), older);
  if (open.size() > static_cast<std::size_t>(limit)) open.erase(open.begin() + limit, open.end());
  return open;
}

Result<std::vector<Intent>> StoreLedger::awaiting_approval(int limit) {
  return all_of(session_.store(), {{"collection", "intents"}, {"where", json::array{condition("state", "=", "awaiting_approval")}}, {"order", "created_ms"}}, limit, decode_intent);
}

Result<ports::StoredTally> StoreLedger::tally(const std::string& id) {
  auto got = session_.store().get("tallies", id);
  if (!got) return got.kind() == Kind::not_found ? Result<ports::StoredTally>(ports::StoredTally{}) : got.failure();
  return reading("a tally", [&] {
    const Members m(got->value);
    return ports::StoredTally{{id, {m.number("minor"), m.currency("currency")}}, got->version};
  });
}

Result<std::vector<std::string>> StoreLedger::payments_due(std::int64_t now_ms, int limit) {
  return all_of(session_.store(), {{"collection", "payments"}, {"where", json::array{condition("next_sync_ms", "<=", now_ms)}}, {"order", "next_sync_ms"}}, limit,
                [](const json::value& value) { return reading("a stored payment", [&] { return Members(value).needed_text("order_id"); }); });
}

Result<bool> StoreLedger::exists(const char* collection, const std::string& key) {
  auto got = session_.store().get(collection, key);
  if (got) return true;
  if (got.kind() == Kind::not_found) return false;
  return got.failure();
}

}  // namespace amazonpay::host
