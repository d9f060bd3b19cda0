// Pages of plugins: where an action leads, files for the reader, and tick boxes in the order list. The plugin is the probe of the host's tests.
#include <catch2/catch.hpp>
#include <fstream>

#include "../../orders/rows.hpp"
#include "../download.hpp"
#include "shop.hpp"

using namespace shopadmin;
using namespace shopadmin::web;
using namespace shopadmin::web::test;

namespace {

// A shop with the probe, a template for its page, two orders paid with it (in two currencies) and one by invoice.
struct ProbeShop : Shop {
  ProbeShop() {
    REQUIRE(app->plugins.load(std::filesystem::path(PROBE_FOLDER) / "good"));
    std::filesystem::copy(TEMPLATES_DIR, folder / "templates", std::filesystem::copy_options::recursive);
    std::filesystem::create_directories(folder / "templates" / "probe");
    std::ofstream(folder / "templates" / "probe" / "list.mustache") << "<p>job {{job}}</p>\n<form method=\"post\">{{>csrf}}</form>\n<progress max=\"2\" value=\"1\"></progress>\n";
    SiteOptions options;
    options.templates = folder / "templates", options.locale = LOCALE_DIR;
    site = std::make_unique<Site>(*app, options);
    for (const auto& [id, currency, method] : {std::tuple("o-1", "EUR", "probe_pay"), std::tuple("o-2", "GBP", "probe_pay"), std::tuple("o-3", "EUR", "invoice")}) paid(id, currency, method);
  }
  void paid(const std::string& id, const std::string& currency, const std::string& method) {
    Order made;
    made.id = id, made.number = "2026-" + id, made.shop_id = shop_of(id), made.state = "new", made.currency = currency, made.locale = "en", made.payment_method = method;
    made.created_ms = clock->now_ms() - 60000, made.buyer_name = "Jörg", made.version = 1;
    OrderLine line;
    line.id = "1", line.sku = "S", line.title = "Mug", line.ordered = 1, line.unit_price_minor = 1284;
    made.lines.push_back(line);
    (void)app->database.write([&](Sql& sql) {
      insert_order(sql, made, clock->now_ms());
      return Result<void>();
    });
  }
  static std::string shop_of(const std::string& id) { return id == "o-other" ? "other" : "main"; }
};

std::string ticked_form(const std::string& csrf, const std::string& action, const std::vector<std::string>& orders, const std::string& back = "/orders") {
  std::string body = "csrf=" + csrf + "&tick_action=" + encode_component(action) + "&operation_id=" + std::string(32, 'a') + "&back=" + encode_component(back);
  for (const auto& order : orders) body += "&order=" + encode_component(order);
  return body;
}
const std::string refund = "org.example.probe list ticked refund", release = "org.example.probe list ticked cancel", list = "/plugin/org.example.probe/list";
}  // namespace

TEST_CASE("an action of a plugin's page leads to a query of that page, never elsewhere, and a refusal back to where the form stood") {
  ProbeShop shop;
  Browser browser(shop);
  browser.log_in("owner", "correct horse");
  browser.get(list + "?job=7");
  CHECK(says(browser.page, "<p>job 7</p>"));
  const auto csrf = browser.csrf();
  const auto leads = [&](const std::string& go) { return header(browser.post(list + "/start", {{"csrf", csrf}, {"go", go}}), "Location"); };
  CHECK(leads("?job=8&x=%20") == list + "?job=8&x=%20");
  for (const std::string bad : {"//evil.example", "/orders", "https://evil.example", "?a b", "?a\r\nSet-Cookie: x=1", "?ä", "#x", ""}) CHECK(leads(bad) == list);
  CHECK(leads("?" + std::string(1000, 'x')) == list);
  const auto refused = [&](const std::string& referer) {
    browser.referer = referer;
    return header(browser.post(list + "/refuse", {{"csrf", csrf}}), "Location");
  };
  CHECK(refused("http://shop.test" + list + "?job=7") == list + "?job=7");
  CHECK(refused("http://shop.test/orders?job=7") == list);
  CHECK(refused("http://evil.example" + list + "?job=7") == list);
  browser.get(list);
  CHECK(says(browser.page, "Not possible: Not today."));
  CHECK(browser.post(list + "/start", {{"go", "?job=9"}}).status == 403); /* without its token */
}

TEST_CASE("a page's live part is sent when it changed, keeps no session alive and ends with the session, the right or the mark") {
  ProbeShop shop;
  std::ofstream(shop.folder / "templates" / "probe" / "list.mustache") << "{{#job}}<p id=\"run\" data-live>job {{job}}</p>{{/job}}";
  Browser browser(shop);
  browser.log_in("owner", "correct horse");
  auto live = browser.get(list + "/live?job=7");
  CHECK(live.status == 200);
  CHECK(live.content_type == "text/event-stream");
  REQUIRE(live.stream);
  auto step = live.stream();
  CHECK(step.text == "event: part\ndata: <p id=\"run\" data-live>job 7</p>\n\n");
  CHECK_FALSE(step.end);
  step = live.stream();
  CHECK(step.text.empty());  // nothing changed
  CHECK_FALSE(step.end);
  auto finished = browser.get(list + "/live");  // this page says no data-live
  CHECK(finished.stream().end);

  Browser other(shop);
  other.log_in("staff", "correct horse");  // may not see the page
  CHECK(other.get(list + "/live?job=7").stream().end);

  shop.clock->advance(29 * 60 * 1000);
  CHECK_FALSE(live.stream().end);
  CHECK(browser.get(list + "/live?job=7").stream);
  shop.clock->advance(2 * 60 * 1000);
  CHECK(live.stream().text == "event: end\ndata: \n\n");  // half an hour after the last act of a person
  CHECK_FALSE(browser.get(list + "/live?job=7").stream);

  browser.log_in("owner", "correct horse");
  live = browser.get(list + "/live?job=7");
  CHECK_FALSE(live.stream().end);
  browser.get("/orders");
  browser.post("/logout", {{"csrf", browser.csrf()}});
  CHECK(live.stream().end);
}

TEST_CASE("a view may be a file: an attachment with a clean name, and no type a browser would run") {
  ProbeShop shop;
  Browser browser(shop);
  browser.log_in("owner", "correct horse");
  const auto file = browser.get(list + "?as=" + encode_component("Ergebnis März.csv"));
  CHECK(file.status == 200);
  CHECK(file.body == "order\n2026-1 <b>\n");
  CHECK(file.content_type == "text/csv; charset=utf-8");
  CHECK(header(file, "Content-Disposition") == "attachment; filename=\"Ergebnis M_rz.csv\"; filename*=UTF-8''Ergebnis%20M%C3%A4rz.csv");
  CHECK(header(file, "X-Content-Type-Options") == "nosniff");
  CHECK(header(file, "Cache-Control") == "no-store");
  const auto page = browser.get(list + "?as=x.html&type=text%2Fhtml");
  CHECK(page.status == 500);
  CHECK(says(page.body, "the type text/html is not allowed"));
  CHECK(header(page, "Content-Disposition").empty());
  Browser other(shop);
  other.log_in("staff", "correct horse");
  CHECK(other.get(list + "?as=x.csv").status == 403);
}

TEST_CASE("what a plugin says of a payment is written in each reader's language, its money and days too") {
  ProbeShop shop;
  PaymentLabel label;
  label.word = "captured", label.note = "by {day}: {amount}";
  label.note_args = {{"day", {{"unix_ms", shop.clock->now_ms() + 3 * 86400000LL}}}, {"amount", {{"minor", 128400}, {"currency", "GBP"}}}};
  (void)shop.app->database.write([&](Sql& sql) {
    save_label(sql, "o-2", {}, label);
    return Result<void>();
  });
  for (const auto& [language, said] : {std::pair("en", "by 24\u00a0Nov: 1,284.00\u00a0GBP"), std::pair("de", "by 24.\u00a0Nov.: 1.284,00\u00a0GBP"), std::pair("ja", "by 11月24日: 1,284.00\u00a0GBP")}) {
    Browser browser(shop);
    browser.language = language;
    browser.log_in("owner", "correct horse");
    browser.get("/orders");
    CHECK(says(browser.page, said));
  }
}

TEST_CASE("a file name cannot leave its header, name a path or be empty") {
  const auto plain = [](const std::string& name) {
    const auto text = content_disposition(name);
    const auto from = text.find('"') + 1;
    return text.substr(from, text.find('"', from) - from);
  };
  CHECK(plain("a.csv\"\r\nSet-Cookie: x=1; b") == "a.csvSet-Cookie x=1 b");
  CHECK(plain("../../etc/passwd") == "passwd");
  CHECK(plain("C:\\Users\\x.csv") == "x.csv");
  CHECK(plain(".htaccess") == "htaccess");
  CHECK(plain("") == "download");
  CHECK(plain("\xff\xfe.csv") == "download");
  CHECK(plain(std::string(300, 'x') + ".csv") == std::string(146, 'x') + ".csv");
  for (const char c : content_disposition("a\x01\x7f\"\r\n\xc3\xa4;b.csv")) CHECK((c >= 0x20 && c < 0x7f));
}

TEST_CASE("the order list has a box for orders a plugin can act on, the reason for others, and only the buttons a role may use") {
  ProbeShop shop;
  Browser browser(shop);
  REQUIRE(shop.app->accounts.set_permission("staff", "probe.view", true));  // staff may then refund, but not release
  browser.log_in("staff", "correct horse");
  browser.get("/orders?word=-");
  CHECK(says(browser.page, "value=\"o-1\" aria-label=\"Tick order 2026-o-1\" data-minor=\"1284\" data-currency=\"EUR\""));
  CHECK(says(browser.page, "value=\"o-2\" aria-label=\"Tick order 2026-o-2\" data-minor=\"1284\" data-currency=\"GBP\""));
  CHECK_FALSE(says(browser.page, "value=\"o-3\""));
  CHECK(says(browser.page, "title=\"Invoice has no actions for ticked orders\""));
  CHECK(says(browser.page, "value=\"" + refund + "\">Refund…</button>"));
  CHECK_FALSE(says(browser.page, release));
  CHECK(browser.field("back") == "/orders?word=-");
  CHECK(browser.field("operation_id").size() == 32);
  browser.language = "de";
  browser.get("/orders");
  CHECK(says(browser.page, "Bestellung 2026-o-1 ankreuzen"));
  REQUIRE(shop.app->accounts.set_permission("staff", "probe.view", false));
  for (const auto* role : {"staff", "administrator"}) { /* the administrator may release, but not see the page it leads to */
    Browser other(shop);
    other.log_in(role, "correct horse");
    other.get("/orders");
    CHECK(says(other.page, "2026-o-1"));
    CHECK_FALSE(says(other.page, "bulkbar"));
    CHECK_FALSE(says(other.page, "name=\"order\""));
  }
}

TEST_CASE("the order list with tick boxes weighs less than 100 kB with stylesheet and script") {
  ProbeShop shop;
  for (int i = 0; i < 60; ++i) shop.paid("o-" + random_hex(8) + std::to_string(i), "EUR", "probe_pay");
  Browser browser(shop);
  browser.log_in("owner", "correct horse");
  auto bytes = browser.get("/orders").body.size();
  INFO("page " << bytes);
  for (const auto* file : {"/admin.css", "/admin.js", "/live.js", "/icons.svg"}) bytes += browser.get(shop.site->assets.prefix() + file).shared_body->size();
  CHECK(bytes < 102400);
}

TEST_CASE("ticked orders go to the plugin's page once checked: orders of this shop, paid with its method, at most 500") {
  ProbeShop shop;
  shop.paid("o-other", "EUR", "probe_pay");
  Browser browser(shop);
  REQUIRE(shop.app->accounts.set_permission("staff", "probe.view", true));  // staff may then refund, but not release
  browser.log_in("staff", "correct horse");
  browser.get("/orders");
  const auto csrf = browser.csrf();
  const auto press = [&](const std::string& action, const std::vector<std::string>& orders, const std::string& back = "/orders?folder=new") {
    return browser.post_body("/orders/ticked", ticked_form(csrf, action, orders, back));
  };
  CHECK(header(press(refund, {"o-1", "o-2", "o-1"}), "Location") == list + "?job=refund-2-32");
  browser.get(list);
  CHECK(says(browser.page, "{&quot;kind&quot;:&quot;refund&quot;,&quot;order&quot;:[&quot;o-1&quot;,&quot;o-2&quot;],&quot;operation_id&quot;:&quot;" + std::string(32, 'a')));
  const auto refused = [&](const std::string& action, const std::vector<std::string>& orders, const std::string& why) {
    CHECK(header(press(action, orders), "Location") == "/orders?folder=new");
    browser.get("/orders");
    INFO(why);
    CHECK(says(browser.page, why));
  };
  refused(refund, {}, "No order is ticked.");
  refused(refund, {"o-1", "o-3"}, "Order 2026-o-3 is not paid with Probe.");
  refused(refund, {"o-1", "o-gone"}, "One of the ticked orders is gone.");
  refused(refund, {"o-other"}, "One of the ticked orders is gone.");
  refused(refund, std::vector<std::string>(501, "o-1"), "More than 500 orders are ticked.");
  refused("org.example.probe list ticked all", {"o-1"}, "This button is not there any more");
  CHECK(header(press(refund, {}, "//evil.example"), "Location") == "/orders");
  CHECK(header(press(refund, {}, "/account"), "Location") == "/orders");
  CHECK(press(release, {"o-1"}).status == 403);
  CHECK(browser.post_body("/orders/ticked", ticked_form("wrong", refund, {"o-1"})).status == 403);
  CHECK(header(browser.get("/orders/ticked"), "Location") == "/orders");
  Browser other(shop);
  other.log_in("administrator", "correct horse");
  other.get("/orders");
  CHECK(other.post_body("/orders/ticked", ticked_form(other.csrf(), refund, {"o-1"})).status == 403);
}
