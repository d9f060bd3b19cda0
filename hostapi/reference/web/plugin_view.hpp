// Views of plugins inside the host's pages: checking what came back, binding it to a slot, and what stands there instead when there is none.
// Used by the pages that show a plugin. Pure, any thread.
#pragma once

#include "site.hpp"

namespace shopadmin::web {

// The view document if it names a template we have and holds data; otherwise an INTERNAL problem that names the plugin.
Result<Document> checked_view(const Site& site, const Manifest& manifest, Document view);

// Binds the view to a slot: its data under the slot's name, its template (or `instead`, when the plugin has that one) in slots.
void put_view(json::object& data, Slots& slots, const std::string& slot, const Manifest& manifest, Document view, const std::string& instead = "");

// Boxes for the order page: the panel of _overview_, and the problem of order_plugin.mustache and plugin_page.mustache.
json::object panel_problem(const Say& say, const Manifest& manifest, const Problem& problem);
json::object tab_problem(const Say& say, const Manifest& manifest, const Problem& problem);

// The message of a problem in the reader's language: plugins answer translated texts, the core English ones.
std::string problem_text(const Say& say, const Problem& problem);

}  // namespace shopadmin::web
