// The judge. It compares two records and knows nothing else: Amazon's list of movements (and its objects), and what the shop's ledger has stored (payments,
// intents, balances, entries, operations, todos). It calls none of the plugin's flows nor its sums: what it adds up, it adds up itself. The first broken
// invariant is kept; the run stops there.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "amazon_side.hpp"
#include "fakes.hpp"

namespace simulation {

struct Violation {
  std::string invariant;  // a sentence
  std::string facts;      // both sides' figures
};

// What the shop's rules demand, as plain numbers; -1: no threshold.
struct Demands {
  std::int64_t refund_alone_minor = -1;
  std::int64_t capture_alone_minor = -1;
  bool refunded_when_settled = false;  // Amazon raises its figure late
};

class Checker {
 public:
  Checker(const amazonpay::test::MemoryLedger& stored, AmazonSide& amazon, Demands demands) : stored_(stored), amazon_(amazon), demands_(demands) {}

  void after_amazon();                                    // whatever moved is looked at before anything else happens
  void after_commit(const std::string& order_id);
  void commit_refused(const std::string& order_id, const std::string& why);
  void threw(const std::string& who, const std::string& what);
  void told(const std::string& operation_id, const std::string& order_id, std::int64_t asked_minor);  // a person was told: requested
  void happened(const std::string& event_id, const std::string& order_id);  // in the shop: must be decided in the end
  void when_quiet();

  const std::optional<Violation>& found() const { return found_; }

 private:
  using Stored = amazonpay::ports::LoadedPayment;
  void violated(const std::string& invariant, const std::string& facts);
  const amazonpay::Intent* intent(const std::string& id) const;
  void check_movement(const sandbox::Movement& m);
  void check_permission_to_move(const sandbox::Movement& m, const amazonpay::Intent& intent);
  void check_keyless(const sandbox::Movement& m);
  void check_charge_sums(const std::string& charge_id);
  void check_ledger(const Stored& order);
  void check_reservations(const Stored& order);
  void check_claims(const Stored& order);
  bool collected_otherwise(const amazonpay::Intent& i) const;
  void check_closed(const Stored& order);
  void check_projection(const Stored& order);
  void check_refunds(const Stored& order, const sandbox::Charge& charge);
  void check_balances(const Stored& order, const sandbox::Charge& charge);
  void check_told();
  void check_drift(const Stored& order, bool undecided);

  // What Amazon's movements of one charge add up to.
  struct Moved {
    std::int64_t authorized = 0, captured = 0, given_by_us = 0, given_by_others = 0;
    std::string permission_id;
  };
  struct KeyMoves {
    int captures = 0, refunds = 0, declined = 0;
  };
  struct Told {
    std::string order_id;
    std::int64_t asked_minor;
  };
  const amazonpay::test::MemoryLedger& stored_;
  AmazonSide& amazon_;
  Demands demands_;
  std::int64_t seen_seq_ = 0;
  std::map<std::string, Moved> moved_;
  std::map<std::string, KeyMoves> by_key_;
  std::map<std::string, Told> told_;
  std::map<std::string, std::string> happened_;
  std::map<std::string, std::size_t> known_intents_;  // per order
  std::optional<Violation> found_;
};

std::int64_t allowance_minor(std::int64_t captured_minor, std::string_view currency);

}  // namespace simulation
