#include <catch2/catch.hpp>

#include <algorithm>

#include "fakes.hpp"
#include "flows/orphans.hpp"
#include "flows/recover.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

const Actor somebody{"u1", "Jana"};
constexpr std::int64_t one_hour_ms = 3'600'000;

std::string found(World& w, Money amount) {
  const auto permission = w.amazon.checkout(amount, ChargeState::authorized);
  ports::OrphanChange change;
  change.stored.orphan = flows::orphan_of(*w.amazon.get_permission(permission), permission + "-C1", "notification", w.clock.now);
  REQUIRE(w.notifications.commit(change));
  return permission;
}

const Orphan& at(World& w, const std::string& id) { return w.notifications.orphans.at(id); }

int told(World& w, const std::string& event) {
  return static_cast<int>(std::count_if(w.ledger.audit.begin(), w.ledger.audit.end(), [&](const ports::AuditEntry& entry) { return entry.event == event; }));
}

}  // namespace

TEST_CASE("Closing an orphan is stored first, sent by a task, and done once however often it is asked") {
  for (const auto trouble : {Trouble::none, Trouble::not_sent, Trouble::answer_lost, Trouble::server_error, Trouble::paced, Trouble::keys}) {
    World w;
    const auto id = found(w, euro(30'00));
    REQUIRE(flows::ask_to_close_orphan(w.ports, id, "op", somebody, "no order"));
    REQUIRE(flows::ask_to_close_orphan(w.ports, id, "op", somebody, "no order"));
    CHECK(flows::ask_to_close_orphan(w.ports, id, "other", somebody, "").kind() == Kind::conflict);
    CHECK(at(w, id).open);
    CHECK(w.amazon.closes_made == 0);
    w.amazon.next = trouble;
    w.work();
    w.amazon.next = Trouble::none;
    w.clock.now += 2 * one_hour_ms;
    REQUIRE(flows::recover(w.ports));
    w.work();
    CHECK_FALSE(at(w, id).open);
    CHECK(at(w, id).closed_by == "Jana");
    CHECK(w.amazon.closes_made == 1);
    CHECK(told(w, "orphan.close_requested") == 1);
    CHECK(told(w, "orphan.closed") == 1);
  }
}

TEST_CASE("What Amazon refuses to close says so and can be asked again") {
  World w;
  const auto id = found(w, euro(30'00));
  REQUIRE(flows::ask_to_close_orphan(w.ports, id, "op", somebody, ""));
  w.amazon.next = Trouble::refuse;
  w.work();
  CHECK(at(w, id).open);
  CHECK(at(w, id).closing.empty());
  CHECK_FALSE(at(w, id).problem.empty());
  REQUIRE(flows::ask_to_close_orphan(w.ports, id, "op2", somebody, ""));
  w.work();
  CHECK_FALSE(at(w, id).open);
}

TEST_CASE("An orphan that ends at Amazon ends here, and is looked at once an hour") {
  World w;
  const auto id = found(w, euro(30'00));
  REQUIRE(flows::recover(w.ports));
  CHECK(w.ledger.tasks.empty());
  w.clock.now += one_hour_ms + 1;
  REQUIRE(flows::recover(w.ports));
  CHECK(w.ledger.tasks.size() == 1);
  w.work();
  CHECK(at(w, id).open);
  CHECK(at(w, id).checked_ms == w.clock.now);
  auto& permission = w.amazon.permission_at(id);
  permission.state = PermissionState::closed, permission.raw_state = "Closed", permission.reason_code = "AmazonCanceled";
  w.clock.now += one_hour_ms + 1;
  REQUIRE(flows::recover(w.ports));
  w.work();
  CHECK_FALSE(at(w, id).open);
  CHECK(at(w, id).closed_by == "Amazon");
  CHECK(at(w, id).closed_note == "AmazonCanceled");
  CHECK(w.amazon.closes_made == 0);
}

TEST_CASE("The countdown tells how urgent an orphan is") {
  Orphan o;
  o.state = "Chargeable", o.created_ms = 1'000'000;
  CHECK(severity_of(o, o.created_ms + one_hour_ms) == std::string("wait"));
  CHECK(severity_of(o, o.created_ms + 21 * one_hour_ms) == std::string("stop"));
  CHECK(severity_of(o, o.created_ms + 25 * one_hour_ms) == std::string("watch"));
  CHECK(waited_minutes(o, o.created_ms + 90 * 60'000) == 90);
  CHECK(waited_minutes(o, o.created_ms + 48 * one_hour_ms) == drop_minutes);
  o.state = "Closed";
  CHECK(drops_ms(o) == 0);
}
