// refund, capture, cancel, close, approve, reject, take-back: what the buttons of an order do, for scripts. With dry_run=yes the same sheet as on the page, as figures and
// lines, and `agreed`: the values that make the act conflict if the payment changed meanwhile. Without it the act of Actions, under the operation's id; the
// same operation asked for again answers what became of it, and another act under its id is a conflict.
#include <algorithm>

#include "host/commands.hpp"
#include "host/order_documents.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

struct OrderAct {
  std::string_view command;
  const char* action;  // of Actions
  IntentKind kind;
  bool sum;            // the form carries an amount
};

constexpr OrderAct order_acts[] = {{"refund", "refund", IntentKind::refund, true},
                                   {"capture", "capture", IntentKind::capture, true},
                                   {"cancel", "cancel_charge", IntentKind::cancel_charge, false},
                                   {"close", "close_permission", IntentKind::close_permission, false}};

constexpr OrderAct decisions[] = {{"approve", "approve", IntentKind::refund, false}, {"reject", "reject", IntentKind::refund, false}, {"take-back", "take_back", IntentKind::refund, false}};

bool is_decision(const OrderAct& act) { return act.command == decisions[0].command || act.command == decisions[1].command || act.command == decisions[2].command; }

bool good_operation_id(const std::string& id) {
  return id.size() >= 8 && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == ':'; });
}

std::string text_at(const json::object& object, const char* name) {
  const auto* member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

std::string money_text(const json::object& object) {
  const auto* m = object.if_contains("m");
  return m != nullptr && m->is_object() ? text_at(m->get_object(), "amount") + " " + text_at(m->get_object(), "cur") : std::string();
}

// The lines of the sheet as a person reads them on a terminal.
std::string sheet_text(const json::object& sheet) {
  std::string text = text_at(sheet, "title") + "\n" + text_at(sheet, "lead") + "\n";
  for (const char* list : {"facts", "rows"})
    for (const auto& one : sheet.at(list).as_array()) {
      const auto& line = one.as_object();
      text += "  " + text_at(line, "label") + ": " + (line.contains("m") ? money_text(line) : text_at(line, "value")) + "\n";
    }
  for (const auto& one : sheet.at("checks").as_array()) text += std::string(text_at(one.as_object(), "role") == "good" ? "  ✓ " : "  ! ") + text_at(one.as_object(), "text") + "\n";
  return text;
}

std::string form_value(const json::object& sheet, std::string_view name) {
  for (const auto& one : sheet.at("form").as_array())
    if (text_at(one.as_object(), "name") == name) return text_at(one.as_object(), "value");
  return {};
}

class ActCommand {
 public:
  ActCommand(const Session& session, PaymentsSource& amazon, const OrderAct& act, const json::value& arguments) : session_(session), actions_(amazon), act_(act), arguments_(arguments) {}

  Result<json::value> run() {
    auto order = order_named(session_, text("order"));
    if (!order) return order.failure();
    order_id_ = *order;
    if (text("dry_run") == "yes") return plan();
    operation_id_ = text("operation_id");
    if (!good_operation_id(operation_id_))
      return Failure{Kind::invalid, "Give the act an operation id of 8 to 64 letters, digits, dashes, dots or colons: the same id is the same act, so a repeated call is safe."};
    auto known = StoreLedger(session_).operation(operation_id_);
    if (!known) return known.failure();
    if (*known) return repeated(**known);
    auto form = form_of();
    if (!form) return form.failure();
    auto done = actions_.run(session_, order_id_, act_.action, *form);
    if (!done) return done.failure();
    if (is_decision(act_)) return decided(*done);
    auto outcome = operation_document(session_, operation_id_);
    return outcome ? Result<json::value>(std::move(*outcome)) : Result<json::value>(outcome.failure());
  }

 private:
  Result<json::value> plan() {
    auto picture = draw(session_, order_id_, 0);
    if (!picture) return picture.failure();
    auto form = form_of();
    if (!form) return form.failure();
    const bool no = act_.command == "reject";
    auto view = actions_.plan(session_, order_id_, no ? "approve" : act_.action, *form);
    if (!view) return view.failure();
    const auto& sheet = view->at("data").as_object();
    auto amount = amount_of(*picture, sheet);
    if (!amount) return amount.failure();
    json::array checks;
    for (const auto& one : sheet.at("checks").as_array())
      checks.push_back(json::object{{"level", text_at(one.as_object(), "role")}, {"text", text_at(one.as_object(), "text")}});
    const auto& number = picture->payment.order_number;
    const bool moves = amount->positive();
    json::object document{{"order_id", order_id_}, {"order_number", number}, {"act", act_.command}, {"title", no ? Speech(session_).say(tr("Do not approve")) : text_at(sheet, "title")}, {"amount_minor", amount->minor()},
                          {"currency", amount->currency().code()}, {"environment", picture->test() ? "sandbox" : "live"}, {"checks", std::move(checks)},
                          {"confirm", json::object{{"type", moves ? to_wire(*amount) : number}, {"what", moves ? "the sum" : "the order number"}}},
                          {"agreed", agreed(sheet)}, {"text", (no ? Speech(session_).say(tr("Do not approve")) + ": " : "") + sheet_text(sheet)}};
    return json::value(std::move(document));
  }

  // What the act must carry so that it does exactly this or nothing.
  json::object agreed(const json::object& sheet) const {
    json::object values{{"seen", form_value(sheet, "seen")}};
    if (act_.sum) values["agreed"] = form_value(sheet, "amount");
    return values;
  }

  Result<Money> amount_of(const Picture& p, const json::object& sheet) const {
    if (act_.sum) return from_wire(form_value(sheet, "amount"), p.payment.currency);
    Money amount = zero_of(p.payment.currency);
    if (act_.kind == IntentKind::cancel_charge || act_.kind == IntentKind::close_permission) {
      auto planned = act_.kind == IntentKind::cancel_charge ? plan_cancel_charge(p.payment, p.intents) : plan_close_permission(p.payment, p.intents);
      return planned ? Result<Money>(planned->releases) : Result<Money>(planned.failure());
    }
    for (const auto& i : p.intents)
      if (i.cause == text("act")) amount += i.amount;
    return amount;
  }

  // The form of the page, from the arguments.
  Result<json::object> form_of() const {
    json::object form{{"operation_id", operation_id_}, {"reason", text("reason")}, {"note", text("note")}, {"seen", text("seen")}, {"charge", text("charge")}, {"cause", text("act")}};
    if (!text("reason").empty() && std::none_of(reasons().begin(), reasons().end(), [&](const Reason& r) { return text("reason") == r.id; }))
      return Failure{Kind::invalid, tr("This reason is not known. Use one of: out_of_stock, changed_mind, damaged, late, goodwill, duplicate, other.")};
    if (!act_.sum) return form;
    auto picture = draw(session_, order_id_, 0);
    if (!picture) return picture.failure();
    const auto currency = text("currency");
    if (!currency.empty() && currency != picture->payment.currency.code())
      return Failure{Kind::refused, "This order is paid in " + std::string(picture->payment.currency.code()) + ", not in " + currency.substr(0, 3) + "."};
    if (auto filled = add_amount(form); !filled) return filled.failure();
    return form;
  }

  Result<> add_amount(json::object& form) const {
    const auto agreed = text("agreed"), amount = text("amount"), lines = text("lines");
    if (!lines.empty()) {
      if (!amount.empty()) return Failure{Kind::invalid, "Name a sum or lines, not both."};
      if (act_.kind != IntentKind::refund) return Failure{Kind::invalid, "Lines can be named for a refund only."};
      form["kind"] = "lines", form["agreed"] = agreed;
      return add_lines(form, lines);
    }
    if (amount == "rest" || (amount.empty() && act_.kind == IntentKind::capture)) {
      // What was planned; the rest may be another sum by now.
      if (!agreed.empty()) form["kind"] = "amount", form["amount"] = agreed;
      else if (act_.kind == IntentKind::refund) form["kind"] = "rest";
      return hostapi::success();
    }
    if (amount.empty()) return Failure{Kind::invalid, "Name the sum, for example 12.95, or rest for all that is held; or name lines."};
    form["kind"] = "amount", form["amount"] = amount;
    return hostapi::success();
  }

  // "1:2,3": two pieces of line 1, all of line 3.
  static Result<> add_lines(json::object& form, const std::string& lines) {
    json::array ids;
    for (std::size_t at = 0; at <= lines.size();) {
      const auto end = std::min(lines.find(',', at), lines.size());
      const auto one = lines.substr(at, end - at);
      const auto colon = one.find(':');
      if (one.empty() || colon == 0) return Failure{Kind::invalid, "Write lines as their ids with pieces, for example 1:2,3."};
      ids.emplace_back(one.substr(0, colon));
      if (colon != one.npos) form["pieces_" + one.substr(0, colon)] = one.substr(colon + 1);
      at = end + 1;
    }
    form["lines"] = json::serialize(ids);
    return hostapi::success();
  }

  Result<json::value> repeated(const Operation& known) const {
    if (known.order_id != order_id_) return Failure{Kind::conflict, "This operation id was used for another order. Nothing was done; take a new id for a new act."};
    auto loaded = StoreLedger(session_).load(order_id_);
    if (!loaded) return loaded.failure();
    Money sum = zero_of(loaded->payment.currency);
    bool other = false, any = false;
    for (const auto& i : loaded->intents) {
      if (i.cause != operation_id_) continue;
      const auto kind = i.kind == IntentKind::create_charge ? IntentKind::capture : i.kind;
      any = true, other = other || kind != act_.kind, sum += i.amount;
    }
    const auto typed = text("amount");
    if (any && act_.sum && !typed.empty() && typed != "rest") {
      auto wanted = parse_amount(typed, loaded->payment.currency);
      if (!wanted) return Failure{Kind::refused, wanted.message()};
      other = other || *wanted != sum;
    }
    if (other) return Failure{Kind::conflict, "This operation id was used for another act. Nothing was done; take a new id for a new act."};
    auto outcome = operation_document(session_, operation_id_);
    if (!outcome) return outcome.failure();
    (*outcome)["repeated"] = true;
    return json::value(std::move(*outcome));
  }

  // What became of the act that was decided about.
  Result<json::value> decided(const json::value& done) const {
    const auto& said = done.as_object();
    const auto message = text_at(said, "message");
    json::object document{{"operation", operation_id_}, {"order_id", order_id_}, {"cause", text("act")}, {"message", message}, {"state", "done"}, {"final", true}, {"exit_code", 0}, {"text", message + "\n"}};
    return json::value(std::move(document));
  }

  std::string text(const char* name) const { return form_text(arguments_, name); }

  const Session& session_;
  Actions actions_;
  const OrderAct& act_;
  const json::value& arguments_;
  std::string order_id_, operation_id_;
};

const OrderAct* act_named(std::string_view command) {
  for (const auto& one : order_acts)
    if (one.command == command) return &one;
  for (const auto& one : decisions)
    if (one.command == command) return &one;
  return nullptr;
}

}  // namespace

bool is_act_command(std::string_view command) { return act_named(command) != nullptr; }

Result<json::value> run_act_command(const Session& session, PaymentsSource& amazon, std::string_view command, const json::value& arguments) {
  return ActCommand(session, amazon, *act_named(command), arguments).run();
}

}  // namespace amazonpay::host
