// The documents of the inbox: one task as a row with what its reader can do, and the names of kinds. Used by page_tasks and commands_tasks. In-call: a row asks
// the shop for its order and the store for its payment; buyers' names come from the shop and are never kept.
#pragma once
#include "host/view_parts.hpp"

namespace amazonpay::host {

struct Reader {
  Actor me;
  bool refund = false, approve = false, connect = false;
};

Result<Reader> reader_of(const hostapi::sdk::Session& session);
Result<json::object> task_row(const hostapi::sdk::Session& session, const Todo& todo, const Reader& reader, const Speech& speech);

// Kinds as the filter names them; several kinds of the domain are one to a person ("Refund declined or refused").
struct KindGroup {
  const char* id;
  const char* label;
  std::vector<TodoKind> kinds;
};
const std::vector<KindGroup>& kind_groups();
const KindGroup* kind_group(const std::string& id);

// A task that is answered where it belongs (an approval, a lost answer, a dispute, what the shop finds by itself) is not closed with a note.
bool closes_with_note(TodoKind kind);

}  // namespace amazonpay::host
