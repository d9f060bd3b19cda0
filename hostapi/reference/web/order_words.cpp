#include "order_words.hpp"

namespace shopadmin::web {
namespace {

// Money and days in what a plugin stored: written for this reader.
json::object written_for(const Say& say, json::object args, std::int64_t now_ms) {
  for (auto& item : args) {
    const auto* value = item.value().if_object();
    if (value == nullptr) continue;
    if (value->contains("minor")) {
      item.value() = say.money(whole_of(*value, "minor"), text_of(*value, "currency"));
    } else if (const auto ms = whole_of(*value, "unix_ms"); ms != 0) {
      item.value() = say.year(ms) == say.year(now_ms) ? say.short_date(ms) : say.date(ms);
    }
  }
  return args;
}

}  // namespace

json::value payment_word(const Site& site, const Say& say, const Order& order) {
  if (order.payment.word.empty()) return nullptr;
  const auto* manifest = site.app.plugins.for_method(order.payment_method);
  // "unknown:OnHold": a word Amazon added later is shown with its raw name
  const auto colon = order.payment.word.find(':');
  const auto id = order.payment.word.substr(0, colon);
  const auto* word = manifest ? manifest->word(id) : nullptr;
  if (!word) return json::object{{"role", "neutral"}, {"icon", "unknown"}, {"label", order.payment.word}};
  std::string label = say.in_domain(manifest->domain, word->label);
  if (colon != std::string::npos) label += " (" + order.payment.word.substr(colon + 1) + ")";
  return json::object{{"role", word->role}, {"icon", word->icon}, {"label", label}};
}

std::string payment_note(const Site& site, const Say& say, const Order& order) {
  if (order.payment.note.empty()) return {};
  const auto* manifest = site.app.plugins.for_method(order.payment_method);
  const auto args = written_for(say, order.payment.note_args, site.app.clock->now_ms());
  return say.in_domain(manifest ? manifest->domain : "shopadmin", order.payment.note, args);
}

std::string method_label(const Site& site, const Say& say, const Order& order) {
  if (const auto* manifest = site.app.plugins.for_method(order.payment_method)) return say.in_domain(manifest->domain, manifest->name);
  const auto& method = order.payment_method;
  if (method == "invoice") return say.tr("Invoice");
  if (method == "bank_transfer") return say.tr("Bank transfer");
  if (method == "prepayment") return say.tr("Payment in advance");
  if (method == "amazon_pay") return "Amazon Pay";
  if (method.empty()) return say.tr("no payment method");
  return method;
}

std::string state_label(const Say& say, const std::string& state) {
  if (state == "new") return say.tr("New");
  if (state == "in_progress") return say.tr("In progress");
  if (state == "on_hold") return say.tr("On hold");
  if (state == "shipped") return say.tr("Shipped");
  if (state == "canceled") return say.tr("Canceled");
  return state;
}

json::object state_word(const Say& say, const std::string& state) {
  const char* role = "neutral";
  const char* icon = "info";
  if (state == "shipped") role = "good", icon = "truck";
  if (state == "on_hold") role = "wait", icon = "pause";
  if (state == "canceled") icon = "cancel";
  if (state == "new") icon = "orders";
  if (state == "in_progress") icon = "play";
  return {{"role", role}, {"icon", icon}, {"label", state_label(say, state)}};
}

std::string when(const Say& say, std::int64_t ms, std::int64_t now_ms) { return say.year(ms) == say.year(now_ms) ? say.short_time(ms) : say.time(ms); }

std::string order_address(const std::string& order_id) { return "/orders/" + encode_component(order_id); }

// Labels the core keeps in a table, named here so that the catalogue gets them.
[[maybe_unused]] static void reasons_for_the_catalogue(const Say& say) {
  say.tr("Buyer changed their mind"), say.tr("Out of stock"), say.tr("Damaged or faulty"), say.tr("Wrong price"), say.tr("Ordered twice"), say.tr("Suspected fraud"), say.tr("Other");
  say.tr("Order was imported.");
}

std::string reason_label(const Say& say, const std::string& reason_id) {
  for (const auto& [id, label] : Orders::cancel_reasons())
    if (id == reason_id) return say.known(label);
  return reason_id;
}

}  // namespace shopadmin::web
