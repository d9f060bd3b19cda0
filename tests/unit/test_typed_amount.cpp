#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "domain/typed_amount.hpp"
#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

TEST_CASE("T16 the domain reads every text of the table that the script reads", "[T16]") {
  std::ifstream table(TYPING_TABLE);
  REQUIRE(table);
  int rows = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream cells(line);
    std::string typed, digits, wanted;
    std::getline(cells, typed, '\t'), std::getline(cells, digits, '\t'), std::getline(cells, wanted);
    const Currency currency(digits == "0" ? "JPY" : "EUR");
    const auto read = parse_amount(typed, currency);
    auto got = read ? std::to_string(read->minor()) : read.failure().code;
    if (got == "ambiguous")
      for (const auto& reading : readings_of(typed, currency)) got += " " + std::to_string(reading.minor());
    INFO(typed);
    CHECK(got == wanted);
    ++rows;
  }
  CHECK(rows >= 40);
}

TEST_CASE("a typed refund is judged by what is held, what Amazon allows and who must approve") {
  RefundRoom room{euro(80'00), euro(92'00), std::nullopt, false};
  const auto judged = [&](const char* typed) { return judge_refund(typed, room); };
  CHECK(judged("80").say.id == sentence::within);
  CHECK(judged("80.01").say.id == sentence::compensation);
  CHECK(judged("80.01").say.args.at("more") == TextValue(euro(1)));
  CHECK(judged("92.01").say.id == sentence::too_much);
  CHECK(judged("92.01").role == std::string("stop"));
  CHECK(judged("1.234").readings.size() == 2);
  CHECK(judged("-1").role == std::string("stop"));
  room.compensation_approved = true;
  CHECK(judged("80.01").say.id == sentence::compensation_approval);
  room.approval = euro(50'00);
  CHECK(judged("50.00").say.id == sentence::within);
  CHECK(judged("50.01").say.id == sentence::approval);
}

TEST_CASE("pieces of a line are worth whole cents and together exactly the line") {
  CHECK(worth_of_pieces(euro(20'00), 3, 1) == euro(6'66));
  CHECK(worth_of_pieces(euro(20'00), 3, 2) == euro(13'33));
  CHECK(worth_of_pieces(euro(20'00), 3, 3) == euro(20'00));
  CHECK_THROWS(worth_of_pieces(euro(20'00), 3, 4));
}
