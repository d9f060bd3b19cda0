#include "orders/order.hpp"

namespace shopadmin {

const OrderLine* Order::line(const std::string& line_id) const {
  for (const auto& line : lines)
    if (line.id == line_id) return &line;
  return nullptr;
}

namespace {
json::object line_document(const OrderLine& line) {
  return {{"id", line.id}, {"sku", line.sku}, {"title", line.title}, {"quantity", line.quantity()}, {"canceled", line.canceled},
          {"ordered", line.ordered}, {"unit_price_minor", line.unit_price_minor}, {"tax_rate_bp", line.tax_rate_bp},
          {"worth_minor", line.worth_minor}, {"state", line.state()}, {"cancel_generation", line.cancel_generation}};
}
json::object payment_document(const Order& order) {
  return {{"method", order.payment_method}, {"reference", order.payment_reference}, {"charge_id", order.charge_id}, {"at_checkout", order.at_checkout}};
}
}  // namespace

json::object to_document(const Order& order, bool with_buyer) {
  json::array lines;
  for (const auto& line : order.lines)
    if (line.quantity() > 0) lines.push_back(line_document(line));
  json::object document{
      {"id", order.id}, {"number", order.number}, {"shop_id", order.shop_id}, {"version", order.version}, {"state", order.state},
      {"created_ms", order.created_ms}, {"currency", order.currency}, {"locale", order.locale},
      {"payment", payment_document(order)},
      {"lines", std::move(lines)}, {"discount_minor", order.discount_minor}, {"shipping_minor", order.shipping_minor},
      {"shipping_gone", order.shipping_gone}, {"original_total_minor", order.original_total_minor}, {"total_minor", order.total_minor}};
  if (with_buyer) document["buyer"] = {{"name", order.buyer_name}, {"email", order.buyer_email}, {"phone", order.buyer_phone}};
  if (!order.carrier.empty() || !order.tracking_number.empty()) {
    document["shipment"] = {{"carrier", order.carrier}, {"tracking_number", order.tracking_number}, {"shipped_ms", order.shipped_ms}};
  }
  return document;
}

json::object to_brief_document(const Order& order) {
  return {{"id", order.id}, {"number", order.number}, {"shop_id", order.shop_id}, {"created_ms", order.created_ms}, {"payment", payment_document(order)},
          {"buyer", {{"name", order.buyer_name}, {"email", order.buyer_email}, {"phone", order.buyer_phone}}}};
}

json::object to_document(const Address& address) {
  return {{"name", address.name}, {"company", address.company}, {"line1", address.line1}, {"line2", address.line2}, {"postal_code", address.postal_code},
          {"city", address.city}, {"region", address.region}, {"country_code", address.country_code}, {"phone", address.phone}};
}

Address address_from(const json::object& document) {
  Address address;
  address.name = text_of(document, "name");
  address.company = text_of(document, "company");
  address.line1 = text_of(document, "line1");
  address.line2 = text_of(document, "line2");
  address.postal_code = text_of(document, "postal_code");
  address.city = text_of(document, "city");
  address.region = text_of(document, "region");
  address.country_code = text_of(document, "country_code");
  address.phone = text_of(document, "phone");
  return address;
}

}  // namespace shopadmin
