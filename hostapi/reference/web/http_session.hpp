// The inside of http_server.hpp: what the server and its connections share, and one connection. Used by http_server.cpp alone. Everything here lives on the
// server's io thread, but for the handlers, which run on the pools and post their answer back. An answer that goes on (Response::stream) is taken over by
// http_stream.hpp.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url/parse.hpp>
#include <optional>
#include <set>

#include "http_form.hpp"
#include "http_server.hpp"
#include "http_stream.hpp"

namespace shopadmin::web {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = boost::asio::ssl;
using tcp = boost::asio::ip::tcp;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr auto write_timeout = std::chrono::seconds(30);
constexpr std::size_t drain_limit = 4 * 1024 * 1024;

struct Connection {
  virtual ~Connection() = default;
  virtual void close_if_idle() = 0;  // [io thread]
};

inline std::optional<std::string> decoded_path(std::string_view target) {
  const auto parsed = boost::urls::parse_origin_form(target);
  if (!parsed) return std::nullopt;
  std::string path = parsed->encoded_path().decode();
  if (path.find('\0') != std::string::npos) return std::nullopt;
  return path;
}

inline std::string field(const http::fields& fields, http::field name) { return std::string(fields[name]); }

inline std::string header_text(const http::response<http::string_body>& message) {
  http::fields::writer writer(message, message.version(), message.result_int());
  return beast::buffers_to_string(writer.get());
}

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(HttpOptions given, Handler h, ErrorPage e)
      : options(std::move(given)), handler(std::move(h)), error_page(std::move(e)), acceptor(io), watchdog(io),
        signals(io), pool(options.handler_threads) {
    if (!options.side_path.empty()) side_pool.emplace(options.side_threads);
  }

  HttpOptions options;
  Handler handler;
  ErrorPage error_page;
  net::io_context io{1};
  std::optional<ssl::context> tls;
  tcp::acceptor acceptor;
  net::steady_timer watchdog;
  net::signal_set signals;
  std::set<Connection*> connections;  // [io thread]
  std::atomic<unsigned> waiting{0}, side_waiting{0};
  bool stopping = false;  // [io thread]
  std::uint16_t port = 0;
  net::thread_pool pool;
  std::optional<net::thread_pool> side_pool;
  net::thread_pool stream_pool{1};
  unsigned streams = 0;  // [io thread]
  int kept_listener = -1;  // [io thread]

  void open();
  void inherit();
  void accept();
  void begin_stop(bool keep_listening = false);
  void left(Connection* connection) {
    connections.erase(connection);
    if (stopping && connections.empty()) watchdog.cancel();
  }
  Response answer(const Request& request) {
    try {
      return handler(request);
    } catch (const std::exception&) {
      return error_page(500, request);
    }
  }
  bool aside(const Request& request) const { return side_pool && request.path.rfind(options.side_path, 0) == 0; }
  void join() {
    pool.join();
    stream_pool.join();
    if (side_pool) side_pool->join();
  }
};

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(std::shared_ptr<HttpServer::State> server, tcp::socket socket, std::string peer, ssl::context* tls)
      : server_(std::move(server)), stream_(make(std::move(socket), tls)), peer_(std::move(peer)) {
    server_->connections.insert(this);
  }
  ~Session() override { server_->left(this); }

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      lowest().expires_after(std::chrono::seconds(server_->options.read_timeout_s));
      stream_.async_handshake(ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
        if (!error) self->read();
      });
    } else {
      read();
    }
  }

  void close_if_idle() override {
    if (events_) return events_->end();
    if (!busy_) lowest().cancel();
  }

  void stream_over() {
    --server_->streams;
    close();
  }

 private:
  static Stream make(tcp::socket socket, [[maybe_unused]] ssl::context* tls) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return Stream(std::move(socket), *tls);
    } else {
      return Stream(std::move(socket));
    }
  }

  PlainStream& lowest() { return beast::get_lowest_layer(stream_); }

  void read() {
    if (server_->stopping) return close();
    busy_ = false;
    parser_.emplace();
    parser_->header_limit(server_->options.header_limit);
    parser_->body_limit(boost::none); /* judged by itself once the header is there */
    lowest().expires_after(std::chrono::seconds(server_->options.read_timeout_s));
    parser_->eager(false);
    read_some(false);
  }

  // Once for the header and once for the whole, like http::async_read_header and http::async_read, but compiled once (see write_pieces).
  void read_some(bool whole) {
    http::async_read_some(stream_, buffer_, *parser_, [self = this->shared_from_this(), whole](error_code error, std::size_t) {
      const bool enough = error || (whole ? self->parser_->is_done() : self->parser_->is_header_done());
      if (!enough) return self->read_some(whole);
      whole ? self->on_read(error) : self->on_header(error);
    });
  }

  void on_header(error_code error) {
    if (error) return on_read(error);
    auto limit = server_->options.body_limit;
    const auto announced = parser_->content_length().value_or(0);
    Request request;
    if (announced > limit && server_->options.large_body_limit && fill(request)) {
      limit = server_->options.large_body_limit(request);
      if (announced <= limit) lowest().expires_after(std::chrono::seconds(server_->options.large_read_timeout_s));
    }
    if (announced > limit) return on_read(http::error::body_limit);
    parser_->body_limit(limit);
    parser_->eager(true);
    if (parser_->is_done()) return on_read({});
    read_some(true);
  }

  void on_read(error_code error) {
    busy_ = true;
    if (error == http::error::header_limit) return refuse(431, known());
    if (error == http::error::body_limit) return refuse(413, known());
    if (error == http::error::end_of_stream) return close();
    if (error && error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::partial_message)
      return refuse(400, known());
    if (error) return;  // timeout, reset or TLS failure: nobody to answer
    Request request;
    if (!fill(request)) return refuse(400, known());
    const bool aside = server_->aside(request);
    auto& waiting = aside ? server_->side_waiting : server_->waiting;
    if (waiting >= (aside ? server_->options.side_waiting_max : server_->options.waiting_max)) return refuse(503, request);
    ++waiting;
    lowest().expires_never();
    auto work = [self = this->shared_from_this(), aside, &waiting, came = std::chrono::steady_clock::now(), request = std::move(request)] {
      const bool late = aside && std::chrono::steady_clock::now() - came > std::chrono::milliseconds(self->server_->options.side_wait_ms);
      auto response = std::make_shared<Response>(late ? self->server_->error_page(503, request) : self->server_->answer(request));
      --waiting;
      net::post(self->stream_.get_executor(), [self, response] { self->write(*response, false); });
    };
    if (aside) {
      net::post(*server_->side_pool, std::move(work));
    } else {
      net::post(server_->pool, std::move(work));
    }
  }

  bool fill(Request& request) {
    auto& message = parser_->get();
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    auto path = decoded_path(request.target);
    if (!path || message.find(http::field::host) == message.end()) return false;
    head_ = request.method == "HEAD";
    keep_alive_ = message.keep_alive();
    request.path = std::move(*path);
    request.peer = peer_;
    request.accept_language = field(message, http::field::accept_language);
    request.content_type = field(message, http::field::content_type);
    request.cookie = field(message, http::field::cookie);
    request.host = field(message, http::field::host);
    request.origin = field(message, http::field::origin);
    request.if_none_match = field(message, http::field::if_none_match);
    for (const auto& header : message) {
      std::string name(header.name_string());
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      request.headers.emplace_back(std::move(name), header.value());
    }
    std::string forwarded;
    for (const auto& [name, value] : request.headers)
      if (name == "x-forwarded-for") forwarded += (forwarded.empty() ? "" : ",") + value;
    request.peer = client_address(peer_, forwarded, server_->options.trusted_proxies);
    request.body = std::move(message.body());
    return true;
  }

  // What is known of a request that did not come whole.
  Request known() {
    Request request;
    request.method = std::string(parser_->get().method_string());
    request.target = std::string(parser_->get().target());
    request.path = decoded_path(request.target).value_or(std::string());
    request.peer = peer_;
    return request;
  }

  void refuse(int status, const Request& request) {
    keep_alive_ = false;
    write(server_->error_page(status, request), true);
  }

  void write(const Response& response, bool drain) {
    const bool streamed = response.stream && !head_;
    if (streamed && (server_->stopping || server_->streams >= server_->options.streams_max)) return refuse(503, Request{});
    message_.emplace(static_cast<http::status>(response.status), 11);
    if (!response.content_type.empty()) message_->set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message_->insert(name, value);
    const std::string& body = response.shared_body ? *response.shared_body : response.body;
    if (!head_) message_->body() = body;
    if (streamed) {
      message_->chunked(true);
    } else {
      message_->content_length(body.size());
    }
    message_->keep_alive(keep_alive_ && !streamed && !server_->stopping);
    lowest().expires_after(write_timeout);
    header_ = header_text(*message_);
    if (streamed) return begin_stream(response.stream);
    write_pieces(stream_, {net::buffer(header_), head_ ? net::const_buffer() : net::buffer(message_->body())},
                 [self = this->shared_from_this(), drain](error_code error, std::size_t) { self->written(error, drain); });
  }

  void begin_stream(std::function<StreamStep()> next) {
    ++server_->streams;
    events_.emplace(*this, stream_, server_->io, server_->stream_pool, server_->options, std::move(next));
    write_pieces(stream_, {net::buffer(header_), net::const_buffer()}, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (!error && !self->server_->stopping) return self->events_->begin();
      --self->server_->streams;
      self->events_.reset();
      self->close();
    });
  }

  void written(error_code error, bool drain) {
    const bool again = !error && message_->keep_alive();
    message_.reset();
    if (again) return read();
    if (drain && !error) return drain_rest();
    close();
  }

  // The client may still be sending a body we refused: take the bytes away, so that it reads our answer before the connection is reset.
  void drain_rest() {
    error_code ignored;
    lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
    lowest().expires_after(std::chrono::seconds(2));
    drain_some();
  }
  void drain_some() {
    drain_.resize(16 * 1024);
    lowest().async_read_some(net::mutable_buffer(drain_.data(), drain_.size()), Done([self = this->shared_from_this()](error_code error, std::size_t size) {
      self->drained_ += size;
      if (!error && self->drained_ < drain_limit) self->drain_some();
    }));
  }

  void close() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      lowest().expires_after(std::chrono::seconds(2));
      stream_.async_shutdown([self = this->shared_from_this()](error_code) {});
    } else {
      error_code ignored;
      lowest().socket().shutdown(tcp::socket::shutdown_both, ignored);
    }
  }

  std::shared_ptr<HttpServer::State> server_;
  Stream stream_;
  std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> message_;
  std::string header_;
  std::optional<EventStream<Stream, Session>> events_;
  std::string drain_;
  std::size_t drained_ = 0;
  bool busy_ = false;
  bool head_ = false;
  bool keep_alive_ = false;
};

}  // namespace shopadmin::web
