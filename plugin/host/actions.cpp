#include "flows/acts.hpp"
#include "flows/disputes.hpp"
#include "flows/sync.hpp"
#include "host/call.hpp"
#include "host/contributions.hpp"
#include "host/sentences.hpp"
#include "host/sheets.hpp"

namespace amazonpay::host {
namespace {

const char* permission_for(std::string_view action) {
  if (action == "refund" || action == "take_over" || action == "take_back" || action == "settle_uncertain" || action == "send_again" || action == "close_dispute" || action == "dispute_won")
    return "payment.refund";
  if (action == "approve" || action == "reject") return "payment.approve";
  if (action == "capture") return "payment.capture";
  if (action == "cancel_charge" || action == "close_permission") return "payment.cancel";
  return action == "refresh" ? "payment.view" : nullptr;
}

Result<> authorise_action(const Session& session, std::string_view action) {
  const char* permission = permission_for(action);
  if (permission == nullptr) return Failure{Kind::not_found, "there is no action " + std::string(action)};
  return authorise(session, permission);
}

Result<json::object> sheet_for(const Picture& p, std::string_view action, const json::value& form, const SheetForm& sheet, const Speech& speech) {
  if (action == "capture") {
    auto amount = capture_wish(form, p);
    return amount ? capture_sheet(p, *amount, sheet, speech) : Result<json::object>(amount.failure());
  }
  if (action == "cancel_charge") return cancel_sheet(p, sheet, speech);
  if (action == "close_permission") return close_sheet(p, sheet, speech);
  if (action == "take_over") return take_over_sheet(p, sheet, speech);
  if (action == "approve") return approve_sheet(p, form_text(form, "cause"), sheet, speech);
  if (action == "take_back") return take_back_sheet(p, form_text(form, "cause"), sheet, speech);
  if (action == "close_dispute") return dispute_sheet(p, form_text(form, "dispute_id"), sheet, speech);
  if (action == "settle_uncertain") return uncertain_sheet(p, form_text(form, "intent_id"), sheet, speech);
  if (action != "refund") return Failure{Kind::not_found, "the action " + std::string(action) + " has no sheet"};
  auto wanted = form.is_object() ? form.get_object() : json::object();
  wanted.erase("agreed");  // a new sheet agrees on a new sum
  auto wish = refund_wish(wanted, p);
  return wish ? refund_sheet(p, *wish, sheet, speech) : Result<json::object>(wish.failure());
}

json::value result_document(const std::string& message, const std::string& level) {
  return json::object{{"done", true}, {"message", message}, {"level", level}};
}

// Asks Amazon now; what it says is stored. A silent Amazon is news for the reader and no failure of the page.
Result<json::value> refresh(Call& call, const std::string& order_id) {
  const Speech speech(call.session);
  auto read = flows::sync(call.ports(), order_id);
  if (read) return result_document(speech.say(tr("Read from Amazon just now.")), "good");
  if (read.kind() != Kind::unavailable && read.kind() != Kind::uncertain) return in_words(call.session, read.failure());
  return result_document(sentences(speech.say(tr("Amazon could not be read. You still see what was stored before.")), speech.say(read.message().c_str())), "wait");
}

// The same operation gets its first answer again, whatever the payment looks like by now.
Result<Operation> act_on(Call& call, std::string_view action, const flows::Act& act, const json::value& form) {
  const auto ports = call.ports();
  auto known = call.ledger.operation(act.operation_id);
  if (!known) return known.failure();
  if (*known) return **known;
  if (action == "cancel_charge") return flows::cancel_charge(ports, act);
  if (action == "close_permission") return flows::close_permission(ports, act);
  if (action == "take_over") return flows::take_over(ports, act);
  if (action == "approve") return flows::approve(ports, act, form_text(form, "cause"));
  if (action == "reject") return flows::reject(ports, act, form_text(form, "cause"));
  if (action == "take_back") return flows::take_back(ports, act, form_text(form, "cause"));
  if (action == "send_again") return flows::settle_uncertain(ports, act, form_text(form, "intent_id"), "");
  if (action == "settle_uncertain") {
    const auto amazon_id = amazon_id_wish(form);
    return amazon_id ? flows::settle_uncertain(ports, act, form_text(form, "intent_id"), *amazon_id) : Result<Operation>(amazon_id.failure());
  }
  if (action == "dispute_won") return flows::close_dispute(ports, act, form_text(form, "dispute_id"), DisputeOutcome::won, std::nullopt);
  auto picture = draw(call.session, act.order_id, 1);
  if (!picture) return picture.failure();
  if (action == "close_dispute") {
    auto took = parse_amount(form_text(form, "amount"), picture->payment.currency);
    return took ? flows::close_dispute(ports, act, form_text(form, "dispute_id"), DisputeOutcome::lost, *took) : Result<Operation>(Failure{Kind::refused, took.message()});
  }
  if (action == "capture") {
    auto amount = capture_wish(form, *picture);
    return amount ? flows::capture(ports, act, *amount) : Result<Operation>(amount.failure());
  }
  auto wish = refund_wish(form, *picture);
  return wish ? flows::refund(ports, act, wish->amount, wish->lines, wish->charge_id) : Result<Operation>(wish.failure());
}

}  // namespace

Result<json::value> Actions::plan(const Session& session, std::string_view order_id, std::string_view action, const json::value& form) {
  if (auto allowed = authorise_action(session, action); !allowed) return allowed.failure();
  auto picture = draw(session, std::string(order_id), 1);
  if (!picture) return in_words(session, picture.failure());
  auto operation_id = session.core().random_hex(16);
  if (!operation_id) return operation_id.failure();
  const Speech speech(session);
  const auto typed = act_from(form, std::string(order_id), {});
  auto sheet = sheet_for(*picture, action, form, {*operation_id, typed.reason, typed.note, typed.todo_id}, speech);
  if (!sheet) return in_words(session, sheet.failure());
  return json::value(view_document("sheet", std::move(*sheet)));
}

Result<json::value> Actions::run(const Session& session, std::string_view order_id, std::string_view action, const json::value& form) {
  if (auto allowed = authorise_action(session, action); !allowed) return allowed.failure();
  auto who = actor_of(session);
  if (!who) return who.failure();
  Call call(session, amazon_);
  const std::string id(order_id);
  if (action == "refresh") return refresh(call, id);
  const auto act = act_from(form, id, *who);
  if (act.operation_id.empty()) return in_words(session, {Kind::invalid, tr("This form is incomplete. Open the page again.")});
  auto operation = act_on(call, action, act, form);
  if (!operation) return in_words(session, operation.failure());
  return result_document(Speech(session).say(operation->answer), operation->level);
}

}  // namespace amazonpay::host
