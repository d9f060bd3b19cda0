#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace shopadmin;
using namespace shopadmin::web;
using namespace shopadmin::web::test;

namespace {
const std::string poison = "<img src=x onerror=alert(1)>";
const std::string harmless = "&lt;img src=x onerror=alert(1)&gt;";
}  // namespace

TEST_CASE("every answer carries the headers that keep a page to itself") {
  Shop shop;
  Browser browser(shop);
  for (const auto* target : {"/login", "/orders", "/nothing", "/assets/x/none.css", "/health"}) {
    const auto response = browser.get(target);
    INFO(target);
    CHECK(header(response, "Content-Security-Policy") == "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
    CHECK_FALSE(header(response, "Referrer-Policy").empty());
  }
  CHECK(header(browser.get("/login"), "Cache-Control") == "no-store");
  const auto css = shop.site->assets.prefix() + "/admin.css";
  CHECK(says(header(browser.get(css), "Cache-Control"), "immutable"));
  CHECK(shop.site->error(413).status == 413);
  CHECK_FALSE(header(shop.site->error(400), "Content-Security-Policy").empty());
}

TEST_CASE("logging in makes a new session in a cookie scripts cannot read") {
  Shop shop;
  Browser browser(shop);
  CHECK(header(browser.get("/orders"), "Location") == "/login");
  const auto first = browser.log_in("staff", "correct horse", "/orders?folder=new");
  CHECK(first.status == 303);
  CHECK(header(first, "Location") == "/orders?folder=new");
  const auto cookie = set_cookie(first, "shopadmin");
  for (const auto* part : {"HttpOnly", "SameSite=Strict", "Path=/"}) CHECK(says(cookie, part));
  const auto token = browser.cookies["shopadmin"];
  CHECK(browser.get("/orders").status == 200);
  Browser second(shop);
  second.cookies["shopadmin"] = "chosen-by-someone-else";
  second.log_in("staff", "correct horse");
  CHECK(second.cookies["shopadmin"] != "chosen-by-someone-else");
  CHECK(second.cookies["shopadmin"] != token);
}

TEST_CASE("after login nobody is sent to another site") {
  Shop shop;
  Browser browser(shop);
  CHECK(header(browser.log_in("staff", "correct horse", "//evil.example/"), "Location") == "/orders");
}

TEST_CASE("a login form from elsewhere, a wrong password and too many of them are refused with a sentence") {
  Shop shop;
  Browser browser(shop);
  CHECK(browser.post("/login", {{"login", "staff"}, {"password", "correct horse"}}).status == 403);
  CHECK(browser.log_in("staff", "wrong").status == 403);
  CHECK(says(browser.page, "The user name or the password is wrong"));
  CHECK(browser.log_in("nobody", "wrong").status == 403);
  CHECK(says(browser.page, "The user name or the password is wrong"));
  int status = 0;
  for (int i = 0; i < 40 && status != 429; ++i) status = browser.log_in("staff", "wrong").status;
  CHECK(status == 429);
  CHECK(says(browser.page, "role=\"alert\""));
}

TEST_CASE("a form without its token or from another site does nothing") {
  Shop shop;
  shop.order("o-1", "Jörg");
  Browser browser(shop);
  browser.log_in("staff", "correct horse");
  browser.get("/orders/o-1/act?act=cancel_order");
  const auto operation = browser.field("operation_id"), csrf = browser.csrf();
  REQUIRE(operation.size() == 32);
  CHECK(browser.post("/orders/o-1/act", {{"act", "cancel_order"}, {"operation_id", operation}}).status == 403);
  CHECK(says(browser.page, "Nothing was done"));
  CHECK(browser.post("/orders/o-1/act", {{"csrf", csrf}, {"act", "cancel_order"}, {"operation_id", operation}}, "https://evil.example").status == 403);
  CHECK(shop.app->orders.get("o-1")->state == "new");
  CHECK(browser.post("/orders/o-1/act", {{"csrf", csrf}, {"act", "cancel_order"}, {"operation_id", operation}}).status == 303);
  CHECK(shop.app->orders.get("o-1")->state == "canceled");
}

TEST_CASE("the same form sent twice acts once and says so") {
  Shop shop;
  shop.order("o-1", "Jörg");
  Browser browser(shop);
  browser.log_in("staff", "correct horse");
  browser.get("/orders/o-1/act?act=cancel_lines&line=1&qty_1=1");
  const std::map<std::string, std::string> form{{"csrf", browser.csrf()}, {"act", "cancel_lines"}, {"line", "1"}, {"qty_1", "1"}, {"operation_id", browser.field("operation_id")}, {"version", browser.field("version")}};
  CHECK(browser.post("/orders/o-1/act", form).status == 303);
  CHECK(browser.post("/orders/o-1/act", form).status == 303);
  CHECK(shop.app->orders.get("o-1")->line("1")->canceled == 1);
  browser.get("/orders/o-1/products");
  CHECK(says(browser.page, "It was done before"));
  CHECK(says(browser.page, "role=\"status\""));
}

TEST_CASE("a page that is out of date is refused and nothing happens") {
  Shop shop;
  shop.order("o-1", "Jörg");
  Browser first(shop), second(shop);
  first.log_in("staff", "correct horse");
  second.log_in("administrator", "correct horse");
  first.get("/orders/o-1/act?act=cancel_order");
  const std::map<std::string, std::string> form{{"csrf", first.csrf()}, {"act", "cancel_order"}, {"operation_id", first.field("operation_id")}, {"version", first.field("version")}};
  second.get("/orders/o-1/main");
  second.post("/orders/o-1/act", {{"csrf", second.csrf()}, {"act", "set_notes"}, {"notes", "hello"}, {"operation_id", random_hex(16)}, {"version", "1"}});
  const auto answer = first.post("/orders/o-1/act", form);
  CHECK(answer.status == 409);
  CHECK(says(first.page, "Someone else changed order 2026-o-1"));
  CHECK(shop.app->orders.get("o-1")->state == "new");
}

TEST_CASE("an ended session leads to the login and back, and a form sent then says that nothing was done") {
  Shop shop;
  shop.order("o-1", "Jörg");
  Browser browser(shop);
  browser.log_in("staff", "correct horse");
  browser.get("/orders/o-1/act?act=cancel_order");
  const auto operation = browser.field("operation_id"), csrf = browser.csrf();
  shop.clock->advance(31 * 60 * 1000);
  const auto location = header(browser.get("/orders/o-1/products"), "Location");
  CHECK(location == "/login?next=%2Forders%2Fo-1%2Fproducts&ended=1");
  const auto posted = browser.post("/orders/o-1/act", {{"csrf", csrf}, {"act", "cancel_order"}, {"operation_id", operation}});
  CHECK(posted.status == 403);
  CHECK(says(browser.page, "the form was not carried out"));
  CHECK(says(browser.page, "/login?next=%2Forders%2Fo-1"));
  CHECK(shop.app->orders.get("o-1")->state == "new");
  browser.get(location);
  CHECK(says(browser.page, "Your session has ended"));
  CHECK(browser.field("next") == "/orders/o-1/products");
}

TEST_CASE("a buyer's name can never become markup") {
  Shop shop;
  shop.order("o-1", poison);
  Browser browser(shop);
  browser.log_in("owner", "correct horse");
  for (const auto* target : {"/orders", "/orders/o-1", "/orders/o-1/main", "/orders/o-1/addresses", "/orders/o-1/products", "/orders/o-1/history", "/orders/o-1/act?act=cancel_order",
                             "/orders/o-1/act?act=delete_order", "/orders?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "/audit?order=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"}) {
    const auto response = browser.get(target);
    INFO(target);
    CHECK(response.status == 200);
    CHECK_FALSE(says(browser.page, "<img"));
    CHECK(says(browser.page, harmless));
  }
}

TEST_CASE("what a role may not do is neither offered nor done") {
  Shop shop;
  Browser staff(shop), owner(shop), administrator(shop);
  staff.log_in("staff", "correct horse");
  owner.log_in("owner", "correct horse");
  administrator.log_in("administrator", "correct horse");
  staff.get("/orders");
  CHECK_FALSE(says(staff.page, "href=\"/users\""));
  for (const auto* target : {"/users", "/audit", "/queue", "/plugins"}) {
    CHECK(staff.get(target).status == 403);
    CHECK(owner.get(target).status == 200);
  }
  staff.get("/account");
  CHECK(staff.post("/users/add", {{"csrf", staff.csrf()}, {"login", "eve"}, {"name", "Eve"}, {"role", "owner"}, {"password", "correct horse"}}).status == 403);
  administrator.get("/account");
  CHECK(administrator.post("/users/role", {{"csrf", administrator.csrf()}, {"login", "staff"}, {"role", "owner"}}).status == 403);
  CHECK(administrator.post("/users/disabled", {{"csrf", administrator.csrf()}, {"login", "owner"}, {"disabled", "yes"}}).status == 403);
  CHECK(shop.app->accounts.find("staff")->role == "staff");
}

TEST_CASE("pages speak the reader's language, before and after the login") {
  Shop shop;
  shop.order("o-1", "Jörg");
  Browser browser(shop);
  browser.language = "de-DE,de;q=0.9";
  browser.get("/login");
  CHECK(says(browser.page, "<html lang=\"de\""));
  CHECK(says(browser.page, "Anmelden"));
  browser.log_in("staff", "correct horse");
  browser.get("/orders/o-1");
  CHECK(says(browser.page, "Bestellung 2026-o-1"));
  CHECK(says(browser.page, "45,90&nbsp;<span class=\"cur\">EUR"));
  browser.get("/account");
  browser.post("/account/look", {{"csrf", browser.csrf()}, {"locale", "en"}, {"theme", "dark"}});
  browser.get("/orders");
  CHECK(says(browser.page, "<html lang=\"en\" data-bs-theme=\"dark\""));
}

TEST_CASE("unknown orders and addresses are answered with a sentence") {
  Shop shop;
  Browser browser(shop);
  browser.log_in("staff", "correct horse");
  CHECK(browser.get("/orders/none").status == 404);
  CHECK(says(browser.page, "No order has this address"));
  CHECK(browser.get("/orders/none/act?act=cancel_order").status == 404);
  CHECK(browser.get("/plugin/none/tasks").status == 404);
  CHECK(browser.get("/orders?cursor=damaged").status == 422);
  CHECK(browser.get("/orders?from=2026-13-40").status == 200);
  CHECK(says(browser.page, "Write dates as year-month-day"));
}

TEST_CASE("deleting an order leads back to the list, and sending the form again still answers") {
  Shop shop;
  shop.order("o-1", "Jörg");
  Browser browser(shop);
  browser.log_in("staff", "correct horse");
  browser.get("/orders/o-1/act?act=delete_order");
  const std::map<std::string, std::string> form{{"csrf", browser.csrf()}, {"act", "delete_order"}, {"operation_id", browser.field("operation_id")}, {"version", browser.field("version")}};
  CHECK(header(browser.post("/orders/o-1/act", form), "Location") == "/orders");
  CHECK(header(browser.post("/orders/o-1/act", form), "Location") == "/orders");
  CHECK(browser.get("/orders/o-1").status == 404);
}

TEST_CASE("a page of ours weighs less than 100 kB with stylesheet and script") {
  Shop shop;
  for (int i = 0; i < 60; ++i) shop.order("o-" + std::to_string(i), "Bartholomew Featherstonehaugh-Cholmondeley");
  Browser browser(shop);
  browser.log_in("staff", "correct horse");
  const auto page = browser.get("/orders").body.size();
  const auto css = browser.get(shop.site->assets.prefix() + "/admin.css"), js = browser.get(shop.site->assets.prefix() + "/admin.js"), icons = browser.get(shop.site->assets.prefix() + "/icons.svg");
  INFO("page " << page << " css " << css.shared_body->size() << " js " << js.shared_body->size());
  CHECK(page + css.shared_body->size() + js.shared_body->size() + icons.shared_body->size() < 102400);
}

TEST_CASE("the audit can be saved as CSV or JSON lines with the filter of the page, by those who may see it") {
  Shop shop;
  AuditEntry entry;
  entry.event = "refund.requested", entry.order_number = "2026-1", entry.note = "=1+1";
  shop.app->audit.write(system_caller(), entry);
  entry.event = "other", entry.note.clear();
  shop.app->audit.write(system_caller(), entry);
  Browser browser(shop);
  browser.log_in("owner", "correct horse");
  browser.get("/audit?event=refund.requested");
  CHECK(browser.page.find("href=\"/audit?event=refund.requested&amp;as=csv\"") != std::string::npos);
  const auto csv = browser.get("/audit?as=csv&event=refund.requested");
  CHECK(csv.content_type == "text/csv; charset=utf-8");
  CHECK(header(csv, "Content-Disposition") == "attachment; filename=\"audit.csv\"");
  CHECK(csv.body.find(",'=1+1,") != std::string::npos);
  CHECK(csv.body.find(",other,") == std::string::npos);
  const auto lines = browser.get("/audit?as=jsonl");
  CHECK(lines.body.find("\"event\":\"refund.requested\"") != std::string::npos);
  CHECK(lines.body.find("\"event\":\"other\"") != std::string::npos);
  Browser staff(shop), stranger(shop);
  staff.log_in("staff", "correct horse");
  CHECK(staff.get("/audit?as=csv").body.find("refund.requested") == std::string::npos);
  CHECK(stranger.get("/audit?as=csv").body.find("refund.requested") == std::string::npos);
}
