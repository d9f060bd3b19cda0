#include "flows/shop_events.hpp"
#include "host/call.hpp"
#include "host/contributions.hpp"
#include "host/member.hpp"
#include "host/sheets.hpp"

namespace amazonpay::host {
namespace {

bool gives_back(std::string_view event) { return event.ends_with(".cancel") || event.ends_with(".delete"); }

// Who may cancel an order but not move money must not move money by canceling.
Result<> authorise_plan(const Session& session, const flows::EventPlan& planned) {
  if (planned.mode == ports::RefundMode::automatic && planned.plan.gives_back.positive())
    if (auto allowed = authorise(session, "payment.refund"); !allowed) return allowed;
  if (planned.mode == ports::RefundMode::automatic && planned.plan.releases.positive())
    if (auto allowed = authorise(session, "payment.cancel"); !allowed) return allowed;
  if (planned.plan.collects.positive()) return authorise(session, "payment.capture");
  return hostapi::success();
}

}  // namespace

Result<json::value> Guard::plan(const Session& session, std::string_view event, const json::value& document) {
  auto shop_event = host::shop_event(document);
  if (!shop_event) return shop_event.failure();
  Call call(session, amazon_);
  auto planned = flows::plan_event(call.ports(), *shop_event);
  if (!planned) return in_words(session, planned.failure());
  const Speech speech(session);
  if (!authorise(session, "payment.view")) {
    json::object hidden{{"rows", json::array()}, {"checks", json::array()}, {"say", speech.say(tr("The payment follows this act. Your role does not show the sums."))}};
    return json::value(view_document("guard", std::move(hidden)));
  }
  return json::value(view_document("guard", event_sheet(planned->plan, planned->mode, planned->known, gives_back(event), speech)));
}

Result<> Guard::before(const Session& session, std::string_view, const json::value& document) {
  auto shop_event = host::shop_event(document);
  if (!shop_event) return shop_event.failure();
  Call call(session, amazon_);
  // Whatever cannot be planned now could not be refunded afterwards either: better no act than half of one.
  auto planned = flows::plan_event(call.ports(), *shop_event);
  if (!planned) return in_words(session, planned.failure());
  if (auto allowed = authorise_plan(session, *planned); !allowed) return Failure{Kind::refused, allowed.message()};
  return hostapi::success();
}

Result<> Guard::after(const Session& session, std::string_view, const json::value& document) {
  auto shop_event = host::shop_event(document);
  if (!shop_event) return shop_event.failure();
  if (shop_event->id.empty()) return Failure{Kind::invalid, "an event that happened needs its event_id"};
  Call call(session, amazon_);
  return flows::after_event(call.ports(), *shop_event);
}

}  // namespace amazonpay::host
