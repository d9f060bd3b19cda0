// The inside of http_server.hpp: what the server and its connections share, and one connection. Used by http_server.cpp alone.
// A connection belongs to the io thread while it reads, and to one thread of a pool while that makes the answer. Over plain TCP that thread also sends what the
// socket takes at once and starts the next read itself, so that an answer wakes the io thread only when there is more to do: TLS, a slow reader, an answer that
// goes on (Response::stream, taken over by http_stream.hpp).
#pragma once

#include <array>
#include <atomic>
#include <poll.h>
#include <unistd.h>

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
#include <mutex>
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
using Clock = std::chrono::steady_clock;
// Of the io_context's own executor: those of tcp::socket are erased, which costs with every step.
using PlainStream = net::basic_stream_socket<tcp, net::io_context::executor_type>;
using TlsStream = beast::ssl_stream<PlainStream>;
using Acceptor = net::basic_socket_acceptor<tcp, net::io_context::executor_type>;

constexpr auto write_timeout = std::chrono::seconds(30);
constexpr auto goodbye_timeout = std::chrono::seconds(2);
constexpr timespec linger{0, 200'000};
constexpr auto late_every = std::chrono::milliseconds(500);  // connections are looked through this often: no timer of their own for each step
constexpr std::size_t drain_limit = 4 * 1024 * 1024;
constexpr std::size_t read_at_once = 8 * 1024;  // Beast reads what its buffer has room for, 512 bytes at first: a message of Amazon's took five reads

struct Connection {
  virtual ~Connection() = default;
  virtual void close_if_idle() = 0;                      // [io thread]
  virtual void close_if_late(Clock::time_point now) = 0; // [io thread]
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
      : options(std::move(given)), handler(std::move(h)), error_page(std::move(e)), acceptor(io), clock(io),
        signals(io), pool(options.handler_threads) {
    if (!options.side_path.empty()) side_pool.emplace(options.side_threads);
  }

  HttpOptions options;
  Handler handler;
  ErrorPage error_page;
  net::io_context io{1};
  net::io_context unwatched;  // never run: sockets that a thread of a pool reads alone, so that what comes there does not wake the io thread too
  std::optional<ssl::context> tls;
  Acceptor acceptor;
  net::steady_timer clock;
  bool ticking = false;          // [io thread]
  Clock::time_point stop_until;  // [io thread]
  net::signal_set signals;
  std::mutex mutex;
  std::set<Connection*> connections;  // guarded by mutex: a connection may end on a thread of a pool
  std::atomic<unsigned> waiting{0}, side_waiting{0};
  std::atomic<bool> stopping{false};  // set on the io thread
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
  void tick();
  bool room() {
    const std::lock_guard lock(mutex);
    return connections.size() < options.connections_max;
  }
  void came(Connection* connection) {
    const std::lock_guard lock(mutex);
    connections.insert(connection);
  }
  void left(Connection* connection) {
    const std::lock_guard lock(mutex);
    connections.erase(connection);
    if (stopping && connections.empty()) net::post(io, [self = shared_from_this()] { self->clock.cancel(); });
  }
  Response answer(const Request& request) {
    try {
      return handler(request);
    } catch (const std::exception&) {
      return error_page(500, request);
    }
  }
  bool aside(std::string_view path) const { return side_pool && path.starts_with(options.side_path); }
  void join() {
    pool.join();
    stream_pool.join();
    if (side_pool) side_pool->join();
  }
};

template <class Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(std::shared_ptr<HttpServer::State> server, PlainStream socket, std::string peer, ssl::context* tls)
      : server_(std::move(server)), stream_(make(std::move(socket), tls)), peer_(std::move(peer)) {
    buffer_.reserve(read_at_once);
    error_code ignored;
    lowest().non_blocking(true, ignored);
    server_->came(this);
  }
  ~Session() override { server_->left(this); }

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      allow(std::chrono::seconds(server_->options.read_timeout_s));
      stream_.async_handshake(ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
        if (!error) self->read();
      });
    } else {
      read();
    }
  }

  void close_if_idle() override {
    if (events_) return events_->end();
    const std::lock_guard lock(turn_);
    if (!busy_) cancel();
  }
  void close_if_late(Clock::time_point now) override {
    if (now.time_since_epoch().count() > until_) cancel();
  }

  // For http_stream.hpp.
  void stream_over() {
    --server_->streams;
    close();
  }
  void allow_for_ever() { until_ = never; }
  void cancel() {
    error_code ignored;
    lowest().cancel(ignored);
  }

 private:
  static constexpr Clock::rep never = Clock::time_point::max().time_since_epoch().count();

  static Stream make(PlainStream socket, [[maybe_unused]] ssl::context* tls) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return Stream(std::move(socket), *tls);
    } else {
      return Stream(std::move(socket));
    }
  }

  PlainStream& lowest() { return beast::get_lowest_layer(stream_); }
  // [the thread it belongs to] A failure leaves the connection closed.
  void move_to(net::io_context& context) {
    if (&lowest().get_executor().context() == &context) return;
    error_code error;
    const auto protocol = lowest().local_endpoint(error).protocol();
    const auto handle = lowest().release(error);
    if (error) return;
    PlainStream moved(context);
    moved.assign(protocol, handle, error);
    if (error) ::close(handle);
    moved.non_blocking(true, error);
    lowest() = std::move(moved);
  }
  // [the thread it belongs to, for the last time] From here on it belongs to the io thread.
  template <class Step>
  void hand_to_io(Step step) {
    move_to(server_->io);
    net::post(server_->io, std::move(step));
  }
  void allow(std::chrono::milliseconds time) { until_ = (Clock::now() + time).time_since_epoch().count(); }

  // [the thread it belongs to]
  void read() {
    prepare();
    read_on(false);
  }

  void prepare() {
    parser_.emplace();
    parser_->header_limit(server_->options.header_limit);
    parser_->body_limit(boost::none); /* judged by itself once the header is there */
    parser_->eager(false);
  }

  // Under the lock, so that a server that stops either finds it reading or is found stopping.
  void read_on(bool whole) {
    const std::lock_guard lock(turn_);
    if (server_->stopping) return close();
    busy_ = false;
    allow(std::chrono::seconds(server_->options.read_timeout_s));
    read_some(whole);
  }

  // Once for the header and once for the whole, like http::async_read_header and http::async_read, but compiled once (see write_pieces).
  void read_some(bool whole) {
    http::async_read_some(stream_, buffer_, *parser_, [self = this->shared_from_this(), whole](error_code error, std::size_t) {
      if (!error && !self->came(whole)) return self->read_some(whole);
      whole ? self->on_read(error) : self->on_header(error);
    });
  }
  bool came(bool whole) const { return whole ? parser_->is_done() : parser_->is_header_done(); }

  void on_header(error_code error) {
    if (error) return on_read(error);
    auto limit = server_->options.body_limit;
    const auto announced = parser_->content_length().value_or(0);
    Request request;
    if (announced > limit && server_->options.large_body_limit && fill(request)) {
      limit = server_->options.large_body_limit(request);
      if (announced <= limit) allow(std::chrono::seconds(server_->options.large_read_timeout_s));
    }
    if (announced > limit) return on_read(http::error::body_limit);
    parser_->body_limit(limit);
    parser_->eager(true);
    if (parser_->is_done()) return on_read({});
    read_some(true);
  }

  void on_read(error_code error) {
    {
      const std::lock_guard lock(turn_);
      busy_ = true;
    }
    if (error == http::error::header_limit) return refuse(431, known());
    if (error == http::error::body_limit) return refuse(413, known());
    if (error == http::error::end_of_stream) return close();
    if (error && error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::partial_message)
      return refuse(400, known());
    if (error) return;  // timeout, reset or TLS failure: nobody to answer
    Request request;
    if (!fill(request)) return refuse(400, known());
    const bool aside = server_->aside(request.path);
    auto& waiting = aside ? server_->side_waiting : server_->waiting;
    if (waiting >= (aside ? server_->options.side_waiting_max : server_->options.waiting_max)) return refuse(503, request);
    ++waiting;
    allow_for_ever();
    auto work = [self = this->shared_from_this(), aside, came = Clock::now(), request = std::move(request)]() mutable { self->work(std::move(request), aside, came); };
    if (aside) {
      net::post(*server_->side_pool, std::move(work));
    } else {
      net::post(server_->pool, std::move(work));
    }
  }

  // [pool thread]
  void work(Request request, bool aside, Clock::time_point came) {
    auto& waiting = aside ? server_->side_waiting : server_->waiting;
    do {
      const bool late = aside && Clock::now() - came > std::chrono::milliseconds(server_->options.side_wait_ms);
      auto response = late ? server_->error_page(503, request) : server_->answer(request);
      --waiting;
      if (!answered(std::move(response))) return;
      if (!again_) return close();
      prepare();
      came = Clock::now();
      if (!aside) return read_on(false);
    } while (next(request));
  }

  // [pool thread] Who sends one message often has the next: it is read here when it comes at once and nobody waits for this thread, for a change of threads
  // costs as much as the signature in it. Whatever is not just that goes on as usual.
  bool next(Request& request) {
    const auto go_on = [&](bool whole) { return move_to(server_->io), read_on(whole), false; };
    const auto hand_on = [&](error_code error) {
      allow(std::chrono::seconds(server_->options.read_timeout_s));
      hand_to_io([self = this->shared_from_this(), error] { self->on_header(error); });
      return false;
    };
    pollfd readable{lowest().native_handle(), POLLIN, 0};
    if (server_->side_waiting >= server_->options.side_threads) return go_on(false);
    if (buffer_.size() == 0 && ::ppoll(&readable, 1, &linger, nullptr) != 1) return go_on(false);
    move_to(server_->unwatched);
    error_code error;
    while (!error && !came(false)) http::read_some(stream_, buffer_, *parser_, error);
    if (error == net::error::would_block) return go_on(false);
    if (error || parser_->content_length().value_or(0) > server_->options.body_limit || !server_->aside(parser_->get().target())) return hand_on(error);
    parser_->body_limit(server_->options.body_limit);
    parser_->eager(true);
    while (!error && !came(true)) http::read_some(stream_, buffer_, *parser_, error);
    if (error == net::error::would_block) return go_on(true);
    if (error || server_->side_waiting >= server_->options.side_waiting_max || !fill(request = {})) return hand_on(error);
    ++server_->side_waiting;
    return true;
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

  // [pool thread] True when all of it is out; else the io thread goes on.
  bool answered(Response response) {
    if constexpr (std::is_same_v<Stream, PlainStream>) {
      if (!response.stream) {
        compose(std::move(response), false);
        if (sent_at_once()) return true;
        hand_to_io([self = this->shared_from_this()] { self->send_rest(false); });
        return false;
      }
    }
    hand_to_io([self = this->shared_from_this(), response = std::make_shared<Response>(std::move(response))] { self->write(std::move(*response), false); });
    return false;
  }

  // [io thread]
  void write(Response response, bool drain) {
    const bool streamed = response.stream && !head_;
    if (streamed && (server_->stopping || server_->streams >= server_->options.streams_max)) return refuse(503, Request{});
    auto next = std::move(response.stream);
    compose(std::move(response), streamed);
    if (streamed) return begin_stream(std::move(next));
    send_rest(drain);
  }

  void compose(Response response, bool streamed) {
    http::response<http::string_body> message(static_cast<http::status>(response.status), 11);
    if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message.insert(name, value);
    shared_body_ = std::move(response.shared_body), body_ = std::move(response.body);
    const std::string& body = shared_body_ ? *shared_body_ : body_;
    if (streamed) {
      message.chunked(true);
    } else {
      message.content_length(body.size());
    }
    again_ = keep_alive_ && !streamed && !server_->stopping;
    message.keep_alive(again_);
    header_ = header_text(message);
    unsent_ = {net::buffer(header_), head_ || streamed ? net::const_buffer() : net::buffer(body)};
  }

  bool sent_at_once() {
    error_code error;
    auto sent = lowest().write_some(unsent_, error);
    for (auto& piece : unsent_) {
      const auto of_it = std::min(sent, piece.size());
      piece += of_it, sent -= of_it;
    }
    return net::buffer_size(unsent_) == 0;
  }

  void send_rest(bool drain) {
    allow(write_timeout);
    write_pieces(stream_, unsent_, [self = this->shared_from_this(), drain](error_code error, std::size_t) { self->written(error, drain); });
  }

  void begin_stream(std::function<StreamStep()> next) {
    ++server_->streams;
    allow(write_timeout);
    events_.emplace(*this, stream_, server_->io, server_->stream_pool, server_->options, std::move(next));
    write_pieces(stream_, unsent_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (!error && !self->server_->stopping) return self->events_->begin();
      --self->server_->streams;
      self->events_.reset();
      self->close();
    });
  }

  void written(error_code error, bool drain) {
    if (!error && again_) return read();
    if (drain && !error) return drain_rest();
    close();
  }

  // The client may still be sending a body we refused: take the bytes away, so that it reads our answer before the connection is reset.
  void drain_rest() {
    error_code ignored;
    lowest().shutdown(tcp::socket::shutdown_send, ignored);
    allow(goodbye_timeout);
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
      allow(goodbye_timeout);
      stream_.async_shutdown([self = this->shared_from_this()](error_code) {});
    } else {
      error_code ignored;
      lowest().shutdown(tcp::socket::shutdown_both, ignored);
    }
  }

  std::shared_ptr<HttpServer::State> server_;
  Stream stream_;
  std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::string header_, body_;
  std::shared_ptr<const std::string> shared_body_;
  std::array<net::const_buffer, 2> unsent_;
  std::optional<EventStream<Stream, Session>> events_;
  std::string drain_;
  std::size_t drained_ = 0;
  std::atomic<Clock::rep> until_{never};  // then what it does is broken off
  std::mutex turn_;
  bool busy_ = false;  // guarded by turn_
  bool head_ = false;
  bool keep_alive_ = false;
  bool again_ = false;  // another request may follow the answer
};

}  // namespace shopadmin::web
