/* shopadmin order list|show|act: the same acts as the buttons, with the same guards. */
#include <iostream>

#include "cli/command.hpp"

namespace shopadmin::cli {

namespace {
struct OrderOptions {
  OrderQuery query;
  std::string folder = "all", number, act, operation_id;
  std::vector<std::string> lines;
  ActRequest request;
  bool dry_run = false;
};

json::object row_document(const Order& order) {
  auto document = to_document(order);
  document.erase("lines");
  document["payment_word"] = order.payment.word;
  document["open_tasks"] = order.payment.open_tasks;
  return document;
}

int list_orders(Command& command, OrderOptions& given) {
  static const std::map<std::string, Folder> folders = {{"all", Folder::all}, {"new", Folder::new_orders}, {"finished", Folder::finished}, {"problems", Folder::problems}};
  given.query.folder = folders.at(given.folder);
  auto app = open_app(command);
  if (!app) return 1;
  const auto page = app->orders.list(given.query);
  if (!page) return fail(page.problem());
  json::array rows;
  for (const auto& order : page->orders) {
    rows.push_back(row_document(order));
    if (!command.json_output) std::cout << order.number << "\t" << iso_time(order.created_ms) << "\t" << order.state << "\t" << order.payment.word << "\t"
                                        << app->texts.format("en", "money", {{"minor", order.total_minor}, {"currency", order.currency}}) << "\t" << order.buyer_name << "\n";
  }
  if (command.json_output) print_json({{"orders", std::move(rows)}, {"older", page->older}, {"newer", page->newer}});
  return 0;
}

int show_order(Command& command, const OrderOptions& given) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto order = app->orders.by_number(given.number, given.query.shop_id);
  if (!order) return fail(order.problem());
  auto document = to_document(*order);
  document["payment_word"] = order->payment.word;
  document["open_tasks"] = order->payment.open_tasks;
  json::array history;
  for (const auto& entry : app->orders.history(order->id)) history.push_back({{"at_ms", entry.at_ms}, {"who", entry.who}, {"event", entry.event}, {"text", fill_places(entry.text, entry.args)}});
  document["history"] = std::move(history);
  print_json(document);
  return 0;
}

/* "2" or "2:3": line 2, all pieces or three of them */
Result<std::vector<LinePick>> picks_of(const std::vector<std::string>& texts) {
  std::vector<LinePick> picks;
  for (const auto& text : texts) {
    const auto colon = text.find(':');
    const auto quantity = colon == std::string::npos ? std::string("0") : text.substr(colon + 1);
    if (quantity.empty() || quantity.size() > 7 || quantity.find_first_not_of("0123456789") != std::string::npos) return Problem{Kind::invalid, "\"" + text + "\" has not the form LINE or LINE:QUANTITY.", ""};
    picks.push_back({text.substr(0, colon), std::stoll(quantity)});
  }
  return picks;
}

json::object plan_document(const ActPlan& plan) {
  json::array lines, sheets;
  for (const auto& line : plan.lines) lines.push_back({{"line_id", line.line_id}, {"title", line.title}, {"quantity", line.quantity}, {"amount_minor", line.amount_minor}});
  for (const auto& sheet : plan.sheets) sheets.push_back({{"plugin", sheet.plugin_id}, {"view", sheet.view}});
  return {{"lines", std::move(lines)}, {"shipping_minor", plan.shipping_minor}, {"amount_minor", plan.amount_minor}, {"total_before_minor", plan.total_before_minor},
          {"total_after_minor", plan.total_after_minor}, {"number_must_be_typed", plan.number_must_be_typed}, {"sheets", std::move(sheets)}};
}

int act_on_order(Command& command, OrderOptions& given) {
  static const std::map<std::string, Act> acts = {{"cancel-lines", Act::cancel_lines}, {"uncancel-lines", Act::uncancel_lines}, {"delete-lines", Act::delete_lines},
                                                  {"cancel", Act::cancel_order}, {"delete", Act::delete_order}, {"ship", Act::ship}, {"state", Act::set_state}, {"notes", Act::set_notes}};
  auto picks = picks_of(given.lines);
  if (!picks) return fail(picks.problem());
  auto app = open_app(command);
  if (!app) return 1;
  app->load_plugins();
  const auto order = app->orders.by_number(given.number, given.query.shop_id);
  if (!order) return fail(order.problem());
  auto& request = given.request;
  request.act = acts.at(given.act), request.order_id = order->id, request.lines = *picks;
  request.operation_id = given.operation_id.empty() ? random_hex(16) : given.operation_id;
  if (given.dry_run) {
    const auto plan = app->orders.plan(cli_caller(), request);
    if (!plan) return fail(plan.problem());
    print_json(plan_document(*plan));
    return 0;
  }
  const auto done = app->orders.perform(cli_caller(), request);
  if (!done) return fail(done.problem());
  if (command.json_output) print_json({{"order_id", done->order_id}, {"event_id", done->event_id}, {"amount_minor", done->amount_minor}, {"currency", done->currency}, {"repeated", done->repeated}, {"message", fill_places(done->message, done->message_args)}});
  else std::cout << fill_places(done->message, done->message_args) << "\n";
  return 0;
}
}  // namespace

void add_order(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("order", "Orders");
  group->require_subcommand(1);
  auto given = std::make_shared<OrderOptions>();
  group->add_option("--shop", given->query.shop_id, "Shop")->capture_default_str();
  auto* list = group->add_subcommand("list", "Orders, newest first");
  list->footer("Example:\n  shopadmin order list --folder problems");
  list->add_option("--folder", given->folder, "all, new, finished or problems")->check(CLI::IsMember({"all", "new", "finished", "problems"}));
  list->add_option("--search", given->query.search, "Number, name, e-mail or reference");
  list->add_option("--word", given->query.word, "Payment word");
  list->add_option("--limit", given->query.limit, "At most so many")->capture_default_str();
  list->add_option("--cursor", given->query.cursor, "Page");
  list->callback([&command, given] { command.run = [&command, given] { return list_orders(command, *given); }; });
  auto* show = group->add_subcommand("show", "One order as JSON");
  show->footer("Example:\n  shopadmin order show 10042");
  show->add_option("number", given->number, "Order number")->required();
  show->callback([&command, given] { command.run = [&command, given] { return show_order(command, *given); }; });
  auto* act = group->add_subcommand("act", "Cancel, delete, ship …, as the buttons do");
  act->footer("Example:\n  shopadmin order act cancel-lines 10042 --line 2:1 --reason out_of_stock --dry-run");
  plugin_option(*act, command);
  act->add_option("act", given->act, "What to do")->required()->check(CLI::IsMember({"cancel-lines", "uncancel-lines", "delete-lines", "cancel", "delete", "ship", "state", "notes"}));
  act->add_option("number", given->number, "Order number")->required();
  act->add_option("--line", given->lines, "LINE or LINE:QUANTITY; may be given several times");
  act->add_flag("--with-shipping", given->request.with_shipping, "Shipping goes back too");
  act->add_option("--reason", given->request.reason, "Reason, such as out_of_stock");
  act->add_option("--note", given->request.note, "Note");
  act->add_option("--confirm-number", given->request.confirmed_number, "The order number again, to delete an order for which money moved");
  act->add_option("--carrier", given->request.carrier, "Carrier");
  act->add_option("--tracking-number", given->request.tracking_number, "Tracking number");
  act->add_option("--state", given->request.state, "new, in_progress or on_hold");
  act->add_option("--notes", given->request.notes, "Notes");
  act->add_option("--operation", given->operation_id, "32 hex digits: the same operation acts once");
  act->add_flag("--dry-run", given->dry_run, "Only show what would happen");
  act->callback([&command, given] { command.run = [&command, given] { return act_on_order(command, *given); }; });
}

}  // namespace shopadmin::cli
