#include <catch2/catch.hpp>
#include <cstdlib>

#include "../catalogue_texts.hpp"

using namespace shopadmin::web;

namespace {
const CatalogueTexts& texts() {
  static const CatalogueTexts all(LOCALE_DIR, {"shopadmin", "amazonpay"});
  return all;
}
constexpr auto nbsp = "\u00a0";
}  // namespace

TEST_CASE("money is written as the language writes it, from whole minor units") {
  CHECK(texts().money("en", 128400, "GBP") == std::string("1,284.00") + nbsp + "GBP");
  CHECK(texts().money("de", 128400, "EUR") == std::string("1.284,00") + nbsp + "EUR");
  CHECK(texts().money("en", 18600, "JPY") == std::string("18,600") + nbsp + "JPY");
  CHECK(texts().money("de", -5, "EUR") == std::string("\u22120,05") + nbsp + "EUR");
  CHECK(texts().money("fr", 128400, "EUR") == std::string("1\u202f284,00") + nbsp + "EUR");
  CHECK(texts().money("ja", 1284, "JPY") == std::string("1,284") + nbsp + "JPY");
  CHECK(texts().money("en", INT64_MIN, "EUR") == std::string("\u221292,233,720,368,547,758.08") + nbsp + "EUR");
  CHECK(texts().money("en", 0, "EUR") == std::string("0.00") + nbsp + "EUR");
}

TEST_CASE("dates and times follow the language") {
  setenv("TZ", "UTC", 1);
  tzset();
  constexpr std::int64_t moment = 1795293418000;  // 21 Nov 2026 20:36:58 UTC
  CHECK(texts().time("en", moment) == std::string("21") + nbsp + "Nov 2026, 20:36");
  CHECK(texts().time("de", moment) == std::string("21.") + nbsp + "Nov. 2026, 20:36");
  CHECK(texts().date("de", moment) == std::string("21.") + nbsp + "Nov. 2026");
  CHECK(texts().short_time("en", moment) == std::string("21") + nbsp + "Nov, 20:36");
  CHECK(texts().date("fr", moment) == std::string("21") + nbsp + "nov. 2026");
  CHECK(texts().time("ja", moment) == "2026年11月21日 20:36");
  CHECK(texts().date("ja", moment) == "2026年11月21日");
  CHECK(texts().short_date("de", moment) == std::string("21.") + nbsp + "Nov.");
  CHECK(texts().short_date("ja", moment) == "11月21日");
  CHECK(texts().short_time("ja", moment) == "11月21日 20:36");
  CHECK(CatalogueTexts::iso_time(moment) == "2026-11-21T20:36:58");
}

TEST_CASE("the language comes from Accept-Language, with English when nothing fits") {
  CHECK(texts().negotiate("de-AT,de;q=0.9,en;q=0.8") == "de");
  CHECK(texts().negotiate("fr,de;q=0.3,en;q=0.7") == "fr");
  CHECK(texts().negotiate("nl,de;q=0.3,en;q=0.7") == "en");
  CHECK(texts().languages() == std::vector<std::string>{"de", "en", "es", "fr", "it", "ja"});
  CHECK(texts().negotiate("xx") == "en");
  CHECK(texts().negotiate("") == "en");
  CHECK(texts().supported("de_CH") == "de");
  CHECK(texts().supported("../../etc") == "en");
}

TEST_CASE("messages are translated, places filled, plurals chosen") {
  CHECK(texts().translate("de", "shopadmin", "Orders") == "Bestellungen");
  CHECK(texts().translate("de", "shopadmin", "Cancel order {number}", {{"number", "7"}}) == "Bestellung 7 stornieren");
  CHECK(texts().translate_plural("de", "shopadmin", "{count} task", "{count} tasks", 1) == "1 Aufgabe");
  CHECK(texts().translate_plural("de", "shopadmin", "{count} task", "{count} tasks", 3) == "3 Aufgaben");
  CHECK(texts().translate_plural("en", "shopadmin", "{count} task", "{count} tasks", 1) == "1 task");
  CHECK(texts().translate_plural("fr", "shopadmin", "{count} task", "{count} tasks", 0) == "0 tâche");
  CHECK(texts().translate_plural("fr", "shopadmin", "{count} task", "{count} tasks", 2) == "2 tâches");
  CHECK(texts().translate_plural("ja", "shopadmin", "{count} task", "{count} tasks", 1) == "タスク1件");
  CHECK(texts().translate_plural("ja", "shopadmin", "{count} task", "{count} tasks", 3) == "タスク3件");
  CHECK(texts().translate("de", "shopadmin", "").empty());
  CHECK(texts().translate("de", "shopadmin", "not in the catalogue {x}", {{"x", 3}}) == "not in the catalogue 3");
}
