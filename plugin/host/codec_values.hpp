// The small parts inside stored documents: money, texts, who acted. Used by codec*.cpp only.
#pragma once
#include "host/member.hpp"

#include "domain/intent.hpp"
#include "domain/text.hpp"

namespace amazonpay::host {

/// An object of these members but the empty ones (null, false, 0, "", {} and []), which every reader takes as empty when they are missing: what is stored is
/// written, parsed and copied again with every change, and most of a payment's members are empty most of the time.
json::object without_empty(std::initializer_list<std::pair<json::string_view, json::value_ref>> members);

std::string encode(Money amount);  // "4000 EUR", in minor units; no money at all: ""
json::value encode(const std::optional<Money>& amount);
json::object money_object(Money amount);  // {"minor","currency"}: where a text or an object could stand as well, and for the host
json::object encode(const Text& text);
json::object encode(const Actor& who);
Money decode_money(const json::value& value);  // of either form: amounts were stored as objects once
Money money_member(const Members& members, std::string_view name);  // missing: no money at all, currency XXX
std::optional<Money> optional_money(const Members& members, std::string_view name);
Text text_member(const Members& members, std::string_view name);
Actor actor_member(const Members& members, std::string_view name);  // missing: nobody

}  // namespace amazonpay::host
