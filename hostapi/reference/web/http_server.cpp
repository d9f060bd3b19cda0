#include "http_server.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <csignal>
#include <stdexcept>

#include "http_session.hpp"

namespace shopadmin::web {
namespace {
constexpr auto stop_timeout = std::chrono::seconds(10);
}  // namespace

void HttpServer::State::open() {
  if (!options.certificate_file.empty()) {
    tls.emplace(ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
    error_code error;
    tls->use_certificate_chain_file(options.certificate_file, error);
    if (error) throw std::runtime_error("the certificate " + options.certificate_file + " cannot be read (" + error.message() + "); give a PEM file with --certificate");
    tls->use_private_key_file(options.key_file, ssl::context::pem, error);
    if (error) throw std::runtime_error("the private key " + options.key_file + " cannot be used (" + error.message() + "); give the PEM key of the certificate with --key");
  }
  if (options.listener >= 0) return inherit();
  error_code error;
  const auto address = net::ip::make_address(options.address, error);
  if (error) throw std::runtime_error("'" + options.address + "' is not an IP address; use for example --address 127.0.0.1");
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error)
    throw std::runtime_error("cannot listen on " + options.address + ":" + std::to_string(options.port) + " (" + error.message() + "); choose another port with --port, 0 for any free one");
  port = acceptor.local_endpoint().port();
}

void HttpServer::State::inherit() {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  error_code error;
  const bool known = ::getsockname(options.listener, reinterpret_cast<sockaddr*>(&own), &size) == 0;
  if (known) acceptor.assign(own.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), options.listener, error);
  if (!known || error) throw std::runtime_error("the listening socket of the process before cannot be taken over; start shopadmin again");
  port = acceptor.local_endpoint().port();
}

void HttpServer::State::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code error, PlainStream socket) {
    if (self->stopping || error == net::error::operation_aborted) return;
    if (!error && self->room()) {
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      const auto peer = socket.remote_endpoint(ignored).address().to_string();
      if (self->tls) {
        std::make_shared<Session<TlsStream>>(self, std::move(socket), peer, &*self->tls)->start();
      } else {
        std::make_shared<Session<PlainStream>>(self, std::move(socket), peer, nullptr)->start();
      }
      if (!self->ticking) self->tick();
    }
    self->accept();
  });
}

void HttpServer::State::begin_stop(bool keep_listening) {
  if (stopping) return;
  stopping = true;
  if (options.on_stop) options.on_stop();
  error_code ignored;
  if (keep_listening) kept_listener = ::fcntl(acceptor.native_handle(), F_DUPFD_CLOEXEC, 3);
  acceptor.close(ignored);
  signals.cancel(ignored);
  stop_until = Clock::now() + stop_timeout;
  const std::lock_guard lock(mutex);
  for (auto* connection : connections) connection->close_if_idle();
  if (connections.empty()) clock.cancel(ignored);
}

// While there are connections: breaks off what takes too long, and the server itself when it has been stopping for too long.
void HttpServer::State::tick() {
  ticking = true;
  clock.expires_after(late_every);
  clock.async_wait([self = shared_from_this()](error_code) {
    const auto now = Clock::now();
    const std::lock_guard lock(self->mutex);
    if (self->connections.empty()) return void(self->ticking = false);
    if (self->stopping && now > self->stop_until) return self->io.stop();
    for (auto* connection : self->connections) connection->close_if_late(now);
    self->tick();
  });
}

HttpServer::HttpServer(HttpOptions options, Handler handler, ErrorPage error_page)
    : state_(std::make_shared<State>(std::move(options), std::move(handler), std::move(error_page))) {
  state_->open();
}

HttpServer::~HttpServer() { state_->join(); }

std::uint16_t HttpServer::port() const { return state_->port; }
bool HttpServer::tls() const { return state_->tls.has_value(); }

void HttpServer::run() {
  if (state_->options.stop_on_signals) {
    state_->signals.add(SIGTERM);
    state_->signals.add(SIGINT);
    state_->signals.async_wait([state = state_](error_code error, int) {
      if (!error) state->begin_stop();
    });
  }
  state_->accept();
  state_->io.run();
  state_->join();
}

void HttpServer::stop(bool keep_listening) {
  net::post(state_->io, [state = state_, keep_listening] { state->begin_stop(keep_listening); });
}

int HttpServer::kept_listener() const { return state_->kept_listener; }

}  // namespace shopadmin::web
