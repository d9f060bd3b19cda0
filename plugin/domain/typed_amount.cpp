#include "domain/typed_amount.hpp"

namespace amazonpay {

RefundRoom room_of(const ChargeSums& sums, const ApprovalRules& rules) {
  RefundRoom room{sums.held, sums.refundable, std::nullopt, rules.compensation};
  if (rules.refund) room.approval = rules.refund->in(sums.held.currency());
  return room;
}

TypedAmount judge_refund(const std::string& typed, const RefundRoom& room) {
  const auto currency = room.held.currency();
  auto read = parse_amount(typed, currency);
  if (!read) {
    auto readings = readings_of(typed, currency);
    if (readings.size() == 2) {
      Text say{sentence::which, {{"first", readings[0]}, {"second", readings[1]}}};
      return {"wait", std::move(say), std::move(readings)};
    }
    return {"stop", {read.message()}, {}};
  }
  const auto amount = *read;
  if (amount > room.refundable) return {"stop", {sentence::too_much, {{"more", amount - room.refundable}, {"most", room.refundable}}}, {}};
  if (room.approval && amount > *room.approval) return {"wait", {sentence::approval, {{"limit", *room.approval}}}, {}};
  if (amount > room.held)
    return {"wait", {room.compensation_approved ? sentence::compensation_approval : sentence::compensation, {{"amount", amount}, {"more", amount - room.held}}}, {}};
  return {"good", {sentence::within, {{"amount", amount}, {"rest", room.refundable - amount}}}, {}};
}

}  // namespace amazonpay
