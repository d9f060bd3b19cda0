#include "host/tab.hpp"

#include "host/refund_form.hpp"
#include "host/tab_objects.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

const char* not_allowed = tr("Your role may not do this. Ask an administrator.");

json::object action(const char* id, const char* icon, std::string label, bool may, const std::optional<std::string>& refusal, std::string hint, const Speech& speech) {
  const bool enabled = may && !refusal;
  auto reason = !may ? speech.say(not_allowed) : refusal ? *refusal : std::move(hint);
  return {{"id", id}, {"icon", enabled ? icon : "lock"}, {"label", std::move(label)}, {"enabled", enabled}, {"reason", std::move(reason)},
          {"danger", false}, {"form", json::array()}, {"fields", json::array()}};
}

template <class T>
std::optional<std::string> refusal_of(const Result<T>& plan, const Speech& speech) {
  if (plan) return std::nullopt;
  return speech.say({tr("Not possible: {reason}"), {{"reason", speech.say(plan.message().c_str())}}});
}

json::object capture_action(const Picture& p, const json::value& typed, const Speech& speech) {
  const auto amount = capture_proposal(p.payment, p.intents);
  const auto plan = plan_capture(p.payment, p.intents, amount.positive() ? amount : Money{1, p.payment.currency}, p.now_ms);
  auto refusal = refusal_of(plan, speech);
  if (!refusal && !amount.positive()) refusal = speech.say(tr("Not needed: what is held covers the open lines."));
  const bool fresh = plan && plan->steps.front().kind == IntentKind::create_charge;
  const auto most = capture_most(p.payment, p.now_ms);
  const auto hint = fresh ? speech.say({tr("No reservation is active: a new charge is made and captured at once, at most {amount}. Amazon may decline it."), {{"amount", most}}})
                          : speech.say({tr("The reservation is captured, at most {amount}. Less is possible; the rest is then released."), {{"amount", most}}});
  auto made = action("capture", "down", speech.say(fresh ? tr("Charge again and capture…") : tr("Capture…")), p.rights.capture, refusal, hint, speech);
  if (!made.at("enabled").as_bool()) return made;
  const auto kept = typed_amount(typed);
  made["fields"] = json::array{json::object{{"id", "capture"}, {"name", "amount"}, {"label", speech.say(tr("Amount to capture"))}, {"value", kept.empty() ? speech.bare(amount) : kept},
                                            {"currency", p.payment.currency.code()}, {"amounts", amounts_of_capture(most, fresh, speech)}}};
  return made;
}

json::object refund_action(const Picture& p, const Speech& speech) {
  std::optional<std::string> refusal;
  if (!p.sums.refundable.positive()) refusal = speech.say({tr("Not possible: {message}"), {{"message", std::string(nothing_refundable(p.sums))}}});
  auto made = action("refund", "back", speech.say(tr("Refund…")), p.rights.refund, refusal, speech.say({tr("Up to {amount}. The form is below."), {{"amount", p.sums.refundable}}}), speech);
  made["jump"] = made.at("enabled").as_bool() ? "#refund" : "";
  return made;
}

json::array actions(const Picture& p, const json::value& request, const Speech& speech) {
  const auto cancel = plan_cancel_charge(p.payment, p.intents);
  const auto close = plan_close_permission(p.payment, p.intents);
  const auto says = [&](const Result<Plan>& plan) { return plan && !plan->says.empty() ? speech.say(plan->says.front()) : std::string(); };
  return {refund_action(p, speech), capture_action(p, refused_form(request, "capture"), speech),
          action("cancel_charge", "cancel", speech.say(tr("Cancel reservation…")), p.rights.cancel, refusal_of(cancel, speech), says(cancel), speech),
          action("close_permission", "lock", speech.say(tr("Close payment…")), p.rights.cancel, refusal_of(close, speech), says(close), speech)};
}

}  // namespace

json::object tab_view(const Picture& p, const Story& story, const json::value& request, const Speech& speech) {
  json::object data{{"environment", environment_part(p, speech)}, {"alert", alert_part(p, speech)}, {"verdict", verdict_part(p, speech)},
                    {"actions", actions(p, request, speech)}, {"strips", strip_parts(p, speech)}, {"refund_form", refund_form(p, request, speech)},
                    {"as_of", as_of_part(p, speech)}, {"raw", raw_parts(p, story.answers, speech)}, {"notifications", nullptr}, {"charges", nullptr}, {"refunds", nullptr}};
  if (!p.payment.charges.empty()) data["charges"] = charges_part(p, speech);
  auto refunds = refunds_part(p, speech);
  if (!refunds.at("rows").as_array().empty()) data["refunds"] = std::move(refunds);
  if (!story.notifications.empty()) data["notifications"] = notifications_part(story, speech);
  data["timeline"] = timeline_part(p, story, timeline_wish(request), speech);
  return view_document("tab", std::move(data));
}

}  // namespace amazonpay::host
