#include <catch2/catch.hpp>
#include <algorithm>

#include "../catalogue_texts.hpp"

using namespace shopadmin::web;

namespace {
const CatalogueTexts& texts() {
  static const CatalogueTexts all(LOCALE_DIR, {"shopadmin", "amazonpay"}, "UTC");
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
  CHECK(texts().date("it", moment) == std::string("21") + nbsp + "nov 2026");
  CHECK(texts().date("es", moment) == std::string("21") + nbsp + "nov 2026");
}

TEST_CASE("times are those of the reader's zone, summer time included, and days begin there") {
  constexpr std::int64_t winter = 1795293418000, summer = 1784666218000;  // 21 Nov 2026 20:36:58 UTC, 21 Jul 2026 20:36:58 UTC
  CHECK(texts().time("ja", winter, "Asia/Tokyo") == "2026年11月22日 05:36");
  CHECK(texts().short_time("en", winter, "Europe/Berlin") == std::string("21") + nbsp + "Nov, 21:36");
  CHECK(texts().short_time("en", summer, "Europe/Berlin") == std::string("21") + nbsp + "Jul, 22:36");
  CHECK(texts().time("en", winter, "No/Such") == texts().time("en", winter));
  const auto& zones = texts().zones();
  CHECK(zones.known("America/New_York"));
  for (const auto* wrong : {"", "No/Such", "../../etc/passwd", "Etc/Unknown "}) CHECK_FALSE(zones.known(wrong));
  const auto names = zones.names();
  CHECK(names.size() > 300);
  CHECK(std::find(names.begin(), names.end(), "Europe/Berlin") != names.end());
  CHECK(zones.day_start("UTC", "2026-11-21") == 1795219200000);
  CHECK(zones.day_start("Europe/Berlin", "2026-11-21") == 1795219200000 - 3600000);
  // the last Sunday in March has 23 hours there, the last in October 25
  CHECK(*zones.day_start("Europe/Berlin", "2026-03-29", 1) - *zones.day_start("Europe/Berlin", "2026-03-29") == 23 * 3600000LL);
  CHECK(*zones.day_start("Europe/Berlin", "2026-10-25", 1) - *zones.day_start("Europe/Berlin", "2026-10-25") == 25 * 3600000LL);
  for (const auto* wrong : {"2026-02-30", "2026-13-01", "26-01-01", "2026-1-01", "2026-01-0x", ""}) CHECK_FALSE(zones.day_start("UTC", wrong));
  CHECK_THROWS_WITH(TimeZones("Europe/Berlni"), Catch::Contains("--time-zone"));
}

TEST_CASE("every language is offered by its own name") {
  CHECK(own_name("de") == "Deutsch");
  CHECK(own_name("fr") == "Français");
  CHECK(own_name("ja") == "日本語");
}

TEST_CASE("what a person wrote cannot turn the direction of the sentence around it") {
  CHECK(fill_places("Cancel order {n}", {{"n", "2026-1"}}) == "Cancel order 2026-1");
  CHECK(fill_places("It ends on {day}. Then nothing.", {{"day", "22. Nov."}}) == "It ends on 22. Nov. Then nothing.");
  CHECK(fill_places("{n} paid", {{"n", "Jörg 山田 😀"}}) == "Jörg 山田 😀 paid");
  CHECK(fill_places("{n} paid", {{"n", "\u202e1.00 EUR"}}) == "\u2068\u202e1.00 EUR\u2069 paid");
  CHECK(fill_places("{n} paid", {{"n", "שלום"}}) == "\u2068שלום\u2069 paid");
  CHECK(fill_places("{n} paid", {{"n", "مرحبا"}}) == "\u2068مرحبا\u2069 paid");
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
