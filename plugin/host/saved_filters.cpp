#include "host/saved_filters.hpp"

#include <algorithm>

#include "host/call.hpp"
#include "host/store_documents.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr std::size_t filters_most = 20;
constexpr std::size_t name_most = 60;  // letters

struct Kept {
  json::array filters;
  std::uint64_t version = 0;
};

Result<Kept> kept_by(const hostapi::sdk::Session& session, const std::string& user) {
  auto stored = session.store().get("saved_filters", user);
  if (!stored) return stored.kind() == Kind::not_found ? Result<Kept>(Kept{}) : stored.failure();
  return reading("the saved filters", [&] { return Kept{Members(stored->value).list("filters"), stored->version}; });
}

// An address of this page and nothing else: it becomes a link.
bool is_query(const std::string& query) {
  return query.starts_with("?") && query.size() < 1000 && std::all_of(query.begin(), query.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '#' && c != '\\' && c != '"' && c != '<'; });
}

}  // namespace

Result<json::array> saved_filters(const hostapi::sdk::Session& session) {
  auto who = actor_of(session);
  if (!who) return who.failure();
  auto kept = kept_by(session, who->id);
  return kept ? Result<json::array>(std::move(kept->filters)) : Result<json::array>(kept.failure());
}

Result<json::value> change_saved_filters(const hostapi::sdk::Session& session, std::string_view action, const json::value& form) {
  auto who = actor_of(session);
  if (!who) return who.failure();
  const auto name = form_text(form, "name"), query = form_text(form, "query");
  if (name.empty() || !is_query(query)) return in_words(session, {Kind::refused, tr("Write a name for the filter, then save it.")});
  const auto letters = std::count_if(name.begin(), name.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(letters) > name_most) return in_words(session, {Kind::refused, tr("The name is too long: at most 60 letters.")});
  auto kept = kept_by(session, who->id);
  if (!kept) return kept.failure();
  auto& filters = kept->filters;
  filters.erase(std::remove_if(filters.begin(), filters.end(), [&](const json::value& one) { return one.is_object() && Members(one).text("name") == name; }), filters.end());
  const bool saves = action == "save_filter";
  if (saves && filters.size() >= filters_most) return in_words(session, {Kind::refused, tr("You keep twenty filters already. Remove one first.")});
  if (saves) filters.push_back(json::object{{"name", name}, {"query", query}});
  auto committed = session.store().commit(json::object{{"expect", json::array{json::object{{"collection", "saved_filters"}, {"key", who->id}, {"version", kept->version}}}},
                                                       {"put", json::array{put_document("saved_filters", who->id, {{"filters", filters}}, {})}}});
  if (!committed) return committed.failure();
  return json::value(json::object{{"done", true}, {"message", Speech(session).say(saves ? tr("The filter is saved. Its address works for others, too.") : tr("The filter is removed."))}, {"level", "good"}, {"go", query}});
}

}  // namespace amazonpay::host
