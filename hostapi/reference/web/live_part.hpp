// The parts of a page that keep themselves up to date: elements with an id that say `data-live`. Used by the live answer of plugins' pages. Pure, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace shopadmin::web {

// Of a page as the renderer made it (every value in it escaped): the elements whose start tag holds ` data-live`, by id, each whole. Those without an id
// are left out, and those inside another one are part of it.
std::map<std::string, std::string> live_parts(std::string_view html);

// A text as one server-sent event of that name.
std::string server_event(std::string_view name, std::string_view text);

}  // namespace shopadmin::web
