// status, operation, sync, reconcile: what an order's payment is, what became of an act, and reading Amazon again for one order or for those of the last days.
// sync and reconcile of many go in small steps: each answers how far it is and, in `follow`, how it goes on, so that no call is long and progress shows.
#include <charconv>

#include "flows/sync.hpp"
#include "host/codec.hpp"
#include "host/commands.hpp"
#include "host/order_documents.hpp"
#include "host/store_documents.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int events_most = 50;
constexpr int step_orders = 10;
constexpr std::int64_t whole_day_ms = 86'400'000;

Result<json::value> show_status(Call& call, const json::value& arguments) {
  auto id = order_named(call.session, form_text(arguments, "order"));
  if (!id) return id.failure();
  auto picture = draw(call.session, *id, events_most);
  if (!picture) return picture.failure();
  return json::value(order_status(*picture, picture->events, Speech(call.session)));
}

Result<json::value> show_operation(Call& call, const json::value& arguments) {
  auto document = operation_document(call.session, form_text(arguments, "operation"));
  return document ? Result<json::value>(std::move(*document)) : Result<json::value>(document.failure());
}

// One order that was read: how it stands, and what others did with its money.
struct Read {
  json::object document;
  std::string text;
  bool failed = false, drift = false;
};

Result<Read> read_one(Call& call, const std::string& order_id, const Speech& speech) {
  auto synced = flows::sync(call.ports(), order_id);
  const bool silent = !synced && (synced.kind() == Kind::unavailable || synced.kind() == Kind::uncertain);
  if (!synced && !silent && synced.kind() != Kind::refused) return synced.failure();
  auto picture = draw(call.session, order_id, 0);
  if (!picture) return picture.failure();
  const auto& p = *picture;
  Read read;
  read.failed = !synced;
  const auto drift = p.verdict.drift, collected = p.verdict.drift_collected;
  read.drift = drift.positive() || collected.positive();
  read.document = {{"order_id", order_id}, {"order_number", p.payment.order_number}, {"word", id_of(p.verdict.word)}, {"currency", p.payment.currency.code()}, {"drift_minor", drift.minor()},
                   {"drift_collected_minor", collected.minor()}, {"as_of_ms", p.payment.sync.synced_ms}, {"problem", synced ? json::value() : json::value(speech.say(synced.message().c_str()))}};
  json::array tasks;
  for (const auto& todo : p.todos)
    if (todo.kind == TodoKind::drift) tasks.emplace_back(todo.id);
  read.document["tasks"] = std::move(tasks);
  read.text = p.payment.order_number + "  " + speech.say(label_of(p.verdict.word));
  if (drift.positive()) read.text += "  given back elsewhere: " + speech.money(drift);
  if (collected.positive()) read.text += "  collected elsewhere: " + speech.money(collected);
  if (!synced) read.text += "  not read: " + speech.say(synced.message().c_str());
  read.text += "\n";
  return read;
}

std::optional<std::int64_t> number_in(const std::string& text, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0 || number > most) return std::nullopt;
  return number;
}

struct Step {
  std::vector<std::string> order_ids;
  std::string next;
  std::int64_t of = 0;
};

Result<Step> step_of(const Session& session, std::int64_t from_ms, const std::string& after) {
  json::object query{{"collection", "payments"}, {"where", json::array{condition("created_ms", ">=", from_ms)}}, {"order", "created_ms"}, {"limit", step_orders}, {"count_up_to", 100'000}};
  if (!after.empty()) query["after"] = after;
  auto found = session.store().find(query);
  if (!found) return found.failure();
  return reading("store.find's answer", [&] {
    const Members answer(*found);
    Step step{{}, answer.text("next"), answer.number("count")};
    for (const auto& item : answer.list("items")) step.order_ids.push_back(Members(item).needed_text("key"));
    return step;
  });
}

// Counters travel through the steps as texts, so that the last answer holds the sums.
struct Counters {
  std::int64_t from_ms = 0, done = 0, failed = 0, drift = 0;
};

json::value counted(const Counters& c, json::array orders, std::string text, bool reconcile) {
  const auto good = reconcile ? c.drift == 0 && c.failed == 0 : c.failed == 0;
  return json::object{{"read", c.done - c.failed}, {"failed", c.failed}, {"drift", c.drift}, {"orders", std::move(orders)}, {"final", true}, {"exit_code", good ? 0 : 1}, {"text", std::move(text)}};
}

std::string summary(const Counters& c) {
  return "Read " + std::to_string(c.done - c.failed) + ", not read " + std::to_string(c.failed) + ", with drift " + std::to_string(c.drift) + "." +
         (c.drift > 0 ? " Each has a task: take it over on the order's page, or find out who did it." : "") + "\n";
}

Result<json::value> read_many(Call& call, std::string_view command, const json::value& arguments) {
  const bool reconcile = command == "reconcile";
  const auto days = number_in(form_text(arguments, "days"), 3650);
  if (!days || *days == 0) return Failure{Kind::invalid, "Name an order, or how many days back: days=7 (1 to 3650)."};
  Counters c;
  c.from_ms = number_in(form_text(arguments, "from_ms"), INT64_MAX / 2).value_or(call.session.core().now_unix_ms() - *days * whole_day_ms);
  for (const auto& [name, into] : {std::pair{"done", &c.done}, std::pair{"failed", &c.failed}, std::pair{"drift", &c.drift}}) *into = number_in(form_text(arguments, name), 1'000'000'000).value_or(0);
  auto step = step_of(call.session, c.from_ms, form_text(arguments, "after"));
  if (!step) return step.failure();
  const Speech speech(call.session);
  json::array orders;
  std::string text;
  for (const auto& id : step->order_ids) {
    auto read = read_one(call, id, speech);
    if (!read) return read.failure();
    c.done += 1, c.failed += read->failed ? 1 : 0, c.drift += read->drift ? 1 : 0;
    if (!reconcile || read->drift || read->failed) text += read->text, orders.push_back(std::move(read->document));
  }
  if (step->next.empty()) return counted(c, std::move(orders), text + summary(c), reconcile);
  auto document = counted(c, std::move(orders), std::move(text), reconcile).as_object();
  document["final"] = false, document["progress"] = json::object{{"done", c.done}, {"of", std::max(step->of, c.done)}};
  document["follow"] = json::object{{"command", command}, {"at_once", true},
                                    {"arguments", json::object{{"days", std::to_string(*days)}, {"after", step->next}, {"from_ms", std::to_string(c.from_ms)}, {"done", std::to_string(c.done)},
                                                               {"failed", std::to_string(c.failed)}, {"drift", std::to_string(c.drift)}}}};
  return json::value(std::move(document));
}

Result<json::value> read_amazon_again(Call& call, std::string_view command, const json::value& arguments) {
  const auto name = form_text(arguments, "order");
  if (name.empty()) return read_many(call, command, arguments);
  auto id = order_named(call.session, name);
  if (!id) return id.failure();
  auto read = read_one(call, *id, Speech(call.session));
  if (!read) return read.failure();
  if (read->failed) return Failure{Kind::unavailable, read->text};
  const Counters c{0, 1, 0, read->drift ? 1 : 0};
  const bool reconcile = command == "reconcile";
  return counted(c, json::array{std::move(read->document)}, read->text + (reconcile ? summary(c) : ""), reconcile);
}

}  // namespace

Result<json::value> run_order_command(Call& call, std::string_view command, const json::value& arguments, const Actor&) {
  if (command == "status") return show_status(call, arguments);
  if (command == "operation") return show_operation(call, arguments);
  return read_amazon_again(call, command, arguments);
}

}  // namespace amazonpay::host
