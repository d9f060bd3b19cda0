// What belongs to a user: language, clock and colours; what a role may; the audit's filters; texts that try to be more than text.
#include <catch2/catch.hpp>

#include "../../orders/rows.hpp"
#include "shop.hpp"

using namespace shopadmin;
using namespace shopadmin::web;
using namespace shopadmin::web::test;

TEST_CASE("language, time zone and colours belong to the account and follow it to another browser") {
  Shop shop;
  shop.order("o-1", "Jörg");
  Browser browser(shop);
  browser.log_in("staff", "correct horse");
  browser.get("/account");
  for (const auto* language : {"Deutsch", "English", "Español", "Français", "Italiano", "日本語"}) CHECK(says(browser.page, language));
  CHECK(says(browser.page, "<option>Europe/Berlin</option>"));
  const auto csrf = browser.csrf();
  CHECK(browser.post("/account/look", {{"csrf", csrf}, {"locale", "xx"}, {"zone", ""}, {"theme", "dark"}}).status == 422);
  CHECK(browser.post("/account/look", {{"csrf", csrf}, {"locale", "ja"}, {"zone", "No/Such"}, {"theme", "dark"}}).status == 422);
  CHECK(browser.post("/account/look", {{"csrf", csrf}, {"locale", "ja"}, {"zone", "Asia/Tokyo"}, {"theme", "dark"}}).status == 303);

  Browser other(shop);
  other.language = "de";
  other.log_in("staff", "correct horse");
  other.get("/orders");
  CHECK(says(other.page, "<html lang=\"ja\" data-bs-theme=\"dark\">"));
  CHECK(says(other.page, "11月22日 05:35"));  // 21 Nov 20:35:58 UTC
  other.get("/orders?from=2026-11-22");        // begins at 15:00 UTC on the 21st
  CHECK(says(other.page, "2026-o-1"));
  other.get("/orders?to=2026-11-21");
  CHECK_FALSE(says(other.page, "2026-o-1"));
  CHECK(shop.app->texts.format("ja", "time", {{"unix_ms", 1795293418000}, {"zone", "Asia/Tokyo"}}) == "2026年11月22日 05:36");
}

TEST_CASE("before the login the browser's language is offered, and another may be chosen") {
  Shop shop;
  Browser browser(shop);
  browser.language = "fr-FR,fr;q=0.9";
  browser.get("/login?next=%2Fqueue");
  CHECK(says(browser.page, "<html lang=\"fr\""));
  CHECK(says(browser.page, "href=\"/login?lang=ja&amp;next=%2Fqueue\""));
  browser.get("/login?lang=ja");
  CHECK(says(browser.page, "<html lang=\"ja\""));
  browser.post("/login", {{"csrf", browser.csrf()}, {"login", "staff"}, {"password", "wrong"}, {"lang", "ja"}});
  CHECK(says(browser.page, "<html lang=\"ja\""));
  browser.get("/login?lang=..%2Fetc");
  CHECK(says(browser.page, "<html lang=\"fr\""));
}

TEST_CASE("an owner changes what roles may; it counts at once, stands in the audit, and owners keep everything") {
  Shop shop;
  shop.order("o-1", "Jörg");
  Browser owner(shop), staff(shop), administrator(shop);
  owner.log_in("owner", "correct horse");
  staff.log_in("staff", "correct horse");
  administrator.log_in("administrator", "correct horse");
  CHECK(administrator.get("/roles").status == 403);
  CHECK(staff.get("/audit").status == 403);
  CHECK(staff.get("/orders/o-1/act?act=delete_order").status == 200);
  owner.get("/roles");
  CHECK(says(owner.page, "value=\"staff audit.view\""));
  CHECK_FALSE(says(owner.page, "value=\"owner "));
  CHECK_FALSE(says(owner.page, "value=\"staff roles.edit\""));
  const auto csrf = owner.csrf();
  std::string body = "csrf=" + csrf;
  for (const auto& permission : shop.app->accounts.permissions()) {
    body += "&shown=" + permission.id;
    for (const auto* role : {"administrator", "staff"})
      if (permission.id != "orders.delete" && (permission.roles.count(role) || permission.id == "audit.view")) body += "&may=" + std::string(role) + "+" + permission.id;
  }
  CHECK(owner.post_body("/roles", body + "&may=staff+roles.edit").status == 303);
  CHECK(staff.get("/audit").status == 200);
  CHECK(staff.get("/orders/o-1/act?act=delete_order").status == 403);
  CHECK(staff.get("/roles").status == 403);
  CHECK(owner.get("/orders/o-1/act?act=delete_order").status == 200);
  CHECK(shop.app->audit.list({.order_id = {}, .event = "role.grant", .who_id = {}, .from_ms = {}, .to_ms = {}, .order_number = {}}).size() == 1);
  CHECK(shop.app->audit.list({.order_id = {}, .event = "role.revoke", .who_id = {}, .from_ms = {}, .to_ms = {}, .order_number = {}}).size() == 2);
  owner.get("/roles");
  CHECK(says(owner.page, "taken away"));
  CHECK(owner.post_body("/roles", "csrf=" + owner.csrf()).status == 303);  // nothing was shown: nothing changes
  CHECK(shop.app->accounts.may("staff", "orders.view"));
  owner.get("/users");
  CHECK(says(owner.page, "Read the audit trail"));
}

TEST_CASE("nobody makes users above himself, even with the right to manage users") {
  Shop shop;
  REQUIRE(shop.app->accounts.set_permission("staff", "users.edit", true));
  Browser staff(shop);
  staff.log_in("staff", "correct horse");
  CHECK(staff.get("/users").status == 200);
  const auto csrf = staff.csrf();
  const auto add = [&](const std::string& login, const std::string& role) {
    return staff.post("/users/add", {{"csrf", csrf}, {"login", login}, {"name", "N"}, {"role", role}, {"password", "correct horse"}}).status;
  };
  CHECK(add("a", "administrator") == 403);
  CHECK(add("o", "owner") == 403);
  CHECK(add("s", "staff") == 303);
  CHECK(staff.post("/users/password", {{"csrf", csrf}, {"login", "administrator"}, {"password", "another password"}}).status == 403);
  CHECK(shop.app->accounts.set_permission("owner", "users.edit", false).kind() == Kind::refused);
  CHECK(shop.app->accounts.set_permission("staff", "roles.edit", true).kind() == Kind::refused);
  CHECK(shop.app->accounts.set_permission("staff", "no.such", true).kind() == Kind::not_found);
}

TEST_CASE("the audit is filtered by who, what, when and order, and paged in both directions") {
  Shop shop;
  Caller ann, ben;
  ann.id = "u-ann", ann.name = "Ann", ben.id = "u-ben", ben.name = "Ben";
  for (int i = 0; i < 100; ++i) {
    AuditEntry entry;
    entry.event = i % 2 == 0 ? "order.note" : "order.state", entry.order_number = "N-" + std::to_string(i);
    shop.app->audit.write(i % 4 == 0 ? ann : ben, std::move(entry));
    shop.clock->advance(1000);
  }
  Browser owner(shop);
  owner.log_in("owner", "correct horse");
  owner.get("/audit");
  CHECK(says(owner.page, "N-99<"));
  CHECK(says(owner.page, "N-60<"));
  CHECK_FALSE(says(owner.page, "N-59<"));
  CHECK(says(owner.page, "<option value=\"u-ann\">Ann</option>"));
  CHECK(says(owner.page, "<option value=\"order.note\">order.note</option>"));
  const auto link = [&](const std::string& word) {
    const auto at = owner.page.rfind("href=\"/audit?", owner.page.find(word, owner.page.find("class=\"pager\"")));
    const auto from = at + 6;
    return owner.page.substr(from, owner.page.find('"', from) - from);
  };
  const auto older = link("Older");
  owner.get(older);
  CHECK(says(owner.page, "N-59<"));
  CHECK(says(owner.page, "N-20<"));
  owner.get(link("Newer"));
  CHECK(says(owner.page, "N-99<"));
  CHECK_FALSE(says(owner.page, "N-59<"));
  owner.get("/audit?who=u-ann&event=order.note");
  CHECK(says(owner.page, "N-96<"));
  CHECK_FALSE(says(owner.page, "N-98<"));
  owner.get("/audit?from=2026-11-22");
  CHECK(says(owner.page, "No entry fits this filter."));
  owner.get("/audit?from=yesterday");
  CHECK(says(owner.page, "The wrong date was left out."));
  owner.get("/audit?order=N-7");
  CHECK(says(owner.page, "N-7<"));
  CHECK_FALSE(says(owner.page, "N-77<"));
}

TEST_CASE("a buyer's texts are texts on every page, closed in and without a tag of their own") {
  Shop shop;
  const std::string marks = "\u202eEUR 00.1\u202c \u200f\u2066x", emoji = "👩‍👩‍👧‍👦😀", zero = "a\u200bb\ufeffc", poison = "<img src=x onerror=alert(1)>";
  const auto buyer = poison + marks + emoji + zero + std::string(3000, 'W');
  shop.order("o-1", buyer);
  const std::string note = std::string(10000, 'n') + poison;
  (void)shop.app->database.write([&](Sql& sql) { return sql.change("UPDATE orders SET notes = :1, buyer_email = :2, buyer_phone = :2 WHERE id = 'o-1'", {note, poison}), Result<void>(); });
  AuditEntry entry;
  entry.event = "order.note", entry.order_id = "o-1", entry.order_number = "2026-o-1", entry.note = note, entry.details = {{"x", poison}};
  Caller who;
  who.id = "u-x", who.name = buyer;
  shop.app->audit.write(who, std::move(entry));
  Browser owner(shop);
  owner.log_in("owner", "correct horse");
  for (const auto* page : {"/orders", "/orders?q=%3Cimg", "/orders/o-1", "/orders/o-1/main", "/orders/o-1/addresses", "/orders/o-1/products", "/orders/o-1/history", "/orders/o-1/act?act=cancel_order",
                           "/orders/o-1/act?act=delete_order", "/orders/o-1/act?act=cancel_lines&line=1", "/audit", "/audit?order=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "/users", "/queue"}) {
    INFO(page);
    CHECK(owner.get(page).status == 200);
    CHECK_FALSE(says(owner.page, "<img"));
  }
  owner.get("/orders");
  CHECK(says(owner.page, "<bdi class=\"clip\">&lt;img src=x onerror=alert(1)&gt;"));
  owner.get("/orders/o-1");
  CHECK(says(owner.page, "<bdi>" + std::string(10000, 'n')));
  owner.get("/audit?as=csv");
  CHECK(says(owner.page, "order.note"));
  (void)shop.app->database.write([&](Sql& sql) { return sql.change("UPDATE orders SET buyer_name = :1 WHERE id = 'o-1'", {std::string("=1+1 \"x\"\nnext")}), Result<void>(); });
  const auto file = owner.get("/orders?q=2026-o&as=csv");
  CHECK(file.content_type == "text/csv; charset=utf-8");
  CHECK(says(header(file, "Content-Disposition"), "attachment"));
  CHECK(says(file.body, "\"2026-o-1\",\"2026-11-21T20:35:58Z\",\"'=1+1 \"\"x\"\"\nnext\","));
  CHECK(says(file.body, ",45.90,\"EUR\","));
}
