// The code by which Amazon's delivery tracker knows a carrier (API reference 12). Amazon accepts some 470; the ones European, American and Japanese shops
// write most are known here by name, any other is turned into the form of a code and Amazon decides. Pure.
#pragma once
#include <string>
#include <string_view>

namespace amazonpay {

// "Deutsche Post" → DHL_DE, "UPS" → UPS, "Old Dominion" → OLD_DOMINION. Empty if there is no letter or digit in it.
std::string carrier_code(std::string_view carrier);

}  // namespace amazonpay
