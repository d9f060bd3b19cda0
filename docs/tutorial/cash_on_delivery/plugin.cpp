// Cash on delivery: the carrier collects the money at the door and pays it to the shop some days later.
#include <hostapi/sdk.hpp>

#include "parcel.hpp"

namespace cash {

using namespace hostapi;
using sdk::Session;

// [storage]
struct Stored {
  Parcel parcel;
  std::uint64_t version = 0;  // 0: nothing is stored yet
};

Result<Stored> load(const Session& session, std::string_view order_id) {
  auto found = session.store().get("parcels", order_id);
  if (found) return Stored{parcel_of(found->value), found->version};
  if (found.kind() != Kind::not_found) return found.failure();
  const auto order = session.orders().get(order_id);  // a new order: the money is due at the door
  if (!order) return order.failure();
  return Stored{{"due", order->at("total_minor").as_int64(), std::string(order->at("currency").as_string()), ""}, 0};
}

// One batch: the parcel, what the order shows, a line in its history, and what `more` adds. All of it or nothing.
Result<> store(const Session& session, std::string_view order_id, const Stored& before, const Parcel& parcel, const char* history, json::object more = {}) {
  json::object batch = std::move(more);
  batch["expect"] = {{{"collection", "parcels"}, {"key", order_id}, {"version", before.version}}};
  batch["put"] = {{{"collection", "parcels"}, {"key", order_id}, {"value", document_of(parcel)}, {"fields", {{"state", parcel.state}}}}};
  const int open_tasks = parcel.state == "overdue" ? 1 : 0;
  batch["orders"] = {{{"order_id", order_id}, {"payment", {{"word", parcel.state}, {"open_tasks", open_tasks}}}, {"history", history}}};
  const auto done = session.store().commit(batch);
  if (!done) return done.failure();
  return success();
}
// [storage]

// [sentence]
Result<std::string> sentence(const Session& session, const char* message, const Parcel& parcel) {
  const auto amount = session.texts().money(parcel.amount_minor, parcel.currency);
  if (!amount) return amount;
  return session.texts().translate(message, {{"amount", *amount}});
}

Failure refusal(const Session& session, const char* message, const Parcel& parcel) {
  const auto text = sentence(session, message, parcel);
  return text ? Failure{Kind::refused, *text} : text.failure();
}
// [sentence]

// [view]
struct Look {
  const char *word, *role, *icon, *say;
};

Look look_of(const Parcel& parcel) {
  if (parcel.state == "collected") return {"Paid", "good", "good", "The carrier collected {amount} and paid it to the shop."};
  if (parcel.state == "overdue") return {"Overdue", "stop", "stop", "The carrier should have paid {amount} by now. Ask the carrier."};
  if (parcel.state == "on_its_way") return {"With the carrier", "wait", "truck", "The parcel is on its way. The carrier collects {amount} at the door."};
  return {"Due at the door", "wait", "wait", "{amount} is due when the parcel is delivered. Ship it, the carrier collects the money."};
}

struct View : sdk::OrderView {
  Result<json::value> view(const Session& session, std::string_view, std::string_view order_id, const json::value&) override {
    if (auto may = session.identity().may("cash.view"); !may) return may.failure();
    const auto stored = load(session, order_id);
    if (!stored) return stored.failure();
    const auto look = look_of(stored->parcel);
    const auto say = sentence(session, look.say, stored->parcel);
    const auto word = session.texts().translate(look.word);
    if (!say || !word) return (say ? word : say).failure();
    const bool can_collect = with_the_carrier(stored->parcel) && session.identity().may("cash.collect");
    return json::value{{"template", "panel"}, {"data", {{"word", *word}, {"role", look.role}, {"icon", look.icon}, {"say", *say}, {"can_collect", can_collect}}}};
  }
};
// [view]

// [plan]
struct Actions : sdk::OrderActions {
  Result<json::value> plan(const Session& session, std::string_view order_id, std::string_view, const json::value&) override {
    const auto stored = allowed(session, order_id);
    if (!stored) return stored.failure();
    const auto operation_id = session.core().random_hex(16);
    const auto say = sentence(session, "The carrier paid {amount} to the shop.", stored->parcel);
    const auto button = sentence(session, "Book {amount}", stored->parcel);
    for (const auto* text : {&operation_id, &say, &button})
      if (!*text) return text->failure();
    return json::value{{"template", "sheet"}, {"data", {{"say", *say}, {"button", *button}, {"form", {{{"name", "operation_id"}, {"value", *operation_id}}}}}}};
  }
  // [plan]

  // [run]
  Result<json::value> run(const Session& session, std::string_view order_id, std::string_view, const json::value& form) override {
    const auto* given = form.as_object().if_contains("operation_id");
    if (given == nullptr || !given->is_string() || given->as_string().size() != 32) return Failure{Kind::invalid, "The form has no operation id. Load the page again."};
    auto stored = load(session, order_id);
    if (!stored) return stored.failure();
    if (stored->parcel.operation_id != given->as_string()) {  // the same form again gets the same answer below
      stored = allowed(session, order_id);
      if (!stored) return stored.failure();
      Parcel paid = stored->parcel;
      paid.state = "collected", paid.operation_id = std::string(given->as_string());
      const auto done = store(session, order_id, *stored, paid, "The carrier paid.", {{"audit", {audit_of(order_id, paid)}}});
      if (!done) return done.failure();
    }
    const auto text = sentence(session, "{amount} is booked as paid.", stored->parcel);
    if (!text) return text.failure();
    return json::value{{"done", true}, {"message", *text}, {"level", "good"}};
  }
  // [run]

 private:
  // [allowed]
  static Result<Stored> allowed(const Session& session, std::string_view order_id) {
    if (auto may = session.identity().may("cash.collect"); !may) return may.failure();
    auto stored = load(session, order_id);
    if (!stored) return stored;
    if (stored->parcel.state == "due") return refusal(session, "The parcel is not shipped yet, so nobody has collected {amount}.", stored->parcel);
    if (stored->parcel.state == "collected") return refusal(session, "{amount} is booked as paid already.", stored->parcel);
    return stored;
  }
  // [allowed]

  static json::object audit_of(std::string_view order_id, const Parcel& p) {
    return {{"event", "cash.collected"}, {"order_id", order_id}, {"amount_minor", p.amount_minor}, {"currency", p.currency}};
  }
};

std::int64_t setting(const Session& session, const char* name, std::int64_t otherwise) {
  const auto settings = session.settings().get();
  const auto* value = settings ? settings->at("values").as_object().if_contains(name) : nullptr;
  return value != nullptr && value->is_int64() ? value->as_int64() : otherwise;
}

// [guard]
struct Guard : sdk::OrderGuard {
  Result<json::value> plan(const Session& session, std::string_view event, const json::value& document) override {
    const auto stored = load(session, document.at("order").at("id").as_string());
    if (!stored) return stored.failure();
    const char* message = "Nothing was paid yet, nothing goes back.";
    if (event == "order.ship") message = "The carrier will collect {amount} at the door.";
    else if (stored->parcel.state == "collected") message = "{amount} was paid at the door. Give it back by bank transfer: nothing moves by itself.";
    const auto say = sentence(session, message, stored->parcel);
    if (!say) return say.failure();
    return json::value{{"template", "guard"}, {"data", {{"say", *say}}}};
  }

  Result<> before(const Session& session, std::string_view event, const json::value& document) override {
    const auto stored = load(session, document.at("order").at("id").as_string());
    if (!stored) return stored.failure();
    const auto& parcel = stored->parcel;
    if (event == "order.ship" && above_limit(parcel.amount_minor, parcel.currency, setting(session, "limit", 500)))
      return refusal(session, "Carriers do not collect as much as {amount}. Ask the buyer for another way to pay, or raise the limit in the settings.", parcel);
    if (event == "order.delete" && with_the_carrier(parcel))
      return refusal(session, "The carrier still has to pay {amount}. Book the payment first, then delete the order.", parcel);
    return success();
  }
  // [guard]

  // [after]
  Result<> after(const Session& session, std::string_view event, const json::value& document) override {
    if (event != "order.ship") return success();
    const std::string order_id(document.at("order").at("id").as_string());
    const auto stored = load(session, order_id);
    if (!stored) return stored.kind() == Kind::not_found ? success() : stored.failure();
    if (stored->version != 0) return success();  // told twice: it was done the first time
    Parcel parcel = stored->parcel;
    parcel.state = "on_its_way";
    const std::int64_t day_ms = 86'400'000;
    const std::int64_t due_ms = session.core().now_unix_ms() + setting(session, "remind_days", 14) * day_ms;
    return store(session, order_id, *stored, parcel, "The carrier has the parcel.", {{"tasks", {{{"name", "remind"}, {"key", order_id}, {"due_ms", due_ms}, {"payload", {{"order_id", order_id}}}}}}});
  }
};
// [after]

// [task]
struct Reminder : sdk::Tasks {
  Result<json::value> run(const Session& session, const json::value& task) override {
    const auto order_id = task.at("payload").at("order_id").as_string();
    const auto stored = load(session, order_id);
    if (!stored) return stored.kind() == Kind::not_found ? Result<json::value>(json::object{}) : stored.failure();
    if (stored->parcel.state != "on_its_way") return json::value(json::object{});  // paid meanwhile, or told before
    Parcel parcel = stored->parcel;
    parcel.state = "overdue";
    const auto done = store(session, order_id, *stored, parcel, "The carrier has not paid in time.");
    if (!done) return done.failure();  // CONFLICT: somebody booked it just now; the host runs the task again, which then finds it paid
    return json::value(json::object{});
  }
};
// [task]

// [plugin]
struct CashOnDelivery : sdk::Plugin {
  using Plugin::Plugin;
  sdk::OrderView* order_view() override { return &view_; }
  sdk::OrderActions* order_actions() override { return &actions_; }
  sdk::OrderGuard* order_guard() override { return &guard_; }
  sdk::Tasks* tasks() override { return &reminder_; }

 private:
  View view_;
  Actions actions_;
  Guard guard_;
  Reminder reminder_;
};

}  // namespace cash

extern "C" HOSTAPI_EXPORT const hostapi_entry* hostapi_entry_point(void) {
  static const hostapi_entry made = hostapi::sdk::entry<cash::CashOnDelivery>("org.example.cash_on_delivery", "1.0.0", 0);
  return &made;
}
// [plugin]
