#pragma once
// A refusal as the API sends it. Thrown by checks and operations, turned into an answer in one place (gateway.cpp, control.cpp).
#include <stdexcept>
#include <string>

namespace sandbox {

struct ApiError : std::runtime_error {
    ApiError(int status, std::string reason_code, const std::string& message)
        : std::runtime_error(message), status(status), reason_code(std::move(reason_code)) {}
    int status;
    std::string reason_code;
};

}  // namespace sandbox
