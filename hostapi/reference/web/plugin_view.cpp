#include "plugin_view.hpp"

#include "../log.hpp"
#include "sentences.hpp"

namespace shopadmin::web {

Result<Document> checked_view(const Site& site, const Manifest& manifest, Document view) {
  const auto* object = view.if_object();
  const auto name = object ? text_of(*object, "template") : std::string();
  const auto* data = object ? object->if_contains("data") : nullptr;
  if (!name.empty() && data && data->is_object() && site.renderer.has({manifest.domain, name, manifest.domain})) return view;
  log_event(Level::error, "WEB_VIEW_REFUSED", {{"plugin_id", manifest.id}, {"template", name}});
  return Problem{Kind::internal, "The plugin " + manifest.name + " answered a view this shop has no template for.", ""};
}

void put_view(json::object& data, Slots& slots, const std::string& slot, const Manifest& manifest, Document view, const std::string& instead) {
  auto& object = view.get_object();
  data[slot] = std::move(object.at("data"));
  slots[slot] = TemplateName{manifest.domain, instead.empty() ? text_of(object, "template") : instead, manifest.domain};
}

std::string problem_text(const Say& say, const Problem& problem) { return say.known(problem); }

json::object panel_problem(const Say& say, const Manifest& manifest, const Problem& problem) {
  json::object box{{"title", say.in_domain(manifest.domain, manifest.name)}};
  if (problem.kind == Kind::denied) {
    box["role"] = "neutral", box["icon"] = "lock", box["word"] = say.tr("Amounts are hidden");
    box["say"] = say.tr("Your role may not see payments. Ask an administrator if you need them.");
  } else if (problem.kind == Kind::not_found) {
    box["role"] = "wait", box["icon"] = "wait", box["word"] = say.tr("Not read yet");
    box["say"] = say.tr("Nothing is stored about this payment yet. It is being read in the background; load the page again in a moment.");
  } else {
    box["role"] = "stop", box["icon"] = "unknown", box["word"] = say.tr("No answer from the payment plugin");
    box["say"] = sentences(problem_text(say, problem), say.tr("Do not ship before you know what the money does."));
  }
  return box;
}

json::object tab_problem(const Say& say, const Manifest& manifest, const Problem& problem) {
  auto box = panel_problem(say, manifest, problem);
  return {{"role", box["role"] == "neutral" ? json::value("wait") : box["role"]}, {"icon", box["icon"]}, {"title", box["word"]}, {"text", box["say"]}, {"back", ""}, {"label", ""}};
}

}  // namespace shopadmin::web
