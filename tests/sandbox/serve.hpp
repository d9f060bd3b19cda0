#pragma once
// One running sandbox: its folder, its state, its two ports and its sender of notifications. Used by the command line only. serve() returns after
// SIGTERM or SIGINT; it throws std::runtime_error with a sentence for what a person can put right (folder, port, another sandbox).
#include <cstdint>
#include <filesystem>

namespace sandbox {

struct ServeOptions {
    std::filesystem::path data_dir;
    int port = 0, control_port = 0;  // 0 = a free one
    std::int64_t refund_delay_ms = -1, pending_delay_ms = -1, notification_delay_ms = -1;  // -1 = as stored
};

int serve(const ServeOptions& options);

}  // namespace sandbox
