/* An order as the host keeps it. Plain values, filled by Orders; the web and the plugins read them. Amounts are minor units of `currency`.
 * Pieces of a line: ordered = what the buyer ordered; deleted and canceled pieces are gone; quantity() = ordered - deleted; open() is still wanted.
 * Worth figures come from orders/pricing.hpp and always add up to the document. */
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "document.hpp"

namespace shopadmin {

struct Address {
  std::string name, company, line1, line2, postal_code, city, region, country_code, phone;
  bool empty() const { return name.empty() && line1.empty() && city.empty(); }
};

struct CanceledNote { /* who canceled pieces of a line last */
  std::string who, reason, note;
  std::int64_t at_ms = 0;
};

struct OrderLine {
  std::string id, sku, title;
  std::int64_t ordered = 0, deleted = 0, canceled = 0;
  std::int64_t unit_price_minor = 0; /* gross, before the discount */
  std::int64_t tax_rate_bp = 0;      /* 1900 = 19 % */
  std::int64_t cancel_generation = 0;
  CanceledNote canceled_by;
  std::int64_t worth_minor = 0;          /* open pieces, after their share of the discount */
  std::int64_t canceled_worth_minor = 0; /* canceled (not deleted) pieces */
  std::int64_t original_worth_minor = 0; /* all ordered pieces */
  std::int64_t quantity() const { return ordered - deleted; }
  std::int64_t open() const { return ordered - deleted - canceled; }
  std::int64_t gone() const { return deleted + canceled; }
  std::string state() const { return quantity() == 0 ? "deleted" : open() == 0 ? "canceled" : canceled > 0 ? "partly_canceled" : "open"; }
};

struct PaymentLabel { /* written by the plugin through store.commit; the word's role and icon are in its manifest */
  std::string word, reference, note;
  json::object note_args;
  std::int64_t open_tasks = 0;
  bool drift = false, test = false;
  bool operator==(const PaymentLabel&) const = default;
};

struct TaxShare {
  std::int64_t rate_bp = 0, gross_minor = 0, tax_minor = 0;
};

struct Order {
  std::string id, number, shop_id, state, state_before, currency, locale; /* state: new, in_progress, on_hold, shipped, canceled */
  std::int64_t version = 0, created_ms = 0;
  std::string buyer_name, buyer_email, buyer_phone;
  Address billing, shipping;
  std::string payment_method, payment_reference, charge_id, at_checkout;
  std::int64_t discount_minor = 0, shipping_minor = 0, shipping_tax_rate_bp = 0;
  bool shipping_gone = false, shipping_gone_asked = false; /* asked: staff ticked it, so un-cancelling a line does not bring it back */
  std::string notes, carrier, tracking_number;
  std::int64_t shipped_ms = 0;
  PaymentLabel payment;
  std::vector<OrderLine> lines; /* without wholly deleted ones; empty in list rows */
  std::int64_t original_total_minor = 0, total_minor = 0;
  std::vector<TaxShare> taxes; /* contained in total_minor, per rate; filled by get() */
  const OrderLine* line(const std::string& line_id) const;
};

struct HistoryEntry {
  std::int64_t at_ms = 0;
  std::string who, event, text; /* text: message id for the catalogue of `shopadmin`, args its places; a plugin's text is ready */
  json::object args;
};

json::object to_document(const Order& order, bool with_buyer = true); /* the `order` document of hostapi/README.md */
json::object to_brief_document(const Order& order); /* who and which: what a list of many orders shows */
json::object to_document(const Address& address);
Address address_from(const json::object& document);

}  // namespace shopadmin
