#include "host/picture.hpp"

#include <algorithm>

#include "host/call.hpp"
#include "host/member.hpp"
#include "host/shop.hpp"

namespace amazonpay::host {
namespace {

void read_shop(Picture& p, const Members& order) {
  if (const auto buyer = order.object("buyer")) p.buyer = buyer->text("name");
  for (const auto& one : order.list("lines")) {
    const Members line(one);
    ShopLine l{line.text("id"), line.text("title"), line.number("quantity") - line.number("canceled"), 0, {line.number("worth_minor"), p.payment.currency}};
    p.titles[l.id] = l.title;
    l.by_hand = std::clamp<std::int64_t>(pieces_refunded_by_hand(l.id, p.intents), 0, std::max<std::int64_t>(l.open, 0));
    if (l.open > 0) p.lines.push_back(std::move(l));
  }
}

// The order of the shop; nothing if it is deleted.
Result<std::optional<json::value>> shop_document(const hostapi::sdk::Session& session, const std::string& order_id) {
  auto document = session.orders().get(order_id);
  if (document) return std::optional(std::move(*document));
  if (document.kind() == Kind::not_found) return std::optional<json::value>();
  return document.failure();
}

Result<> read_payment(Picture& p, StoreLedger& ledger, const std::string& order_id, const std::optional<json::value>& document) {
  std::optional<ports::ShopOrder> order;
  if (document) {
    auto read = shop_order(*document);
    if (!read && read.kind() == Kind::unsupported) return Failure{Kind::not_found, read.message()};
    if (!read) return read.failure();
    order = std::move(*read);
  }
  auto loaded = ledger.load(order_id);
  if (loaded) {
    p.payment = std::move(loaded->payment), p.intents = std::move(loaded->intents), p.stored = true;
    if (order) flows::refresh_from_shop(p.payment, *order);
  } else if (loaded.kind() == Kind::not_found && order) {
    p.payment = flows::payment_from_shop(*order);
  } else {
    return loaded.failure();
  }
  p.in_shop = order.has_value() && !p.payment.order_deleted;
  return hostapi::success();
}

}  // namespace

Rights rights_of(const hostapi::sdk::Session& session) {
  const auto may = [&](const char* permission) { return session.identity().may(permission).ok(); };
  return {may("payment.view"), may("payment.capture"), may("payment.refund"), may("payment.cancel"), may("payment.approve")};
}

Result<Picture> draw(const hostapi::sdk::Session& session, const std::string& order_id, int events_most) {
  Picture p;
  StoreLedger ledger(session);
  auto document = shop_document(session, order_id);
  if (!document) return document.failure();
  if (auto read = read_payment(p, ledger, order_id, *document); !read) return read.failure();
  if (*document)
    if (auto read = reading("the order", [&] { return read_shop(p, Members(**document)), true; }); !read) return read.failure();
  auto todos = ledger.open_todos(order_id);
  if (!todos) return todos.failure();
  p.todos = std::move(*todos);
  auto events = ledger.events(order_id, events_most);
  if (!events) return events.failure();
  p.events = std::move(*events);
  auto settings = HostSettings(session).document();
  if (!settings) return settings.failure();
  auto policy = policy_of(*settings);
  if (!policy) return policy.failure();
  p.policy = std::move(*policy);
  auto seller_central = seller_central_of(*settings);
  if (!seller_central) return seller_central.failure();
  p.seller_central = std::move(*seller_central);
  p.sums = sums_of(p.payment, p.intents, p.policy.refund_rules);
  p.verdict = verdict_of(p.payment, p.intents, p.policy.refund_rules);
  p.rights = rights_of(session);
  auto me = actor_of(session);
  if (!me) return me.failure();
  p.me = std::move(*me);
  p.now_ms = session.core().now_unix_ms();
  return p;
}

}  // namespace amazonpay::host
