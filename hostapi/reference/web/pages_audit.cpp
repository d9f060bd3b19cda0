// The audit trail: filters (a GET form, so the address is the saved filter), paging, download, the check of the chain.
#include <sstream>

#include "audit/export.hpp"
#include "order_words.hpp"
#include "pages.hpp"

namespace shopadmin::web {
namespace {

constexpr int audit_rows_max = 40;  // what keeps a page with stylesheet and script below 100 kB

struct AuditFilter {
  std::string order, event, who, from, to;
  bool dates_wrong = false;
  bool any() const { return !order.empty() || !event.empty() || !who.empty() || !from.empty() || !to.empty(); }
};

AuditFilter audit_filter(const Form& query) {
  return {query.get("order").substr(0, 60), query.get("event").substr(0, 60), query.get("who").substr(0, 60), query.get("from").substr(0, 10), query.get("to").substr(0, 10)};
}

std::string audit_address(const AuditFilter& filter, const std::string& more) {
  std::string text;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += (text.empty() ? "?" : "&") + std::string(name) + "=" + encode_component(value);
  };
  add("order", filter.order), add("event", filter.event), add("who", filter.who), add("from", filter.from), add("to", filter.to);
  if (!more.empty()) text += (text.empty() ? "?" : "&") + more;
  return "/audit" + text;
}

AuditQuery audit_query(Site& site, const Say& say, AuditFilter& filter) {
  AuditQuery query;
  query.event = filter.event, query.who_id = filter.who, query.limit = audit_rows_max;
  if (!filter.order.empty()) {
    const auto order = site.app.orders.by_number(filter.order);
    (order ? query.order_id : query.order_number) = order ? order->id : filter.order;  // the entries of a deleted order keep its number
  }
  if (!filter.from.empty()) query.from_ms = say.zones().day_start(say.zone(), filter.from);
  if (!filter.to.empty()) query.to_ms = say.zones().day_start(say.zone(), filter.to, 1);
  filter.dates_wrong = (!filter.from.empty() && !query.from_ms) || (!filter.to.empty() && !query.to_ms);
  return query;
}

std::int64_t entry_id(const std::string& text) {
  return text.empty() || text.size() > 17 || text.find_first_not_of("0123456789") != std::string::npos ? 0 : std::stoll(text);
}

std::string who_label(const Say& say, const std::string& name) { return name == "system" ? say.tr("the shop itself") : name; }

json::array people_choices(Site& site, const Say& say, const AuditFilter& filter) {
  json::array list{json::object{{"value", ""}, {"label", say.tr("Anybody")}, {"selected", filter.who.empty()}}};
  for (const auto& [id, name] : site.app.audit.people()) list.push_back(json::object{{"value", id}, {"label", who_label(say, name)}, {"selected", filter.who == id}});
  return list;
}

json::array event_choices(Site& site, const Say& say, const AuditFilter& filter) {
  json::array list{json::object{{"value", ""}, {"label", say.tr("Anything")}, {"selected", filter.event.empty()}}};
  for (const auto& event : site.app.audit.events()) list.push_back(json::object{{"value", event}, {"label", event}, {"selected", filter.event == event}});
  return list;
}

json::object audit_row(const Visit& visit, const AuditEntry& entry, std::int64_t now_ms) {
  const auto& say = visit.say;
  return {{"when", when(say, entry.at_ms, now_ms)}, {"when_iso", iso_time(entry.at_ms)}, {"who", who_label(say, entry.who_name)}, {"event", entry.event}, {"order", entry.order_number.empty() ? entry.order_id : entry.order_number},
          {"order_href", entry.order_id.empty() ? "" : order_address(entry.order_id)}, {"reason", reason_label(say, entry.reason)},
          {"m", entry.amount_minor ? json::value(say.m(*entry.amount_minor, entry.currency)) : json::value(nullptr)},
          {"note", entry.note}, {"details", entry.details.empty() ? "" : json::serialize(entry.details)}};
}

// As a file, what the page shows and what comes after it. More than a browser should be given goes through the command line.
Response audit_download(Site& site, Visit& visit, const AuditQuery& query, bool csv) {
  constexpr std::int64_t most = 20'000;
  const auto& say = visit.say;
  std::ostringstream out;
  const auto entries = export_audit(site.app.audit, query, csv, out, most);
  if (!entries) {
    const auto text = say.tr("These are more than {count} entries. Choose an order, an event, a person or days, or run “shopadmin audit export” on the server.", {{"count", most}});
    return site.problem(visit, 422, say.tr("Too many entries for a download"), text, "/audit", say.tr("Back to the audit"));
  }
  Response response;
  response.content_type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  response.headers.emplace_back("Content-Disposition", std::string("attachment; filename=\"audit.") + (csv ? "csv\"" : "jsonl\""));
  response.body = out.str();
  return response;
}

}  // namespace

Response audit_page(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "audit.view")) return site.denied(visit);
  auto filter = audit_filter(visit.query);
  auto query = audit_query(site, say, filter);
  if (const auto as = visit.query.get("as"); as == "csv" || as == "jsonl") return audit_download(site, visit, query, as == "csv");
  query.before_id = entry_id(visit.query.get("before"));
  if (query.before_id == 0) query.after_id = entry_id(visit.query.get("after"));
  query.limit = audit_rows_max + 1;  // one more tells whether there is a next page
  auto entries = site.app.audit.list(query);
  const bool more = static_cast<int>(entries.size()) > audit_rows_max, back = query.after_id > 0;
  if (more) back ? (void)entries.erase(entries.begin()) : entries.pop_back();
  const bool newer = back ? more : query.before_id > 0, older = back || more;
  const auto now_ms = site.app.clock->now_ms();
  json::array rows;
  for (const auto& entry : entries) rows.push_back(audit_row(visit, entry, now_ms));
  json::object pager{{"range", ""}, {"newer", newer && !entries.empty() ? audit_address(filter, "after=" + std::to_string(entries.front().id)) : ""},
                     {"older", older && !entries.empty() ? audit_address(filter, "before=" + std::to_string(entries.back().id)) : ""}};
  if (!entries.empty())
    pager["range"] = say.tr_n("{count} entry, from {newest}", "{count} entries, from {newest} down to {oldest}", static_cast<std::int64_t>(entries.size()),
                              {{"newest", when(say, entries.front().at_ms, now_ms)}, {"oldest", when(say, entries.back().at_ms, now_ms)}});
  json::object data{{"filter", json::object{{"order", filter.order}, {"from", filter.from}, {"to", filter.to}}}, {"dates_wrong", filter.dates_wrong},
                    {"people", people_choices(site, say, filter)}, {"events", event_choices(site, say, filter)}, {"filtered", filter.any()}, {"rows", std::move(rows)},
                    {"csv", audit_address(filter, "as=csv")}, {"jsonl", audit_address(filter, "as=jsonl")}, {"pager", std::move(pager)},
                    {"labels", json::object{{"when", say.tr("When")}, {"who", say.tr("Who")}, {"event", say.tr("Event")}, {"order", say.tr("Order")}, {"amount", say.tr("Amount")}, {"why", say.tr("Why")}}}};
  return site.page(visit, "audit", say.tr("Audit"), "/audit", std::move(data));
}

Response audit_verify(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "audit.view")) return site.denied(visit);
  const auto checked = site.app.audit.verify();
  if (checked.good()) return site.go("/audit", Flash{"good", say.tr_n("{count} entry checked: the chain is whole.", "{count} entries checked: the chain is whole.", checked.entries)});
  return site.go("/audit", Flash{"stop", checked.findings.front().message});
}

}  // namespace shopadmin::web
