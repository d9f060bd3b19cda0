// Call: the ports of the flows for one plugin call, over its session. Made on the stack by every contribution that runs a flow.
// The way to Amazon is opened at the first question only, so plans and guards, which are local, never touch the private key.
#pragma once
#include "flows/flow.hpp"
#include "host/connection.hpp"
#include "host/heartbeat.hpp"
#include "host/shop.hpp"
#include "host/store_ledger.hpp"
#include "host/store_notifications.hpp"

namespace amazonpay::host {

class LazyPayments : public ports::Payments {
 public:
  LazyPayments(PaymentsSource& source, const hostapi::sdk::Session& session, amazon::Urgency urgency) : source_(source), session_(session), urgency_(urgency) {}
  Result<ChargePermission> get_permission(const std::string& id) override { return note(real().get_permission(id)); }
  Result<Charge> get_charge(const std::string& id) override { return note(real().get_charge(id)); }
  Result<Refund> get_refund(const std::string& id) override { return note(real().get_refund(id)); }
  Result<CheckoutSession> get_session(const std::string& id) override { return note(real().get_session(id)); }
  Result<Charge> capture(const std::string& charge_id, Money amount, const std::string& descriptor, const std::string& key) override {
    return note(real().capture(charge_id, amount, descriptor, key));
  }
  Result<Charge> create_charge(const std::string& permission_id, Money amount, bool capture_now, const std::string& descriptor, const std::string& key) override {
    return note(real().create_charge(permission_id, amount, capture_now, descriptor, key));
  }
  Result<Refund> create_refund(const std::string& charge_id, Money amount, const std::string& descriptor, const std::string& key) override {
    return note(real().create_refund(charge_id, amount, descriptor, key));
  }
  Result<Charge> cancel_charge(const std::string& charge_id, const std::string& reason) override { return note(real().cancel_charge(charge_id, reason)); }
  Result<ChargePermission> close_permission(const std::string& permission_id, const std::string& reason, bool cancel_pending) override {
    return note(real().close_permission(permission_id, reason, cancel_pending));
  }
  Result<> track_delivery(const std::string& permission_id, const DeliveryDetails& delivery, const std::string& key) override {
    return note(real().track_delivery(permission_id, delivery, key));
  }

  Pulse pulse;  // what this call learned about Amazon

 private:
  // A refusal is an answer, too, unless it is the keys that are refused.
  template <class T>
  Result<T> note(Result<T> answer) {
    if (answer) return pulse.answered = true, answer;
    const auto& failure = answer.failure();
    if (ports::paced(failure)) pulse.paced = true;
    else if (ports::keys_refused(failure) || failure.kind == Kind::unavailable || failure.kind == Kind::uncertain) pulse.failure = failure;
    else pulse.answered = true;
    return answer;
  }
  ports::Payments& real() {
    if (!opened_) opened_ = source_.for_call(session_, urgency_);
    return *opened_;
  }
  PaymentsSource& source_;
  const hostapi::sdk::Session& session_;
  const amazon::Urgency urgency_;
  std::shared_ptr<ports::Payments> opened_;
};

class Call {
 public:
  Call(const hostapi::sdk::Session& session, PaymentsSource& source, amazon::Urgency urgency = amazon::Urgency::staff)
      : session(session), amazon(source, session, urgency), ledger(session), orders(session), settings(session), clock(session), notifications(session) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  flows::Ports ports() { return {amazon, ledger, orders, settings, clock, notifications}; }

  const hostapi::sdk::Session& session;
  LazyPayments amazon;
  StoreLedger ledger;
  HostOrders orders;
  HostSettings settings;
  HostClock clock;
  StoreNotifications notifications;
};

// Who acts, for intents and the timeline.
Result<Actor> actor_of(const hostapi::sdk::Session& session);
// DENIED in the reader's words.
Result<> authorise(const hostapi::sdk::Session& session, const char* permission);
// A failure whose message is a message id of the domain, in the reader's language.
Failure in_words(const hostapi::sdk::Session& session, Failure failure);

}  // namespace amazonpay::host
