// How far a request got: the border between "nothing happened" and "may have happened".
#include <catch2/catch.hpp>

#include <chrono>

#include "amazon/http_client.hpp"
#include "tls_server.hpp"

using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

HttpClient client_for(const TlsServer& server) { return HttpClient({server.ca_file(), "test", true, 2'000}); }

HttpRequest post(const std::string& url, std::int64_t timeout_ms = 3'000) {
  return {"POST", url + "/v2/refunds", {{"x-test", "1"}, {"content-type", "application/json"}}, R"({"a":1})", timeout_ms};
}

HttpRequest get(const std::string& url, std::int64_t timeout_ms = 3'000) { return {"GET", url + "/v2/charges/x", {{"x-test", "1"}}, {}, timeout_ms}; }

HttpOutcome outcome_of(Act act, std::int64_t timeout_ms = 3'000) {
  TlsServer server({act});
  auto client = client_for(server);
  return client.perform(post(server.url(), timeout_ms));
}

}  // namespace

TEST_CASE("an answer is taken whole, with status, body and request id") {
  TlsServer server({{Act::answer, http_answer(422, "{\"x\":1}", "X-Amz-Pay-Request-Id:  0f1e-2d3c \r\n")}});
  auto client = client_for(server);
  const auto outcome = client.perform(post(server.url()));
  CHECK(outcome.delivery == Delivery::answered);
  CHECK(outcome.status == 422);
  CHECK(outcome.body == "{\"x\":1}");
  CHECK(outcome.request_id == "0f1e-2d3c");
  REQUIRE(server.requests().size() == 1);
  const auto request = server.requests().front();
  CHECK_THAT(request, Catch::StartsWith("POST /v2/refunds HTTP/1.1\r\n") && Catch::EndsWith("\r\n\r\n{\"a\":1}"));
  CHECK_THAT(request, Contains("x-test: 1\r\n") && Contains("User-Agent: test\r\n") && Contains("Content-Length: 7\r\n") && !Contains("Expect"));
}

TEST_CASE("methods and bodies go over the wire as asked") {
  TlsServer server({{Act::answer, http_answer(200, "{}")}});
  auto client = client_for(server);
  auto request = post(server.url());
  request.method = "DELETE";
  CHECK(client.perform(request).status == 200);
  CHECK(client.perform(get(server.url())).status == 200);
  CHECK_THAT(server.requests().at(0), Catch::StartsWith("DELETE /v2/refunds") && Catch::EndsWith("{\"a\":1}"));
  CHECK_THAT(server.requests().at(1), Catch::StartsWith("GET /v2/charges/x") && !Contains("Content-Length") && !Contains("Transfer-Encoding"));
}

TEST_CASE("calls one after the other share a connection") {
  TlsServer server({{Act::answer, http_answer(200, "{}")}});
  auto client = client_for(server);
  for (int i = 0; i < 5; ++i) CHECK(client.perform(i % 2 ? get(server.url()) : post(server.url())).status == 200);
  CHECK(server.connections() == 1);
}

TEST_CASE("nothing was sent if nobody listens, the name is unknown, TLS fails or there is no time") {
  HttpClient client({"", "test", true, 2'000});
  const auto refused = client.perform(post("https://127.0.0.1:" + std::to_string(unused_port())));
  CHECK(refused.delivery == Delivery::not_sent);
  CHECK(refused.connection_refused);
  CHECK(client.perform(post("https://no-such-host.invalid")).delivery == Delivery::not_sent);
  CHECK(client.perform(post("http://127.0.0.1:1")).delivery == Delivery::not_sent);
  const auto late = client.perform(post("https://127.0.0.1:1", 0));
  CHECK(late.delivery == Delivery::not_sent);
  CHECK(late.timed_out);
  CHECK(outcome_of({Act::refuse_handshake}).delivery == Delivery::not_sent);
}

TEST_CASE("a server whose certificate is not trusted or not for this name gets nothing") {
  TlsServer server({{Act::answer, http_answer(200, "{}")}});
  HttpClient stranger({"", "test", true, 2'000});
  const auto outcome = stranger.perform(post(server.url()));
  CHECK(outcome.delivery == Delivery::not_sent);
  CHECK_THAT(outcome.problem, Contains("not trusted"));
  auto client = client_for(server);
  CHECK(client.perform(post("https://localhost:" + std::to_string(server.port()))).delivery == Delivery::not_sent);
  CHECK(server.requests().empty());
}

TEST_CASE("a request that was read but not answered is lost") {
  CHECK(outcome_of({Act::close_read}).delivery == Delivery::lost);
  CHECK(outcome_of({Act::answer_and_close, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":"}).delivery == Delivery::lost);
  CHECK(outcome_of({Act::answer_and_close, "HTTP/1.1 20"}).delivery == Delivery::lost);
  CHECK(outcome_of({Act::answer_and_close, "220 mail.example ESMTP\r\n"}).delivery == Delivery::lost);
  const auto slow = outcome_of({Act::answer, http_answer(200, "{}"), 1'500}, 300);
  CHECK(slow.delivery == Delivery::lost);
  CHECK(slow.timed_out);
  CHECK_THAT(slow.problem, Contains("did not answer in time"));
}

TEST_CASE("an answer of more than 1 MB is cut off and counts as lost") {
  const auto outcome = outcome_of({Act::answer_and_close, http_answer(200, std::string(1'100'000, 'x'))});
  CHECK(outcome.delivery == Delivery::lost);
  CHECK(outcome.body.empty());
  CHECK_THAT(outcome.problem, Contains("too large"));
}

TEST_CASE("a redirect is an answer and is not followed") {
  TlsServer server({{Act::answer, http_answer(302, "", "Location: https://127.0.0.1/elsewhere\r\n")}});
  auto client = client_for(server);
  CHECK(client.perform(get(server.url())).status == 302);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a body is never sent twice when a kept connection dies under it") {
  TlsServer server({{Act::answer, http_answer(200, "{}")}, {Act::close_read}, {Act::answer, http_answer(200, "{}")}});
  auto client = client_for(server);
  CHECK(client.perform(post(server.url())).status == 200);
  const auto outcome = client.perform(post(server.url()));
  CHECK(outcome.delivery == Delivery::lost);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a header value with a line break never reaches the wire") {
  HttpClient client({"", "test", true, 2'000});
  auto request = post("https://127.0.0.1:1");
  request.headers.push_back({"x-bad", "a\r\nx-evil: 1"});
  CHECK_THROWS_AS(client.perform(request), std::logic_error);
}

TEST_CASE("the deadline holds also while connecting") {
  TlsServer server({{Act::answer, http_answer(200, "{}"), 5'000}});
  auto client = client_for(server);
  const auto start = std::chrono::steady_clock::now();
  (void)client.perform(get(server.url(), 200));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1'500));
}

TEST_CASE("fetching a public document sends nothing of Amazon Pay and keeps its own limit") {
  const std::string document(2'000'000, 'x');
  TlsServer server({{Act::answer, http_answer(200, document)}, {Act::answer_and_close, http_answer(200, document)}});
  auto client = client_for(server);
  const auto whole = client.fetch(server.url() + "/document?X-Amz-Expires=30", {2'000'000, 5'000, {}});
  CHECK(whole.delivery == Delivery::answered);
  CHECK(whole.status == 200);
  CHECK(whole.body == document);
  REQUIRE(server.requests().size() == 1);
  CHECK_THAT(server.requests().front(), Catch::StartsWith("GET /document?X-Amz-Expires=30 HTTP/1.1\r\n") && !Contains("x-amz-pay", Catch::CaseSensitive::No) && !Contains("authorization", Catch::CaseSensitive::No));
  const auto cut = client.fetch(server.url() + "/document", {1'999'999, 5'000, {}});
  CHECK(cut.delivery == Delivery::lost);
  CHECK(cut.body.empty());
  CHECK_THAT(cut.problem, Contains("too large"));
}

TEST_CASE("fetching follows no redirect, takes https only, no user in the address, and trusts only the given authorities") {
  TlsServer server({{Act::answer, http_answer(302, "", "Location: https://127.0.0.1/elsewhere\r\n")}});
  HttpClient client({"", "test", true, 2'000});
  const auto redirect = client.fetch(server.url() + "/x", {100, 3'000, server.ca_file()});
  CHECK(redirect.delivery == Delivery::answered);
  CHECK(redirect.status == 302);
  CHECK(client.fetch(server.url() + "/x", {100, 3'000, {}}).delivery == Delivery::not_sent);
  const auto place = server.url().substr(8);
  for (const auto& url : {"http://" + place + "/x", "https://user:word@" + place + "/x", "ftp://" + place, std::string("file:///etc/hostname"), place, std::string(), std::string("https://"),
                          "https://" + place + "/x\r\nx-evil: 1"}) {
    CAPTURE(url);
    const auto refused = client.fetch(url, {100, 3'000, server.ca_file()});
    CHECK(refused.delivery == Delivery::not_sent);
    CHECK_FALSE(refused.problem.empty());
  }
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a pause that the server asks for in seconds is kept, anything else is not") {
  TlsServer server({{Act::answer, http_answer(429, "", "Retry-After: 3 \r\n")}, {Act::answer, http_answer(429, "", "retry-after: Sun, 22 Nov 2026 10:00:00 GMT\r\n")}});
  auto client = client_for(server);
  CHECK(client.perform(get(server.url())).retry_after_ms == 3'000);
  CHECK(client.perform(get(server.url())).retry_after_ms == 0);
}
