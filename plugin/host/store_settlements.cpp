#include "host/store_settlements.hpp"

#include "host/store_documents.hpp"

namespace amazonpay::host {
namespace {

json::object encode(const ports::SettlementProgress& p) {
  return {{"report_id", p.report_id}, {"document_id", p.document_id}, {"created_ms", p.created_ms}, {"lines", p.lines}, {"lines_read", p.lines_read},
          {"settled", p.settled}, {"unknown", p.unknown}, {"done", p.done}, {"problem", p.problem}};
}

Result<ports::SettlementProgress> decode(const json::value& document) {
  return reading("a stored settlement", [&] {
    const Members m(document);
    ports::SettlementProgress p;
    p.report_id = m.needed_text("report_id"), p.document_id = m.text("document_id"), p.created_ms = m.number("created_ms");
    p.lines = static_cast<int>(m.number("lines")), p.lines_read = static_cast<int>(m.number("lines_read"));
    p.settled = static_cast<int>(m.number("settled")), p.unknown = static_cast<int>(m.number("unknown"));
    p.done = m.flag("done"), p.problem = m.text("problem");
    return p;
  });
}

}  // namespace

Result<ports::SettlementProgress> StoreSettlements::progress(const std::string& report_id) { return value_of(session_.store().get("settlements", report_id), decode); }

Result<std::int64_t> StoreSettlements::newest_ms() {
  auto newest = all_of(session_.store(), {{"collection", "settlements"}, {"order", "-created_ms"}}, 1, decode);
  if (!newest) return newest.failure();
  return newest->empty() ? std::int64_t{0} : newest->front().created_ms;
}

Result<> StoreSettlements::save(const ports::SettlementProgress& progress, const std::vector<ports::Task>& tasks) {
  json::array waiting;
  for (const auto& task : tasks) waiting.push_back(task_document(task));
  auto put = put_document("settlements", progress.report_id, encode(progress), {{"created_ms", progress.created_ms}});
  auto saved = session_.store().commit(json::object{{"put", json::array{std::move(put)}}, {"tasks", std::move(waiting)}});
  if (!saved) return saved.failure();
  return hostapi::success();
}

}  // namespace amazonpay::host
