/* What an act does to an order, worked out on values: no database, no clock, no plugin. Orders uses the same draft for the plan on screen, for the
 * guard's question and for the change itself, so the three cannot differ. */
#pragma once
#include <string>
#include <vector>

#include "caller.hpp"
#include "orders/orders.hpp"
#include "result.hpp"

namespace shopadmin {

struct ActDraft {
  Order before, after;
  std::string event; /* of the guard and the audit; set_state and set_notes have none for the guard */
  bool guarded = true, removes = false;
  std::vector<ActLine> lines;
  std::int64_t shipping_minor = 0, amount_minor = 0;
  std::string history, message; /* message ids */
  json::object args;
};

Result<ActDraft> draft_act(const Order& order, const ActRequest& request, const Caller& caller, std::int64_t now_ms);

/* The `event` document of hostapi/README.md. event_id empty: asked beforehand, the order stands as it is now. */
json::object event_document(const ActDraft& draft, const ActRequest& request, const Caller& caller, const std::string& event_id, std::int64_t at_ms);

const char* act_name(Act act);

}  // namespace shopadmin
