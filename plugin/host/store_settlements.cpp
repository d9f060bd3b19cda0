#include "host/store_settlements.hpp"

#include "host/codec.hpp"
#include "host/codec_settled.hpp"
#include "host/store_documents.hpp"

namespace amazonpay::host {
namespace {

constexpr int settlement_lines_most = 100'000;

json::object encode_progress(const ports::SettlementProgress& p) {
  return {{"report_id", p.report_id}, {"document_id", p.document_id}, {"created_ms", p.created_ms}, {"lines", p.lines}, {"lines_read", p.lines_read},
          {"settled", p.settled}, {"unknown", p.unknown}, {"done", p.done}, {"problem", p.problem}};
}

Result<ports::SettlementProgress> decode_progress(const json::value& document) {
  return reading("a stored settlement report", [&] {
    const Members m(document);
    ports::SettlementProgress p;
    p.report_id = m.needed_text("report_id"), p.document_id = m.text("document_id"), p.created_ms = m.number("created_ms");
    p.lines = static_cast<int>(m.number("lines")), p.lines_read = static_cast<int>(m.number("lines_read"));
    p.settled = static_cast<int>(m.number("settled")), p.unknown = static_cast<int>(m.number("unknown"));
    p.done = m.flag("done"), p.problem = m.text("problem");
    return p;
  });
}

json::value when(std::int64_t at_ms) { return at_ms == 0 ? json::value() : json::value(at_ms); }

struct Batch {
  json::array put, expect;
  void add(const char* collection, const std::string& key, json::object value, MemberList fields) {
    put.push_back(put_document(collection, key, std::move(value), fields));
  }
  void add(const char* collection, const std::string& key, std::uint64_t version, json::object value, MemberList fields) {
    expect.push_back(json::object{{"collection", collection}, {"key", key}, {"version", version}});
    add(collection, key, std::move(value), fields);
  }
};

}  // namespace

json::object put_of(const ports::SettlementProgress& p) { return put_document("settlements", p.report_id, encode_progress(p), {{"created_ms", p.created_ms}}); }

Result<ports::SettlementProgress> StoreSettlements::progress(const std::string& report_id) { return value_of(session_.store().get("settlements", report_id), decode_progress); }

Result<std::int64_t> StoreSettlements::newest_ms() {
  auto newest = newest_reports(1);
  if (!newest) return newest.failure();
  return newest->empty() ? std::int64_t{0} : newest->front().created_ms;
}

Result<std::vector<ports::SettlementProgress>> StoreSettlements::newest_reports(int limit) {
  return all_of(session_.store(), {{"collection", "settlements"}, {"order", "-created_ms"}}, limit, decode_progress);
}

Result<ports::StoredLine> StoreSettlements::line(const std::string& key) { return stored_of(session_.store().get("settlement_lines", key), decode_settled_line); }
Result<ports::StoredSum> StoreSettlements::sum(const std::string& key) { return stored_of(session_.store().get("settlement_sums", key), decode_settlement_sum); }
Result<ports::StoredDay> StoreSettlements::day(const std::string& key) { return stored_of(session_.store().get("day_sums", key), decode_day_sum); }

Result<ports::Stored<std::int64_t>> StoreSettlements::counted_ms() {
  return stored_of<std::int64_t>(session_.store().get("reporting", "counted_ms"), [](const json::value& value) { return reading("the counted time", [&] { return Members(value).number("ms"); }); });
}

Result<std::vector<SettledLine>> StoreSettlements::unmatched(Environment environment, int limit) {
  return all_of(session_.store(), {{"collection", "settlement_lines"}, {"where", json::array{condition("state", "=", "unmatched"), condition("environment", "=", environment_name(environment))}}, {"order", "posted_ms"}},
                limit, decode_settled_line);
}

Result<std::int64_t> StoreSettlements::newest_payout_ms(Environment environment) {
  auto newest = all_of(session_.store(), {{"collection", "payouts"}, {"where", json::array{condition("environment", "=", environment_name(environment))}}, {"order", "-at_ms"}}, 1, decode_payout);
  if (!newest) return newest.failure();
  return newest->empty() ? std::int64_t{0} : newest->front().paid.at_ms;
}

Result<std::vector<Entry>> StoreSettlements::entries(std::int64_t from_ms, std::int64_t before_ms, int limit) {
  return all_of(session_.store(), {{"collection", "entries"}, {"where", json::array{condition("at_ms", ">=", from_ms), condition("at_ms", "<", before_ms)}}, {"order", "at_ms"}}, limit, decode_entry);
}

Result<> StoreSettlements::commit(const ports::SettlementChange& change) {
  Batch batch;
  if (change.progress) batch.put.push_back(put_of(*change.progress));
  for (const auto& [line, version] : change.lines)
    batch.add("settlement_lines", line_key(line), version, encode(line),
              {{"settlement", settlement_key(line)}, {"environment", environment_name(line.environment)}, {"state", name_of(line.state)}, {"posted_ms", line.line.posted_ms}});
  for (const auto& [sum, version] : change.sums)
    batch.add("settlement_sums", sum.key(), version, encode(sum), {{"environment", environment_name(sum.environment)}, {"settlement_id", sum.settlement_id}, {"to_ms", sum.to_ms == 0 ? sum.read_ms : sum.to_ms}});
  for (const auto& [day, version] : change.days) batch.add("day_sums", day.key(), version, encode(day), {{"place", day.key()}});
  if (change.counted_ms) batch.add("reporting", "counted_ms", change.counted_ms->version, {{"ms", change.counted_ms->value}}, {});
  for (const auto& payout : change.payouts) {
    const auto name = payout.paid.reference_id.empty() ? payout.paid.settlement_id : payout.paid.reference_id;
    batch.add("payouts", std::string(environment_name(payout.environment)) + "/" + name, encode(payout),
              {{"settlement_id", text_or_null(payout.paid.settlement_id)}, {"environment", environment_name(payout.environment)}, {"at_ms", when(payout.paid.at_ms)}});
  }
  json::array tasks, audit;
  for (const auto& task : change.tasks) tasks.push_back(task_document(task));
  for (const auto& entry : change.audit) audit.push_back(audit_of(entry));
  auto committed = session_.store().commit(json::object{{"expect", std::move(batch.expect)}, {"put", std::move(batch.put)}, {"tasks", std::move(tasks)}, {"audit", std::move(audit)}});
  if (!committed) return committed.failure();
  return hostapi::success();
}

Result<std::vector<SettlementSum>> StoreSettlements::sums(Environment environment, std::int64_t before_ms, int limit) {
  json::array where{condition("environment", "=", environment_name(environment))};
  if (before_ms != 0) where.push_back(condition("to_ms", "<", before_ms));
  return all_of(session_.store(), {{"collection", "settlement_sums"}, {"where", std::move(where)}, {"order", "-to_ms"}}, limit, decode_settlement_sum);
}

Result<std::vector<SettlementSum>> StoreSettlements::sums_of(Environment environment, const std::string& settlement_id) {
  return all_of(session_.store(), {{"collection", "settlement_sums"}, {"where", json::array{condition("settlement_id", "=", settlement_id), condition("environment", "=", environment_name(environment))}}}, 50, decode_settlement_sum);
}

Result<std::vector<Payout>> StoreSettlements::payouts_of(const std::vector<std::string>& settlement_ids) {
  if (settlement_ids.empty()) return std::vector<Payout>{};
  json::array ids;
  for (const auto& id : settlement_ids) ids.emplace_back(id);
  return all_of(session_.store(), {{"collection", "payouts"}, {"where", json::array{condition("settlement_id", "in", ids)}}}, 10'000, decode_payout);
}

Result<StoreSettlements::LinePage> StoreSettlements::lines(const std::string& settlement_key, const std::string& after, int limit) {
  json::object query{{"collection", "settlement_lines"}, {"where", json::array{condition("settlement", "=", settlement_key)}}, {"order", "posted_ms"}, {"limit", limit}};
  if (!after.empty()) query["after"] = after;
  auto page = session_.store().find(query);
  if (!page) return page.failure();
  return reading("store.find's answer", [&] {
    const Members members(*page);
    LinePage read;
    for (const auto& item : members.list("items")) {
      auto line = decode_settled_line(*Members(item).find("value"));
      if (!line) throw BadDocument(line.message());
      read.lines.push_back(std::move(*line));
    }
    read.next = members.text("next");
    return read;
  });
}

Result<std::vector<SettledLine>> StoreSettlements::all_lines(const std::string& settlement_key) {
  return all_of(session_.store(), {{"collection", "settlement_lines"}, {"where", json::array{condition("settlement", "=", settlement_key)}}, {"order", "posted_ms"}}, settlement_lines_most, decode_settled_line);
}

Result<std::vector<DaySum>> StoreSettlements::days(Environment environment, Currency currency, const std::string& from_day, const std::string& to_day) {
  return all_of(session_.store(),
                {{"collection", "day_sums"}, {"where", json::array{condition("place", ">=", day_key(environment, currency, from_day)), condition("place", "<=", day_key(environment, currency, to_day))}}, {"order", "place"}},
                500, decode_day_sum);
}

// One look for each currency: the first key behind the ones known.
Result<std::vector<std::string>> StoreSettlements::currencies(Environment environment) {
  const auto all = std::string(environment_name(environment)) + "/";
  std::vector<std::string> found;
  for (std::string from = all; found.size() < 60;) {
    auto next = all_of(session_.store(), {{"collection", "day_sums"}, {"where", json::array{condition("place", ">", from), condition("place", "<", all + "~")}}, {"order", "place"}}, 1, decode_day_sum);
    if (!next) return next.failure();
    if (next->empty()) break;
    found.emplace_back(next->front().collected.currency().code());
    from = all + found.back() + "/~";
  }
  return found;
}

}  // namespace amazonpay::host
