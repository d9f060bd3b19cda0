#include "domain/transaction.hpp"

#include <algorithm>

namespace amazonpay {
namespace {

struct Facts {
  const char* id;
  const char* label;
  const char* role;
  const char* icon;
};
constexpr Facts transaction_words[] = {
    {"open", tr("Open"), "wait", "wait"},
    {"closed", tr("Closed"), "good", "good"},
    {"canceled", tr("Canceled"), "neutral", "cancel"},
    {"suspended", tr("Suspended"), "stop", "stop"},
    {"unknown", tr("Unknown"), "stop", "unknown"},
};
const Facts& facts(TransactionWord word) { return transaction_words[static_cast<int>(word)]; }

struct FlagFacts {
  const char* id;
  const char* label;
};
constexpr FlagFacts flags[] = {
    {"drift", tr("Drift")},         {"expiring", tr("Expiring")},       {"pending", tr("Pending")}, {"on_the_way", tr("Refund on its way")},
    {"disputed", tr("Disputed")},   {"not_covered", tr("Not covered")}, {"task", tr("Open task")},  {"recurring", tr("Recurring")},
};

constexpr std::int64_t immediate_ms = 7 * day_ms;   // a capture up to then is done at once
constexpr std::int64_t warned_ms = 5 * day_ms;      // the page warns from here on
constexpr std::int64_t hold_ms = 30 * day_ms;       // after that Amazon cancels the reservation

bool serves_many(const Payment& p) { return p.permission && (p.permission->type == "Recurring" || p.permission->type == "PaymentMethodOnFile"); }

const Charge* newest_in(const Payment& p, ChargeState state) {
  for (auto c = p.charges.rbegin(); c != p.charges.rend(); ++c)
    if (c->state == state) return &*c;
  return nullptr;
}

Money charged_of(const Payment& p) {
  Money sum = zero_of(p.currency);
  for (const auto& c : p.charges)
    if (c.state == ChargeState::captured) sum += c.captured;
  return sum;
}

bool one_of(const std::string& code, std::initializer_list<const char*> codes) {
  return std::any_of(codes.begin(), codes.end(), [&](const char* known) { return code == known; });
}

// Amazon's list of reasons is not complete: a permission that cannot be charged for a reason we do not know is drawn as broken, so that somebody looks.
bool only_busy(const std::string& code) { return one_of(code, {"", "ChargeInProgress", "TransactionAmountExceeded", "AmountNotSet"}); }

bool released(const Charge& c) { return c.state == ChargeState::canceled && one_of(c.reason_code, {"ChargePermissionCanceled", "MerchantCanceled"}); }

TransactionWord closed_word(const Payment& p) {
  const auto& code = p.permission->reason_code;
  if (charged_of(p).positive()) return TransactionWord::closed;
  if (code == "AmazonCanceled" || one_of(code, {"BuyerClosed", "BuyerCanceled", "MerchantCanceled"})) return TransactionWord::canceled;
  if (code == "MerchantClosed" && any_charge(p, released)) return TransactionWord::canceled;
  return TransactionWord::closed;
}

TransactionWord session_word(const CheckoutSession& session) {
  switch (session.state) {
    case SessionState::canceled: return TransactionWord::canceled;
    case SessionState::open: case SessionState::completed: return TransactionWord::open;
    case SessionState::unknown: break;
  }
  return session.raw_state.empty() ? TransactionWord::open : TransactionWord::unknown;
}

// The moment a reservation stops being quick to capture, and the one it ends.
std::int64_t quick_until_ms(const Charge& c) { return c.created_ms + immediate_ms; }
std::int64_t ends_ms(const Charge& c) { return c.expires_ms != 0 ? c.expires_ms : c.created_ms + hold_ms; }

std::int64_t age_days(const Charge& c, std::int64_t now_ms) { return (now_ms - c.created_ms) / day_ms + 1; }

Text reserved_cause(const Charge& c, std::int64_t now_ms) {
  const auto day = age_days(c, now_ms);
  if (day <= 5) return {tr("Reserved, not captured")};
  if (day <= 7) return {tr("Reserved, day {day} of 7"), {{"day", day}}};
  return {tr("Reserved, day {day} of 30"), {{"day", day}}};
}

Text reserved_hint(const Charge& c, std::int64_t now_ms) {
  const Day until{ends_ms(c)}, quick{quick_until_ms(c)};
  if (now_ms < quick.unix_ms)
    return {tr("A reservation of {amount} is open until {until}; capture is immediate until {quick}."), {{"amount", c.amount}, {"until", until}, {"quick", quick}}};
  return {tr("A reservation of {amount} is open until {until}. A capture now takes hours and may fail."), {{"amount", c.amount}, {"until", until}}};
}

const char* suspended_cause(const std::string& code) {
  if (code == "PaymentMethodExpired") return tr("Payment method expired");
  if (code == "PaymentMethodDeleted") return tr("Payment method deleted by the buyer");
  if (code == "PaymentMethodNotAllowed") return tr("Payment method not allowed");
  if (code == "PaymentMethodNotSet") return tr("No payment method chosen");
  if (code == "BillingAddressDeleted") return tr("Billing address deleted by the buyer");
  if (code == "MFAFailed") return tr("Buyer did not confirm with the bank");
  return tr("Payment method broken");
}

void say_suspended(Transaction& t, const Payment& p) {
  t.cause = {suspended_cause(p.permission->reason_code)};
  t.hint.push_back({tr("No new charge is possible until the buyer updates the payment method at Amazon.")});
  if (newest_in(p, ChargeState::authorized) != nullptr) t.hint.push_back({tr("The open reservation can still be captured.")});
}

// An order of an agreement: the agreement stays open, the charge tells how this order stands.
void say_recurring(Transaction& t, const Payment& p) {
  const auto* charge = p.charges.empty() ? nullptr : &p.charges.back();
  if (charge == nullptr) t.cause = {tr("Recurring, nothing charged yet")};
  else if (charge->state == ChargeState::captured) t.cause = {tr("Recurring, captured")};
  else if (charge->state == ChargeState::authorized) t.cause = {tr("Recurring, reserved")};
  else if (charge->state == ChargeState::declined) t.cause = {tr("Recurring, declined")};
  else if (charge->state == ChargeState::canceled) t.cause = {tr("Recurring, canceled")};
  else t.cause = {tr("Recurring, Amazon is still checking")};
  if (t.word == TransactionWord::open) t.hint.push_back({tr("The agreement with the buyer stays open after each charge.")});
}

void say_open(Transaction& t, const Payment& p, std::int64_t now_ms) {
  if (!p.permission) {
    if (p.sync.synced_ms == 0) return t.cause = {tr("Not read from Amazon yet")}, void();
    t.cause = {tr("Buyer has not finished")};
    if (p.session && p.session->created_ms != 0) t.hint.push_back({tr("The buyer is still at the checkout. Amazon drops it on {day}; nothing is reserved yet."), {{"day", Day{p.session->created_ms + day_ms}}}});
    return;
  }
  if (const auto* charge = newest_in(p, ChargeState::authorized)) {
    t.cause = reserved_cause(*charge, now_ms);
    t.hint.push_back(reserved_hint(*charge, now_ms));
    return;
  }
  if (any_charge(p, [](const Charge& c) { return c.state == ChargeState::authorization_initiated; })) {
    const auto* charge = newest_in(p, ChargeState::authorization_initiated);
    t.cause = {tr("Amazon is still checking")};
    t.hint.push_back({tr("Amazon answers within 24 hours, by {day}."), {{"day", Day{charge->created_ms + day_ms}}}});
    return;
  }
  if (newest_in(p, ChargeState::capture_initiated) != nullptr) {
    t.cause = {tr("Capture is under way")};
    t.hint.push_back({tr("Amazon captures later than seven days after the reservation in some hours, and may decline it.")});
    return;
  }
  const auto charged = charged_of(p);
  if (charged.positive()) {
    t.cause = {tr("Captured in part")};
    if (p.permission->balance && p.permission->balance->positive()) t.hint.push_back({tr("{amount} of the agreed sum can still be charged."), {{"amount", *p.permission->balance}}});
    return;
  }
  if (const auto* declined = newest_in(p, ChargeState::declined)) {
    t.cause = {tr("Declined, a new charge is possible")};
    t.hint.push_back({tr("Amazon declined a charge of {amount} ({code}). Nothing was collected by it."), {{"amount", declined->amount}, {"code", declined->reason_code}}});
    return;
  }
  t.cause = {tr("Agreed, nothing charged yet")};
  t.hint.push_back({tr("The buyer agreed to pay; there is no reservation. A new charge is possible.")});
}

void say_closed(Transaction& t, const Payment& p) {
  const auto& code = p.permission->reason_code;
  if (t.charged.positive()) {
    const bool all = code == "AmazonClosed" || t.charged >= t.total;
    t.cause = {all ? tr("Fully captured") : tr("Captured in part, then ended")};
    t.hint.push_back(all ? Text{tr("{amount} was captured; nothing is left to collect."), {{"amount", t.charged}}}
                         : Text{tr("{amount} of {total} was captured; nothing more can be collected."), {{"amount", t.charged}, {"total", t.total}}});
  } else if (code == "Expired") {
    t.cause = {tr("Expired, nothing collected")};
    t.hint.push_back({tr("The agreement ended by time. Nothing was collected.")});
  } else if (const auto* charge = newest_in(p, ChargeState::authorized)) {
    t.cause = {tr("Closed, reservation still open")};
    t.hint.push_back({tr("No new charge is possible. The reservation of {amount} can still be captured."), {{"amount", charge->amount}}});
  } else if (newest_in(p, ChargeState::declined) != nullptr) {
    t.cause = {tr("Declined, nothing collected")};
    t.hint.push_back({tr("Amazon declined the charge. Nothing was collected.")});
  } else {
    t.cause = {tr("Ended, nothing collected")};
    t.hint.push_back({tr("The payment was closed before anything was collected.")});
  }
  if (!t.charged.positive()) t.role = "neutral", t.icon = "neutral";
}

void say_canceled(Transaction& t, const Payment& p) {
  if (!p.permission) {
    t.cause = {p.session->reason_code == "Expired" || p.session->reason_code.empty() ? tr("Not finished in 24 hours") : tr("Checkout ended without a payment")};
    t.hint.push_back({tr("The buyer did not finish the checkout. Nothing was reserved or collected.")});
    return;
  }
  const auto& code = p.permission->reason_code;
  if (code == "AmazonCanceled") t.cause = {tr("Canceled by Amazon")};
  else if (one_of(code, {"BuyerClosed", "BuyerCanceled"})) t.cause = {tr("Ended by the buyer")};
  else t.cause = {tr("Canceled by the shop")};
  t.hint.push_back({tr("Nothing was collected; the reservation is released.")});
}

void say_word(Transaction& t, const Payment& p, std::int64_t now_ms) {
  switch (t.word) {
    case TransactionWord::suspended: return say_suspended(t, p);
    case TransactionWord::closed: return serves_many(p) && !t.charged.positive() ? say_recurring(t, p) : say_closed(t, p);
    case TransactionWord::canceled: return serves_many(p) && p.permission->state != PermissionState::closed ? say_recurring(t, p) : say_canceled(t, p);
    case TransactionWord::open: return serves_many(p) ? say_recurring(t, p) : say_open(t, p, now_ms);
    case TransactionWord::unknown:
      t.cause = {tr("Amazon’s word is not known")};
      t.hint.push_back({tr("Amazon uses a word this version does not know. Look at the payment in Seller Central before you act.")});
  }
}

// What ages: the newest reservation nobody captured, as long as the order wants to be paid.
const Charge* ageing(const Payment& p) { return p.order_canceled || p.order_deleted ? nullptr : newest_in(p, ChargeState::authorized); }

FlagShown shown(TransactionFlag flag, const Payment& p, const Standing& s, std::int64_t now_ms) {
  switch (flag) {
    case TransactionFlag::drift: return {flag, "wait", "drift", {tr("Drift")}};
    case TransactionFlag::expiring: {
      const auto& c = *ageing(p);
      if (ends_ms(c) - now_ms < warned_ms) return {flag, "stop", "warn", {tr("Ends on {day}"), {{"day", Day{ends_ms(c)}}}}};
      if (now_ms < quick_until_ms(c)) return {flag, "stop", "warn", {tr("Capture by {day}"), {{"day", Day{quick_until_ms(c)}}}}};
      return {flag, "wait", "warn", {tr("Late capture")}};
    }
    case TransactionFlag::pending: return {flag, "wait", "wait", {tr("Pending")}};
    case TransactionFlag::on_the_way: return {flag, "wait", "back", {tr("{amount} on its way"), {{"amount", s.on_the_way}}}};
    case TransactionFlag::disputed: return {flag, "stop", "warn", {tr("Disputed")}};
    case TransactionFlag::not_covered: return {flag, "stop", "warn", {tr("Not covered: {amount}"), {{"amount", s.not_covered}}}};
    case TransactionFlag::task: return {flag, "stop", "stop", {tr("{count} task|{count} tasks"), {{"count", s.open_tasks}}}};
    case TransactionFlag::recurring: return {flag, "neutral", nullptr, {p.permission->type == "Recurring" ? tr("Recurring") : tr("Saved wallet")}};
  }
  return {};
}

}  // namespace

const char* id_of(TransactionWord word) { return facts(word).id; }
const char* label_of(TransactionWord word) { return facts(word).label; }
const char* role_of(TransactionWord word) { return facts(word).role; }
const char* icon_of(TransactionWord word) { return facts(word).icon; }
const char* id_of(TransactionFlag flag) { return flags[static_cast<int>(flag)].id; }
const char* label_of(TransactionFlag flag) { return flags[static_cast<int>(flag)].label; }

std::optional<TransactionWord> transaction_word(const std::string& id) {
  for (std::size_t i = 0; i < std::size(transaction_words); ++i)
    if (id == transaction_words[i].id) return static_cast<TransactionWord>(i);
  return std::nullopt;
}

std::optional<TransactionFlag> transaction_flag(const std::string& id) {
  for (const auto flag : all_flags)
    if (id == id_of(flag)) return flag;
  return std::nullopt;
}

Standing standing_of(const Payment& payment, const std::vector<Intent>& intents, std::int64_t open_tasks) {
  const auto sums = sums_of(payment, intents, {});
  const auto verdict = verdict_of(payment, intents, {});
  Standing s;
  s.on_the_way = sums.on_the_way;
  s.settled = sums.settled + min(sums.not_ours, payment.refunds_taken_over);
  s.drift = verdict.drift + verdict.drift_collected;
  s.not_covered = payment.order_canceled || payment.order_deleted ? zero_of(payment.currency) : verdict.not_covered;
  s.open_tasks = open_tasks;
  if (s.on_the_way.positive()) s.refunds_by_ms = latest_refund_ms(payment, intents);
  return s;
}

TransactionWord word_of_transaction(const Payment& p) {
  if (!p.permission) return p.session && p.session->state != SessionState::completed ? session_word(*p.session) : TransactionWord::open;
  const bool many = serves_many(p) && !p.charges.empty();
  switch (p.permission->state) {
    case PermissionState::chargeable: break;
    case PermissionState::non_chargeable:
      if (!only_busy(p.permission->reason_code)) return TransactionWord::suspended;
      break;
    case PermissionState::closed: return closed_word(p);
    case PermissionState::unknown: return TransactionWord::unknown;
  }
  // The agreement lives on for other orders; a charge that was let go was this order's.
  return many && p.charges.back().state == ChargeState::canceled ? TransactionWord::canceled : TransactionWord::open;
}

std::vector<TransactionFlag> flags_of(const Payment& p, const Standing& s, std::int64_t now_ms) {
  std::vector<TransactionFlag> found;
  const auto add = [&](TransactionFlag flag, bool holds) {
    if (holds) found.push_back(flag);
  };
  add(TransactionFlag::drift, s.drift.positive());
  const auto* charge = ageing(p);
  add(TransactionFlag::expiring, charge != nullptr && charge->created_ms != 0 && now_ms - charge->created_ms > warned_ms);
  add(TransactionFlag::disputed, is_disputed(p));
  add(TransactionFlag::pending, any_charge(p, [](const Charge& c) {
        return (c.state == ChargeState::authorization_initiated && !c.raw_state.empty()) || c.state == ChargeState::capture_initiated;
      }));
  add(TransactionFlag::on_the_way, s.on_the_way.positive());
  add(TransactionFlag::not_covered, s.not_covered > s.drift);  // taking the drift over settles the rest
  add(TransactionFlag::task, s.open_tasks > 0);
  add(TransactionFlag::recurring, serves_many(p));
  return found;
}

Money total_of(const Payment& p) {
  if (serves_many(p)) return p.charges.empty() ? p.original_total : p.charges.back().amount;
  return p.permission && p.permission->limit && p.permission->limit->currency() == p.currency ? *p.permission->limit : p.original_total;
}

Transaction transaction_of(const Payment& p, const Standing& s, std::int64_t now_ms) {
  Transaction t;
  t.word = word_of_transaction(p);
  t.role = role_of(t.word), t.icon = icon_of(t.word);
  if (p.permission) t.raw = p.permission->raw_state + (p.permission->reason_code.empty() ? "" : ", " + p.permission->reason_code);
  else if (p.session && p.sync.synced_ms != 0) t.raw = p.session->raw_state + (p.session->reason_code.empty() ? "" : ", " + p.session->reason_code);
  t.charged = charged_of(p);
  t.refunded = s.settled;
  t.total = total_of(p);
  t.reference = reference_of(p);
  t.reference_is_charge = serves_many(p) && !p.charges.empty();
  say_word(t, p, now_ms);
  if (s.on_the_way.positive() && s.refunds_by_ms != 0)
    t.hint.push_back({tr("A refund of {amount} is on its way, by {day} at the latest."), {{"amount", s.on_the_way}, {"day", Day{s.refunds_by_ms}}}});
  if (s.settled.positive()) t.hint.push_back({tr("{amount} went back to the buyer."), {{"amount", s.settled}}});
  if (s.drift.positive()) t.hint.push_back({tr("Amazon shows {amount} moved that this shop did not start."), {{"amount", s.drift}}});
  for (const auto flag : flags_of(p, s, now_ms)) t.flags.push_back(shown(flag, p, s, now_ms));
  return t;
}

std::vector<std::string> references_of(const Payment& p) {
  std::vector<std::string> all;
  const auto add = [&](const std::string& reference) {
    if (!reference.empty() && std::find(all.begin(), all.end(), reference) == all.end()) all.push_back(reference);
  };
  add(p.order_number), add(p.permission_id);
  if (p.session) add(p.session->id), add(p.session->merchant_reference_id);
  if (p.permission) add(p.permission->merchant_reference_id);
  for (const auto& c : p.charges) add(c.id), add(c.merchant_reference_id);
  for (const auto& r : p.refunds) add(r.id);
  return all;
}

}  // namespace amazonpay
