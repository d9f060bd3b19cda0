// Acts of the shop on an order: the sheet that shows the plan, and carrying it out. GET /orders/{id}/act shows, POST does.
#include <algorithm>

#include "order_view.hpp"
#include "order_words.hpp"
#include "pages.hpp"
#include "plugin_view.hpp"
#include "sentences.hpp"

namespace shopadmin::web {
namespace {

std::optional<Act> act_from(const std::string& name) {
  static const std::map<std::string, Act> acts = {{"cancel_lines", Act::cancel_lines}, {"uncancel_lines", Act::uncancel_lines}, {"delete_lines", Act::delete_lines},
                                                  {"cancel_order", Act::cancel_order}, {"delete_order", Act::delete_order}, {"ship", Act::ship},
                                                  {"set_state", Act::set_state}, {"set_notes", Act::set_notes}};
  const auto found = acts.find(name);
  return found == acts.end() ? std::nullopt : std::optional<Act>(found->second);
}

const char* name_of(Act act) {
  static const char* const names[] = {"cancel_lines", "uncancel_lines", "delete_lines", "cancel_order", "delete_order", "ship", "set_state", "set_notes"};
  return names[static_cast<int>(act)];
}

bool of_lines(Act act) { return act == Act::cancel_lines || act == Act::uncancel_lines || act == Act::delete_lines; }

std::int64_t whole(const std::string& text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos) return -1;
  return std::stoll(text);
}

// The icons of a row send one=cancel_lines:ID, the bar below sends act= and the ticked lines.
std::optional<ActRequest> request_from(const Form& form, const std::string& order_id) {
  ActRequest request;
  request.order_id = order_id;
  auto act = form.get("act");
  auto lines = form.all("line");
  if (const auto one = form.get("one"); !one.empty()) {
    const auto colon = one.find(':');
    act = one.substr(0, colon);
    lines = {colon == std::string::npos ? std::string() : one.substr(colon + 1)};
  }
  const auto known = act_from(act);
  if (!known) return std::nullopt;
  request.act = *known;
  if (of_lines(request.act))
    for (const auto& id : lines) {
      const auto quantity = form.get("qty_" + id);
      request.lines.push_back({id, quantity.empty() ? 0 : whole(quantity)});
    }
  request.operation_id = form.get("operation_id");
  request.expected_version = std::max<std::int64_t>(0, whole(form.get("version")));
  request.with_shipping = form.get("with_shipping") == "1";
  request.reason = form.get("reason").substr(0, 60);
  request.note = form.get("note").substr(0, 1000);
  request.confirmed_number = form.get("confirmed_number").substr(0, 100);
  request.carrier = form.get("carrier").substr(0, 100);
  request.tracking_number = form.get("tracking_number").substr(0, 100);
  request.state = form.get("state");
  request.notes = form.get("notes").substr(0, 16000);
  return request;
}

std::string back_address(const ActRequest& request) {
  const auto base = order_address(request.order_id);
  if (of_lines(request.act)) return base + "/products";
  if (request.act == Act::ship || request.act == Act::set_state || request.act == Act::set_notes) return base + "/main";
  return base;
}

std::string title(const Say& say, const ActPlan& plan, Act act) {
  const auto lines = static_cast<std::int64_t>(plan.lines.size());
  std::int64_t pieces = 0;
  for (const auto& line : plan.lines) pieces += line.quantity;
  const json::object args{{"pieces", say.tr_n("{count} piece", "{count} pieces", pieces)}, {"number", plan.order.number}};
  switch (act) {
    case Act::cancel_lines: return say.tr_n("Plan: cancel {pieces} on {count} line", "Plan: cancel {pieces} on {count} lines", lines, args);
    case Act::delete_lines: return say.tr_n("Plan: delete {pieces} on {count} line", "Plan: delete {pieces} on {count} lines", lines, args);
    case Act::uncancel_lines: return say.tr_n("Plan: bring back {pieces} on {count} line", "Plan: bring back {pieces} on {count} lines", lines, args);
    case Act::cancel_order: return say.tr("Plan: cancel order {number}", args);
    case Act::delete_order: return say.tr("Plan: delete order {number}", args);
    default: return say.tr("Plan: ship order {number}", args);
  }
}

// With `refund`, the sum the payment side gives back by itself, the button names it.
std::string button(const Say& say, const ActPlan& plan, Act act, const std::string& refund) {
  const json::object both{{"number", plan.order.number}, {"amount", refund}};
  const auto lines = static_cast<std::int64_t>(plan.lines.size());
  switch (act) {
    case Act::cancel_lines: return !refund.empty() ? say.tr_n("Cancel {count} line and refund {amount}", "Cancel {count} lines and refund {amount}", lines, both) : say.tr_n("Cancel {count} line", "Cancel {count} lines", lines);
    case Act::delete_lines: return !refund.empty() ? say.tr_n("Delete {count} line and refund {amount}", "Delete {count} lines and refund {amount}", lines, both) : say.tr_n("Delete {count} line for good", "Delete {count} lines for good", lines);
    case Act::uncancel_lines: return say.tr_n("Bring back {count} line", "Bring back {count} lines", lines);
    case Act::cancel_order: return !refund.empty() ? say.tr("Cancel order {number} and refund {amount}", both) : say.tr("Cancel order {number}", {{"number", plan.order.number}});
    case Act::delete_order: return !refund.empty() ? say.tr("Delete order {number} and refund {amount}", both) : say.tr("Delete order {number} for good", {{"number", plan.order.number}});
    default: return say.tr("Mark as shipped");
  }
}

json::array sheet_rows(const Say& say, const ActPlan& plan, Act act) {
  json::array rows;
  if (act == Act::ship) return rows;
  const auto add = [&](const std::string& label, std::int64_t minor, bool total) {
    rows.push_back(json::object{{"label", label}, {"m", say.m(minor, plan.order.currency)}, {"total", total}});
  };
  for (const auto& line : plan.lines) add(fill_places("{pieces} × {what}", {{"pieces", say.number(line.quantity)}, {"what", line.title.empty() ? line.sku : line.title}}), line.amount_minor, false);
  if (plan.shipping_minor != 0) add(say.tr("shipping"), plan.shipping_minor, false);
  add(act == Act::uncancel_lines ? say.tr("Comes back to the order") : say.tr("Taken off the order"), plan.amount_minor, true);
  return rows;
}

json::array sheet_checks(const Say& say, const ActPlan& plan, const ActRequest& request) {
  json::array checks;
  const auto add = [&](const std::string& role, const std::string& icon, const std::string& text) { checks.push_back(json::object{{"role", role}, {"icon", icon}, {"text", text}}); };
  const json::object totals{{"before", say.money(plan.total_before_minor, plan.order.currency)}, {"after", say.money(plan.total_after_minor, plan.order.currency)}};
  switch (request.act) {
    case Act::cancel_lines:
    case Act::cancel_order:
      add("neutral", "info", say.tr("Order total goes from {before} to {after}. You can undo the cancellation; money that went out does not come back.", totals));
      break;
    case Act::delete_lines:
      add("neutral", "info", say.tr("Order total goes from {before} to {after}. Deleted lines do not come back.", totals));
      break;
    case Act::delete_order:
      add("wait", "warn", say.tr("The order goes for good, with its name, address and lines. A payment record without personal data is kept."));
      break;
    case Act::uncancel_lines:
      add("neutral", "info", say.tr("Order total goes from {before} to {after}. Bringing back moves no money.", totals));
      break;
    default:
      if (!request.carrier.empty()) add("neutral", "truck", say.tr("With {carrier}, tracking number {tracking}", {{"carrier", request.carrier}, {"tracking", request.tracking_number.empty() ? "–" : request.tracking_number}}));
      add("neutral", "info", say.tr("The buyer is not told by this shop."));
  }
  return checks;
}

json::array kept_values(const ActPlan& plan, const ActRequest& request, const std::string& operation_id) {
  json::array values{hidden("act", name_of(request.act)), hidden("operation_id", operation_id), hidden("version", std::to_string(plan.order.version))};
  for (const auto& pick : request.lines) {
    values.push_back(hidden("line", pick.line_id));
    if (pick.quantity > 0) values.push_back(hidden("qty_" + pick.line_id, std::to_string(pick.quantity)));
  }
  if (request.with_shipping) values.push_back(hidden("with_shipping", "1"));
  if (request.act == Act::ship) {
    values.push_back(hidden("carrier", request.carrier));
    values.push_back(hidden("tracking_number", request.tracking_number));
  }
  return values;
}

json::array reason_choices(const Say& say, const std::string& chosen) {
  json::array choices;
  for (const auto& [id, label] : Orders::cancel_reasons()) choices.push_back(json::object{{"value", id}, {"label", say.known(label)}, {"selected", id == chosen}});
  return choices;
}

json::value typed_number(const Say& say, const ActPlan& plan, const ActRequest& request) {
  if (!plan.number_must_be_typed) return nullptr;
  const bool wrong = !request.confirmed_number.empty() && request.confirmed_number != plan.order.number;
  return json::object{{"label", say.tr("Type the order number to confirm")}, {"value", request.confirmed_number}, {"why", say.tr("Money moved for this order: {number}", {{"number", plan.order.number}})},
                      {"error", wrong ? say.tr("This is not the number of the order. It is {number}.", {{"number", plan.order.number}}) : ""}};
}

// The sheet, when there is a plan.
json::object sheet_form(const Say& say, const ActPlan& plan, const ActRequest& request, const std::string& label) {
  const auto operation_id = request.operation_id.size() == 32 ? request.operation_id : random_hex(16);
  const bool why = request.act != Act::uncancel_lines && request.act != Act::ship;
  return {{"hidden", kept_values(plan, request, operation_id)},
          {"reason", why ? json::value(json::object{{"choices", reason_choices(say, request.reason)}, {"note", request.note}}) : json::value(nullptr)},
          {"typed", typed_number(say, plan, request)},
          {"danger", request.act == Act::delete_order || request.act == Act::delete_lines},
          {"button", label},
          {"back", back_address(request)},
          {"fine_print", say.tr("Operation {id} · pressing twice does it once", {{"id", operation_id.substr(0, 8)}})}};
}

void put_guard_sheet(const Site& site, const Say& say, const ActPlan& plan, json::object& data, json::object& sheet, Slots& slots, std::string& refund) {
  if (plan.sheets.empty()) {
    data["guard"] = nullptr;
    return;
  }
  const auto& first = plan.sheets.front();
  const auto* manifest = site.app.plugins.manifest(first.plugin_id);
  if (!manifest) return;
  auto view = checked_view(site, *manifest, first.view);
  if (!view) {
    sheet["error"] = problem_text(say, view.problem());
    return;
  }
  const bool has_fragment = site.renderer.has({manifest->domain, "guard", manifest->domain});
  put_view(data, slots, "guard", *manifest, *view, has_fragment ? "guard" : "");
  // The first sum of the payment side is the answer staff look for: it stands large, above how it comes about.
  auto& fragment = data["guard"].get_object();
  if (auto* rows = fragment.if_contains("rows"); rows && rows->is_array() && !rows->get_array().empty() && rows->get_array()[0].is_object()) {
    sheet["big"] = rows->get_array()[0];
    rows->get_array().erase(rows->get_array().begin());
    fragment["has_rows"] = !rows->get_array().empty();
  }
  const auto& gives_back = object_of(fragment, "gives_back");
  if (flag_of(fragment, "moves")) refund = text_of(gives_back, "amount") + "\u00a0" + text_of(gives_back, "cur");
}

Response show(Site& site, Visit& visit, const Order& order, const ActRequest& request, const std::string& error, int status) {
  const auto& say = visit.say;
  auto plan = site.app.orders.plan(visit.caller(), request);
  json::object sheet{{"lead", say.tr("Nothing has happened yet.")}, {"error", error}, {"back", back_address(request)}, {"form", nullptr}, {"big", nullptr}};
  json::object data{{"guard", nullptr}};
  Slots slots;
  if (!plan) {
    if (plan.kind() == Kind::denied) return site.denied(visit);
    sheet["title"] = say.tr("Not possible");
    if (error.empty()) sheet["error"] = problem_text(say, plan.problem());
    if (status == 200) status = plan.kind() == Kind::conflict ? 409 : 422;
  } else {
    sheet["title"] = title(say, *plan, request.act);
    if (request.act != Act::ship && request.act != Act::uncancel_lines)
      sheet["big"] = json::object{{"label", say.tr("Taken off the order")}, {"m", say.m(plan->amount_minor, plan->order.currency)}};
    sheet["rows"] = sheet_rows(say, *plan, request.act);
    sheet["checks"] = sheet_checks(say, *plan, request);
    sheet["checks_shown"] = true;
    std::string refund;
    put_guard_sheet(site, say, *plan, data, sheet, slots, refund);
    const auto label = button(say, *plan, request.act, refund);
    sheet["form"] = sheet_form(say, *plan, request, label);
  }
  const auto& shown = plan ? plan->order : order;
  data["order"] = order_head(site, visit, shown, of_lines(request.act) ? "products" : request.act == Act::ship ? "main" : "overview");
  data["sheet"] = std::move(sheet);
  add_lines(data, site, visit, shown, false);
  Response response = site.page(visit, "order_act", say.tr("Order {number}, plan", {{"number", shown.number}}), "/orders", std::move(data), slots, order_names(shown));
  response.status = status;
  return response;
}

Response carry_out(Site& site, Visit& visit, const Order* order, const ActRequest& request) {
  const auto& say = visit.say;
  auto outcome = site.app.orders.perform(visit.caller(), request);
  if (outcome) {
    auto text = say.known(outcome->message, outcome->message_args);
    if (outcome->repeated) text = sentences(text, say.tr("It was done before; pressing again changed nothing."));
    return site.go(request.act == Act::delete_order ? "/orders" : back_address(request), Flash{"good", text});
  }
  const auto& problem = outcome.problem();
  if (problem.kind == Kind::denied) return site.denied(visit);
  if (!order || problem.kind == Kind::not_found)
    return site.problem(visit, 404, say.tr("This order is not there"), say.tr("The order was deleted meanwhile. Nothing was done."), "/orders", say.tr("To the orders"));
  if (problem.kind == Kind::conflict)
    return site.problem(visit, 409, say.tr("Someone else was faster"), say.tr("Someone else changed order {number} while you looked at it. Nothing was done. Look at it again and decide anew.", {{"number", order->number}}),
                        back_address(request), say.tr("Look at the order again"));
  if (request.act == Act::set_state || request.act == Act::set_notes) return site.problem(visit, problem, back_address(request), say.tr("Back to the order"));
  return show(site, visit, *order, request, problem_text(say, problem), 422);
}

}  // namespace

Response order_act(Site& site, Visit& visit, const std::string& order_id) {
  const auto& say = visit.say;
  if (!site.may(visit, "orders.view")) return site.denied(visit);
  auto request = request_from(visit.post ? visit.form : visit.query, order_id);
  if (!request) return site.not_found(visit);
  const auto order = site.app.orders.get(order_id);
  // A repeated delete finds no order any more, but its operation still has an answer.
  if (visit.post) return carry_out(site, visit, order ? &*order : nullptr, *request);
  if (!order) return site.problem(visit, 404, say.tr("This order is not there"), say.tr("No order has this address. It was deleted, or the address is not complete."), "/orders", say.tr("To the orders"));
  if (request->act == Act::set_state || request->act == Act::set_notes) return site.go(back_address(*request));
  if (of_lines(request->act) && request->lines.empty())
    return site.go(back_address(*request), Flash{"wait", say.tr("No line was ticked. Tick the lines first, then choose what happens to them.")});
  request->operation_id.clear();
  return show(site, visit, *order, *request, "", 200);
}

}  // namespace shopadmin::web
