#include "host/connection_checklist.hpp"

#include <algorithm>

#include "host/codec.hpp"
#include "host/store_documents.hpp"
#include "host/store_notifications.hpp"

namespace amazonpay::host {
namespace {

using hostapi::sdk::Session;

constexpr std::int64_t fresh_ms = 24 * hour_ms;
constexpr const char* settings_page = "/settings/org.amazonpay.plugin";

Result<std::int64_t> newest_reading(const Session& session) {
  auto found = all_of(session.store(), {{"collection", "payments"}, {"order", "-next_sync_ms"}, {"limit", 20}}, 20, decode_payment);
  if (!found) return found.failure();
  std::int64_t newest_ms = 0;
  for (const auto& payment : *found) newest_ms = std::max(newest_ms, payment.sync.synced_ms);
  return newest_ms;
}

// In the order of the index by environment: in any other the store would sort every payment first, to give one.
Result<bool> any_sandbox_refund(const Session& session) {
  auto found = session.store().find(json::object{{"collection", "payments"}, {"order", "-created_ms"}, {"limit", 1}, {"values", false},
                                                 {"where", json::array{condition("environment", "=", "sandbox"), condition("word", "in", json::array{"refunded", "partly_refunded"})}}});
  if (!found) return found.failure();
  return reading("store.find's answer", [&] { return !Members(*found).list("items").empty(); });
}

Text capture_text(const std::string& mode) {
  if (mode == "at_checkout") return {tr("Money is collected at checkout, at once.")};
  if (mode == "on_shipping") return {tr("Money is collected when an order is marked as shipped.")};
  return {tr("Money is collected by hand, on the order’s page.")};
}

Text limits_text(const LiveFacts& facts) {
  if (!facts.approve_refund_above.empty()) return {tr("A refund above {amount} needs a second person."), {{"amount", facts.approve_refund_above}}};
  if (!facts.approve_refunds_per_day_above.empty()) return {tr("Refunds of a day above {amount} need a second person."), {{"amount", facts.approve_refunds_per_day_above}}};
  return {tr("No limit: one person alone may refund any sum.")};
}

ChecklistLine notifications_line(const LiveFacts& facts) {
  ChecklistLine line{"notifications", false, true, false, {}, "notifications", tr("Notifications")};
  if (facts.last_notification_ms > 0 && facts.now_ms - facts.last_notification_ms < fresh_ms) {
    line.text = {tr("Notifications arrive: one came within the last 24 hours.")};
  } else if (facts.last_reading_ms > 0 && facts.now_ms - facts.last_reading_ms < fresh_ms) {
    line.text = {tr("No notification came within the last 24 hours, but asking Amazon at intervals works.")};
  } else {
    line.ok = false, line.text = {tr("Neither did a notification come nor was Amazon asked within the last 24 hours. Enter the address of step 4 in Seller Central.")};
  }
  return line;
}

}  // namespace

Result<LiveFacts> live_facts(const Session& session, const ConnectionSets& sets, std::string webhook_url) {
  LiveFacts facts;
  facts.live_complete = sets.live.complete(), facts.webhook_url = std::move(webhook_url), facts.now_ms = session.core().now_unix_ms();
  auto test = last_test(session, "live");
  if (!test) return test.failure();
  if (*test && (*test)->public_key_id == sets.live.text("public_key_id")) facts.live_test = std::move(*test);
  auto newest = StoreNotifications(session).newest("", 1);
  if (!newest) return newest.failure();
  if (!newest->empty()) facts.last_notification_ms = newest->front().received_ms;
  auto reading_ms = newest_reading(session);
  if (!reading_ms) return reading_ms.failure();
  facts.last_reading_ms = *reading_ms;
  auto refund = any_sandbox_refund(session);
  if (!refund) return refund.failure();
  facts.refund_settled = *refund;
  auto settings = session.settings().get();
  if (!settings) return settings.failure();
  return reading("the settings", [&] {
    if (const auto values = Members(*settings).object("values")) {
      facts.capture_mode = values->text("capture_mode");
      facts.approve_refund_above = values->text("approve_refund_above"), facts.approve_refunds_per_day_above = values->text("approve_refunds_per_day_above");
    }
    return facts;
  });
}

std::vector<ChecklistLine> checklist(const LiveFacts& facts) {
  std::vector<ChecklistLine> lines;
  const bool tested = facts.live_complete && facts.live_test && facts.live_test->good;
  lines.push_back({"live_keys", false, tested, true,
                   tested ? Text{tr("The live keys are stored, and Amazon accepts them.")}
                          : facts.live_complete ? Text{tr("The live keys are stored but not tested, or the test was not good.")} : Text{tr("No live keys are stored yet. Paste them as you did for the sandbox; nothing changes until you go live.")},
                   "?set=live", tr("Live connection")});
  const bool https = facts.webhook_url.starts_with("https://");
  lines.push_back({"https", false, https, false,
                   https ? Text{tr("The address for notifications begins with https.")} : Text{tr("This shop is reached without https here, so Amazon cannot send notifications to this address. Put a certificate in front of it.")}, "", ""});
  lines.push_back(notifications_line(facts));
  lines.push_back({"refund", false, facts.refund_settled, false,
                   facts.refund_settled ? Text{tr("A refund was settled in the sandbox.")} : Text{tr("No refund was settled in the sandbox yet. Try one on a test order.")}, "/orders", tr("Orders")});
  lines.push_back({"capture", true, false, true, capture_text(facts.capture_mode), std::string(settings_page) + "#capture", tr("Collecting money")});
  lines.push_back({"limits", true, false, true, limits_text(facts), std::string(settings_page) + "#control", tr("Limits")});
  lines.push_back({"people", true, false, true, {tr("Who may refund, and who may approve, is as I want it.")}, "/users", tr("People and roles")});
  return lines;
}

}  // namespace amazonpay::host
