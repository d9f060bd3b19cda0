// One cell of a CSV that people open in a spreadsheet: quoted as in RFC 4180 where needed; what a spreadsheet would take for a formula begins with an
// apostrophe. Pure; used by every CSV the plugin hands out.
#pragma once
#include <string>

namespace amazonpay {

std::string csv_cell(const std::string& text);

}  // namespace amazonpay
