// The pieces every sheet is made of (sheets.cpp for acts with money, sheets_decide.cpp for decisions about intents). Pure over Picture.
#pragma once
#include "host/sheets.hpp"

namespace amazonpay::host {

json::object check(const char* role, const char* icon, std::string text);
json::object fact(std::string label, std::string value, bool mono = false);
json::array facts_of(const Picture& p, const Speech& speech);
json::array says_of(const Plan& plan, const Speech& speech);
void add_warnings(json::array& checks, const Picture& p, const Speech& speech);  // keys refused, Amazon silent
json::object big(const char* label, Money amount, const Speech& speech);
// Title, facts, fine print, button and the form with operation and stand.
json::object sheet_of(const Picture& p, const char* action, std::string title, std::string button, bool danger, const SheetForm& form, FormValues values,
                      const Speech& speech);

}  // namespace amazonpay::host
