#include "host/panel_parts.hpp"

#include "amazon/signing.hpp"

namespace amazonpay::host {
namespace {

std::string seller_central(const Picture& p) {
  return p.payment.permission_id.empty() || p.seller_central.empty() ? std::string() : p.seller_central + amazon::percent_encoded(p.payment.permission_id);
}

json::object step_of(std::string label, std::string why, const char* icon) {
  return {{"label", std::move(label)}, {"why", std::move(why)}, {"icon", icon}, {"action", ""}, {"form", json::array()}, {"jump", ""}, {"link", ""}, {"cancels", false},
          {"disabled", false}, {"quiet", true}};
}

// What has to happen elsewhere first.
json::value waiting_step(const Picture& p, const Speech& speech) {
  if (p.verdict.word == Word::unknown && !seller_central(p).empty()) {
    auto step = step_of(speech.say(tr("Open in Seller Central")), speech.say(tr("Then tell your administrator the word, so that this shop learns it.")), "out");
    step["link"] = seller_central(p);
    return step;
  }
  for (const auto& intent : p.intents)
    if (intent.kind == IntentKind::refund && intent.state == IntentState::uncertain && !intent.undecided) {
      auto step = step_of(speech.say(tr("Refund…")), speech.say(tr("Wait until the last refund is certain, about a minute.")), "lock");
      step["disabled"] = true;
      return step;
    }
  if (const auto dropped = dropped_ms(p.payment); dropped != 0 && p.verdict.word == Word::pending && p.payment.sync.synced_ms != 0 && p.in_shop) {
    const auto left = std::max<std::int64_t>(dropped - p.now_ms, 0) / 60'000;
    auto step = step_of(speech.say(tr("Cancel order…")),
                        left > 0 ? speech.say({tr("Or wait: {hours} h {minutes} min are left."), {{"hours", left / 60}, {"minutes", left % 60}}})
                                 : speech.say(tr("The time is over. Refresh shows what Amazon made of it.")),
                        "cancel");
    step["cancels"] = true;
    return step;
  }
  return nullptr;
}

// Nothing has to be done.
json::value quiet_step(const Picture& p, const Speech& speech) {
  const bool over = p.verdict.word == Word::declined || p.verdict.word == Word::expired || p.verdict.word == Word::canceled;
  if (over && p.in_shop && !p.payment.order_canceled) {
    auto step = step_of(speech.say(tr("Cancel order…")), speech.say(tr("Or wait until the buyer has paid another way. No money is held.")), "cancel");
    step["cancels"] = true;
    return step;
  }
  if (!p.rights.refund || !p.sums.refundable.positive()) return nullptr;
  const auto why = p.keys_refused()   ? tr("Not possible while the keys are refused.")
                   : p.sync_failed()  ? tr("Will be stored now and sent later, exactly once.")
                   : p.test()         ? tr("Nothing has to be done. Works as in the live account, with test money.")
                   : p.verdict.ship == Ship::yes && p.in_shop ? tr("Nothing has to be done. You can ship.")
                                      : tr("Nothing has to be done.");
  auto step = step_of(speech.say(tr("Refund…")), speech.say(why), "back");
  if (p.keys_refused()) step["disabled"] = true, step["icon"] = "lock";
  step["jump"] = "#refund";
  return step;
}

std::string why_reserved(const Picture& p, const Speech& speech) {
  for (auto c = p.payment.charges.rbegin(); c != p.payment.charges.rend(); ++c) {
    if (c->state != ChargeState::authorized || c->created_ms == 0) continue;
    const auto quick_ms = c->created_ms + quick_capture_days * day_ms;
    return quick_ms > p.now_ms ? speech.say({tr("The reservation of {day} is captured, at once until {time}. Less is possible on the tab Amazon Pay."), {{"day", Day{c->created_ms}}, {"time", Moment{quick_ms}}}})
                               : speech.say({tr("The reservation of {day} is captured. It is older than 7 days: Amazon takes hours and may decline it."), {{"day", Day{c->created_ms}}}});
  }
  return speech.say(tr("The reservation is captured. Less is possible on the tab Amazon Pay."));
}

const char* label_of(RefundState state) {
  switch (state) {
    case RefundState::initiated: return tr("Refund on the way");
    case RefundState::refunded: return tr("Refund, settled");
    case RefundState::declined: return tr("Refund, declined");
    case RefundState::unknown: break;
  }
  return tr("Refund");
}

}  // namespace

json::value next_step(const Picture& p, const Speech& speech) {
  for (const auto& todo : p.todos) {
    const auto act = act_of(todo, p, speech);
    if (act.action.empty() || act.action == "take_over") continue;  // drift has its own strip
    return json::object{{"quiet", false}, {"disabled", false}, {"jump", ""}, {"link", ""}, {"cancels", false}, {"label", act.label}, {"why", speech.say({tr("Next step, because of an open task: {task}. You see the plan before anything happens."), {{"task", speech.say(todo.title)}}})},
                        {"action", act.action}, {"form", form_part(act.form)}, {"icon", act.action == "refund" ? "back" : "card"}};
  }
  if (auto wait = waiting_step(p, speech); !wait.is_null()) return wait;
  const auto amount = capture_proposal(p.payment, p.intents);
  if (!p.rights.capture || !amount.positive() || p.payment.order_canceled || !p.in_shop) return quiet_step(p, speech);
  if (!plan_capture(p.payment, p.intents, amount, p.now_ms)) return quiet_step(p, speech);
  const bool reserved = p.sums.reserved.positive();
  json::object step{{"quiet", false}, {"disabled", false}, {"jump", ""}, {"link", ""}, {"cancels", false}, {"label", speech.say({reserved ? tr("Capture {amount}") : tr("Charge again and capture {amount}"), {{"amount", amount}}})},
                    {"why", reserved ? why_reserved(p, speech) : speech.say(tr("No reservation is open, so a new charge is made and captured at once. Amazon may decline it."))},
                    {"action", "capture"}, {"icon", "down"}, {"form", form_part({{"amount", to_wire(amount)}})}};
  if (p.keys_refused()) step["disabled"] = true, step["why"] = speech.say(tr("Not possible while the keys are refused."));
  return step;
}

json::array reference_parts(const Picture& p, const Speech& speech) {
  json::array all;
  const auto ref = [&](const char* label, const std::string& id, const std::string& link) {
    if (!id.empty()) all.push_back(json::object{{"label", speech.say(label)}, {"value", id}, {"link", link}});
  };
  const auto link = seller_central(p);
  ref(tr("Charge permission"), p.payment.permission_id, link);
  if (p.payment.permission_id.empty() && p.payment.session) ref(tr("Checkout session"), p.payment.session->id, {});  // Seller Central knows none
  for (const auto& c : p.payment.charges) ref(tr("Charge"), c.id, link);
  for (const auto& r : p.payment.refunds) ref(label_of(r.state), r.id, link);
  return all;
}

}  // namespace amazonpay::host
