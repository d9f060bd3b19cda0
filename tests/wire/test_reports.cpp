// Reports, documents, schedules and payouts against a scripted server: what is asked, and what is made of the answers.
#include <catch2/catch.hpp>
#include <zlib.h>

#include "amazon/report_client.hpp"
#include "amazon/wire_reports.hpp"
#include "samples.hpp"
#include "scripted.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

constexpr std::int64_t march_ms = 1'740'787'200'000;  // 20250301T000000Z

const std::string report_sample = R"({"createdTime":"20250310T101500Z","endTime":"2025-03-10T00-00-00Z","processingEndTime":null,
  "processingStartTime":"20250310T101501Z","processingStatus":"COMPLETED",
  "reportDocumentId":"amzn1.tortuga.0.bd504926-f659-4ad7-a1a9-9a747aaf5275.T1EXAMPLE","reportId":"59007019641",
  "reportType":"_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SANDBOX_SETTLEMENT_DATA_","startTime":"20250301T000000Z","new":[1]})";
const std::string disbursement_sample = R"({"sellerId":"A1EXAMPLESELL0","settlementId":"11298170032","amazonDisbursementReferenceId":"D1",
  "amount":"1049.37","currencyCode":"EUR","transactionTime":"2025-03-07T17:08:26.717Z"})";

std::string page_of(const std::string& name, const std::string& elements, const std::string& token = "null") {
  return "{\"" + name + "\":[" + elements + "],\"nextToken\":" + token + "}";
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(compressBound(text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// The whole way of a document: the link from one server, the bytes from another.
Result<std::string> downloaded(const Act& document, const std::string& compression, const std::string& link = "") {
  TlsServer elsewhere({document});
  const auto url = link.empty() ? elsewhere.url() + "/d?X-Amz-Signature=abc" : link;
  TlsServer amazon({act(200, R"({"reportDocumentId":"doc.1","url":")" + url + R"(","compressionAlgorithm":)" + compression + "}")});
  auto result = ReportClient(connected_to(amazon)).download_document("doc.1");
  CHECK_THAT(first_line(amazon.requests().at(0)), Contains("GET /v2/report-documents/doc.1 "));
  for (const auto& request : elsewhere.requests()) CHECK_THAT(request, !Contains("x-amz-pay") && !Contains("authorization: "));
  return result;
}

}  // namespace

TEST_CASE("a report is read with its state, times and document") {
  TlsServer server({act(200, report_sample)});
  const auto report = ReportClient(connected_to(server)).get_report("59007019641");
  REQUIRE(report);
  CHECK(report->id == "59007019641");
  CHECK(report->type == settlement_type);
  CHECK(report->state == ReportState::completed);
  CHECK(report->document_id == "amzn1.tortuga.0.bd504926-f659-4ad7-a1a9-9a747aaf5275.T1EXAMPLE");
  CHECK(report->start_ms == march_ms);
  CHECK(report->end_ms == march_ms + 9 * 86'400'000LL);  // also with Amazon's odd dashes
  CHECK(report->created_ms == 1'741'601'700'000);
  CHECK(ReportClient(connected_to(server)).get_report("59007019642").kind() == Kind::unavailable);
}

TEST_CASE("states of a report are known, and an unknown one is kept raw") {
  for (const auto& [word, state] : {std::pair{"IN_PROGRESS", ReportState::in_progress}, std::pair{"COMPLETED", ReportState::completed}, std::pair{"FAILED", ReportState::failed},
                                    std::pair{"CANCELLED", ReportState::canceled}, std::pair{"PAUSED", ReportState::unknown}}) {
    const auto report = read_report(R"({"reportId":"1","processingStatus":")" + std::string(word) + "\"}", Environment::sandbox);
    REQUIRE(report);
    CHECK(report->state == state);
    CHECK(report->raw_state == word);
    CHECK(report->document_id.empty());
  }
  CHECK_FALSE(read_report(R"({"processingStatus":"COMPLETED"})", Environment::sandbox));
}

TEST_CASE("a search for reports sends its filter in canonical order, and a page mark alone") {
  TlsServer server({act(200, page_of("reports", report_sample, "\"next/+=\"")), act(200, page_of("reports", ""))});
  ReportClient client(connected_to(server));
  ReportFilter filter;
  filter.types = {settlement_type};
  filter.states = {"COMPLETED", "IN_PROGRESS"};
  filter.created_since_ms = march_ms;
  filter.page_size = 10;
  const auto first = client.find_reports(filter);
  REQUIRE(first);
  CHECK(first->reports.size() == 1);
  CHECK(first->next_token == "next/+=");
  filter.next_token = first->next_token;
  const auto last = client.find_reports(filter);
  REQUIRE(last);
  CHECK(last->reports.empty());
  CHECK(last->next_token.empty());
  // API reference 2.7, W4.
  const std::string canonical = "createdSince=20250301T000000Z&pageSize=10&processingStatuses=COMPLETED%2CIN_PROGRESS&reportTypes=";
  CHECK(first_line(server.requests().at(0)) == "GET /v2/reports?" + canonical + settlement_type + " HTTP/1.1");
  CHECK(first_line(server.requests().at(1)) == "GET /v2/reports?nextToken=next%2F%2B%3D HTTP/1.1");
}

TEST_CASE("a report and a schedule are ordered with a key, and a schedule is canceled without a body") {
  TlsServer server({act(201, R"({"reportId":"59007019641"})"), act(200, R"({"reportScheduleId":"60000000001"})"), act(200, "")});
  ReportClient client(connected_to(server));
  CHECK(client.create_report(settlement_type, march_ms, march_ms + 86'400'000, "key1").value() == "59007019641");
  CHECK(client.create_schedule(settlement_type, "P1D", march_ms, true, "key2").value() == "60000000001");
  CHECK(client.cancel_schedule("60000000001"));
  const auto requests = server.requests();
  CHECK(body_of(requests.at(0)) == std::string(R"({"reportType":")") + settlement_type + R"(","startTime":"20250301T000000Z","endTime":"20250302T000000Z"})");
  CHECK(header(requests.at(0), "x-amz-pay-idempotency-key") == "key1");
  CHECK(body_of(requests.at(1)) == std::string(R"({"reportType":")") + settlement_type + R"(","scheduleFrequency":"P1D","nextReportCreationTime":"20250301T000000Z","deleteExistingSchedule":true})");
  CHECK(first_line(requests.at(2)) == "DELETE /v2/report-schedules/60000000001 HTTP/1.1");
  CHECK(body_of(requests.at(2)).empty());
}

TEST_CASE("schedules are found and read") {
  const std::string one = R"({"nextReportCreationTime":"20250301T000000Z","reportScheduleId":"6","reportType":"_A_","scheduleFrequency":"PT5M"})";
  TlsServer server({act(200, R"({"reportSchedules":[)" + one + "]}"), act(200, one), act(200, R"({"reportSchedules":null})")});
  ReportClient client(connected_to(server));
  const auto found = client.find_schedules({"_A_", "_B_"});
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().frequency == "PT5M");
  CHECK(found->front().next_ms == march_ms);
  CHECK(client.get_schedule("6")->type == "_A_");
  CHECK(client.find_schedules({}).kind() == Kind::unavailable);
  CHECK(first_line(server.requests().at(0)) == "GET /v2/report-schedules?reportTypes=_A_%2C_B_ HTTP/1.1");
  CHECK(first_line(server.requests().at(2)) == "GET /v2/report-schedules HTTP/1.1");
}

TEST_CASE("payouts are exact whether Amazon writes a text or a number, and one bad amount spoils the page") {
  TlsServer server({act(200, page_of("disbursements", disbursement_sample, "\"more\""))});
  ReportClient client(connected_to(server));
  const auto page = client.find_disbursements(march_ms, march_ms + 86'400'000, 50, "");
  REQUIRE(page);
  REQUIRE(page->disbursements.size() == 1);
  CHECK(page->disbursements[0].amount == Money(104'937, Currency("EUR")));
  CHECK(page->disbursements[0].settlement_id == "11298170032");
  CHECK(page->disbursements[0].reference_id == "D1");
  CHECK(page->disbursements[0].at_ms == 1'741'367'306'717);
  CHECK(page->next_token == "more");
  CHECK(first_line(server.requests().at(0)) == "GET /v2/disbursements?endTime=20250302T000000Z&pageSize=50&startTime=20250301T000000Z HTTP/1.1");

  const auto amount = [](const std::string& json, const std::string& currency = "EUR") {
    return read_disbursements(R"({"disbursements":[{"settlementId":1,"amount":)" + json + R"(,"currencyCode":")" + currency + "\"}]}", Environment::sandbox);
  };
  CHECK(amount("1049.37")->disbursements[0].amount.minor() == 104'937);
  CHECK(amount("0.1")->disbursements[0].amount.minor() == 10);
  CHECK(amount("-12.5")->disbursements[0].amount.minor() == -1'250);
  CHECK(amount("\"-0.01\"")->disbursements[0].amount.minor() == -1);
  CHECK(amount("500", "JPY")->disbursements[0].amount.minor() == 500);
  for (const auto& bad : {"1.005", "\"1,00\"", "null", "true", "1e300", "\"\"", "\"--1\"", "[1]", "\"99999999999999999999\""}) {
    CAPTURE(bad);
    CHECK_FALSE(amount(bad));
  }
  CHECK_FALSE(amount("1", "euro"));
  CHECK_FALSE(amount("1.5", "JPY"));
}

TEST_CASE("a document is fetched from elsewhere without a signature, plain or packed") {
  const std::string text = "\"SellerId\",\"AEXAMPLE\"\r\n\"Total\",\"14.00\"\r\n";
  CHECK(downloaded(act(200, text), "\"N/A\"").value() == text);
  CHECK(downloaded(act(200, text), "null").value() == text);
  CHECK(downloaded(act(200, gzip(text)), "\"GZIP\"").value() == text);
  const std::string large(5'000'000, 'x');
  CHECK(downloaded(act(200, gzip(large)), "\"gzip\"").value() == large);
}

TEST_CASE("a document that cannot be had is unavailable, and no other way is tried") {
  const auto gone = downloaded(act(403, "<Error>expired</Error>"), "\"N/A\"");
  REQUIRE_FALSE(gone);
  CHECK(gone.kind() == Kind::unavailable);
  CHECK(gone.failure().code == "http_403");
  CHECK_THAT(gone.message(), Contains("30 seconds"));
  CHECK(downloaded(act(302, "", "Location: https://127.0.0.1/\r\n"), "\"N/A\"").failure().code == "http_302");
  CHECK(downloaded(act(200, "not packed"), "\"GZIP\"").failure().code == "unreadable_answer");
  CHECK(downloaded(act(200, gzip("text").substr(0, 15)), "\"GZIP\"").failure().code == "unreadable_answer");
  CHECK(downloaded(act(200, gzip("text") + "more"), "\"GZIP\"").failure().code == "unreadable_answer");
  CHECK(downloaded(act(200, "x"), "\"LZMA\"").failure().code == "unreadable_answer");
  for (const char* link : {"http://127.0.0.1:1/d", "file:///etc/hostname", "https://user:word@127.0.0.1:1/d", "ftp://127.0.0.1/d"}) {
    const auto refused = downloaded(act(200, "x"), "\"N/A\"", link);
    CHECK(refused.failure().code == "document_unreachable");
    CHECK_FALSE(refused.message().empty());
  }
}

TEST_CASE("a document that unpacks to more than is allowed is stopped on the way") {
  CHECK(unzipped(gzip(std::string(1'000'000, 'x')), 1'000'000).value().size() == 1'000'000);
  CHECK(unzipped(gzip(std::string(1'000'001, 'x')), 1'000'000).kind() == Kind::limit);
  CHECK(unzipped("", 100).kind() == Kind::invalid);
}

TEST_CASE("bad arguments about reports are refused before anything is sent") {
  TlsServer server({act(500)});
  ReportClient client(connected_to(server));
  ReportFilter filter;
  filter.types = {"a,b"};
  CHECK(client.find_reports(filter).kind() == Kind::invalid);
  filter.types = {};
  filter.page_size = 101;
  CHECK(client.find_reports(filter).kind() == Kind::invalid);
  filter.page_size = 0;
  filter.next_token = "a\nb";
  CHECK(client.find_reports(filter).kind() == Kind::invalid);
  CHECK(client.get_report("../charges").kind() == Kind::invalid);
  CHECK(client.create_report("", 1, 2, "k").kind() == Kind::invalid);
  CHECK(client.create_report("_A_", 2, 2, "k").kind() == Kind::invalid);
  CHECK(client.create_report("_A_", 1, 2, "").kind() == Kind::invalid);
  CHECK(client.download_document("a/b").kind() == Kind::invalid);
  CHECK(client.create_schedule("_A_", "daily!", 1, false, "k").kind() == Kind::invalid);
  CHECK(client.cancel_schedule("").kind() == Kind::invalid);
  CHECK(client.find_disbursements(2, 1, 0, "").kind() == Kind::invalid);
  CHECK(server.requests().empty());
}
