#include "orders/pricing.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include "orders/act_draft.hpp"
#include "support.hpp"

using namespace testing;

namespace {
Order random_order(std::mt19937& random) {
  const auto upto = [&](std::int64_t most) { return std::uniform_int_distribution<std::int64_t>(0, most)(random); };
  Order order;
  order.id = order.number = "1", order.state = "new", order.currency = upto(4) ? "EUR" : "JPY", order.version = 1;
  std::int64_t gross = 0;
  for (std::int64_t i = 0; i <= upto(7); ++i) {
    OrderLine line;
    line.id = std::to_string(i + 1), line.title = "T" + line.id, line.ordered = 1 + upto(upto(3) ? 6 : 500), line.unit_price_minor = upto(5) ? upto(20000) : 0;
    line.tax_rate_bp = upto(2) ? 1900 : 700;
    gross += line.ordered * line.unit_price_minor;
    order.lines.push_back(line);
  }
  order.discount_minor = upto(2) ? upto(gross) : 0;
  order.shipping_minor = upto(2) ? upto(3000) : 0;
  price(order);
  return order;
}

std::int64_t lines_worth(const Order& order) {
  return std::accumulate(order.lines.begin(), order.lines.end(), std::int64_t{0}, [](std::int64_t sum, const OrderLine& line) { return sum + line.worth_minor; });
}
}  // namespace

TEST_CASE("lines and shipping give exactly the document") {
  std::mt19937 random(20261121);
  for (int i = 0; i < 3000; ++i) {
    const auto order = random_order(random);
    std::int64_t gross = 0;
    for (const auto& line : order.lines) gross += line.ordered * line.unit_price_minor;
    REQUIRE(lines_worth(order) + order.shipping_minor == order.total_minor);
    REQUIRE(order.total_minor == gross - order.discount_minor + order.shipping_minor);
    std::int64_t taxed = 0;
    for (const auto& tax : order.taxes) taxed += tax.gross_minor;
    REQUIRE(taxed == order.total_minor);
  }
}

TEST_CASE("whatever is canceled, brought back and deleted in whatever steps, the steps add up to the cent") {
  std::mt19937 random(4711);
  for (int round = 0; round < 1500; ++round) {
    auto order = random_order(random);
    const auto document = order.total_minor;
    std::int64_t given_back = 0;
    for (int step = 0; step < 40; ++step) {
      ActRequest request;
      const auto kind = random() % 5;
      request.act = kind < 2 ? Act::cancel_lines : kind == 2 ? Act::uncancel_lines : Act::delete_lines;
      const auto& line = order.lines[random() % order.lines.size()];
      request.lines = {{line.id, static_cast<std::int64_t>(random() % 4)}};
      request.with_shipping = random() % 8 == 0;
      const auto draft = draft_act(order, request, system_caller(), 1);
      if (!draft) continue;
      given_back += request.act == Act::uncancel_lines ? -draft->amount_minor : draft->amount_minor;
      order = draft->after;
      REQUIRE(draft->amount_minor >= 0);
      REQUIRE(order.total_minor == document - given_back);
      REQUIRE(order.total_minor >= 0);
    }
    ActRequest rest;
    rest.act = Act::delete_order;
    const auto draft = draft_act(order, rest, system_caller(), 1);
    REQUIRE(draft);
    REQUIRE(given_back + draft->amount_minor == document);
  }
}

TEST_CASE("pieces of a line differ by at most one minor unit") {
  for (const std::int64_t line : {0, 1, 999, 5361, 100003}) {
    for (const std::int64_t n : {1, 2, 3, 7, 250}) {
      std::int64_t sum = 0, least = INT64_MAX, most = 0;
      for (std::int64_t k = 0; k < n; ++k) {
        const auto piece = pieces_worth(line, n, k, k + 1);
        sum += piece, least = std::min(least, piece), most = std::max(most, piece);
      }
      CHECK(sum == line);
      CHECK(most - least <= 1);
    }
  }
}

TEST_CASE("a discount is shared to the cent, and never more than there is") {
  CHECK(share_by_weight(100, {200, 200, 200}) == std::vector<std::int64_t>{34, 33, 33});
  CHECK(share_by_weight(10, {0, 0}) == std::vector<std::int64_t>{0, 0});
  CHECK(share_by_weight(999, {5, 5}) == std::vector<std::int64_t>{5, 5});
  CHECK(share_by_weight(1, {1'000'000'000'000, 1'000'000'000'000}) == std::vector<std::int64_t>{1, 0});
}

TEST_CASE("shipping comes back with the last open line, or when it is ticked, and only once") {
  auto order = sample_order("1");
  order.version = 1;
  price(order);
  ActRequest two;
  two.act = Act::cancel_lines, two.lines = {{"1", 0}, {"2", 0}};
  const auto first = draft_act(order, two, system_caller(), 1);
  CHECK(first->shipping_minor == 0);
  ActRequest last;
  last.act = Act::cancel_lines, last.lines = {{"3", 0}};
  const auto second = draft_act(first->after, last, system_caller(), 1);
  CHECK(second->shipping_minor == 590);
  CHECK(second->after.total_minor == 0);
  CHECK(second->after.state == "canceled");
  last.act = Act::uncancel_lines;
  const auto third = draft_act(second->after, last, system_caller(), 1);
  CHECK(third->shipping_minor == 590);
  CHECK(third->after.state == "new");
  two.with_shipping = true;
  const auto ticked = draft_act(order, two, system_caller(), 1);
  CHECK(ticked->shipping_minor == 590);
  CHECK(ticked->amount_minor == first->amount_minor + 590);
  last.act = Act::cancel_lines;
  CHECK(draft_act(ticked->after, last, system_caller(), 1)->shipping_minor == 0);
}

TEST_CASE("tax contained is worked out per rate") {
  CHECK(tax_contained(11900, 1900) == 1900);
  CHECK(tax_contained(100, 1900) == 16);
  CHECK(tax_contained(100, 0) == 0);
  CHECK(tax_contained(108, 800) == 8); /* yen */
}
