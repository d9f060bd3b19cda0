#include "host/codec_values.hpp"

#include <algorithm>
#include <charconv>

namespace amazonpay::host {

namespace {

bool empty(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return true;
    case json::kind::bool_: return !value.get_bool();
    case json::kind::int64: return value.get_int64() == 0;
    case json::kind::uint64: return value.get_uint64() == 0;
    case json::kind::double_: return false;
    case json::kind::string: return value.get_string().empty();
    case json::kind::array: return value.get_array().empty();
    case json::kind::object: return value.get_object().empty();
  }
  return false;
}

std::string stored(Money amount) { return std::to_string(amount.minor()) + " " + std::string(amount.currency().code()); }

}  // namespace

json::object without_empty(MemberList members, json::storage_ptr memory) {
  json::object made(memory);
  made.reserve(members.size());
  for (const auto& [name, given] : members) {
    json::array value({given}, memory);  // a value_ref becomes a value in a memory of our choice only within a list
    if (!empty(value.front())) made.emplace(name, std::move(value.front()));
  }
  return made;
}

std::string encode(Money amount) { return amount == Money{} ? std::string() : stored(amount); }

json::value encode(const std::optional<Money>& amount) { return amount ? json::value(stored(*amount)) : json::value(); }

json::object money_object(Money amount) { return {{"minor", amount.minor()}, {"currency", amount.currency().code()}}; }

namespace {

json::value encode_value(const TextValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json::value(*text);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* amount = std::get_if<Money>(&value)) return money_object(*amount);
  if (const auto* moment = std::get_if<Moment>(&value)) return json::object{{"moment_ms", moment->unix_ms}};
  return json::object{{"day_ms", std::get<Day>(value).unix_ms}};
}

TextValue decode_text_value(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return value.get_int64();
  const Members members(value);
  if (members.find("day_ms") != nullptr) return Day{members.number("day_ms")};
  if (members.find("moment_ms") != nullptr) return Moment{members.number("moment_ms")};
  return decode_money(value);
}

}  // namespace

json::object encode(const Actor& who, json::storage_ptr memory) { return without_empty({{"id", who.id}, {"name", who.name}}, memory); }
Actor actor_member(const Members& m, std::string_view name) {
  const auto who = m.object(name);
  return who ? Actor{who->text("id"), who->text("name")} : Actor{};
}

json::object encode(const Text& text, json::storage_ptr memory) {
  json::object args(memory);
  for (const auto& [name, value] : text.args) args[name] = encode_value(value);
  return without_empty({{"id", text.id}, {"args", std::move(args)}}, memory);
}

Money decode_money(const json::value& value) {
  if (!value.is_string()) {
    const Members members(value);
    return {members.number("minor"), members.currency("currency")};
  }
  const std::string_view text = value.get_string();
  std::int64_t minor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minor);
  const auto code = text.substr(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  if (error != std::errc() || *end != ' ' || !is_currency_code(code)) throw BadDocument("\"" + std::string(text) + "\" is not an amount");
  return {minor, Currency(code)};
}

std::optional<Money> optional_money(const Members& members, std::string_view name) {
  const auto* found = members.find(name);
  if (found == nullptr) return std::nullopt;
  try {
    return decode_money(*found);
  } catch (const BadDocument& broken) {
    throw BadDocument("member " + std::string(name) + ": " + broken.what());
  }
}

Money money_member(const Members& members, std::string_view name) { return optional_money(members, name).value_or(Money{}); }

Text text_member(const Members& members, std::string_view name) {
  Text text;
  const auto found = members.object(name);
  if (!found) return text;
  text.id = found->text("id");
  if (const auto args = found->object("args"))
    for (const auto& arg : args->raw()) text.args[std::string(arg.key())] = decode_text_value(arg.value());
  return text;
}

}  // namespace amazonpay::host
