#pragma once
// The two listeners on 127.0.0.1: HTTPS (TLS 1.2 or newer) for the API and plain HTTP for the control interface. Boost.Beast stays inside
// server.cpp. Several io threads; handlers run on them and may block for a database commit; held-back answers and slow clients do not
// occupy a thread. run() returns after stop(), which any thread may call.
#include <cstdint>
#include <functional>
#include <memory>

#include "certificate.hpp"
#include "gateway.hpp"

namespace sandbox {

class Server {
public:
    using Handler = std::function<HttpAnswer(const HttpRequest&)>;

    // Binds both ports (0 = any free one). Throws std::runtime_error naming the port that is taken.
    Server(const CertificateFiles& certificate, std::uint16_t port, std::uint16_t control_port, Handler api, Handler control);
    ~Server();

    std::uint16_t port() const;
    std::uint16_t control_port() const;
    void run(int threads);  // until SIGTERM, SIGINT or stop()
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sandbox
