#include "host/order_documents.hpp"

#include <algorithm>

#include "host/panel_parts.hpp"
#include "host/store_bulk.hpp"

namespace amazonpay::host {
namespace {

constexpr std::size_t operation_longest = 64;

const char* name_of_ship(Ship ship) { return ship == Ship::yes ? "yes" : ship == Ship::wait ? "wait" : "no"; }

ActState state_of(const Intent& intent) {
  switch (intent.state) {
    case IntentState::awaiting_approval: return ActState::waits_for_approval;
    case IntentState::uncertain: return ActState::uncertain;
    case IntentState::planned:
    case IntentState::sending: return ActState::queued;
    case IntentState::accepted: return ActState::at_amazon;
    case IntentState::refused: return ActState::refused;
    case IntentState::declined: return ActState::declined;
    case IntentState::withdrawn: return ActState::withdrawn;
    case IntentState::done: break;
  }
  return ActState::done;
}

// What nobody may overlook first.
int rank_of(ActState state) {
  const ActState worst_first[] = {ActState::uncertain, ActState::refused, ActState::declined, ActState::withdrawn, ActState::waits_for_approval, ActState::queued, ActState::at_amazon, ActState::done};
  return static_cast<int>(std::find(std::begin(worst_first), std::end(worst_first), state) - std::begin(worst_first));
}

const char* words_of(ActState state) {
  switch (state) {
    case ActState::done: return "done";
    case ActState::queued: return "accepted, not sent to Amazon yet";
    case ActState::at_amazon: return "accepted by Amazon, which completes it";
    case ActState::waits_for_approval: return "waits until a second person approves it; nothing was sent";
    case ActState::uncertain: return "uncertain: it may have arrived at Amazon. It is settled under the same key; do not ask for it again";
    case ActState::refused: return "refused by Amazon; nothing moved";
    case ActState::declined: return "declined by Amazon; nothing moved";
    case ActState::withdrawn: return "withdrawn before anything was sent";
  }
  return "";
}

json::object figures_of(const Picture& p) {
  const auto& s = p.sums;
  return {{"currency", p.payment.currency.code()},     {"order_minor", p.payment.order_total.minor()}, {"reserved_minor", s.reserved.minor()},
          {"collected_minor", s.captured.minor()},     {"given_back_minor", p.given_back().minor()},   {"on_the_way_minor", s.on_the_way.minor()},
          {"held_minor", s.held.minor()},              {"refundable_minor", s.refundable.minor()},     {"drift_minor", p.verdict.drift.minor()},
          {"drift_collected_minor", p.verdict.drift_collected.minor()}};
}

std::string figures_text(const Picture& p, const Speech& speech) {
  const auto& s = p.sums;
  const std::pair<const char*, Money> lines[] = {{tr("Order"), p.payment.order_total}, {tr("Reserved"), s.reserved}, {tr("Collected"), s.captured}, {tr("Given back"), p.given_back()},
                                                 {tr("On the way"), s.on_the_way}, {tr("Still refundable"), s.refundable}};
  std::string text;
  for (const auto& [label, amount] : lines) text += "  " + speech.say(label) + ": " + speech.money(amount) + "\n";
  return text;
}

json::object event_document(const Event& e, const Speech& speech) {
  json::object document{{"id", e.id}, {"at_ms", e.at_ms}, {"text", speech.say(e.text)}, {"who", e.who}, {"moved", !e.struck}};
  if (e.amount) document["amount_minor"] = e.amount->minor(), document["currency"] = e.amount->currency().code();
  return document;
}

json::object todo_document(const Todo& t, const Speech& speech) {
  json::object document{{"id", t.id}, {"kind", name_of(t.kind)}, {"severity", t.severity}, {"title", speech.say(t.title)}, {"text", speech.say(t.text)}};
  if (t.amount) document["amount_minor"] = t.amount->minor(), document["currency"] = t.amount->currency().code();
  return document;
}

std::string text_member(const json::object& object, const char* name) {
  const auto* member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

// The next step as the order's page shows it, without its looks.
json::value next_document(const Picture& p, const Speech& speech) {
  const auto step = next_step(p, speech);
  if (!step.is_object()) return nullptr;
  const auto& shown = step.get_object();
  return json::object{{"label", text_member(shown, "label")}, {"why", text_member(shown, "why")}, {"action", text_member(shown, "action")}};
}

std::string lines_of_intents(const std::vector<Intent>& intents, const Speech& speech) {
  std::string text;
  for (const auto& i : intents)
    text += "  " + std::string(name_of(i.kind)) + (i.amount.zero() ? "" : " " + speech.money(i.amount)) + ": " + words_of(state_of(i)) + (i.code.empty() ? "" : " (" + i.code + ")") + (i.amazon_id.empty() ? "" : "  " + i.amazon_id) + "\n";
  return text;
}

}  // namespace

const char* name_of(ActState state) {
  switch (state) {
    case ActState::done: return "done";
    case ActState::queued: return "queued";
    case ActState::at_amazon: return "at_amazon";
    case ActState::waits_for_approval: return "waits_for_approval";
    case ActState::uncertain: return "uncertain";
    case ActState::refused: return "refused";
    case ActState::declined: return "declined";
    case ActState::withdrawn: return "withdrawn";
  }
  return "";
}

bool is_final(ActState state) { return state == ActState::done || state == ActState::refused || state == ActState::declined || state == ActState::withdrawn; }

int exit_code(ActState state) {
  switch (state) {
    case ActState::refused:
    case ActState::declined:
    case ActState::withdrawn: return 3;
    case ActState::waits_for_approval: return 6;
    case ActState::uncertain: return 7;
    default: return 0;
  }
}

ActState state_of_act(const std::vector<Intent>& intents) {
  auto worst = ActState::done;
  for (const auto& intent : intents)
    if (rank_of(state_of(intent)) < rank_of(worst)) worst = state_of(intent);
  return worst;
}

Result<std::string> order_named(const hostapi::sdk::Session& session, const std::string& name) {
  if (name.empty()) return Failure{Kind::invalid, "Name the order: its number, or its id."};
  StoreBulk store(session);
  auto by_number = store.find_orders({name}, false);
  if (!by_number) return by_number.failure();
  const auto found = by_number->find(name);
  if (found != by_number->end() && found->second.several) return Failure{Kind::refused, "Several orders have this number. Name the order by its id."};
  if (found != by_number->end() && found->second.loaded) return found->second.loaded->payment.order_id;
  // Nobody has read it at Amazon yet, or it is named by its id.
  auto searched = session.orders().find(json::object{{"payment_method", "amazon_pay"}, {"search", name}, {"limit", 20}});
  if (!searched) return searched.failure();
  auto id = reading("orders.find's answer", [&] {
    const Members answer(*searched);
    for (const auto& one : answer.list("orders"))
      if (const Members order(one); order.text("number") == name) return order.text("id");
    return std::string();
  });
  if (!id) return id.failure();
  if (!id->empty()) return id;
  auto by_id = draw(session, name, 0);
  if (by_id) return by_id->payment.order_id;
  if (by_id.kind() != Kind::not_found) return by_id.failure();
  return Failure{Kind::not_found, "There is no order with this number or id that was paid with Amazon Pay."};
}

json::object intent_document(const Intent& i) {
  return {{"id", i.id}, {"kind", name_of(i.kind)}, {"state", name_of(state_of(i))}, {"amount_minor", i.amount.minor()}, {"currency", i.amount.currency().code()}, {"charge_id", i.charge_id},
          {"amazon_id", i.amazon_id}, {"code", i.code}, {"asked_by", i.who.name}, {"approved_by", i.approved_by.name}, {"operation", i.cause}, {"created_ms", i.created_ms}, {"updated_ms", i.updated_ms}};
}

json::object order_status(const Picture& p, const std::vector<Event>& events, const Speech& speech) {
  std::vector<Intent> open;
  for (const auto& i : p.intents)
    if (is_open(i.state) || i.state == IntentState::accepted) open.push_back(i);
  json::array intents, todos, timeline, references;
  for (const auto& i : open) intents.push_back(intent_document(i));
  for (const auto& t : p.todos) todos.push_back(todo_document(t, speech));
  for (const auto& e : events) timeline.push_back(event_document(e, speech));
  for (const auto& one : reference_parts(p, speech)) references.push_back(json::object{{"label", text_member(one.get_object(), "label")}, {"id", text_member(one.get_object(), "value")}});
  const auto word = speech.say(label_of(p.verdict.word)), say = speech.say(p.verdict.say);
  const auto answer = ship_answer(p);
  const auto ship = speech.say(answer.why);
  auto next = next_document(p, speech);
  std::string text = p.payment.order_number + "  " + word + (p.test() ? "  (sandbox)" : "") + "\n  " + say + "\n  Safe to ship? " + name_of_ship(answer.ship) + ", " + ship + "\n" + figures_text(p, speech);
  if (!open.empty()) text += "Not finished:\n" + lines_of_intents(open, speech);
  for (const auto& t : p.todos) text += "Task: " + speech.say(t.title) + "\n";
  if (next.is_object()) text += "Next: " + text_member(next.get_object(), "label") + "  " + text_member(next.get_object(), "why") + "\n";
  text += p.payment.sync.synced_ms == 0 ? "Amazon was not asked about this order yet.\n" : "As of " + speech.full_time(p.payment.sync.synced_ms) + "\n";
  return {{"order_id", p.payment.order_id}, {"order_number", p.payment.order_number}, {"environment", p.test() ? "sandbox" : "live"}, {"word", id_of(p.verdict.word)}, {"label", word},
          {"sentence", say}, {"ship", name_of_ship(answer.ship)}, {"ship_why", ship}, {"figures", figures_of(p)}, {"open", std::move(intents)}, {"tasks", std::move(todos)},
          {"next", std::move(next)}, {"references", std::move(references)}, {"timeline", std::move(timeline)}, {"as_of_ms", p.payment.sync.synced_ms}, {"text", std::move(text)}};
}

Result<json::object> operation_document(const hostapi::sdk::Session& session, const std::string& operation_id) {
  if (operation_id.empty() || operation_id.size() > operation_longest) return Failure{Kind::invalid, "Name the operation: operation=ID, as the act answered it."};
  StoreLedger ledger(session);
  auto operation = ledger.operation(operation_id);
  if (!operation) return operation.failure();
  if (!*operation) return Failure{Kind::not_found, "Nothing was done under this operation id."};
  auto loaded = ledger.load((*operation)->order_id);
  if (!loaded) return loaded.failure();
  std::vector<Intent> intents;
  for (const auto& i : loaded->intents)
    if (i.cause == operation_id) intents.push_back(i);
  const auto state = state_of_act(intents);
  json::array documents;
  for (const auto& i : intents) documents.push_back(intent_document(i));
  const Speech speech(session);
  const auto message = speech.say((*operation)->answer);
  json::object document{{"operation", operation_id}, {"order_id", (*operation)->order_id}, {"order_number", loaded->payment.order_number}, {"state", name_of(state)}, {"final", is_final(state)},
                        {"message", message}, {"intents", std::move(documents)}, {"exit_code", exit_code(state)}};
  if (!is_final(state)) document["follow"] = json::object{{"command", "operation"}, {"arguments", json::object{{"operation", operation_id}}}};
  document["text"] = loaded->payment.order_number + "  " + message + "\n" + lines_of_intents(intents, speech) + "Operation " + operation_id + ": " + words_of(state) + ".\n";
  return document;
}

}  // namespace amazonpay::host
