// Rows out of files as people save them; what cannot be read says where.
#include <catch2/catch.hpp>

#include "domain/bulk_csv.hpp"

using namespace amazonpay;

TEST_CASE("a CSV is read with any of the separators, a byte order mark, quotes and Windows line ends") {
  for (const char* text : {"order,amount,currency,note\r\nA-1,12.50,EUR,\"late, and broken\"\r\nA-2,,,\r\n", "\xEF\xBB\xBForder;amount;currency;note\nA-1;12.50;EUR;late, and broken\nA-2;;;",
                                 "Order_Number\tAMOUNT\tcurrency\tnote\nA-1\t12.50\tEUR\tlate, and broken\nA-2\t\t\t\n"}) {
    INFO(text);
    const auto file = read_bulk_csv(text);
    REQUIRE(file.problem.empty());
    REQUIRE(file.rows.size() == 2);
    CHECK(file.rows[0].order == "A-1");
    CHECK(file.rows[0].amount == "12.50");
    CHECK(file.rows[0].currency == "EUR");
    CHECK(file.rows[0].note == "late, and broken");
    CHECK(file.rows[1].order == "A-2");
    CHECK(file.rows[1].amount.empty());
    CHECK(file.rows[1].line == 3);
  }
}

TEST_CASE("quoted cells hold quotes and line ends; the lines are still counted") {
  const auto file = read_bulk_csv("order,note\nA-1,\"said \"\"never\"\"\nagain\"\n\nA-2,x\n");
  REQUIRE(file.rows.size() == 2);
  CHECK(file.rows[0].note == "said \"never\"\nagain");
  CHECK(file.rows[1].row == 2);
  CHECK(file.rows[1].line == 5);
}

TEST_CASE("every bad line becomes a row with a sentence and its line number") {
  const auto file = read_bulk_csv("order,amount,currency\nA-1,1.00,EUR\n,2.00,EUR\nA-3,1,EURO\nA-4,12,50,EUR\nA-5,\"1.00\"x,EUR\nA-6,\"1\n");
  REQUIRE(file.rows.size() == 6);
  CHECK(file.rows[0].problem.empty());
  for (std::size_t i = 1; i < 6; ++i) {
    INFO(i);
    CHECK_FALSE(file.rows[i].problem.empty());
    CHECK(file.rows[i].problem.args.at("line") == TextValue{static_cast<std::int64_t>(i) + 2});
  }
}

TEST_CASE("what is wrong with the whole file is one sentence and no row") {
  for (const auto& text : {std::string(), std::string("\n\n"), std::string("order,amount\n"), std::string("number,amount\n1,2\n"), std::string("amount\n1\n"), std::string("order,amout\nA-1,1\n"),
                                 std::string("order,order\n1,2\n"), std::string("order\nA\xFF\n"), std::string("order\nA\0B\n", 10), "order\n" + std::string(bulk_bytes_max, 'x')}) {
    const auto file = read_bulk_csv(text);
    CHECK(file.rows.empty());
    CHECK_FALSE(file.problem.empty());
  }
  std::string many = "order\n";
  for (int i = 0; i <= bulk_rows_max; ++i) many += "A\n";
  CHECK_FALSE(read_bulk_csv(many).problem.empty());
  CHECK(read_bulk_csv(many.substr(0, many.size() - 2)).rows.size() == bulk_rows_max);
}

TEST_CASE("cells of the result are quoted as RFC 4180 says and are no formulas for a spreadsheet") {
  CHECK(csv_cell("plain") == "plain");
  CHECK(csv_cell("a,b") == "\"a,b\"");
  CHECK(csv_cell("say \"no\"") == "\"say \"\"no\"\"\"");
  CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
  CHECK(csv_cell("=HYPERLINK(\"x\")") == "\"'=HYPERLINK(\"\"x\"\")\"");
  for (const char* formula : {"=1", "+1", "-1", "@x"}) CHECK(csv_cell(formula) == "'" + std::string(formula));
}
