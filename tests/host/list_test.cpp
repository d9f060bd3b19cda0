#include <set>

#include "orders/rows.hpp"
#include "support.hpp"

using namespace testing;

TEST_CASE("orders are listed newest first and paged both ways without a gap") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    for (int i = 0; i < 25; ++i) {
      auto order = sample_order(std::to_string(1000 + i));
      order.created_ms = 1'700'000'000'000 + (i / 3) * 1000; /* ties */
      insert(*host.app, order);
    }
    OrderQuery query;
    query.limit = 100;
    std::vector<std::string> all, down, up;
    const OrderPage whole = *host.app->orders.list(query);
    for (const auto& order : whole.orders) all.push_back(order.number);
    REQUIRE(all.size() == 25);
    query.limit = 7;
    OrderPage page = *host.app->orders.list(query);
    CHECK(page.newer.empty());
    for (;;) {
      for (const auto& order : page.orders) down.push_back(order.number);
      if (page.older.empty()) break;
      query.cursor = page.older;
      page = *host.app->orders.list(query);
    }
    CHECK(down == all);
    for (;;) {
      for (auto order = page.orders.rbegin(); order != page.orders.rend(); ++order) up.insert(up.begin(), order->number);
      if (page.newer.empty()) break;
      query.cursor = page.newer;
      page = *host.app->orders.list(query);
    }
    CHECK(up.size() == 25);
    CHECK(std::set<std::string>(up.begin(), up.end()).size() == 25);
    query.cursor = "damaged";
    CHECK(host.app->orders.list(query).kind() == Kind::invalid);
  }
}

TEST_CASE("orders are found by number, name, e-mail and Amazon reference, without case") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    insert(*host.app, sample_order("2026-104788"));
    auto other = sample_order("2026-200000");
    other.buyer_name = "Bob O'Neil; DROP TABLE orders", other.buyer_email = "bob@example.org", other.payment_reference = "P03-5";
    insert(*host.app, other);
    const auto found = [&](const std::string& search) {
      OrderQuery query;
      query.search = search;
      return host.app->orders.list(query)->orders.size();
    };
    CHECK(found("") == 2);
    CHECK(found("2026-104788") == 1);
    CHECK(found("104788") == 1);
    CHECK(found("2026") == 2);
    CHECK(found("änne") == 1);
    CHECK(found("ÄNNE mül") == 1);
    CHECK(found("AENNE@example") == 1);
    CHECK(found("S02-1111111-2026") == 1);
    CHECK(found("P03-5") == 1);
    CHECK(found("neil") == 1);
    CHECK(found("' OR 1=1 --") == 0);
    CHECK(found("%") == 2); /* no word in it: no filter */
    CHECK(found("nobody") == 0);
  }
}

TEST_CASE("a search finds the same whether few, more or very many orders have its rarest word") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    for (int i = 0; i < 40; ++i) {
      auto order = sample_order(std::to_string(1000 + i));
      order.created_ms = 1'700'000'000'000 + (i / 3) * 1000;
      order.buyer_name = i % 4 == 0 ? "Rare Common" : "Usual Common", order.buyer_email = "one@example.org", order.state = i % 8 == 0 ? "shipped" : "new";
      insert(*host.app, order);
    }
    const auto found = [&](const std::string& search, std::int64_t few, std::int64_t many, Folder folder) {
      OrderQuery query;
      query.search = search, query.few = few, query.many = many, query.folder = folder, query.limit = 4;
      std::string numbers;
      for (;;) {
        const OrderPage page = *host.app->orders.list(query);
        for (const auto& order : page.orders) numbers += order.number + " ";
        if (page.older.empty()) return numbers;
        query.cursor = page.older;
      }
    };
    for (const auto folder : {Folder::all, Folder::finished}) {
      for (const char* search : {"common", "rare", "common rare", "rar comm example", "usual rare", "nobody", "common nobody"}) {
        const auto few = found(search, 1000, 2000, folder);
        CHECK(found(search, 2, 2000, folder) == few);
        CHECK(found(search, 2, 3, folder) == few);
      }
    }
    CHECK(found("rare common", 1000, 2000, Folder::all) == "1036 1032 1028 1024 1020 1016 1012 1008 1004 1000 ");
    CHECK(found("usual rare", 2, 3, Folder::all).empty());
  }
}

TEST_CASE("more orders in a folder than are counted say so") {
  Host host("sqlite");
  CHECK(host.app->orders.counts().new_orders == 0);
  (void)host.app->database.write([&](Sql& sql) {
    for (int i = 0; i < counted_most + 50; ++i) insert_order(sql, sample_order(std::to_string(i)), 1000);
    return Result<void>{};
  });
  CHECK(host.app->orders.counts().new_orders == counted_most + 1);
}

TEST_CASE("folders, dates and words filter, and the counters agree") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    host.app->database.refresh_statistics();
    for (int i = 0; i < 6; ++i) {
      auto order = sample_order(std::to_string(i + 1), i % 2 ? "invoice" : "probe_pay");
      order.created_ms = 1000 * (i + 1), order.state = i < 2 ? "shipped" : i < 3 ? "on_hold" : "new";
      insert(*host.app, order);
    }
    const auto count = [&](auto&& set) {
      OrderQuery query;
      set(query);
      return static_cast<std::int64_t>(host.app->orders.list(query)->orders.size());
    };
    const auto counts = host.app->orders.counts();
    CHECK(count([](auto& q) { q.folder = Folder::finished; }) == 2);
    CHECK(count([](auto& q) { q.folder = Folder::new_orders; }) == counts.new_orders);
    CHECK(count([](auto& q) { q.folder = Folder::problems; }) == counts.problems);
    CHECK(count([](auto& q) { q.state = "on_hold"; }) == 1);
    CHECK(count([](auto& q) { q.from_ms = 2000, q.to_ms = 4000; }) == 2);
    CHECK(count([](auto& q) { q.word = "-"; }) == 6);
    CHECK(count([](auto& q) { q.payment_method = "invoice"; }) == 3);
    CHECK(count([](auto& q) { q.shop_id = "elsewhere"; }) == 0);
    CHECK(host.app->orders.by_number("3")->id == "o-3");
    CHECK(host.app->orders.by_number("33").kind() == Kind::not_found);
  }
}
