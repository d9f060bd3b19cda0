#include "host/report_acts.hpp"

#include "host/member.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr std::size_t note_bytes_max = 400;

std::string shortened(std::string text) {
  if (text.size() <= note_bytes_max) return text;
  auto most = note_bytes_max;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

// "2026-11-20", midnight UTC.
Result<std::int64_t> day_wish(const std::string& typed) {
  const bool formed = typed.size() == 10 && typed[4] == '-' && typed[7] == '-';
  const auto at_ms = formed ? settlement_time_ms(typed) : 0;
  if (at_ms == 0 || day_of(at_ms) != typed) return Failure{Kind::refused, tr("Type a day as 2026-11-20: year, month, day.")};
  return at_ms;
}

// "REFUND_DATA" is enough where a person types it.
std::string type_wish(const std::string& typed) {
  for (const auto& kind : report_kinds())
    if (typed == kind.type || "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_" + typed + "_" == kind.type) return kind.type;
  return typed;
}

}  // namespace

std::string ReportActs::text(const char* name) const { return form_text(form_, name); }

Result<Text> ReportActs::run(std::string_view action, const std::string& id) {
  if (auto allowed = authorise(call_.session, "payment.reports"); !allowed) return allowed.failure();
  const bool makes = action == "bring" || action == "request" || action == "schedule";
  if (makes && (id.empty() || id.size() > 32 || id.find('/') != id.npos)) return Failure{Kind::invalid, tr("This form is incomplete. Open the page again.")};
  if (action == "bring") return bring(id);
  if (action == "match") return match();
  if (action == "aside") return set_aside();
  if (action == "request") return request(id);
  if (action == "schedule") return schedule(id);
  if (action == "look") return look();
  if (action == "keep") {
    auto kept = flows::keep_report(ports_, shelf_, text("report"));
    return kept ? Result<Text>(Text{tr("The file is fetched in the background.")}) : kept.failure();
  }
  if (action == "end") {
    auto ended = flows::end_schedule(ports_, shelf_, text("schedule"), who_);
    return ended ? Result<Text>(Text{tr("Amazon is told to end the schedule.")}) : ended.failure();
  }
  return Failure{Kind::not_found, "this page has no action " + std::string(action)};
}

Result<Text> ReportActs::bring(const std::string& id) {
  auto lines = flows::bring_settlement(ports_, shelf_, {id, text("rows"), shortened(text("file_name")), who_});
  if (!lines) return lines.failure();
  return Text{tr("{count} line is being read.|{count} lines are being read."), {{"count", std::int64_t{*lines}}}};
}

Result<Text> ReportActs::match() {
  const auto number = text("order");
  if (number.empty()) return Failure{Kind::refused, tr("Type the number of the order this line belongs to.")};
  auto page = call_.session.orders().find(json::object{{"number", number}, {"limit", 2}});
  if (!page) return page.failure();
  std::vector<ports::ShopOrder> found;
  auto read = reading("orders.find's answer", [&] {
    for (const auto& one : Members(*page).list("orders"))
      if (Members(one).text("number") == number)
        if (auto order = shop_order(one)) found.push_back(std::move(*order));
    return true;
  });
  if (!read) return read.failure();
  if (found.empty()) return Failure{Kind::refused, tr("This shop has no order of this number that was paid with Amazon Pay.")};
  if (found.size() > 1) return Failure{Kind::refused, tr("Several orders have this number, so it does not say which one is meant.")};
  auto matched = flows::match_line(ports_, settlements_, text("line"), found.front(), who_);
  if (!matched) return matched.failure();
  return Text{tr("The line now belongs to order {number}. No money moved."), {{"number", number}}};
}

Result<Text> ReportActs::set_aside() {
  auto aside = flows::set_line_aside(ports_, settlements_, text("line"), shortened(text("note")), who_);
  if (!aside) return aside.failure();
  return Text{tr("Set aside. The line stays in its settlement.")};
}

Result<Text> ReportActs::request(const std::string& id) {
  auto from = day_wish(text("from"));
  if (!from) return from.failure();
  auto to = day_wish(text("to"));
  if (!to) return to.failure();
  if (auto asked = flows::request_report(ports_, shelf_, {id, type_wish(text("type")), *from, *to + day_ms, who_}); !asked) return asked.failure();
  return Text{tr("The report is requested. It appears here when Amazon has made it.")};
}

Result<Text> ReportActs::schedule(const std::string& id) {
  auto next = day_wish(text("next"));
  if (!next) return next.failure();
  if (auto asked = flows::request_schedule(ports_, shelf_, {id, type_wish(text("type")), text("often"), *next, text("replace") == "yes", who_}); !asked) return asked.failure();
  return Text{tr("Amazon is told of the schedule.")};
}

Result<Text> ReportActs::look() {
  ports::Task task;
  task.name = "settlements", task.key = "now", task.due_ms = ports_.clock.now_ms();
  ports::SettlementChange change;
  change.tasks.push_back(task);
  if (auto committed = settlements_.commit(change); !committed) return committed.failure();
  return Text{tr("Amazon’s lists are being read: reports, settlements, payouts, schedules. Load the page again in a moment.")};
}

}  // namespace amazonpay::host
