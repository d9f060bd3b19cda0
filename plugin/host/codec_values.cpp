#include "host/codec_values.hpp"

namespace amazonpay::host {

json::object encode(Money amount) { return {{"minor", amount.minor()}, {"currency", amount.currency().code()}}; }

json::value encode(const std::optional<Money>& amount) { return amount ? json::value(encode(*amount)) : json::value(); }

namespace {

json::value encode_value(const TextValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json::value(*text);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* amount = std::get_if<Money>(&value)) return host::encode(*amount);
  if (const auto* moment = std::get_if<Moment>(&value)) return json::object{{"moment_ms", moment->unix_ms}};
  return json::object{{"day_ms", std::get<Day>(value).unix_ms}};
}

TextValue decode_text_value(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return value.get_int64();
  const Members members(value);
  if (members.find("day_ms") != nullptr) return Day{members.number("day_ms")};
  if (members.find("moment_ms") != nullptr) return Moment{members.number("moment_ms")};
  return decode_money(members);
}

}  // namespace

json::object encode(const Actor& who) { return {{"id", who.id}, {"name", who.name}}; }
Actor actor_member(const Members& m, std::string_view name) {
  const auto who = m.object(name);
  return who ? Actor{who->text("id"), who->text("name")} : Actor{};
}

json::object encode(const Text& text) {
  json::object args;
  for (const auto& [name, value] : text.args) args[name] = encode_value(value);
  return {{"id", text.id}, {"args", std::move(args)}};
}

Money decode_money(const Members& members) { return {members.number("minor"), members.currency("currency")}; }

Money money_member(const Members& members, std::string_view name) {
  const auto found = members.object(name);
  return found ? decode_money(*found) : Money{};
}

std::optional<Money> optional_money(const Members& members, std::string_view name) {
  const auto found = members.object(name);
  return found ? std::optional(decode_money(*found)) : std::nullopt;
}

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
