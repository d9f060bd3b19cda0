#pragma once
// Finds the API operation for a method and a path. Pure, any thread. Unknown paths are 404, other versions 400 InvalidAPIVersion,
// wrong methods 405, as ApiError and in this order.
#include <string>
#include <string_view>

#include "operations.hpp"

namespace sandbox {

struct Route {
    const char* method;
    const char* resource;
    bool has_id;
    const char* action;  // last segment, or ""
    const char* name;    // createRefund
    Operation operation;
    enum class KeyUse { ignored, optional, required } idempotency;
};

struct Match {
    const Route* route = nullptr;
    std::string environment_in_path;  // "sandbox", "live" or empty
    std::string id;
};

bool is_operation(std::string_view name);

Match match_route(std::string_view method, std::string_view path);

}  // namespace sandbox
