#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

const hostapi::fake::User jana{"u1", "Jana", "staff", {"payment.view", "payment.refund", "payment.capture", "payment.cancel"}, false};
const hostapi::fake::User adam{"u2", "Adam", "administrator", {"payment.view", "payment.refund", "payment.capture", "payment.cancel"}, false};

std::string job_in(const Answer& answer) {
  INFO(answer.text);
  REQUIRE(answer.status == HOSTAPI_OK);
  const std::string go(answer.document().at("go").as_string());
  REQUIRE(go.starts_with("?job="));
  return go.substr(5);
}

json::value view_of(Shop& shop, const std::string& job, json::object more = {}) {
  more["job"] = job;
  const auto page = shop.page_of("bulk", std::move(more));
  INFO(page.text);
  REQUIRE(page.status == HOSTAPI_OK);
  return page.data();
}

Result<json::value> command(Shop& shop, const std::string& name, json::object arguments) { return hostapi::fake::run_command(shop.plugin(), shop.call_of(shop.staff), name, std::move(arguments)); }

// The clockwork, as long as the job's task wants to come again.
void work(Shop& shop, const std::string& job) {
  for (bool again = true; again;) {
    const auto answer = shop.task({{"name", "bulk"}, {"key", "bulk:" + job}, {"attempt", 1}, {"due_ms", 0}, {"payload", json::object{{"job_id", job}}}});
    INFO(answer.text);
    REQUIRE(answer.status == HOSTAPI_OK);
    again = answer.document().as_object().contains("again_ms");
    shop.work();
    shop.clock.now += 1000;
  }
}

}  // namespace

TEST_CASE("the page of bulk jobs offers a new job, and nothing to who may not act") {
  Shop shop;
  shop.staff = jana;
  auto page = shop.page_of("bulk");
  INFO(page.text);
  REQUIRE(page.status == HOSTAPI_OK);
  CHECK(page.document().at("template") == "bulk");
  CHECK(page.data().at("fresh").at("kinds").as_array().size() == 3);
  shop.staff = {"u3", "Ben", "viewer", {"payment.view"}, false};
  CHECK(shop.page_of("bulk").data().at("fresh").is_null());
  CHECK(shop.page_run_of("bulk", "check", {{"kind", "refund"}, {"rows", "order\n1"}, {"operation_id", "a"}}).status == HOSTAPI_E_DENIED);
  shop.staff = {"u4", "Nobody", "none", {}, false};
  CHECK(shop.page_of("bulk").status == HOSTAPI_E_DENIED);
}

TEST_CASE("a CSV becomes a dry run, its typed total starts it, and the result is a file") {
  Shop shop;
  shop.staff = jana;
  for (const char* id : {"o-1", "o-2", "o-3"}) (void)shop.order(id, 8000, ChargeState::captured);
  shop.host.put_order(json::object{{"id", "o-9"}, {"number", "2026-o-9"}, {"version", 1}, {"currency", "EUR"}, {"payment", json::object{{"method", "paypal"}}}, {"total_minor", 1}});
  const json::object form{{"kind", "refund"}, {"operation_id", "op"}, {"reason", "goodwill"}, {"file_name", "recall.csv"},
                          {"rows", "order;amount\n2026-o-1;12,50\n2026-o-2;\n2026-o-3;999\n2026-o-9;1\n2026-o-8;1\n2026-o-1;1\n"}};
  const auto job = job_in(shop.page_run_of("bulk", "check", form));
  CHECK(job_in(shop.page_run_of("bulk", "check", form)) == job);
  auto data = view_of(shop, job);
  CHECK(data.at("rows").as_array().size() == 6);
  CHECK(data.at("rows").at(3).at("why") == "This order was not paid with Amazon Pay.");
  CHECK(std::string(data.at("rows").at(4).at("why").as_string()).find("meant") != std::string::npos);
  CHECK(data.at("rows").at(5).at("why") == "Same order as row 1.");
  CHECK(data.at("confirm").at("totals").at(0).at("name") == "total_EUR");
  CHECK(data.at("tiles").as_array().size() == 4);
  CHECK(view_of(shop, job, {{"show", "left_out"}}).at("rows").as_array().size() == 3);
  CHECK(shop.amazon.refunds_made() == 0);

  const auto wrong = shop.page_run_of("bulk", "start", {{"job", job}, {"total_EUR", "12.50"}});
  CHECK(wrong.status == HOSTAPI_E_REFUSED);
  CHECK(wrong.text.find("12.50") != std::string::npos);
  REQUIRE(job_in(shop.page_run_of("bulk", "start", {{"job", job}, {"total_EUR", "172,50"}, {"stop_after", "1"}})) == job);
  CHECK(view_of(shop, job).at("run").at("live").as_bool());
  work(shop, job);
  data = view_of(shop, job);
  CHECK(data.at("run").at("state").at("text") == "Done");
  CHECK_FALSE(data.at("run").at("live").as_bool());
  CHECK(shop.amazon.refunds_made() == 3);
  CHECK(view_of(shop, job, {{"show", "done"}}).at("rows").as_array().size() == 3);

  const auto file = shop.page_of("bulk", {{"job", job}, {"as", "csv"}});
  REQUIRE(file.status == HOSTAPI_OK);
  const std::string csv(file.document().at("download").at("text").as_string());
  CHECK(csv.starts_with("row,order,asked,currency,planned,verdict,state,amount,amazon_id,code,message,request_id\r\n"));
  CHECK(csv.find("1,2026-o-1,12.50,EUR,12.50,will,accepted,12.50,") != std::string::npos);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 7);
  CHECK(shop.page_of("bulk").data().at("rows").at(0).at("title") == "recall.csv");
}

TEST_CASE("ticked orders become a dry run; above the threshold a second person approves it on the page") {
  Shop shop;
  shop.staff = jana;
  shop.host.set_setting("approve_refund_above", "100");
  for (const char* id : {"o-1", "o-2"}) (void)shop.order(id, 8000, ChargeState::captured);
  const auto job = job_in(shop.page_run_of("bulk", "check_ticked", {{"kind", "refund"}, {"order", json::array{"o-1", "o-2"}}, {"operation_id", "op"}}));
  CHECK(shop.page_run_of("bulk", "check_ticked", {{"kind", "refund"}, {"operation_id", "op2"}}).status == HOSTAPI_E_REFUSED);
  (void)job_in(shop.page_run_of("bulk", "start", {{"job", job}, {"total_EUR", "160"}}));
  auto own = view_of(shop, job).at("approval");
  CHECK(own.at("yes").is_null());
  CHECK(std::string(own.at("text").as_string()).find("You started this job yourself.") != std::string::npos);
  CHECK(shop.page_run_of("bulk", "approve", {{"job", job}}).status == HOSTAPI_E_DENIED);
  shop.staff = adam;
  CHECK(view_of(shop, job).at("approval").at("yes").at("action") == "approve");
  (void)job_in(shop.page_run_of("bulk", "approve", {{"job", job}}));
  (void)job_in(shop.page_run_of("bulk", "pause", {{"job", job}}));
  CHECK(view_of(shop, job).at("run").at("buttons").at(0).at("action") == "resume");
  (void)job_in(shop.page_run_of("bulk", "resume", {{"job", job}}));
  work(shop, job);
  CHECK(view_of(shop, job).at("run").at("value") == "2");
  CHECK(shop.amazon.refunded() == euro(16'000));
  CHECK(shop.page_run_of("bulk", "stop", {{"job", job}}).status == HOSTAPI_E_REFUSED);
  CHECK(shop.page_run_of("bulk", "stop", {{"job", "nothing"}}).status == HOSTAPI_E_NOT_FOUND);
  CHECK(shop.page_of("bulk", {{"job", "nothing"}}).status == HOSTAPI_E_NOT_FOUND);
}

TEST_CASE("the commands do what the page does, with documents for scripts") {
  Shop shop;
  shop.staff = jana;
  for (const char* id : {"o-1", "o-2"}) (void)shop.order(id, 5000, ChargeState::authorized);
  auto checked = command(shop, "bulk-check", {{"kind", "capture"}, {"rows", "order,amount\n2026-o-1,\n2026-o-2,\n=1+1,\n"}});
  REQUIRE(checked);
  const auto& document = checked->as_object();
  CHECK(document.at("planned") == 2);
  CHECK(document.at("totals").at(0).at("minor") == 10000);
  CHECK(document.at("verdicts").at(2).at("verdict") == "left_out");
  const std::string job(document.at("job").as_string());
  CHECK(command(shop, "bulk-start", {{"job", job}, {"total", "EUR:1"}}).kind() == Kind::refused);
  CHECK(command(shop, "bulk-start", {{"job", job}, {"total", "everything"}}).kind() == Kind::refused);
  auto started = command(shop, "bulk-start", {{"job", job}, {"total", "EUR:100.00"}});
  REQUIRE(started);
  for (const char* member : {"job", "kind", "state", "rows", "planned", "requested", "waiting", "done", "errors", "left", "totals_done", "started_ms", "changed_ms", "text"}) CHECK(started->as_object().contains(member));
  work(shop, job);
  CHECK(command(shop, "bulk-status", {{"job", job}})->at("state") == "done");
  CHECK(command(shop, "bulk-list", {})->at("jobs").as_array().size() == 1);
  const std::string csv(command(shop, "bulk-result", {{"job", job}})->at("text").as_string());
  CHECK(csv.find("\r\n3,'=1+1,") != std::string::npos);
  CHECK(command(shop, "bulk-pause", {{"job", job}}).kind() == Kind::refused);
  CHECK(command(shop, "bulk-check", {{"kind", "gift"}, {"rows", "order\n1"}}).kind() == Kind::invalid);
  CHECK(command(shop, "bulk-check", {{"kind", "refund"}, {"rows", "number\n1"}}).kind() == Kind::refused);
  CHECK(command(shop, "bulk-status", {{"job", "x"}}).kind() == Kind::not_found);
  shop.staff = {"u3", "Ben", "viewer", {"payment.view"}, false};
  CHECK(command(shop, "bulk-stop", {{"job", job}}).kind() == Kind::denied);
}

TEST_CASE("a job of many pages is walked by its rows, forward and back") {
  Shop shop;
  shop.staff = jana;
  std::string rows = "order,amount\n";
  for (int i = 1; i <= 120; ++i) rows += "missing-" + std::to_string(i) + ",1\n";
  const auto job = job_in(shop.page_run_of("bulk", "check", {{"kind", "refund"}, {"rows", rows}, {"operation_id", "op"}}));
  const auto first = view_of(shop, job);
  CHECK(first.at("confirm").is_null());
  CHECK_FALSE(first.at("nothing").as_string().empty());
  CHECK(first.at("rows").as_array().size() == 50);
  CHECK(first.at("pager").at("earlier") == "");
  const auto last = view_of(shop, job, {{"after", "100"}});
  CHECK(last.at("rows").as_array().size() == 20);
  CHECK(last.at("pager").at("later") == "");
  const auto back = view_of(shop, job, {{"before", "101"}});
  CHECK(back.at("rows").at(0).at("row") == "51");
  CHECK_FALSE(back.at("pager").at("earlier").as_string().empty());
}
