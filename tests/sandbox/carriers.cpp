#include "carriers.hpp"

#include <algorithm>

namespace sandbox {

bool is_carrier(std::string_view code) {
    // Sorted by byte, so that it can be searched.
    static constexpr std::string_view carriers[] = {
        "ABF", "AN_POST", "ARAMEX", "ASENDIA_DE", "ASENDIA_UK", "AUSTRIAN_POST", "BRT_IT", "CANADA_POST", "CESKA_POSTA",
        "CHRONOPOST_FRANCE", "COLISSIMO", "COLLECTPLUS", "CORREOSEXPRESS", "DBSCHENKER_SE", "DHL", "DHL_BENELUX", "DHL_DE", "DHL_ES",
        "DHL_GLOBAL_MAIL", "DHL_POLAND", "DPD", "DPD_DE", "DPD_POLAND", "DPD_UK", "EMIRATES_POST", "ESTES", "FEDEX", "FEDEX_UK", "GLS",
        "GLS_CZ", "GLS_ITALY", "HERMES", "HERMES_DE", "HERMES_IT", "JAPAN_POST", "LASERSHIP", "LA_POSTE_COLISSIMO", "MYHERMES_UK",
        "OLD_DOMINION", "ONTRAC", "PARCEL_FORCE", "POCZTA_POLSKA", "PORTUGAL_CTT", "POSTE_ITALIANE", "POSTI", "POSTNL_INTERNATIONAL",
        "POSTNORD", "SAGAWA", "SEINO", "SF_EXPRESS", "SPANISH_SEUR", "SWISS_POST", "TAQBIN_JP", "TNT", "TNT_FR", "TNT_UK", "UK_MAIL", "UPS",
        "USPS", "YODEL"};
    return std::binary_search(std::begin(carriers), std::end(carriers), code);
}

}  // namespace sandbox
