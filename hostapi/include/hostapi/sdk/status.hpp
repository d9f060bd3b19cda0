// Status numbers of the border and kinds of Failure are the same list; this is the mapping, both ways, and the names for messages.
// Used wherever a Result meets a hostapi_status. Pure functions, any thread. An unknown number is a failure: internal.
#pragma once
#include <hostapi/hostapi.h>
#include <hostapi/result.hpp>

namespace hostapi::sdk {

inline hostapi_status to_status(Kind kind) {
  switch (kind) {
    case Kind::invalid: return HOSTAPI_E_INVALID;
    case Kind::not_found: return HOSTAPI_E_NOT_FOUND;
    case Kind::conflict: return HOSTAPI_E_CONFLICT;
    case Kind::denied: return HOSTAPI_E_DENIED;
    case Kind::refused: return HOSTAPI_E_REFUSED;
    case Kind::unsupported: return HOSTAPI_E_UNSUPPORTED;
    case Kind::unavailable: return HOSTAPI_E_UNAVAILABLE;
    case Kind::uncertain: return HOSTAPI_E_UNCERTAIN;
    case Kind::limit: return HOSTAPI_E_LIMIT;
    case Kind::internal: return HOSTAPI_E_INTERNAL;
  }
  return HOSTAPI_E_INTERNAL;
}

/// The kind of a status that is not OK. NO_ANSWER and numbers of a later revision are internal: silence is failure.
inline Kind to_kind(hostapi_status status) {
  switch (status) {
    case HOSTAPI_E_INVALID: return Kind::invalid;
    case HOSTAPI_E_NOT_FOUND: return Kind::not_found;
    case HOSTAPI_E_CONFLICT: return Kind::conflict;
    case HOSTAPI_E_DENIED: return Kind::denied;
    case HOSTAPI_E_REFUSED: return Kind::refused;
    case HOSTAPI_E_UNSUPPORTED: return Kind::unsupported;
    case HOSTAPI_E_UNAVAILABLE: return Kind::unavailable;
    case HOSTAPI_E_UNCERTAIN: return Kind::uncertain;
    case HOSTAPI_E_LIMIT: return Kind::limit;
    default: return Kind::internal;
  }
}

inline const char* status_name(hostapi_status status) {
  switch (status) {
    case HOSTAPI_NO_ANSWER: return "NO_ANSWER";
    case HOSTAPI_OK: return "OK";
    case HOSTAPI_E_INVALID: return "INVALID";
    case HOSTAPI_E_NOT_FOUND: return "NOT_FOUND";
    case HOSTAPI_E_CONFLICT: return "CONFLICT";
    case HOSTAPI_E_DENIED: return "DENIED";
    case HOSTAPI_E_REFUSED: return "REFUSED";
    case HOSTAPI_E_UNSUPPORTED: return "UNSUPPORTED";
    case HOSTAPI_E_UNAVAILABLE: return "UNAVAILABLE";
    case HOSTAPI_E_UNCERTAIN: return "UNCERTAIN";
    case HOSTAPI_E_LIMIT: return "LIMIT";
    case HOSTAPI_E_INTERNAL: return "INTERNAL";
    default: return "an unknown status";
  }
}

}  // namespace hostapi::sdk
