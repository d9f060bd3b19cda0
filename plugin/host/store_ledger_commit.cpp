// StoreLedger: one commit for all that a change of an order says, with the marks, answers and label that follow from it. Reading is in store_ledger.cpp.
#include <algorithm>
#include <utility>

#include "amazon/signing.hpp"
#include "host/codec.hpp"
#include "host/payment_marks.hpp"
#include "host/store_inbox.hpp"
#include "host/store_ledger.hpp"

namespace amazonpay::host {
namespace {

json::object put_of(const Payment& p, const std::string& word, json::object value) {
  return put_document("payments", p.order_id, std::move(value),
                {{"word", word}, {"environment", environment_name(p.environment)}, {"marked", marks_version}, {"created_ms", p.created_ms}, {"order_number", p.order_number}, {"permission_id", text_or_null(p.permission_id)},
                 {"next_sync_ms", p.sync.next_ms == 0 ? json::value() : json::value(p.sync.next_ms)}});
}
json::object put_of(const Intent& i, json::storage_ptr memory) {
  return put_document("intents", i.id, encode(i, memory), {{"order_id", i.order_id}, {"state", name_of(i.state)}, {"created_ms", i.created_ms}});
}
json::object put_of(const Todo& t, json::storage_ptr) { return put_of_todo(t); }
json::object put_of(const Event& e, json::storage_ptr memory) { return put_document("events", e.id, encode(e, memory), {}); }
json::object put_of(const Balances& b, json::storage_ptr memory) {
  return put_document("balances", b.charge_id, encode(b, memory),
                      {{"buyer_minor", b.buyer.minor()}, {"authorized_minor", b.authorized.minor()},
                       {"captured_minor", b.captured.minor()}, {"pending_minor", b.pending.minor()}, {"settled_minor", b.settled.minor()},
                       {"released_minor", b.released.minor()}, {"elsewhere_minor", b.elsewhere.minor()}, {"allowance_minor", b.allowance.minor()}});
}
json::object put_of(const Entry& e, json::storage_ptr memory) {
  return put_document("entries", e.id, encode(e, memory), {{"at_ms", e.at_ms}});
}
json::object put_of(const Tally& t, json::storage_ptr) {
  return put_document("tallies", t.id, money_object(t.amount), {});
}
json::object put_of(const Operation& o, json::storage_ptr memory) {
  return put_document("operations", o.id, encode(o, memory), {{"created_ms", o.created_ms}});
}

template <class F>
void each_answer(const Payment& payment, F&& f) {
  if (payment.permission) f(payment.permission->id, payment.permission->raw);
  for (const auto& charge : payment.charges) f(charge.id, charge.raw);
  for (const auto& refund : payment.refunds) f(refund.id, refund.raw);
}

template <class T>
void merge_by_id(std::vector<T>& all, const std::vector<T>& news, bool replace) {
  for (const auto& one : news) {
    const auto old = std::find_if(all.begin(), all.end(), [&](const T& t) { return t.id == one.id; });
    if (old == all.end()) all.push_back(one);
    else if (replace) *old = one;
  }
}

}  // namespace

// Events and new tasks are written once: a repeat of the same cause finds them there, unless it begins here. The payment's version keeps others out meanwhile.
Result<> StoreLedger::add_records(const ports::Change& change, Batch& batch) {
  std::vector<Event> events;
  merge_by_id(events, change.events, false);
  for (const auto& event : events) {
    auto known = event.fresh ? Result<bool>(false) : exists("events", event.id);
    if (!known) return known.failure();
    if (!*known) batch.put.push_back(put_of(event, batch.memory));
  }
  std::vector<Todo> todos = change.changed_todos;
  const auto changed = todos.size();
  merge_by_id(todos, change.new_todos, false);
  for (std::size_t i = 0; i < todos.size(); ++i) {
    auto known = i < changed ? Result<bool>(false) : exists("todos", todos[i].id);
    if (!known) return known.failure();
    if (!*known) batch.put.push_back(put_of(todos[i], batch.memory));
  }
  return hostapi::success();
}

// What lists and the head of the order show, computed from the state after this change.
Result<StoreLedger::Label> StoreLedger::label(const ports::Change& change, const Known& before, Known& after) {
  auto& intents = after.intents = before.intents;
  merge_by_id(intents, change.new_intents, false);
  merge_by_id(intents, change.changed_intents, true);
  std::sort(intents.begin(), intents.end(), older);
  auto todos = before.open_todos ? Result<std::vector<Todo>>(*before.open_todos) : open_todos(change.order_id);
  if (!todos) return todos.failure();
  for (const auto& todo : change.new_todos) {
    auto known = exists("todos", todo.id);
    if (!known) return known.failure();
    if (!*known) merge_by_id(*todos, {todo}, false);
  }
  merge_by_id(*todos, change.changed_todos, true);
  const auto verdict = verdict_of(change.payment, intents, {});
  json::object args;
  for (const auto& [name, value] : verdict.note.args) {
    if (const auto* text = std::get_if<std::string>(&value)) args[name] = *text;
    else if (const auto* number = std::get_if<std::int64_t>(&value)) args[name] = *number;
    else if (const auto* amount = std::get_if<Money>(&value)) args[name] = money_object(*amount);
    else if (const auto* moment = std::get_if<Moment>(&value)) args[name] = json::object{{"unix_ms", moment->unix_ms}};
    else args[name] = json::object{{"unix_ms", std::get<Day>(value).unix_ms}};  // every reader has a language of their own
  }
  std::erase_if(*todos, [](const Todo& t) { return !t.open; });
  const auto open_tasks = static_cast<std::int64_t>(todos->size());
  after.open_todos = std::move(*todos);
  return Label{{{"word", id_of(verdict.word)}, {"reference", reference_of(change.payment)}, {"note", verdict.note.id}, {"note_args", std::move(args)}, {"open_tasks", open_tasks},
                {"drift", verdict.drift.positive() || verdict.drift_collected.positive()}, {"test", change.payment.environment == Environment::sandbox}},
               standing_of(change.payment, intents, open_tasks)};
}

// Amazon's answers are large and change seldom: each is a document of its own, written when it says something new.
void StoreLedger::put_answers(const Payment& payment, const Known& before, Known& after, json::object& value, Batch& batch) {
  const auto key = [&](const std::string& id) { return payment.order_id + ":" + id; };
  auto& kept = after.answers = before.answers;
  if (before.forget_answers) {
    for (const auto& [id, digest] : kept) batch.gone.push_back(json::object({{"collection", "answers"}, {"key", key(id)}}, batch.memory));
    kept.clear();
  }
  each_answer(payment, [&](const std::string& id, const std::string& raw) {
    if (raw.empty()) return;
    const auto digest = amazon::sha256_hex(raw).substr(0, 16);
    if (std::exchange(kept[id], digest) != digest) batch.put.push_back(put_document("answers", key(id), json::object({{"order_id", payment.order_id}, {"id", id}, {"text", raw}}, batch.memory), {}));
  });
  json::object answers(batch.memory);
  for (const auto& [id, digest] : kept) answers.emplace(id, digest);
  value["answers"] = std::move(answers);
}

// The payment and its marks: those it had and has no more go with the same commit, which expects the version they were read at.
void StoreLedger::put_payment(const ports::Change& change, const Label& label, const Known& before, Known& after, Batch& batch) {
  const auto& now = after.marks = marks_of(change.payment, label.standing, session_.core().now_unix_ms());
  auto document = encode(change.payment, batch.memory);
  add_marks(document, change.payment, label.standing, now);
  put_answers(change.payment, before, after, document, batch);
  batch.put.push_back(put_of(change.payment, std::string(label.shown.at("word").as_string()), std::move(document)));
  const auto value = mark_value(change.payment);
  const bool same_value = before.marked_total == value;
  for (const auto& mark : now)
    if (!same_value || !std::binary_search(before.marks.begin(), before.marks.end(), mark)) batch.put.push_back(put_document("payment_marks", mark, json::object(value, batch.memory), {}));
  for (const auto& mark : before.marks)
    if (!std::binary_search(now.begin(), now.end(), mark)) batch.gone.push_back(json::object({{"collection", "payment_marks"}, {"key", mark}}, batch.memory));
  after.marked_total = value, after.version = change.expected_version + 1, after.payment = change.payment;
}

Result<> StoreLedger::label_again(const std::string& order_id) {
  auto loaded = load(order_id);
  if (!loaded) return loaded.failure();
  ports::Change change;
  change.order_id = order_id, change.expected_version = loaded->version, change.payment = std::move(loaded->payment);
  return commit(change);
}

Result<> StoreLedger::forget_answers(const std::string& order_id) {
  auto loaded = load(order_id);
  if (!loaded) return loaded.failure();
  bool any = !known_.at(order_id).answers.empty();
  each_answer(loaded->payment, [&](const std::string&, const std::string& raw) { any = any || !raw.empty(); });
  if (!any) return hostapi::success();
  known_.at(order_id).forget_answers = true;
  ports::Change change;
  change.order_id = order_id, change.expected_version = loaded->version, change.payment = std::move(loaded->payment);
  if (change.payment.permission) change.payment.permission->raw.clear();
  for (auto& charge : change.payment.charges) charge.raw.clear();
  for (auto& refund : change.payment.refunds) refund.raw.clear();
  return commit(change);
}

Result<> StoreLedger::add(const ports::Change& change, Batch& batch) {
  auto before = known(change);
  if (!before) return before.failure();
  auto& after = batch.after[change.order_id] = Known{};
  auto shown = label(change, *before, after);
  if (!shown) return shown.failure();
  const auto expect = [&](const char* collection, const std::string& key, std::uint64_t version) {
    batch.expect.push_back(json::object({{"collection", collection}, {"key", key}, {"version", version}}, batch.memory));
  };
  const auto put = [&](const auto& one) { batch.put.push_back(put_of(one, batch.memory)); };
  expect("payments", change.order_id, change.expected_version);
  put_payment(change, *shown, *before, after, batch);
  for (const auto& intent : change.new_intents) {
    expect("intents", intent.id, 0);
    put(intent);
  }
  std::vector<Intent> changed;
  merge_by_id(changed, change.changed_intents, true);
  for (const auto& intent : changed) put(intent);
  if (auto added = add_records(change, batch); !added) return added;
  if (change.operation) {
    expect("operations", change.operation->id, 0);
    put(*change.operation);
  }
  for (const auto& balances : change.balances) put(balances);
  for (const auto& entry : change.entries) {
    expect("entries", entry.id, 0);
    put(entry);
  }
  for (const auto& counted : change.tallies) {
    expect("tallies", counted.tally.id, counted.version);
    put(counted.tally);
  }
  for (const auto& task : change.tasks) batch.tasks.push_back(task_document(task, batch.memory));
  for (const auto& entry : change.audit) batch.audit.push_back(audit_of(entry, batch.memory));
  json::object order({{"order_id", change.order_id}, {"payment", shown->shown}}, batch.memory);
  if (!change.history.empty()) order["history"] = speech_.say(change.history.c_str());
  batch.orders.push_back(std::move(order));
  return hostapi::success();
}

Result<> StoreLedger::commit_all(const std::vector<ports::Change>& changes) {
  Batch batch;
  for (const auto& change : changes)
    if (auto added = add(change, batch); !added) return added;
  auto committed = session_.store().commit(json::object({{"expect", std::move(batch.expect)}, {"put", std::move(batch.put)}, {"delete", std::move(batch.gone)}, {"orders", std::move(batch.orders)},
                                                         {"tasks", std::move(batch.tasks)}, {"audit", std::move(batch.audit)}, {"versions", false}}, batch.memory));
  known_.clear(), operations_missing_.clear();  // what was read ahead is old by now
  if (!committed) return committed.failure();
  if (batch.after.size() < known_most) known_ = std::move(batch.after);
  return hostapi::success();
}

}  // namespace amazonpay::host
