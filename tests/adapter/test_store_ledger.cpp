// What the ledger keeps in mind within one call: what was read ahead, and what its own commit left. Neither may ever decide over what somebody else wrote.
#include <catch2/catch.hpp>

#include "host/store_ledger.hpp"
#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

struct TwoLedgers : Shop {
  hostapi::sdk::Host services = *hostapi::sdk::Host::open(host.raw());
  hostapi::sdk::Session session{services, host.system_call()};
  amazonpay::host::StoreLedger ledger{session}, other{session};  // `other`: another worker

  TwoLedgers() {
    order("o-1", 8000, ChargeState::captured);
    order("o-2", 9000, ChargeState::captured);
  }
  static ports::Change change_of(const ports::LoadedPayment& loaded, std::int64_t total) {
    ports::Change change;
    change.order_id = loaded.payment.order_id, change.expected_version = loaded.version, change.payment = loaded.payment;
    change.payment.order_total = Money{total, change.payment.currency};
    return change;
  }
  void somebody_else_writes(std::int64_t total) { REQUIRE(other.commit(change_of(other.load("o-1").value(), total))); }
  std::int64_t total(Result<ports::LoadedPayment> loaded) {
    REQUIRE(loaded);
    return loaded->payment.order_total.minor();
  }
};

}  // namespace

TEST_CASE("what was read ahead is that of the store, and serves one load") {
  TwoLedgers shop;
  const auto before = shop.ledger.load("o-1");
  REQUIRE(before);
  REQUIRE(shop.ledger.look_ahead({"o-1", "o-2", "o-3"}, {"op-1"}));
  shop.host.fail_nth_call(1, HOSTAPI_E_UNAVAILABLE);
  const auto ahead = shop.ledger.load("o-1");
  REQUIRE(ahead);  // the store was not asked
  CHECK(ahead->version == before->version);
  CHECK(ahead->payment.charges.size() == before->payment.charges.size());
  CHECK(ahead->intents.size() == before->intents.size());
  CHECK_FALSE(shop.ledger.operation("op-1").value().has_value());
  CHECK(shop.ledger.load("o-1").kind() == Kind::unavailable);  // the second asks
  CHECK(shop.ledger.load("o-3").kind() == Kind::not_found);
}

TEST_CASE("what was read ahead never wins over what somebody wrote since") {
  TwoLedgers shop;
  REQUIRE(shop.ledger.look_ahead({"o-1"}, {}));
  shop.somebody_else_writes(7000);
  const auto old = shop.ledger.load("o-1");
  REQUIRE(old);
  CHECK(old->payment.order_total.minor() == 8000);
  CHECK(shop.ledger.commit(shop.change_of(*old, 6000)).kind() == Kind::conflict);
  CHECK(shop.total(shop.ledger.load("o-1")) == 7000);
  CHECK(shop.total(shop.ledger.load_own("o-1")) == 7000);
}

TEST_CASE("what an own commit left is known without asking, until somebody else writes, and its commit is told so") {
  TwoLedgers shop;
  REQUIRE(shop.ledger.commit(shop.change_of(shop.ledger.load("o-1").value(), 7500)));
  const auto stored = shop.other.load("o-1");
  shop.host.fail_nth_call(1, HOSTAPI_E_UNAVAILABLE);
  const auto own = shop.ledger.load_own("o-1");
  shop.host.clear_faults();
  REQUIRE((own && stored));
  CHECK(own->version == stored->version);
  CHECK(own->payment.order_total == stored->payment.order_total);
  shop.somebody_else_writes(7000);
  CHECK(shop.ledger.commit(shop.change_of(*own, 6000)).kind() == Kind::conflict);
  CHECK(shop.total(shop.ledger.load_own("o-1")) == 7000);
  REQUIRE(shop.ledger.commit(shop.change_of(shop.ledger.load("o-1").value(), 6000)));
  CHECK(shop.total(shop.other.load("o-1")) == 6000);
}

TEST_CASE("a commit whose answer is lost leaves nothing in mind") {
  TwoLedgers shop;
  const auto loaded = shop.ledger.load("o-1");
  shop.host.lose_answer_of_commit();
  CHECK_FALSE(shop.ledger.commit(shop.change_of(loaded.value(), 7500)));
  CHECK(shop.total(shop.ledger.load_own("o-1")) == 7500);
  CHECK(shop.ledger.load_own("o-1")->version == loaded->version + 1);
}
