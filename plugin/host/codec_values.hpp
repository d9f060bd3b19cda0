// The small parts inside stored documents: money, texts, who acted. Used by codec*.cpp only.
#pragma once
#include "host/member.hpp"

#include "domain/intent.hpp"
#include "domain/text.hpp"

namespace amazonpay::host {

using MemberList = std::initializer_list<std::pair<json::string_view, json::value_ref>>;

/// An object of these members but the empty ones (null, false, 0, "", {} and []), which every reader takes as empty when they are missing: what is stored is
/// written, parsed and copied again with every change, and most of a payment's members are empty most of the time.
json::object without_empty(MemberList members, json::storage_ptr memory = {});

/// The memory of the documents of one batch: taken in large pieces and given back at once, for a batch is made of some thousand small parts that go together.
/// They must not outlive it. One thread.
class BatchMemory {
 public:
  operator json::storage_ptr() { return &resource_; }  // NOLINT(google-explicit-constructor): it stands where a storage_ptr is wanted

 private:
  json::monotonic_resource resource_{16 * 1024};
};

std::string encode(Money amount);  // "4000 EUR", in minor units; no money at all: ""
json::value encode(const std::optional<Money>& amount);
json::object money_object(Money amount);  // {"minor","currency"}: where a text or an object could stand as well, and for the host
json::object encode(const Text& text, json::storage_ptr memory = {});
json::object encode(const Actor& who, json::storage_ptr memory = {});
Money decode_money(const json::value& value);  // of either form: amounts were stored as objects once
Money money_member(const Members& members, std::string_view name);  // missing: no money at all, currency XXX
std::optional<Money> optional_money(const Members& members, std::string_view name);
Text text_member(const Members& members, std::string_view name);
Actor actor_member(const Members& members, std::string_view name);  // missing: nobody

}  // namespace amazonpay::host
