#include <catch2/catch.hpp>

#include "domain/carriers.hpp"

using amazonpay::carrier_code;

TEST_CASE("A carrier is sent by the code Amazon knows, however staff write its name") {
  CHECK(carrier_code("DHL") == "DHL");
  CHECK(carrier_code("Deutsche Post") == "DHL_DE");
  CHECK(carrier_code("  dhl  paket ") == "DHL_DE");
  CHECK(carrier_code("FedEx") == "FEDEX");
  CHECK(carrier_code("Old Dominion") == "OLD_DOMINION");
  CHECK(carrier_code("HERMES_DE") == "HERMES_DE");
  CHECK(carrier_code("Correos") == "SPAIN_CORREOS_ES");
  CHECK(carrier_code("S.F. Express") == "S_F_EXPRESS");
  CHECK(carrier_code("ヤマト").empty());
  CHECK(carrier_code(" - ").empty());
}
