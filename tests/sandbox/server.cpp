#include "server.hpp"

#include <csignal>

#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr std::size_t largest_body = 8 * 1024 * 1024;  // order batches of the control interface are the largest
constexpr auto idle_limit = std::chrono::seconds(60);

HttpRequest to_request(http::request<http::string_body>&& message) {
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
        std::string name(field.name_string());
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    request.body = std::move(message.body());
    return request;
}

// As text, because Beast's own writing of a message is compiled for eight types of buffers, twice: most of this file's time.
std::string to_message(HttpAnswer&& answer, unsigned version, bool keep_alive) {
    http::response<http::string_body> message(static_cast<http::status>(answer.status), version);
    message.set(http::field::content_type, answer.content_type);
    for (const auto& [name, value] : answer.headers) message.set(name, value);
    if (!answer.request_id.empty()) message.set("x-amz-pay-request-id", answer.request_id);
    message.keep_alive(keep_alive);
    message.body() = std::move(answer.body);
    message.prepare_payload();
    http::fields::writer header(message, message.version(), message.result_int());
    return beast::buffers_to_string(header.get()) + message.body();
}

template <class Stream>
asio::awaitable<void> serve(Stream& stream, const Server::Handler& handler) {
    beast::flat_buffer buffer;
    while (true) {
        beast::get_lowest_layer(stream).expires_after(idle_limit);
        http::request_parser<http::string_body> parser;
        parser.body_limit(largest_body);
        co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
        const auto version = parser.get().version();
        const bool keep_alive = parser.get().keep_alive();
        auto answer = handler(to_request(parser.release()));
        if (answer.delay_ms > 0) {
            asio::steady_timer timer(stream.get_executor(), std::chrono::milliseconds(answer.delay_ms));
            beast::get_lowest_layer(stream).expires_never();
            co_await timer.async_wait(asio::use_awaitable);
        }
        if (answer.drop) co_return;
        const auto message = to_message(std::move(answer), version, keep_alive);
        beast::get_lowest_layer(stream).expires_after(idle_limit);
        co_await asio::async_write(stream, asio::buffer(message), asio::use_awaitable);
        if (!keep_alive) co_return;
    }
}

// A client that goes away, sends rubbish or is too slow ends its own connection and nothing else.
asio::awaitable<void> serve_tls(tcp::socket socket, asio::ssl::context& context, const Server::Handler& handler) {
    try {
        beast::ssl_stream<beast::tcp_stream> stream(beast::tcp_stream(std::move(socket)), context);
        beast::get_lowest_layer(stream).expires_after(idle_limit);
        co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
        co_await serve(stream, handler);
    } catch (const boost::system::system_error&) {
    }
}

asio::awaitable<void> serve_plain(tcp::socket socket, const Server::Handler& handler) {
    try {
        beast::tcp_stream stream(std::move(socket));
        co_await serve(stream, handler);
    } catch (const boost::system::system_error&) {
    }
}

template <class Accepted>
asio::awaitable<void> listen(tcp::acceptor& acceptor, asio::io_context& io, Accepted accepted) {
    while (acceptor.is_open()) {
        try {
            auto socket = co_await acceptor.async_accept(asio::make_strand(io), asio::use_awaitable);
            socket.set_option(tcp::no_delay(true));
            const auto executor = socket.get_executor();
            asio::co_spawn(executor, accepted(std::move(socket)), asio::detached);
        } catch (const boost::system::system_error& error) {
            if (error.code() == asio::error::operation_aborted) co_return;
        }
    }
}

tcp::acceptor bind_loopback(asio::io_context& io, std::uint16_t port) {
    try {
        return tcp::acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), port));
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error("cannot bind 127.0.0.1:" + std::to_string(port) + ": " + error.code().message() + "; choose another port or 0");
    }
}

}  // namespace

struct Server::State {
    asio::io_context io;
    asio::ssl::context tls{asio::ssl::context::tls_server};
    tcp::acceptor api_acceptor, control_acceptor;
    asio::signal_set signals{io, SIGINT, SIGTERM};
    Handler api, control;

    State(std::uint16_t port, std::uint16_t control_port)
        : api_acceptor(bind_loopback(io, port)), control_acceptor(bind_loopback(io, control_port)) {}
};

Server::Server(const CertificateFiles& certificate, std::uint16_t port, std::uint16_t control_port, Handler api, Handler control)
    : state_(std::make_unique<State>(port, control_port)) {
    state_->api = std::move(api);
    state_->control = std::move(control);
    SSL_CTX_set_min_proto_version(state_->tls.native_handle(), TLS1_2_VERSION);
    state_->tls.use_certificate_chain_file(certificate.server.string());
    state_->tls.use_private_key_file(certificate.key.string(), asio::ssl::context::pem);
}

Server::~Server() = default;

std::uint16_t Server::port() const { return state_->api_acceptor.local_endpoint().port(); }
std::uint16_t Server::control_port() const { return state_->control_acceptor.local_endpoint().port(); }

void Server::run(int threads) {
    auto& s = *state_;
    s.signals.async_wait([this](boost::system::error_code error, int) {
        if (!error) stop();
    });
    asio::co_spawn(s.io, listen(s.api_acceptor, s.io, [&s](tcp::socket socket) { return serve_tls(std::move(socket), s.tls, s.api); }), asio::detached);
    asio::co_spawn(s.io, listen(s.control_acceptor, s.io, [&s](tcp::socket socket) { return serve_plain(std::move(socket), s.control); }),
                   asio::detached);
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back([&s] { s.io.run(); });
    s.io.run();
    for (auto& thread : others) thread.join();
}

void Server::stop() { state_->io.stop(); }

}  // namespace sandbox
