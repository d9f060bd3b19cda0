// Amazon Pay over HTTPS for the flows: ports::Payments on a Connection, and the live test of the settings.
// Made per call of the host: a Client is small and borrows the shared Connection; its Terms carry the deadline of that call. Any thread.
// Failures are those of ports/payments.hpp and errors.hpp. An answer that does not fit the question (another id, another currency, not readable)
// is never taken for a success: uncertain after a mutating call, unavailable after a reading. Bad arguments are Kind::invalid and nothing is sent.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "amazon/connection.hpp"
#include "ports/payments.hpp"

namespace amazonpay::amazon {

// What the live test of the settings found.
struct ConnectionTest {
  bool accepted = false;   // Amazon knows these keys in this region and environment
  bool reachable = false;  // Amazon answered
  std::string field;       // settings field that is probably wrong; empty if none is
  std::string message;     // a sentence for the person at the settings
  std::string code;        // Amazon's reasonCode, if any
  std::string trace;       // Amazon's request id
  std::string host;        // who was asked
  std::int64_t elapsed_ms = 0;
  std::optional<std::int64_t> clock_difference_ms = {};  // how far this server is ahead of Amazon; whole seconds, nothing below two
};

class Client : public ports::Payments {
 public:
  explicit Client(std::shared_ptr<const Connection> connection, Terms terms = {});

  Result<ChargePermission> get_permission(const std::string& permission_id) override;
  Result<Charge> get_charge(const std::string& charge_id) override;
  Result<Refund> get_refund(const std::string& refund_id) override;
  Result<CheckoutSession> get_session(const std::string& session_id) override;
  Result<Charge> capture(const std::string& charge_id, Money amount, const std::string& soft_descriptor, const std::string& key) override;
  Result<Charge> create_charge(const std::string& permission_id, Money amount, bool capture_now, const std::string& soft_descriptor,
                               const std::string& key) override;
  Result<Refund> create_refund(const std::string& charge_id, Money amount, const std::string& soft_descriptor, const std::string& key) override;
  Result<Charge> cancel_charge(const std::string& charge_id, const std::string& reason) override;
  Result<ChargePermission> close_permission(const std::string& permission_id, const std::string& reason, bool cancel_pending_charges) override;
  Result<> track_delivery(const std::string& permission_id, const DeliveryDetails& delivery, const std::string& key) override;

  // Asks for a charge permission that cannot exist: "not found" proves that key id, private key, region and environment fit. Moves nothing.
  ConnectionTest test_connection();

 private:
  std::string descriptor(const std::string& soft_descriptor) const;

  std::shared_ptr<const Connection> connection_;
  Terms terms_;
};

}  // namespace amazonpay::amazon
