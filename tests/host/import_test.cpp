#include "orders/import.hpp"

#include <zlib.h>

#include <fstream>

#include "orders/csv.hpp"
#include "support.hpp"

using namespace testing;

namespace {
const std::string retail_head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
const std::string own_head = "number,created,currency,buyer_name,payment_method,discount,shipping,sku,title,quantity,unit_price,tax_rate\n";
Result<ImportSummary> import(Host& host, OrdersFile file, bool skip_bad = false) {
  return import_orders(host.app->database, *host.app->clock, host.app->queue, {*read_manifest(probe_folder("good"))}, std::move(file), skip_bad);
}
}  // namespace

TEST_CASE("CSV is read after RFC 4180: quotes, commas, line breaks, both line ends") {
  const auto records = read_csv("\xEF\xBB\xBF" "a,\"b,\"\"c\"\"\",\"d\r\ne\"\r\n\r\n,,\nlast");
  REQUIRE(records);
  REQUIRE(records->size() == 3);
  CHECK((*records)[0].fields == std::vector<std::string>{"a", "b,\"c\"", "d\r\ne"});
  CHECK((*records)[1].fields == std::vector<std::string>{"", "", ""});
  CHECK((*records)[1].line == 4);
  CHECK((*records)[2].fields == std::vector<std::string>{"last"});
  CHECK(read_csv("a,\"b\n").message().find("Line 2") != std::string::npos);
  CHECK(read_csv("a,b\"c\n").kind() == Kind::invalid);
  CHECK(read_csv("\"a\"b\n").kind() == Kind::invalid);
}

TEST_CASE("the Online-Retail form: rows of one invoice are one order, cancellations are skipped and counted") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto file = read_orders_csv(retail_head + "536370,22728,ALARM CLOCK,24,2010-12-01T08:45,3.75,12583,France\n536370,22727,\"CLOCK, \"\"RED\"\"\",2,2010-12-01T08:45,0.85,12583,France\n"
                                              "C536379,D,Discount,-1,2010-12-01T09:41,27.5,14527,United Kingdom\n536371,1,X,1,2010-12-01T09:00,5,,France\n", "main");
    REQUIRE(file);
    CHECK(file->cancellations_skipped == 1);
    add_payments(*file, {{"536370", {"probe_pay", "S02-1", "S02-1-C1", "authorize"}}});
    const auto summary = import(host, *file);
    REQUIRE(summary);
    CHECK(summary->orders == 2);
    CHECK(summary->lines == 3);
    CHECK(summary->tasks == 1);
    const auto order = host.app->orders.by_number("536370");
    CHECK(order->total_minor == 24 * 375 + 2 * 85);
    CHECK(order->currency == "GBP");
    CHECK(order->line("2")->title == "CLOCK, \"RED\"");
    CHECK(order->charge_id == "S02-1-C1");
    CHECK(order->billing.country_code == "FR");
    const auto task = host.app->queue.list({"org.example.probe", "sync", "", false, 0, 10}).at(0);
    CHECK(text_of(task.payload, "order_id") == order->id);
  }
}

TEST_CASE("every bad row is reported with line and reason, and nothing is imported") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    insert(*host.app, sample_order("KNOWN"));
    const std::string csv = own_head +
        "A1,2026-11-21T08:45,EUR,Ann,,0,0,s,Mug,1,12.50,19\n"
        "A2,2026-11-21T08:45,EUR,Ann,,0,0,s,Mug,zero,12.50,19\n"
        "A3,2026-11-21T08:45,EUR,Ann,,0,0,s,Mug,1,12.505,19\n"
        "A4,21.11.2026,EUR,Ann,,0,0,s,Mug,1,1.00,19\n"
        "A5,2026-11-21T08:45,EUR,Ann,,99,0,s,Mug,1,1.00,19\n"
        "A6,2026-11-21T08:45,JPY,Ann,,0,0,s,Mug,1,1.50,19\n"
        "KNOWN,2026-11-21T08:45,EUR,Ann,,0,0,s,Mug,1,1.00,19\n"
        "A8,2026-11-21T08:45,EUR,Ann\n"
        "A9,2026-02-30T08:45,EUR,Ann,,0,0,s,Mug,1,-1.00,19\n"
        "A10,2026-11-21T08:45,eur,Ann,,0,0,s,Mug,1,1.00,19\n";
    const auto refused = import(host, *read_orders_csv(csv, "main"));
    REQUIRE(refused.kind() == Kind::refused);
    std::string lines;
    const auto rows = *parse_document(refused.problem().details, "");
    for (const auto& row : rows.as_array()) lines += std::to_string(row.at("line").as_int64()) + " ";
    CHECK(lines == "3 4 5 6 7 8 9 10 11 ");
    CHECK(host.app->orders.list({})->orders.size() == 1);
    const auto summary = import(host, *read_orders_csv(csv, "main"), true);
    REQUIRE(summary);
    CHECK(summary->orders == 1);
    CHECK(summary->bad.size() == 9);
    CHECK(host.app->orders.by_number("A1")->total_minor == 1250);
  }
}

TEST_CASE("orders come in as JSON documents with buyer, addresses, lines and payment") {
  Host host("sqlite");
  const std::string text = R"([{"id":"o-1","number":"J-1","created_ms":1763500000000,"currency":"JPY","locale":"ja","state":"in_progress",
    "buyer":{"name":"山田","email":"y@example.com"},"addresses":{"billing":{"name":"山田","city":"東京","country_code":"JP"}},
    "lines":[{"sku":"A","title":"茶","quantity":2,"unit_price_minor":1500,"tax_rate_bp":800}],"discount_minor":100,"shipping_minor":500,
    "payment":{"method":"probe_pay","reference":"S03-1","charge_id":"S03-1-C1","at_checkout":"authorize_with_capture"}}, 5, {"number":"J-1"}])";
  auto file = *read_orders_json(text, "main");
  CHECK(file.bad.size() == 1);
  const auto summary = import(host, file, true);
  REQUIRE(summary);
  CHECK(summary->bad.size() == 2);
  const auto order = host.app->orders.get("o-1");
  CHECK(order->total_minor == 3400);
  CHECK(order->buyer_name == "山田");
  CHECK(order->billing.city == "東京");
  CHECK(order->at_checkout == "authorize_with_capture");
  CHECK(read_orders_json("{}", "main").kind() == Kind::invalid);
  CHECK(read_orders_json("[", "main").kind() == Kind::invalid);
}

TEST_CASE("packed files are read as they are, and a file without its columns is refused by their names") {
  TempDir folder;
  const auto path = folder.path() / "orders.csv.gz";
  const auto packed = gzopen(path.c_str(), "wb");
  gzwrite(packed, retail_head.data(), static_cast<unsigned>(retail_head.size()));
  gzclose(packed);
  CHECK(*read_bytes(path) == retail_head);
  CHECK(read_bytes(folder.path() / "none").kind() == Kind::not_found);
  CHECK(read_orders_csv("number,title\n", "main").message().find("created, currency, quantity, unit_price") != std::string::npos);
  CHECK(read_orders_csv("", "main").kind() == Kind::invalid);
}
