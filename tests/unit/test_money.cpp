#include <catch2/catch.hpp>
#include <limits>

#include "domain/money.hpp"
#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;
namespace {
const Currency jpy{"JPY"};
std::int64_t typed(const char* text, Currency c = eur) {
  auto m = parse_amount(text, c);
  return m ? m->minor() : -1;
}
}  // namespace

TEST_CASE("T16 amounts are understood as people write them", "[T16]") {
  CHECK(typed("12.50") == 1250);
  CHECK(typed("12,50") == 1250);
  CHECK(typed("1,234.50") == 123450);
  CHECK(typed("1.234,50") == 123450);
  CHECK(typed(" 1234 ") == 123400);
  CHECK(typed("0.01") == 1);
  CHECK(typed("7,5") == 750);
  CHECK(typed("1,234,567.89") == 123456789);
  CHECK(typed("1.234.567") == 123456700);
  CHECK(typed("1,234", jpy) == 1234);
  CHECK(typed("18600", jpy) == 18600);
}

TEST_CASE("T16 an ambiguous amount is asked back", "[T16]") {
  for (const auto* text : {"1.234", "1,234"}) {
    auto m = parse_amount(text, eur);
    REQUIRE_FALSE(m);
    CHECK(m.failure().code == "ambiguous");
  }
}

TEST_CASE("T16 what is no amount is refused with a sentence", "[T16]") {
  for (const auto* text : {"-1", "0", "0.00", "1e3", "NaN", "inf", "", " ", "+5", "−5", "12.345.6", "1,23,456", "12..5", "12.", ".", "1 000", "0x10", "12.505", "99999999999999999999999999", "１２"}) {
    CAPTURE(text);
    auto m = parse_amount(text, eur);
    REQUIRE_FALSE(m);
    CHECK(m.kind() == Kind::refused);
    CHECK(m.message().back() == '.');
  }
  CHECK_FALSE(parse_amount("12.50", jpy));
  CHECK(parse_amount("", eur).failure().message == "Type an amount, for example 12.50.");
  CHECK(parse_amount("", jpy).failure().message == "This currency has no decimals. Type a whole number.");
}

TEST_CASE("The wire's form is read strictly and written exactly") {
  CHECK(to_wire({1400, eur}) == "14.00");
  CHECK(to_wire({5, eur}) == "0.05");
  CHECK(to_wire({500, jpy}) == "500");
  CHECK(from_wire("14.00", eur)->minor() == 1400);
  CHECK(from_wire("14", eur)->minor() == 1400);
  CHECK(from_wire("500.00", jpy)->minor() == 500);
  for (const auto* bad : {"", "-1", "1,00", "1e2", "14.005", " 14", "14.", ".5", "99999999999999999999999"}) {
    CAPTURE(bad);
    CHECK_FALSE(from_wire(bad, eur));
  }
}

TEST_CASE("Sums of two currencies and overflows are programmer errors") {
  CHECK_THROWS((Money{1, eur} + Money{1, jpy}));
  CHECK_THROWS((Money{std::numeric_limits<std::int64_t>::max(), eur} + Money{1, eur}));
  CHECK_THROWS(Currency{"eur"});
}
