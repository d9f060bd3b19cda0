#include "result.hpp"

namespace shopadmin {

const char* kind_name(Kind kind) {
  switch (kind) {
    case Kind::no_answer: return "no_answer";
    case Kind::invalid: return "invalid";
    case Kind::not_found: return "not_found";
    case Kind::conflict: return "conflict";
    case Kind::denied: return "denied";
    case Kind::refused: return "refused";
    case Kind::unsupported: return "unsupported";
    case Kind::unavailable: return "unavailable";
    case Kind::uncertain: return "uncertain";
    case Kind::limit: return "limit";
    case Kind::internal: return "internal";
  }
  return "unknown";
}

}  // namespace shopadmin
