// The states product §3 wants drawn, the refund form, the stale-page guard and the timeline, through the border.
#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

std::string member_text(const json::value& value, const char* name) {
  const auto* member = value.is_object() ? value.get_object().if_contains(name) : nullptr;
  return member != nullptr && member->is_string() ? std::string(member->as_string()) : std::string();
}
json::value panel_of(Shop& shop, const char* id = "o-1") {
  const auto view = shop.view("panel", id);
  INFO(view.text);
  REQUIRE(view.status == HOSTAPI_OK);
  return view.data();
}
json::value tab_of(Shop& shop, json::object request = {}) {
  const auto view = shop.view("tab", "o-1", std::move(request));
  INFO(view.text);
  REQUIRE(view.status == HOSTAPI_OK);
  return view.data();
}
json::object after_refusal(json::object form, const char* message) {
  return {{"form", std::move(form)}, {"refused", json::object{{"action", "refund"}, {"message", message}}}};
}
void change_stored(Shop& shop, const std::function<void(json::object&)>& change) {
  shop.host.change([&](hostapi::fake::Data& stored) { change(stored.collections["payments"]["o-1"].value.as_object()); });
}
const char* const euros = "\xC2\xA0" "EUR";

}  // namespace

TEST_CASE("a buyer who has not finished: when Amazon drops it, the session's id, and no shipping") {
  Shop shop;
  shop.order("o-1", 5490, ChargeState::authorized);
  change_stored(shop, [&](json::object& p) {
    p["permission"] = nullptr, p["permission_id"] = "", p["charges"] = json::array();
    p["session"] = json::object{{"id", "2f6a4a1e-7b0c-4a53-8a55-9d3e0f1c2b7a"}, {"state", "Open"}, {"raw_state", "Open"}, {"created_ms", shop.clock.now - 3'600'000}};
  });
  const auto data = panel_of(shop);
  CHECK(member_text(data.at("verdict"), "word") == "Pending");
  CHECK(member_text(data.at("verdict"), "say").find("24 hours after it began") != std::string::npos);
  CHECK(member_text(data.at("ship"), "answer") == "No");
  CHECK(member_text(data.at("ship"), "why") == "the checkout is not finished");
  CHECK(data.at("next").at("cancels") == true);
  CHECK(member_text(data.at("next"), "why").starts_with("Or wait: 2"));
  REQUIRE(data.at("refs").as_array().size() == 1);
  CHECK(member_text(data.at("refs").at(0), "label") == "Checkout session");
}

TEST_CASE("a word Amazon added later: no claim about money, no shipping, the way to Seller Central") {
  Shop shop;
  shop.order("o-1", 590, ChargeState::authorized);
  change_stored(shop, [](json::object& p) { auto& c = p["charges"].as_array().front().as_object(); c["state"] = "OnHold", c["raw_state"] = "OnHold"; });
  const auto data = panel_of(shop);
  CHECK(member_text(data.at("verdict"), "word") == "Unknown (OnHold)");
  CHECK(member_text(data.at("ship"), "answer") == "No");
  CHECK(member_text(data.at("figures").at(2), "unknown") == "unknown");
  CHECK(member_text(data.at("next"), "link").starts_with("https://sellercentral"));
}

TEST_CASE("refused keys: the last word from Amazon, not confirmed, and the button says why it does not work") {
  Shop shop;
  shop.order("o-1", 3995, ChargeState::authorized);
  change_stored(shop, [&](json::object& p) { auto& sync = p["sync"].as_object(); sync["failed_ms"] = shop.clock.now, sync["failure_code"] = "keys_refused"; });
  const auto data = panel_of(shop);
  CHECK(member_text(data.at("verdict"), "say").starts_with("The last word from Amazon is from "));
  CHECK(member_text(data.at("ship"), "why") == "not confirmed");
  CHECK(data.at("next").at("disabled") == true);
  CHECK(member_text(data.at("next"), "why") == "Not possible while the keys are refused.");
}

TEST_CASE("the record of a deleted order is drawn without the order") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.host.change([](hostapi::fake::Data& stored) { stored.orders.erase("o-1"); });
  const auto data = panel_of(shop);
  CHECK(member_text(data, "order_number") == "2026-o-1");
  CHECK(member_text(data, "kind_label") == "deleted order");
  CHECK(member_text(data.at("ship"), "answer") == "No");
  CHECK(member_text(data.at("verdict"), "say").find("The order was deleted.") != std::string::npos);
  CHECK(tab_of(shop).at("refund_form").at("has_lines") == false);
}

TEST_CASE("every id has a reference with the way to Seller Central, of the region or of the settings") {
  Shop shop;
  const auto permission = shop.order("o-1", 8000, ChargeState::captured);
  REQUIRE(shop.act("o-1", "refund", {{"kind", "amount"}, {"amount", "10"}}).status == HOSTAPI_OK);
  shop.work();
  const auto refs = json::array(panel_of(shop).at("refs").as_array());
  REQUIRE(refs.size() == 3);
  CHECK(member_text(refs[2], "label") == "Refund on the way");
  CHECK(member_text(refs[2], "link") == "https://sellercentral-europe.amazon.com/external-payments/pmd/payment-details?orderReferenceId=" + permission);
}

TEST_CASE("a refused refund form keeps what was typed and says beside the field what is wrong") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto form = tab_of(shop, after_refusal({{"kind", "amount"}, {"amount", "300,00"}, {"reason", "late"}, {"note", "n <b>"}}, "no")).at("refund_form");
  CHECK(member_text(form, "amount") == "300,00");
  CHECK(member_text(form, "note") == "n <b>");
  CHECK(member_text(form.at("judged"), "text") == std::string("Too much by 208.00") + euros + ". At most 92.00" + euros + " can be refunded.");
  CHECK(form.at("judged").at("bad") == true);
  CHECK(member_text(form, "error").empty());
  for (const auto& reason : form.at("reasons").as_array()) CHECK(reason.at("selected") == (member_text(reason, "value") == "late"));

  const auto asked = tab_of(shop, after_refusal({{"kind", "amount"}, {"amount", "1.234"}}, "no")).at("refund_form").at("judged");
  CHECK(member_text(asked, "text") == std::string("Do you mean 1,234.00") + euros + " or 1.23" + euros + "? Write the cents to be clear.");
  REQUIRE(asked.at("readings").as_array().size() == 2);
  CHECK(member_text(asked.at("readings").at(1), "value") == "1.23");
  CHECK(shop.plan("o-1", "refund", {{"kind", "amount"}, {"amount", "1.234"}, {"amount_choice", "1.23"}}).data().at("big").at("m").at("amount") == "1.23");

  const auto lines = tab_of(shop, after_refusal({{"kind", "lines"}}, "No line is ticked.")).at("refund_form");
  CHECK(lines.at("kind_lines") == true);
  CHECK(member_text(lines, "error") == "No line is ticked.");
}

TEST_CASE("part of a line's pieces is refunded, what went back by hand is not offered again") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.host.change([](hostapi::fake::Data& stored) { stored.orders["o-1"]["lines"].as_array().front().as_object()["quantity"] = 3; });
  const auto sheet = shop.plan("o-1", "refund", {{"kind", "lines"}, {"line", "1"}, {"pieces_1", "2"}});
  INFO(sheet.text);
  REQUIRE(sheet.status == HOSTAPI_OK);
  CHECK(sheet.data().at("big").at("m").at("amount") == "13.33");  // 20.00 for three
  for (const char* pieces : {"0", "4", "-1", "1.5", "x"}) CHECK(shop.plan("o-1", "refund", {{"kind", "lines"}, {"line", "1"}, {"pieces_1", pieces}}).status == HOSTAPI_E_REFUSED);
  REQUIRE(shop.run("o-1", "refund", Shop::form_of(sheet.data())).status == HOSTAPI_OK);
  const auto line = tab_of(shop).at("refund_form").at("lines").at(0);
  CHECK(line.at("most") == 1);
  CHECK(member_text(line, "note").starts_with("2 pieces"));
}

TEST_CASE("lines that are worth something else by now are a conflict, and a new sheet agrees on the new sum") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto form = Shop::form_of(shop.plan("o-1", "refund", {{"kind", "lines"}, {"line", "1"}}).data());
  shop.host.change([](hostapi::fake::Data& stored) { stored.orders["o-1"]["lines"].as_array().front().as_object()["worth_minor"] = 1500; });
  CHECK(shop.run("o-1", "refund", form).status == HOSTAPI_E_CONFLICT);
  const auto again = shop.plan("o-1", "refund", form);
  REQUIRE(again.status == HOSTAPI_OK);
  CHECK(again.data().at("big").at("m").at("amount") == "15.00");
  CHECK(shop.run("o-1", "refund", Shop::form_of(again.data())).status == HOSTAPI_OK);
}

TEST_CASE("two tabs: the late sheet acts on nothing, and the same form gives a fresh sheet with the new figures") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const json::object wish{{"kind", "amount"}, {"amount", "30"}, {"reason", "damaged"}, {"note", "lid"}};
  const auto one = Shop::form_of(shop.plan("o-1", "refund", wish).data()), two = Shop::form_of(shop.plan("o-1", "refund", wish).data());
  REQUIRE(shop.run("o-1", "refund", one).status == HOSTAPI_OK);
  REQUIRE(shop.run("o-1", "refund", two).status == HOSTAPI_E_CONFLICT);
  const auto fresh = shop.plan("o-1", "refund", two);
  REQUIRE(fresh.status == HOSTAPI_OK);
  const auto form = Shop::form_of(fresh.data());
  CHECK(form.at("operation_id") != two.at("operation_id"));
  CHECK(form.at("note") == "lid");
  CHECK(form.at("reason") == "damaged");
  CHECK(fresh.data().at("rows").at(0).at("m").at("amount") == "50.00");
  CHECK(shop.run("o-1", "refund", form).status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.refunded() == euro(6000));
}

TEST_CASE("the timeline is filtered, has tasks and ids in it, and is exported as a file that no spreadsheet runs") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  REQUIRE(shop.act("o-1", "refund", {{"kind", "amount"}, {"amount", "10"}, {"note", "=HYPERLINK(1)"}, {"reason", "goodwill"}}).status == HOSTAPI_OK);
  shop.settle();
  const auto timeline = tab_of(shop).at("timeline");
  CHECK(timeline.at("filters").as_array().size() == 5);
  bool folded = false;
  for (const auto& entry : timeline.at("events").as_array()) folded = folded || entry.at("has_ids") == true;
  CHECK(folded);
  const auto people = tab_of(shop, {{"show", "people"}}).at("timeline");
  CHECK_FALSE(people.at("empty").as_bool());
  for (const auto& entry : people.at("events").as_array()) CHECK(member_text(entry, "who") == "Jana Brandt");
  CHECK(tab_of(shop, {{"show", "tasks"}}).at("timeline").at("empty") == true);
  CHECK(tab_of(shop, {{"show", "nonsense"}, {"from", "-7"}}).at("timeline").at("empty") == false);
  const auto file = shop.view("tab", "o-1", {{"export", "timeline"}}).document();
  CHECK(file.at("download").at("media_type") == "text/csv");
  const std::string csv(file.at("download").at("text").as_string());
  CHECK(csv.starts_with("time,kind,who,what,why,amount,currency,"));
  CHECK(csv.find("-10.00,EUR") != std::string::npos);
  CHECK(csv.find(",=") == std::string::npos);
}

TEST_CASE("who may not see money gets no file and no form either") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.staff.all_permissions = false;
  const auto file = shop.view("tab", "o-1", {{"export", "timeline"}});
  CHECK(file.text.find("download") == std::string::npos);
  CHECK(file.text.find("80.00") == std::string::npos);
}
