#include "domain/payment.hpp"

#include <algorithm>

namespace amazonpay {

const Charge* Payment::charge(const std::string& id) const {
  for (const auto& c : charges)
    if (c.id == id) return &c;
  return nullptr;
}

const Refund* Payment::refund(const std::string& id) const {
  for (const auto& r : refunds)
    if (r.id == id) return &r;
  return nullptr;
}

const Dispute* Payment::dispute(const std::string& id) const {
  for (const auto& d : disputes)
    if (d.id == id) return &d;
  return nullptr;
}

const char* environment_name(Environment environment) { return environment == Environment::live ? "live" : "sandbox"; }

const char* name_of(DisputeOutcome outcome) { return outcome == DisputeOutcome::won ? "won" : outcome == DisputeOutcome::lost ? "lost" : "open"; }
DisputeOutcome dispute_outcome(const std::string& name) { return name == "won" ? DisputeOutcome::won : name == "lost" ? DisputeOutcome::lost : DisputeOutcome::open; }

bool is_disputed(const Payment& payment) {
  return std::any_of(payment.disputes.begin(), payment.disputes.end(), [](const Dispute& d) { return d.outcome == DisputeOutcome::open; });
}

std::string reference_of(const Payment& p) {
  const bool serves_many = p.permission && (p.permission->type == "Recurring" || p.permission->type == "PaymentMethodOnFile");
  if (serves_many && !p.charges.empty()) return p.charges.back().id;
  if (p.permission_id.empty() && p.session) return p.session->id;
  return p.permission_id;
}

bool is_final(ChargeState state) { return state == ChargeState::captured || state == ChargeState::canceled || state == ChargeState::declined; }
bool is_final(RefundState state) { return state == RefundState::refunded || state == RefundState::declined; }

ChargeState charge_state(const std::string& word) {
  if (word == "AuthorizationInitiated" || word == "Pending") return ChargeState::authorization_initiated;
  if (word == "Authorized") return ChargeState::authorized;
  if (word == "CaptureInitiated") return ChargeState::capture_initiated;
  if (word == "Captured") return ChargeState::captured;
  if (word == "Canceled") return ChargeState::canceled;
  if (word == "Declined") return ChargeState::declined;
  return ChargeState::unknown;
}

RefundState refund_state(const std::string& word) {
  if (word == "RefundInitiated") return RefundState::initiated;
  if (word == "Refunded") return RefundState::refunded;
  if (word == "Declined") return RefundState::declined;
  return RefundState::unknown;
}

PermissionState permission_state(const std::string& word) {
  if (word == "Chargeable") return PermissionState::chargeable;
  if (word == "NonChargeable") return PermissionState::non_chargeable;
  if (word == "Closed") return PermissionState::closed;
  return PermissionState::unknown;
}

SessionState session_state(const std::string& word) {
  if (word == "Open") return SessionState::open;
  if (word == "Completed") return SessionState::completed;
  return word == "Canceled" ? SessionState::canceled : SessionState::unknown;
}

}  // namespace amazonpay
