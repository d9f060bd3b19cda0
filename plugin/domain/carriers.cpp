#include "domain/carriers.hpp"

#include <algorithm>
#include <cctype>

namespace amazonpay {
namespace {

struct Known {
  std::string_view name;  // as a code is written, so that case, dots and spaces do not matter
  std::string_view code;
};

// Only where the code is not simply the name.
constexpr Known irregular[] = {
    {"DEUTSCHE_POST", "DHL_DE"},      {"DEUTSCHE_POST_DHL", "DHL_DE"}, {"DHL_PAKET", "DHL_DE"},        {"DHL_EXPRESS", "DHL"},
    {"DPD_GERMANY", "DPD_DE"},        {"DPD_LOCAL", "INTERLINK_EXPRESS"}, {"HERMES_GERMANY", "HERMES_DE"}, {"EVRI", "MYHERMES_UK"},
    {"MYHERMES", "MYHERMES_UK"},      {"HERMESWORLD", "HERMES"},       {"LA_POSTE", "LA_POSTE_COLISSIMO"}, {"CHRONOPOST", "CHRONOPOST_FRANCE"},
    {"CORREOS", "SPAIN_CORREOS_ES"},  {"CORREOS_EXPRESS", "CORREOSEXPRESS"}, {"SEUR", "SPANISH_SEUR"}, {"MRW", "MRW_SPAIN"},
    {"BRT", "BRT_IT"},                {"BARTOLINI", "BRT_IT"},         {"SDA", "ITALY_SDA"},           {"CTT", "PORTUGAL_CTT"},
    {"POST_AT", "AUSTRIAN_POST"},     {"OESTERREICHISCHE_POST", "AUSTRIAN_POST"}, {"DIE_POST", "SWISS_POST"}, {"POSTNL", "POSTNL_INTERNATIONAL"},
    {"PARCELFORCE", "PARCEL_FORCE"},  {"YODEL_DOMESTIC", "YODEL"},     {"YAMATO", "TAQBIN_JP"},        {"YAMATO_TRANSPORT", "TAQBIN_JP"},
    {"UNITED_PARCEL_SERVICE", "UPS"}, {"FEDERAL_EXPRESS", "FEDEX"},    {"US_POSTAL_SERVICE", "USPS"},  {"DB_SCHENKER", "DBSCHENKER_SE"},
};

}  // namespace

std::string carrier_code(std::string_view carrier) {
  std::string code;
  for (const unsigned char c : carrier) {
    if (c < 0x80 && std::isalnum(c) != 0) code += static_cast<char>(std::toupper(c));
    else if (!code.empty() && code.back() != '_') code += '_';
  }
  while (!code.empty() && code.back() == '_') code.pop_back();
  const auto known = std::find_if(std::begin(irregular), std::end(irregular), [&](const Known& k) { return k.name == code; });
  return known == std::end(irregular) ? code : std::string(known->code);
}

}  // namespace amazonpay
