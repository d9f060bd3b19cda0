#include <catch2/catch.hpp>

#include "../http_form.hpp"

using namespace shopadmin::web;

TEST_CASE("a form is decoded and keeps its order and its repetitions") {
  const auto form = parse_form("line=1&line=2&note=M%C3%BCll+%26+co&empty=");
  REQUIRE(form);
  CHECK(form->all("line") == std::vector<std::string>{"1", "2"});
  CHECK(form->get("note") == "Müll & co");
  CHECK(form->has("empty"));
  CHECK(form->get("absent").empty());
}

TEST_CASE("a form with a NUL byte or broken UTF-8 is refused") {
  CHECK_FALSE(parse_form("a=%00"));
  CHECK_FALSE(parse_form("a=%ff%fe"));
  CHECK_FALSE(parse_form("a=%c0%af"));
  CHECK_FALSE(parse_form("a=%ed%a0%80"));
  CHECK(parse_form("a=100%"));
}

TEST_CASE("after login only an address on this server is followed") {
  CHECK(safe_next("/orders/o-1/products?x=1") == "/orders/o-1/products?x=1");
  for (const auto* bad : {"", "orders", "//evil.example", "/\\evil.example", "https://evil.example", "/orders\r\nSet-Cookie: a=b", "/login?next=/login", "/logout", "javascript:alert(1)", "/a//b", "/a/../b"})
    CHECK(safe_next(bad) == "/orders");
}

TEST_CASE("cookies are read by name") {
  CHECK(cookie_value("a=1; shopadmin=tok; b=2", "shopadmin") == "tok");
  CHECK(cookie_value("xshopadmin=tok", "shopadmin").empty());
}

TEST_CASE("behind a trusted proxy the client is the last address that no trusted proxy has; what others claim counts nothing") {
  const std::vector<std::string> trusted{"127.0.0.1", "10.0.0.5"};
  CHECK(client_address("127.0.0.1", "203.0.113.7", trusted) == "203.0.113.7");
  CHECK(client_address("127.0.0.1", "198.51.100.1, 203.0.113.7", trusted) == "203.0.113.7");
  CHECK(client_address("127.0.0.1", "198.51.100.1, 203.0.113.7 ,10.0.0.5", trusted) == "203.0.113.7");
  CHECK(client_address("127.0.0.1", "2001:DB8::1", trusted) == "2001:db8::1");
  CHECK(client_address("192.0.2.9", "203.0.113.7", trusted) == "192.0.2.9");  // not a proxy of ours
  CHECK(client_address("127.0.0.1", "203.0.113.7", {}) == "127.0.0.1");
  CHECK(client_address("127.0.0.1", "", trusted) == "127.0.0.1");
  CHECK(client_address("127.0.0.1", "203.0.113.7, nonsense", trusted) == "127.0.0.1");
}
