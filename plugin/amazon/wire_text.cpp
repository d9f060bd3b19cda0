// The parts of wire.hpp about text: timestamps, redaction, request bodies.
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "amazon/ascii.hpp"
#include "amazon/json.hpp"
#include "amazon/wire.hpp"

namespace amazonpay::amazon {
namespace json = boost::json;

namespace {

constexpr const char* hidden = "[redacted]";

bool has_word(std::string_view text, std::string_view lower_case) {
  return std::search(text.begin(), text.end(), lower_case.begin(), lower_case.end(), [](char a, char b) { return lower(a) == b; }) != text.end();
}

// Which letters a text has, a bit for each: most members of an answer lack one of every word below and need no search.
constexpr std::uint32_t letters(std::string_view text) {
  std::uint32_t found = 0;
  for (const char c : text) found |= std::uint32_t{1} << (static_cast<unsigned char>(c) & 31);
  return found;
}

// By parts of names and not by a list of members, so that a member Amazon adds tomorrow is covered too.
bool is_personal(std::string_view member) {
  if (same_name(member, "name") || same_name(member, "buyer")) return true;
  struct Part {
    std::string_view word;
    std::uint32_t its_letters = letters(word);
  };
  static constexpr std::array<Part, 7> parts = {{{"address"}, {"email"}, {"phone"}, {"notetobuyer"}, {"buyername"}, {"token"}, {"postalcode"}}};
  const auto has = letters(member);
  return std::any_of(parts.begin(), parts.end(), [&](const Part& part) { return (has & part.its_letters) == part.its_letters && has_word(member, part.word); });
}

void hide_all(json::value& value) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) hide_all(member.value());
  } else if (auto* array = value.if_array()) {
    for (auto& element : *array) hide_all(element);
  } else if (!value.is_null()) {
    value = hidden;
  }
}

void hide_personal(json::value& value) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) is_personal(member.key()) ? hide_all(member.value()) : hide_personal(member.value());
  } else if (auto* array = value.if_array()) {
    for (auto& element : *array) hide_personal(element);
  }
}

// Reads count digits; -1 if one is missing.
int digits(std::string_view& text, int count) {
  int value = 0;
  if (static_cast<int>(text.size()) < count) return -1;
  for (int i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = 10 * value + (text[i] - '0');
  }
  text.remove_prefix(static_cast<std::size_t>(count));
  return value;
}

void skip(std::string_view& text, char c) {
  if (!text.empty() && text.front() == c) text.remove_prefix(1);
}

// Between hours, minutes and seconds; some of Amazon's report examples have dashes there.
void skip_time_mark(std::string_view& text) {
  if (!text.empty() && (text.front() == ':' || text.front() == '-')) text.remove_prefix(1);
}

json::object price(Money amount) {
  return {{"amount", to_wire(amount)}, {"currencyCode", std::string(amount.currency().code())}};
}

void add_descriptor(json::object& body, std::string_view soft_descriptor) {
  if (!soft_descriptor.empty()) body["softDescriptor"] = clipped(soft_descriptor, 16);
}

std::string reason_or_default(std::string_view reason) { return reason.empty() ? std::string("Canceled by the shop") : clipped(reason, 255); }

}  // namespace

std::string capture_body(Money amount, std::string_view soft_descriptor) {
  json::object body{{"captureAmount", price(amount)}};
  add_descriptor(body, soft_descriptor);
  return json::serialize(body);
}

std::string create_charge_body(std::string_view permission_id, Money amount, bool capture_now, std::string_view soft_descriptor) {
  json::object body{{"chargePermissionId", permission_id},
                    {"chargeAmount", price(amount)},
                    {"captureNow", capture_now},
                    {"canHandlePendingAuthorization", false}};
  if (capture_now) add_descriptor(body, soft_descriptor);  // Amazon takes it only with a capture
  return json::serialize(body);
}

std::string create_refund_body(std::string_view charge_id, Money amount, std::string_view soft_descriptor) {
  json::object body{{"chargeId", charge_id}, {"refundAmount", price(amount)}};
  add_descriptor(body, soft_descriptor);
  return json::serialize(body);
}

std::string cancel_body(std::string_view reason) { return json::serialize(json::object{{"cancellationReason", reason_or_default(reason)}}); }

std::string close_body(std::string_view reason, bool cancel_pending_charges) {
  return json::serialize(json::object{{"closureReason", reason_or_default(reason)}, {"cancelPendingCharges", cancel_pending_charges}});
}

std::string delivery_body(std::string_view permission_id, const DeliveryDetails& delivery) {
  return json::serialize(json::object{{"chargePermissionId", permission_id},
                                      {"deliveryDetails", json::array{json::object{{"trackingNumber", delivery.tracking_number}, {"carrierCode", delivery.carrier_code}}}}});
}

std::string redacted(json::value& document) {
  hide_personal(document);
  return json::serialize(document);
}

std::string redacted(std::string_view text) {
  auto parsed = parse_json(text);
  return parsed ? redacted(parsed.value()) : std::string();
}

std::int64_t unix_ms(std::string_view text) {
  using namespace std::chrono;
  const int y = digits(text, 4);
  skip(text, '-');
  const int mon = digits(text, 2);
  skip(text, '-');
  const int d = digits(text, 2);
  if (text.empty() || text.front() != 'T') return 0;
  skip(text, 'T');
  const int h = digits(text, 2);
  skip_time_mark(text);
  const int min = digits(text, 2);
  skip_time_mark(text);
  const int s = digits(text, 2);
  int ms = 0;
  if (!text.empty() && text.front() == '.') {
    skip(text, '.');
    for (int weight = 100; !text.empty() && text.front() >= '0' && text.front() <= '9'; weight /= 10) ms += weight * digits(text, 1);
  }
  const year_month_day date{year{y}, month{static_cast<unsigned>(mon)}, day{static_cast<unsigned>(d)}};
  const bool good = text == "Z" && y >= 1970 && mon > 0 && d > 0 && date.ok() && h >= 0 && h < 24 && min >= 0 && min < 60 && s >= 0 && s <= 60;
  if (!good) return 0;
  return duration_cast<milliseconds>(sys_days{date}.time_since_epoch() + hours{h} + minutes{min} + seconds{s}).count() + ms;
}

std::string basic_timestamp(std::int64_t unix_ms) {
  using namespace std::chrono;
  const sys_seconds moment{floor<seconds>(milliseconds{unix_ms})};
  const year_month_day date{floor<days>(moment)};
  const hh_mm_ss time{moment - floor<days>(moment)};
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace amazonpay::amazon
