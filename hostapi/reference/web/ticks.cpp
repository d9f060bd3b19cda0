#include "ticks.hpp"

#include <algorithm>
#include <set>

#include "../clock.hpp"
#include "order_words.hpp"
#include "pages.hpp"

namespace shopadmin::web {
namespace {

constexpr std::size_t orders_max = 500;

// What a button sends; names rather than a position, so that a page made before the plugin was updated presses what it showed.
std::string name_of(const TickOffer& offer) {
  return offer.manifest->id + " " + offer.action->page + " " + offer.action->action + " " + offer.action->kind;
}

std::vector<TickOffer> all_offers(const Site& site) {
  std::vector<TickOffer> offers;
  for (const auto* manifest : site.app.plugins.manifests())
    for (const auto& action : manifest->tick_actions) offers.push_back({manifest, &action});
  return offers;
}

bool is_operation(const std::string& id) { return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos; }

// The orders as the plugin gets them, or why not.
Result<json::array> checked_orders(Site& site, const Visit& visit, const Manifest& manifest) {
  const auto& say = visit.say;
  std::set<std::string> seen;
  json::array ids;
  const auto ticked = visit.form.all("order");
  if (ticked.empty()) return Problem{Kind::invalid, say.tr("No order is ticked. Tick the orders first, then press the button."), ""};
  if (ticked.size() > orders_max) return Problem{Kind::limit, say.tr("More than {count} orders are ticked. Tick fewer, or use a file.", {{"count", static_cast<std::int64_t>(orders_max)}}), ""};
  for (const auto& id : ticked) {
    if (!seen.insert(id).second) continue;
    const auto order = site.app.orders.get(id);
    if (!order || order->shop_id != visit.caller().shop_id) return Problem{Kind::not_found, say.tr("One of the ticked orders is gone. Look at the list again and tick anew."), ""};
    if (order->payment_method != manifest.payment_method)
      return Problem{Kind::refused, say.tr("Order {number} is not paid with {plugin}. Untick it and press the button again.", {{"number", order->number}, {"plugin", say.in_domain(manifest.domain, manifest.name)}}), ""};
    ids.emplace_back(id);
  }
  return ids;
}

}  // namespace

std::vector<TickOffer> tick_offers(const Site& site, const Visit& visit) {
  auto offers = all_offers(site);
  std::erase_if(offers, [&](const TickOffer& offer) { return !site.may(visit, offer.action->permission) || !site.may(visit, offer.manifest->page(offer.action->page)->permission); });
  return offers;
}

json::object tick_cell(const Site& site, const Say& say, const Order& order, const std::vector<TickOffer>& offers) {
  const bool offered = std::any_of(offers.begin(), offers.end(), [&](const TickOffer& offer) { return offer.manifest->payment_method == order.payment_method; });
  if (!offered) return {{"why", say.tr("{method} has no actions for ticked orders", {{"method", method_label(site, say, order)}})}};
  return {{"id", order.id}, {"label", say.tr("Tick order {number}", {{"number", order.number}})}, {"minor", std::to_string(order.total_minor)}, {"currency", order.currency}};
}

json::object tick_bar(const Say& say, const std::vector<TickOffer>& offers, const std::string& back) {
  std::set<std::string> plugins;
  for (const auto& offer : offers) plugins.insert(offer.manifest->id);
  json::array buttons;
  for (const auto& offer : offers) {
    auto label = say.in_domain(offer.manifest->domain, offer.action->label);
    if (plugins.size() > 1) label = say.in_domain(offer.manifest->domain, offer.manifest->name) + ": " + label;
    buttons.push_back(json::object{{"value", name_of(offer)}, {"label", label}});
  }
  return {{"buttons", std::move(buttons)}, {"operation_id", random_hex(16)}, {"back", back}};
}

Response orders_ticked(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "orders.view")) return site.denied(visit);
  const auto next = safe_next(visit.form.get("back"));
  const auto back = next.substr(0, next.find('?')) == "/orders" ? next : "/orders";
  const auto pressed = visit.form.get("tick_action");
  const auto offers = all_offers(site);
  const auto offer = std::find_if(offers.begin(), offers.end(), [&](const TickOffer& known) { return name_of(known) == pressed; });
  if (offer == offers.end()) return site.go(back, {"stop", say.tr("This button is not there any more, so nothing was done. Look at the list again.")});
  if (!site.may(visit, offer->action->permission)) return site.denied(visit);
  auto orders = checked_orders(site, visit, *offer->manifest);
  if (!orders) return site.go(back, {orders.kind() == Kind::invalid ? "wait" : "stop", orders.message()});
  const auto given = visit.form.get("operation_id");
  const json::object form{{"kind", offer->action->kind}, {"order", std::move(*orders)}, {"operation_id", is_operation(given) ? given : random_hex(16)}};
  return run_page(site, visit, *offer->manifest, offer->action->page, offer->action->action, form, back);
}

}  // namespace shopadmin::web
