#include <catch2/catch.hpp>

#include "domain/settlement.hpp"
#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
const std::string columns =
    "TransactionPostedDate\tSettlementId\tAmazonTransactionId\tSellerReferenceId\tTransactionType\tAmazonOrderReferenceId\tSellerOrderId\tStoreName\tCurrencyCode\t"
    "TransactionDescription\tTransactionAmount\tTransactionPercentageFee\tTransactionFixedFee\tTotalTransactionFee\tNetTransactionAmount\n";
}  // namespace

TEST_CASE("A settlement is read by the names of its columns, whatever stands before them") {
  const auto file = read_settlement("SellerId\tA1EXAMPLESELL0\nSettlementStartDate\t20250301T000000Z\n" + columns +
                                     "20250310T101500Z\t123\tS02-1-C1\tref\tCapture\tS02-1\t10042\tDemo\tEUR\tsale\t100.00\t-2.70\t-0.35\t-3.05\t96.95\n"
                                     "20250311T101500Z\t123\tS02-1-R1\tref\tRefund\tS02-1\t10042\tDemo\tEUR\tback\t-20.00\t0.54\t0.00\t0.54\t-19.46\n");
  REQUIRE(file);
  const auto* lines = &file->lines;
  REQUIRE(lines->size() == 2);
  CHECK(lines->at(0).transaction_id == "S02-1-C1");
  CHECK(lines->at(0).amount == Money{100'00, eur});
  CHECK(lines->at(0).fee == Money{-3'05, eur});
  CHECK(lines->at(0).net == Money{96'95, eur});
  CHECK(lines->at(1).type == "Refund");
  CHECK(lines->at(1).amount == Money{-20'00, eur});
  CHECK(lines->at(1).seller_order_id == "10042");
}

TEST_CASE("Columns in another order, commas, quotes, a byte order mark and columns of tomorrow are all the same") {
  const auto file = read_settlement("\xEF\xBB\xBF\"CurrencyCode\",\"Tomorrow\",\"TransactionAmount\",\"TransactionType\",\"AmazonTransactionId\",\"SettlementId\",\"TransactionPostedDate\"\r\n"
                                     "JPY,\"a \"\"b\"\", c\",\"1,500\",Capture,S03-1-C1,9,20250310T101500Z\r\n");
  REQUIRE(file);
  const auto* lines = &file->lines;
  REQUIRE(lines->size() == 1);
  CHECK(lines->at(0).amount == Money{1500, Currency("JPY")});
  CHECK(lines->at(0).fee.zero());
}

TEST_CASE("A damaged settlement names the line and the column; an empty one is no lines") {
  CHECK(read_settlement("")->lines.empty());
  CHECK(read_settlement("\n\r\n")->lines.empty());
  CHECK(read_settlement("hello").kind() == Kind::invalid);
  const auto no_amount = read_settlement("TransactionPostedDate\tSettlementId\tAmazonTransactionId\tTransactionType\tCurrencyCode\n");
  CHECK(no_amount.message().find("TransactionAmount") != std::string::npos);
  const auto bad = read_settlement(columns + "d\t1\tC1\tr\tCapture\tP\to\ts\tEUR\tx\t12.345\t\t\t\t\n");
  REQUIRE_FALSE(bad);
  CHECK(bad.message().find("line 2") != std::string::npos);
  CHECK(bad.message().find("TransactionAmount") != std::string::npos);
  CHECK_FALSE(read_settlement(columns + "d\t1\tC1\tr\tCapture\tP\to\ts\teuro\tx\t12.34\t\t\t\t\n"));
  CHECK_FALSE(read_settlement(columns + "d\t1\t\tr\tCapture\tP\to\ts\tEUR\tx\t12.34\t\t\t\t\n"));
}
