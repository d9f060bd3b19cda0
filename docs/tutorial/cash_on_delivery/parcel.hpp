// What we know of the money of one order, and what follows from it. Pure values: no host, no clock; so each rule can be tested with two lines.
#pragma once
#include <boost/json.hpp>

#include <cstdint>
#include <string>

namespace cash {

namespace json = boost::json;

struct Parcel {
  std::string state = "due";       // due, on_its_way, overdue, collected: the words of the manifest
  std::int64_t amount_minor = 0;   // what the carrier has to collect; minor units, never a double
  std::string currency;
  std::string operation_id;        // of the form that booked the payment
};

inline Parcel parcel_of(const json::value& document) {
  const auto& o = document.as_object();
  return {std::string(o.at("state").as_string()), o.at("amount_minor").as_int64(), std::string(o.at("currency").as_string()), std::string(o.at("operation_id").as_string())};
}

inline json::object document_of(const Parcel& p) {
  return {{"state", p.state}, {"amount_minor", p.amount_minor}, {"currency", p.currency}, {"operation_id", p.operation_id}};
}

inline bool with_the_carrier(const Parcel& p) { return p.state == "on_its_way" || p.state == "overdue"; }

// The setting counts whole units; currencies such as the yen have no smaller one.
inline bool above_limit(std::int64_t amount_minor, const std::string& currency, std::int64_t limit) {
  const std::int64_t minor_per_unit = currency == "JPY" || currency == "KRW" ? 1 : 100;
  return amount_minor > limit * minor_per_unit;
}

}  // namespace cash
