#include "host/sentences.hpp"
#include "host/sheet_parts.hpp"
#include "host/sheets.hpp"

namespace amazonpay::host {
namespace {

json::array reason_select(const Speech& speech) {
  json::array choices;
  for (const auto& reason : reasons())
    choices.push_back(json::object{{"value", reason.id}, {"label", speech.say(reason.label)}, {"selected", std::string_view(reason.id) == "goodwill"}});
  return choices;
}

void add_refund_checks(json::array& checks, const Picture& p, const Plan& plan, Money limit, const Speech& speech) {
  checks.push_back(check("good", "good", speech.say({tr("Within the limit of {amount}"), {{"amount", limit}}})));
  for (const auto& step : plan.steps) {
    const auto* charge = p.payment.charge(step.charge_id);
    if (charge == nullptr) continue;
    const auto sums = sums_of(*charge, p.payment, p.intents, p.policy.refund_rules);
    checks.push_back(check(sums.refunds_left > 2 ? "good" : "wait", sums.refunds_left > 2 ? "good" : "warn",
                           speech.say({tr("Refund {number} of {most} on charge {charge}: {amount}"),
                                       {{"number", std::int64_t(sums.refunds_used + 1)}, {"most", std::int64_t(sums.refunds_used + sums.refunds_left)},
                                        {"charge", short_id(charge->id)}, {"amount", step.amount}}})));
  }
  checks.push_back(check("wait", "wait", speech.say({tr("Amazon completes it within at most 8 days: by {day}"), {{"day", Day{p.now_ms + refund_days_max * day_ms}}}})));
  for (const auto& r : p.payment.refunds)
    if (r.state == RefundState::declined && r.amount == plan.gives_back)
      return checks.push_back(check("neutral", "info", speech.say({tr("Same sum as the refund declined on {day}. That one moved no money."), {{"day", Day{r.updated_ms}}}})));
}

const Todo* refund_due_of(const Picture& p) {
  const auto found = std::find_if(p.todos.begin(), p.todos.end(), [](const Todo& t) { return t.amount && (t.kind == TodoKind::refund_due || t.kind == TodoKind::refund_withdrawn); });
  return found == p.todos.end() ? nullptr : &*found;
}

// A sum typed by hand that is exactly what is due answers the task, or somebody would give it back a second time.
SheetForm answering(const Picture& p, Money amount, SheetForm form) {
  const auto* due = refund_due_of(p);
  if (form.todo_id.empty() && due != nullptr && *due->amount == amount) form.todo_id = due->id;
  return form;
}

void add_due(json::array& checks, const Picture& p, const SheetForm& form, const Speech& speech) {
  const auto* due = refund_due_of(p);
  if (due == nullptr) return;
  const bool answered = form.todo_id == due->id;
  checks.push_back(check(answered ? "good" : "wait", answered ? "good" : "warn",
                         speech.say({answered ? tr("Closes the task “{task}”.") : tr("Another sum than the open task “{task}”, which stays open."), {{"task", speech.say(due->title)}}})));
}

// Amazon captures at once within seven days of the authorisation; later it takes hours and may fail, and after thirty days the reservation is gone.
void add_age(json::array& checks, const Charge& charge, std::int64_t now_ms, const Speech& speech) {
  const auto quick_ms = charge.created_ms + quick_capture_days * day_ms;
  if (charge.created_ms != 0 && quick_ms > now_ms)
    checks.push_back(check("good", "good", speech.say({tr("Amazon captures it at once until {time}."), {{"time", Moment{quick_ms}}}})));
  else if (charge.created_ms != 0)
    checks.push_back(check("wait", "warn", speech.say({tr("The reservation is older than 7 days, since {day}: Amazon takes hours for the capture and may decline it."), {{"day", Day{quick_ms}}}})));
  if (charge.expires_ms != 0 && charge.expires_ms - now_ms < 3 * day_ms)
    checks.push_back(check("wait", "wait", speech.say({tr("The reservation ends at {time}. Afterwards only a new charge is possible."), {{"time", Moment{charge.expires_ms}}}})));
}

}  // namespace

Result<json::object> refund_sheet(const Picture& p, const RefundWish& wish, const SheetForm& typed, const Speech& speech) {
  const auto form = answering(p, wish.amount, typed);
  auto plan = plan_refund(p.payment, p.intents, wish.amount, p.policy.refund_rules, wish.charge_id);
  if (!plan) {
    auto failure = plan.failure();
    failure.message = sentences(speech.say(failure.message.c_str()), limit_explained(p.sums, speech));
    return failure;
  }
  const auto* chosen = p.payment.charge(wish.charge_id);
  const ChargeSums sums = chosen == nullptr ? ChargeSums(p.sums) : sums_of(*chosen, p.payment, p.intents, p.policy.refund_rules);
  FormValues values{{"kind", wish.kind == "rest" ? "amount" : wish.kind}, {"amount", to_wire(wish.amount)}};
  if (!wish.charge_id.empty()) values.emplace_back("charge", wish.charge_id);
  if (wish.kind == "lines") {
    json::array ids;
    for (const auto& line : wish.lines) ids.emplace_back(line.line_id), values.emplace_back("pieces_" + line.line_id, std::to_string(line.pieces));
    values.emplace_back("lines", json::serialize(ids));
    values.emplace_back("agreed", to_wire(wish.amount));
  }
  auto sheet = sheet_of(p, "refund", speech.say({tr("Refund {amount}?"), {{"amount", wish.amount}}}), speech.say({tr("Refund {amount}"), {{"amount", wish.amount}}}),
                        false, form, std::move(values), speech);
  sheet["big"] = big(tr("To the buyer"), wish.amount, speech);
  auto& facts = sheet["facts"].as_array();
  for (const auto& step : plan->steps) facts.push_back(fact(speech.say(tr("From charge")), step.charge_id, true));
  if (!form.reason.empty()) facts.push_back(fact(speech.say(tr("Reason")), reason_label(form.reason, speech)));
  else sheet["reason_select"] = reason_select(speech);
  if (!form.note.empty()) facts.push_back(fact(speech.say(tr("Note")), form.note));
  for (const auto& piece : wish.lines)
    for (const auto& line : p.lines)
      if (line.id == piece.line_id) facts.push_back(fact(speech.say(tr("For")), std::to_string(piece.pieces) + " × " + line.title));
  const auto after = sums.held - min(sums.held, wish.amount);
  sheet["rows"] = json::array{row(speech.say(chosen == nullptr ? tr("Held now") : tr("Held on this charge now")), speech.m(sums.held)), row(speech.say(tr("this refund")), speech.m(zero_of(p.payment.currency) - wish.amount)),
                              row(speech.say(tr("Held afterwards")), speech.m(after), true)};
  auto& checks = sheet["checks"].as_array();
  add_refund_checks(checks, p, *plan, sums.refundable, speech);
  add_due(checks, p, form, speech);
  if (wish.amount > sums.held)
    checks.push_back(check("wait", "warn", speech.say({tr("{amount} more than what is held: it is paid from your account as compensation."), {{"amount", wish.amount - sums.held}}})));
  if (const auto why = needs_approval(*plan, p.sums.held, wish.amount, wish.amount, p.policy.approval)) checks.push_back(check("wait", "lock", speech.say(*why)));
  add_warnings(checks, p, speech);
  return sheet;
}

Result<json::object> capture_sheet(const Picture& p, Money amount, const SheetForm& form, const Speech& speech) {
  auto plan = plan_capture(p.payment, p.intents, amount, p.now_ms);
  if (!plan) return plan.failure();
  const bool fresh = !plan->steps.empty() && plan->steps.front().kind == IntentKind::create_charge;
  auto sheet = sheet_of(p, "capture", speech.say({fresh ? tr("Charge again and capture {amount}?") : tr("Capture {amount}?"), {{"amount", amount}}}),
                        speech.say({fresh ? tr("Charge again and capture {amount}") : tr("Capture {amount}"), {{"amount", amount}}}), false, form,
                        {{"amount", to_wire(amount)}}, speech);
  sheet["big"] = big(tr("From the buyer"), amount, speech);
  sheet["rows"] = json::array{row(speech.say(tr("Order")), speech.m(p.payment.order_total)), row(speech.say(tr("held now")), speech.m(p.sums.held)),
                              row(speech.say(tr("this capture")), speech.m(amount)), row(speech.say(tr("Held afterwards")), speech.m(p.sums.held + amount), true)};
  auto checks = says_of(*plan, speech);
  if (!fresh) add_age(checks, *p.payment.charge(plan->steps.front().charge_id), p.now_ms, speech);
  if (const auto why = needs_approval(*plan, p.sums.held, zero_of(amount.currency()), zero_of(amount.currency()), p.policy.approval)) checks.push_back(check("wait", "lock", speech.say(*why)));
  if (p.sums.held + amount > p.payment.order_total)
    checks.push_back(check("wait", "warn", speech.say({tr("{amount} more than the open lines are worth."), {{"amount", p.sums.held + amount - p.payment.order_total}}})));
  add_warnings(checks, p, speech);
  sheet["checks"] = std::move(checks);
  return sheet;
}

Result<json::object> cancel_sheet(const Picture& p, const SheetForm& form, const Speech& speech) {
  auto plan = plan_cancel_charge(p.payment, p.intents);
  if (!plan) return plan.failure();
  auto sheet = sheet_of(p, "cancel_charge", speech.say({tr("Cancel the reservation of {amount}?"), {{"amount", plan->releases}}}),
                        speech.say({tr("Cancel the reservation of {amount}"), {{"amount", plan->releases}}}), true, form, {}, speech);
  sheet["big"] = big(tr("Released to the buyer"), plan->releases, speech);
  auto checks = says_of(*plan, speech);
  checks.push_back(check("wait", "warn", speech.say(tr("This cannot be undone: for a later capture Amazon has to approve a new charge."))));
  add_warnings(checks, p, speech);
  sheet["checks"] = std::move(checks);
  return sheet;
}

Result<json::object> close_sheet(const Picture& p, const SheetForm& form, const Speech& speech) {
  auto plan = plan_close_permission(p.payment, p.intents);
  if (!plan) return plan.failure();
  auto sheet = sheet_of(p, "close_permission", speech.say(tr("Close this payment?")),
                        plan->releases.positive() ? speech.say({tr("Close the payment and release {amount}"), {{"amount", plan->releases}}}) : speech.say(tr("Close the payment")),
                        true, form, {}, speech);
  sheet["facts"].as_array().push_back(fact(speech.say(tr("Charge permission")), p.payment.permission_id, true));
  auto checks = says_of(*plan, speech);
  add_warnings(checks, p, speech);
  sheet["checks"] = std::move(checks);
  return sheet;
}

Result<json::object> take_over_sheet(const Picture& p, const SheetForm& form, const Speech& speech) {
  const auto back = p.verdict.drift, collected = p.verdict.drift_collected;
  if (!back.positive() && !collected.positive()) return Failure{Kind::refused, tr("There is nothing to take over: Amazon and this shop agree.")};
  const auto amount = back + collected;
  auto sheet = sheet_of(p, "take_over", speech.say({tr("Take over {amount}?"), {{"amount", amount}}}), speech.say({tr("Take over {amount}"), {{"amount", amount}}}), false, form,
                        {}, speech);
  sheet["lead"] = speech.say(tr("Taking over records a fact. No money moves, now or later."));
  json::array rows;
  if (back.positive())
    rows = {row(speech.say(tr("Given back by this shop")), speech.m(p.given_back())), row(speech.say(tr("seen at Amazon")), speech.m(back)),
            row(speech.say(tr("Given back afterwards")), speech.m(p.given_back() + back), true)};
  if (collected.positive()) rows.push_back(row(speech.say(tr("Collected outside this shop")), speech.m(collected), true));
  sheet["rows"] = std::move(rows);
  return sheet;
}

json::object event_sheet(const Plan& plan, ports::RefundMode mode, bool known, bool money_event, const Speech& speech) {
  json::array rows, checks;
  const bool manual = mode == ports::RefundMode::manual && money_event;
  if (plan.gives_back.positive()) rows.push_back(row(speech.say(manual ? tr("To refund by hand") : tr("Goes back to the buyer")), speech.m(plan.gives_back), true));
  if (plan.releases.positive()) rows.push_back(row(speech.say(manual ? tr("Reservation to cancel by hand") : tr("Reservation released")), speech.m(plan.releases), true));
  if (plan.collects.positive()) rows.push_back(row(speech.say(tr("Captured now")), speech.m(plan.collects), true));
  for (const auto& text : plan.says) checks.push_back(check(plan.ask && text == *plan.ask ? "wait" : "neutral", plan.ask && text == *plan.ask ? "warn" : "info", speech.say(text)));
  if (!known) checks.push_back(check("wait", "wait", speech.say(tr("Amazon has not been asked about this payment yet. It is asked first, then the sum is decided by what Amazon really holds."))));
  json::object sheet{{"rows", std::move(rows)}, {"checks", std::move(checks)}, {"gives_back", speech.m(plan.gives_back)}, {"moves", !manual && plan.gives_back.positive()}};
  if (money_event)
    sheet["mode_note"] = speech.say(manual ? tr("Automatic refunds are off for this: no money moves, a task is created.") : tr("Refunds are automatic for this: the money moves by itself, exactly once."));
  return sheet;
}

}  // namespace amazonpay::host
