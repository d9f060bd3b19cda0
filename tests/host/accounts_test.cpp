#include "support.hpp"

using namespace testing;

namespace {
const std::string good = "correct horse battery";
}

TEST_CASE("users sign in, sessions end by idling, by age, by sign-out and with a new password") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& accounts = host.app->accounts;
    REQUIRE(accounts.add("ann", "Ann Owner", "owner", good));
    CHECK(accounts.add("ann", "", "staff", good).kind() == Kind::conflict);
    CHECK(accounts.add("bob", "", "king", good).kind() == Kind::invalid);
    CHECK(accounts.add("bob", "", "staff", "short").kind() == Kind::invalid);
    const auto session = accounts.login("ann", good, "1.2.3.4");
    REQUIRE(session);
    CHECK(session->token.size() == 64);
    CHECK(accounts.session(session->token)->user.name == "Ann Owner");
    CHECK(Accounts::csrf_matches(*accounts.session(session->token), session->csrf));
    CHECK_FALSE(Accounts::csrf_matches(*session, ""));
    const auto stored = host.app->database.read([](Sql& sql) { return sql.row("SELECT token_hash FROM sessions")->text(0); });
    CHECK(stored != session->token);
    host.clock->advance(Accounts::idle_ms - 1000);
    CHECK(accounts.session(session->token));
    host.clock->advance(Accounts::idle_ms + 1);
    CHECK(accounts.session(session->token).kind() == Kind::denied);
    const auto second = accounts.login("ann", good, "1.2.3.4");
    for (int i = 0; i < 26; ++i) host.clock->advance(Accounts::absolute_ms / 26 + 1), (void)accounts.session(second->token);
    CHECK(accounts.session(second->token).kind() == Kind::denied);
    const auto third = accounts.login("ann", good, "1.2.3.4");
    const auto fourth = accounts.login("ann", good, "1.2.3.4", third->token);
    CHECK_FALSE(accounts.session(third->token)); /* rotated */
    CHECK(accounts.session(fourth->token));
    accounts.logout(fourth->token);
    CHECK_FALSE(accounts.session(fourth->token));
    const auto fifth = accounts.login("ann", good, "1.2.3.4");
    REQUIRE(accounts.set_password("ann", "another long one"));
    CHECK_FALSE(accounts.session(fifth->token));
    CHECK(accounts.login("ann", "another long one", "1.2.3.4"));
  }
}

TEST_CASE("guessing is slowed down per account and per address, and that survives a restart") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    REQUIRE(host.app->accounts.add("ann", "", "owner", good));
    for (int i = 0; i < 5; ++i) CHECK(host.app->accounts.login("ann", "wrong password", "1.1.1." + std::to_string(i)).kind() == Kind::denied);
    host.reopen();
    const auto blocked = host.app->accounts.login("ann", good, "9.9.9.9");
    CHECK(blocked.kind() == Kind::limit);
    CHECK(blocked.message().find("seconds") != std::string::npos);
    host.clock->advance(31'000);
    CHECK(host.app->accounts.login("ann", good, "9.9.9.9"));
    for (int i = 0; i < 20; ++i) (void)host.app->accounts.login("user" + std::to_string(i), "wrong password", "6.6.6.6");
    CHECK(host.app->accounts.login("ann", good, "6.6.6.6").kind() == Kind::limit);
    CHECK(host.app->accounts.login("ann", good, "7.7.7.7"));
  }
}

TEST_CASE("an unknown user and a wrong password get the same answer; a disabled user gets in no more; the last owner stays") {
  Host host("sqlite");
  auto& accounts = host.app->accounts;
  REQUIRE(accounts.add("ann", "", "owner", good));
  REQUIRE(accounts.add("sam", "", "staff", good));
  CHECK(accounts.login("nobody", good, "1").message() == accounts.login("ann", "wrong password", "1").message());
  const auto session = accounts.login("sam", good, "2");
  REQUIRE(accounts.set_disabled("sam", true));
  CHECK_FALSE(accounts.session(session->token));
  CHECK(accounts.login("sam", good, "2").kind() == Kind::denied);
  CHECK(accounts.set_role("ann", "staff").kind() == Kind::refused);
  CHECK(accounts.set_disabled("ann", true).kind() == Kind::refused);
  CHECK(accounts.set_role("nobody", "staff").kind() == Kind::not_found);
}

TEST_CASE("each role may what it may and unknown permissions nobody") {
  Host host("sqlite");
  auto& accounts = host.app->accounts;
  CHECK(accounts.may("staff", "orders.cancel"));
  CHECK_FALSE(accounts.may("staff", "users.edit"));
  CHECK(accounts.may("owner", "users.edit"));
  CHECK_FALSE(accounts.may("owner", "moon.land"));
  accounts.declare({"orders.view", "stolen", {"guest"}});
  CHECK_FALSE(accounts.may("guest", "orders.view"));
}

TEST_CASE("an API token is kept as a hash and ends with its time, with revoking and while its user is locked") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& tokens = host.app->tokens;
    REQUIRE(host.app->accounts.add("erp", "ERP", "staff", good));
    CHECK(tokens.make("nobody", "x", {"orders:read"}, 1, "me").kind() == Kind::not_found);
    CHECK(tokens.make("erp", "", {"orders:read"}, 1, "me").kind() == Kind::invalid);
    CHECK(tokens.make("erp", "x", {}, 1, "me").kind() == Kind::invalid);
    CHECK(tokens.make("erp", "x", {"everything"}, 1, "me").kind() == Kind::invalid);
    CHECK(tokens.make("erp", "x", {"orders:read"}, -1, "me").kind() == Kind::invalid);
    const auto made = tokens.make("erp", "Warehouse", {"orders:read", "probe:read"}, 1, "Ann");
    REQUIRE(made);
    CHECK(made->secret.size() == 4 + 64);
    CHECK(made->secret.rfind(made->token.prefix, 0) == 0);
    const auto row = host.app->database.read([](Sql& sql) { return *sql.row("SELECT token_hash, prefix FROM api_tokens"); });
    CHECK(row.text(0) == sha256_hex(made->secret));
    CHECK(tokens.check(made->secret)->user.login == "erp");
    CHECK(tokens.check(made->secret)->scopes.count("probe:read") == 1);
    CHECK(tokens.list().front().last_used_ms == host.clock->now_ms());
    CHECK(tokens.check(made->secret.substr(0, 67) + "x").kind() == Kind::denied);
    CHECK(tokens.check("").kind() == Kind::denied);
    REQUIRE(host.app->accounts.set_disabled("erp", true));
    CHECK(tokens.check(made->secret).kind() == Kind::denied);
    REQUIRE(host.app->accounts.set_disabled("erp", false));
    host.clock->advance(24 * 3600 * 1000 - 1);
    CHECK(tokens.check(made->secret));
    host.clock->advance(1);
    CHECK(tokens.check(made->secret).kind() == Kind::denied);
    const auto endless = tokens.make("erp", "Endless", {"acts:write"}, 0, "Ann");
    host.clock->advance(3650LL * 24 * 3600 * 1000);
    CHECK(tokens.check(endless->secret));
    CHECK(tokens.revoke("shp_nothing").kind() == Kind::not_found);
    REQUIRE(tokens.revoke(endless->token.prefix));
    CHECK(tokens.check(endless->secret).kind() == Kind::denied);
  }
}
