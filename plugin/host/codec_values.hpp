// The small parts inside stored documents: money, texts, who acted. Used by codec*.cpp only.
#pragma once
#include "host/member.hpp"

#include "domain/intent.hpp"
#include "domain/text.hpp"

namespace amazonpay::host {

json::object encode(Money amount);
json::value encode(const std::optional<Money>& amount);
json::object encode(const Text& text);
json::object encode(const Actor& who);
Money decode_money(const Members& members);
Money money_member(const Members& members, std::string_view name);  // missing: no money at all, currency XXX
std::optional<Money> optional_money(const Members& members, std::string_view name);
Text text_member(const Members& members, std::string_view name);
Actor actor_member(const Members& members, std::string_view name);  // missing: nobody

}  // namespace amazonpay::host
