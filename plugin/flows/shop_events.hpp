// What the shop's events do to the money: one file per event in this folder. plan_event() shows it and is what the veto before it rests on, after_event() decides and commits the intents.
// after() is delivered at least once; the event's id makes every intent, so a redelivery finds its work done. It re-reads the payment at Amazon first: what
// goes back is what Amazon really holds. If Amazon cannot be reached it answers unavailable and is delivered again later; nothing is lost.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// The plan of an event on what is stored now, and whether it runs by itself.
struct EventPlan {
  Plan plan;
  ports::RefundMode mode = ports::RefundMode::automatic;
  bool known = true;   // false: Amazon was never asked about this payment; the plan follows once it was
};
Result<EventPlan> plan_event(const Ports& ports, const ports::ShopEvent& event);

Result<> after_event(const Ports& ports, const ports::ShopEvent& event);

// One per event; pure. Chosen by plan_of().
Plan cancel_order(const ports::LoadedPayment& loaded, const ports::Policy& policy);
Plan delete_order(const ports::LoadedPayment& loaded, const ports::Policy& policy);
Plan cancel_line(const ports::LoadedPayment& loaded, const ports::ShopEvent& event, const ports::Policy& policy);
Plan delete_line(const ports::LoadedPayment& loaded, const ports::ShopEvent& event, const ports::Policy& policy);
Plan ship_order(const ports::LoadedPayment& loaded, const ports::Policy& policy, std::int64_t now_ms);
// The intent that tells Amazon's delivery tracker about the parcel; nothing if staff gave no carrier or number, or the shop does not want it.
std::optional<Intent> delivery_intent(const Payment& payment, const ports::ShopEvent& event, const ports::Policy& policy, std::int64_t now_ms);

}  // namespace amazonpay::flows
