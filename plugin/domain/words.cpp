#include "domain/words.hpp"

#include <algorithm>

namespace amazonpay {
namespace {

struct WordFacts {
  const char* id;
  const char* label;
  const char* role;
  const char* icon;
};

// The order is the enum's; the manifest repeats this table for hosts that do not load code (a test compares them).
const WordFacts words[] = {
    {"reserved", tr("Reserved"), "wait", "wait"},
    {"captured", tr("Captured"), "good", "good"},
    {"completed_and_captured", tr("Completed and captured"), "good", "good"},
    {"refund_on_its_way", tr("Refund on its way"), "wait", "back"},
    {"partly_refunded", tr("Partly refunded"), "neutral", "back"},
    {"refunded", tr("Refunded"), "neutral", "back"},
    {"canceled", tr("Canceled"), "neutral", "cancel"},
    {"declined", tr("Declined"), "stop", "stop"},
    {"expired", tr("Expired"), "stop", "stop"},
    {"pending", tr("Pending"), "wait", "wait"},
    {"unknown", tr("Unknown"), "stop", "unknown"},
};
const WordFacts& facts(Word word) { return words[static_cast<int>(word)]; }

bool ended_by_time(const Charge& c) { return c.state == ChargeState::canceled && c.reason_code == "ExpiredUnused"; }

Word choose_word(const Payment& p, const PaymentSums& s, Money settled, std::string& raw) {
  if (s.on_the_way.positive()) return Word::refund_on_its_way;
  if (s.captured.positive() && settled >= s.captured) return Word::refunded;
  if (settled.positive()) return Word::partly_refunded;
  if (s.captured.positive()) {
    const bool completed = p.captured_at_checkout || any_charge(p, [](const Charge& c) { return c.state == ChargeState::captured && (c.at_checkout || c.settled); });
    return completed ? Word::completed_and_captured : Word::captured;
  }
  if (any_charge(p, [](const Charge& c) { return c.state == ChargeState::authorization_initiated || c.state == ChargeState::capture_initiated; })) return Word::pending;
  if (s.reserved.positive()) return Word::reserved;
  if (!p.permission && p.session && p.session->state == SessionState::canceled) return Word::canceled;
  const bool closed = p.permission && p.permission->state == PermissionState::closed;
  if (any_charge(p, ended_by_time) || (closed && p.permission->reason_code == "Expired")) return Word::expired;
  if (any_charge(p, [](const Charge& c) { return c.state == ChargeState::declined; })) return Word::declined;
  if (closed || any_charge(p, [](const Charge& c) { return c.state == ChargeState::canceled; })) return Word::canceled;
  for (const auto& c : p.charges)
    if (c.state == ChargeState::unknown) return raw = c.raw_state, Word::unknown;
  if (!p.permission || p.permission->state == PermissionState::chargeable || p.permission->state == PermissionState::non_chargeable) return Word::pending;
  return raw = p.permission->raw_state, Word::unknown;
}

const Charge* last_in(const Payment& payment, ChargeState state) {
  for (auto c = payment.charges.rbegin(); c != payment.charges.rend(); ++c)
    if (c->state == state) return &*c;
  return nullptr;
}

Text say_collected(const Payment& p, const PaymentSums& s, const char* all, const char* part) {
  if (s.captured < p.original_total && s.reserved.zero() && s.held < p.order_total)
    return {part, {{"amount", s.captured}, {"total", p.original_total}}};
  return {all, {{"amount", s.captured}}};
}

bool unfinished(const Payment& p) { return p.session && !p.permission && p.sync.synced_ms != 0; }

void say_unfinished(Verdict& v, const Payment& p) {
  v.say = {tr("The buyer has not finished the checkout at Amazon. Amazon drops it at {time}, 24 hours after it began; nothing is reserved yet."), {{"time", Moment{dropped_ms(p)}}}};
  v.note = {tr("buyer not finished")};
}

// Everything "on the way" is still here: it waits for a second person or can be taken back. The sum is reserved, but Amazon knows nothing of it.
bool say_not_sent(Verdict& v, const PaymentSums& s, const std::vector<Intent>& intents) {
  Money kept = zero_of(s.captured.currency());
  bool approval = false;
  for (const auto& i : intents) {
    if (i.kind != IntentKind::refund || !never_sent(i) || (i.state == IntentState::planned && i.send_after_ms == 0)) continue;
    kept += i.amount;
    approval = approval || i.state == IntentState::awaiting_approval;
  }
  if (!kept.positive() || kept < s.on_the_way) return false;
  v.say = {approval ? tr("{collected} was collected. A refund of {amount} waits for a second person; nothing was sent.")
                    : tr("{collected} was collected. A refund of {amount} is not sent yet and can be taken back."),
           {{"collected", s.captured}, {"amount", kept}}};
  v.note = {approval ? tr("waits for a second person") : tr("not sent yet")};
  return true;
}

void say(Verdict& v, const Payment& p, const PaymentSums& s, Money settled, const std::vector<Intent>& intents) {
  switch (v.word) {
    case Word::refund_on_its_way: {
      if (say_not_sent(v, s, intents)) break;
      const auto day = Day{latest_refund_ms(p, intents)};
      v.say = settled.positive()
                  ? Text{tr("{collected} was collected. {settled} has been given back, {on_the_way} is on the way: Amazon completes it by {day} at the latest."),
                         {{"collected", s.captured}, {"settled", settled}, {"on_the_way", s.on_the_way}, {"day", day}}}
                  : Text{tr("{collected} was collected. {on_the_way} is on the way back: Amazon completes it by {day} at the latest."),
                         {{"collected", s.captured}, {"on_the_way", s.on_the_way}, {"day", day}}};
      v.note = {tr("by {day}"), {{"day", day}}};
      break;
    }
    case Word::refunded: v.say = {tr("The collected {amount} went back to the buyer."), {{"amount", s.captured}}}; break;
    case Word::partly_refunded:
      v.say = {tr("{collected} was collected, {settled} went back to the buyer. {held} is held."), {{"collected", s.captured}, {"settled", settled}, {"held", s.held}}};
      break;
    case Word::completed_and_captured:
      v.say = say_collected(p, s, p.captured_at_checkout ? tr("{amount} was collected in the same step as the checkout.") : tr("{amount} was collected and credited to your account."),
                            tr("{amount} of {total} was collected in the same step as the checkout."));
      break;
    case Word::captured: v.say = say_collected(p, s, tr("{amount} was collected."), tr("{amount} of {total} was collected.")); break;
    case Word::pending:
      if (unfinished(p)) say_unfinished(v, p);
      else if (p.sync.synced_ms == 0) v.say = {tr("Amazon Pay has not been asked about this order yet.")}, v.note = {tr("not read yet")};
      else if (p.charges.empty()) v.say = {tr("The buyer agreed to pay, but nothing is reserved or collected yet.")}, v.note = {tr("nothing collected yet")};
      else v.say = {tr("Amazon is still checking this payment. Wait before you ship.")}, v.note = {tr("Amazon is still checking")};
      break;
    case Word::reserved: {
      const auto* charge = last_in(p, ChargeState::authorized);
      v.say = {tr("{amount} is reserved, nothing is collected yet. Capture it by {day} at the latest."),
               {{"amount", s.reserved}, {"day", Day{charge && charge->expires_ms ? charge->expires_ms : p.created_ms + 30 * day_ms}}}};
      break;
    }
    case Word::expired: {
      const auto* charge = last_in(p, ChargeState::canceled);
      v.say = charge ? Text{tr("The reservation of {amount} ended on {day} without a capture. Nothing was collected."), {{"amount", charge->amount}, {"day", Day{charge->updated_ms}}}}
                     : Text{tr("The reservation ended without a capture. Nothing was collected.")};
      v.note = {tr("do not ship")};
      break;
    }
    case Word::declined: {
      const auto* charge = last_in(p, ChargeState::declined);
      v.say = {tr("Amazon declined the payment ({code}). Nothing was collected."), {{"code", charge ? charge->reason_code : ""}}};
      v.note = {tr("do not ship")};
      break;
    }
    case Word::canceled:
      if (p.session && !p.permission) {
        v.say = {tr("The checkout ended without a payment ({code}). Nothing was reserved or collected."), {{"code", p.session->reason_code}}};
        v.note = {tr("checkout not finished")};
        break;
      }
      v.say = {tr("The payment is canceled. Nothing was collected, the reservation is released.")}; v.note = {tr("reservation released")}; break;
    case Word::unknown:
      v.say = {tr("Amazon sent a state this version does not know: {word}. Nothing was changed. Look at it in Seller Central before you ship or act."), {{"word", v.raw}}};
      v.note = {tr("ask before you ship")};
      break;
  }
}

// Refunds staff made by hand are goodwill: they do not make an order unpaid.
Money goodwill(const std::vector<Intent>& intents, Currency currency) {
  Money sum = zero_of(currency);
  for (const auto& i : intents)
    if (i.kind == IntentKind::refund && (i.event.empty() || i.event == "bulk") && reserves(i.state)) sum += i.amount;
  return sum;
}

void decide_ship(Verdict& v, const Payment& p, const PaymentSums& s, const std::vector<Intent>& intents) {
  const auto covered = min(s.held + goodwill(intents, p.currency), s.captured);
  v.not_covered = s.captured.positive() ? not_negative(p.order_total - covered) : zero_of(p.currency);
  if (p.order_canceled || p.order_deleted) return v.ship = Ship::no, v.ship_why = {tr("the order is canceled")}, void();
  switch (v.word) {
    case Word::reserved: v.ship = Ship::wait, v.ship_why = {tr("capture first")}; return;
    case Word::pending:
      v.ship = unfinished(p) ? Ship::no : Ship::wait;
      v.ship_why = {unfinished(p) ? tr("the checkout is not finished") : p.sync.synced_ms == 0 ? tr("not read yet") : p.charges.empty() ? tr("nothing is collected") : tr("Amazon has not decided")};
      return;
    case Word::declined: case Word::expired: case Word::canceled: v.ship = Ship::no, v.ship_why = {tr("nothing is paid")}; return;
    case Word::unknown: v.ship = Ship::no, v.ship_why = {tr("ask first")}; return;
    case Word::refunded: v.ship = Ship::no, v.ship_why = {tr("the money went back")}; return;
    default: break;
  }
  if (s.disputed.positive() && covered - min(covered, s.disputed) < p.order_total && covered >= p.order_total) {
    v.ship = Ship::wait, v.ship_why = {tr("the payment is disputed")};
    return;
  }
  if (covered >= p.order_total) v.ship = Ship::yes, v.ship_why = {tr("all open lines are paid")};
  else if (covered + v.drift >= p.order_total) v.ship = Ship::wait, v.ship_why = {tr("a refund is not taken over")};
  else if (covered + s.pending_capture + s.reserved >= p.order_total) v.ship = Ship::wait, v.ship_why = {tr("a part is not captured yet")};
  else v.ship = Ship::no, v.ship_why = {tr("{amount} is not covered"), {{"amount", v.not_covered}}};
}

}  // namespace

const char* id_of(Word word) { return facts(word).id; }
const char* label_of(Word word) { return facts(word).label; }
const char* role_of(Word word) { return facts(word).role; }
const char* icon_of(Word word) { return facts(word).icon; }

std::int64_t latest_refund_ms(const Payment& payment, const std::vector<Intent>& intents) {
  std::int64_t since = 0;
  for (const auto& r : payment.refunds)
    if (r.state == RefundState::initiated) since = std::max(since, r.created_ms);
  for (const auto& i : intents)
    if (i.kind == IntentKind::refund && is_open(i.state)) since = std::max(since, i.created_ms);
  return since + refund_days_max * day_ms;
}

std::int64_t dropped_ms(const Payment& p) {
  if (!p.session || p.permission) return 0;
  return (p.session->created_ms != 0 ? p.session->created_ms : p.created_ms) + day_ms;
}

Verdict verdict_of(const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules) {
  const auto sums = sums_of(payment, intents, rules);
  const auto taken_over = min(sums.not_ours, payment.refunds_taken_over);
  const auto settled = sums.settled + taken_over;
  Verdict v;
  v.drift = sums.not_ours - taken_over;
  v.drift_collected = not_negative(sums.collected_elsewhere - payment.captures_taken_over);
  v.word = choose_word(payment, sums, settled, v.raw);
  say(v, payment, sums, settled, intents);
  decide_ship(v, payment, sums, intents);
  return v;
}

Word word_of(const Charge& charge) {
  switch (charge.state) {
    case ChargeState::authorization_initiated: case ChargeState::capture_initiated: return Word::pending;
    case ChargeState::authorized: return Word::reserved;
    case ChargeState::captured: return charge.at_checkout || charge.settled ? Word::completed_and_captured : Word::captured;
    case ChargeState::canceled: return ended_by_time(charge) ? Word::expired : Word::canceled;
    case ChargeState::declined: return Word::declined;
    case ChargeState::unknown: break;
  }
  return Word::unknown;
}

Word word_of(const Refund& refund) {
  switch (refund.state) {
    case RefundState::initiated: return Word::refund_on_its_way;
    case RefundState::refunded: return Word::refunded;
    case RefundState::declined: return Word::declined;
    case RefundState::unknown: break;
  }
  return Word::unknown;
}

}  // namespace amazonpay
