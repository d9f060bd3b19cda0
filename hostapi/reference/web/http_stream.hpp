// An answer that goes on: server-sent events in HTTP chunks. Used by the connection in http_session.hpp, which hands its socket over once the header is out.
// Promises: no thread waits for a stream; one step at a time, on the server's stream thread, and the next only when the last one was written, so a slow reader
// slows nobody but itself; the reader's leaving is seen at once; a comment keeps proxies from hanging up. [io thread]
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <array>
#include <charconv>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "http_server.hpp"

namespace shopadmin::web {

namespace net = boost::asio;
using error_code = boost::system::error_code;

// All that a connection writes goes out here, as two pieces of memory with a handler of one type: TLS, timeouts and sockets are compiled anew for every type of
// buffers and of handler (Beast's own writing of a message has eight of the former, which took this program a minute to compile).
using Done = std::function<void(error_code, std::size_t)>;
template <class Stream>
void write_pieces(Stream& stream, const std::array<net::const_buffer, 2>& pieces, Done done) {
  net::async_write(stream, pieces, std::move(done));
}

template <class Stream, class Owner>
class EventStream {
 public:
  // `owner` has allow_for_ever(): no limit of its own any more; cancel(); stream_over(): called once, when nothing of this is under way any more.
  EventStream(Owner& owner, Stream& stream, net::io_context& io, net::thread_pool& pool, const HttpOptions& options, std::function<StreamStep()> next)
      : owner_(owner), stream_(stream), pool_(pool), options_(options), next_(std::move(next)), timer_(io), slow_(io), began_(now()), said_(began_) {}

  void begin() {
    begun_ = true;
    owner_.allow_for_ever();
    listen();
    step();
  }

  void end() {
    if (over_) return;
    over_ = true;
    timer_.cancel();
    owner_.cancel();
    leave();
  }

 private:
  static std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }
  static std::string hexadecimal(std::size_t size) {
    std::array<char, 16> digits{};
    return std::string(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr);
  }
  auto keep() { return owner_.shared_from_this(); }

  // A reader of events sends nothing more: what arrives is its leaving.
  void listen() {
    listening_ = true;
    stream_.async_read_some(net::mutable_buffer(&byte_, 1), Done([self = keep(), this](error_code, std::size_t) {
      listening_ = false;
      end();
      leave();
    }));
  }

  void step() {
    working_ = true;
    net::post(pool_, [self = keep(), this] {
      StreamStep made{"", true};
      try {
        made = next_();
      } catch (const std::exception&) {
        // The handler's own matter was to say why; the reader may ask again.
      }
      net::post(stream_.get_executor(), [self, this, made = std::move(made)]() mutable { send(std::move(made)); });
    });
  }

  void send(StreamStep made) {
    if (over_) return idle();
    last_ = made.end || now() - began_ >= std::chrono::milliseconds(options_.stream_age_max_ms);
    text_ = std::move(made.text);
    if (text_.empty() && now() - said_ >= std::chrono::milliseconds(options_.stream_comment_ms)) text_ = ": still here\n\n";
    if (text_.empty()) return written();
    said_ = now();
    limit();
    chunk_head_ = hexadecimal(text_.size()) + "\r\n";
    text_ += "\r\n";
    write_pieces(stream_, {net::buffer(chunk_head_), net::buffer(text_)}, [self = keep(), this](error_code error, std::size_t) {
      slow_.cancel();
      if (error) over_ = true;
      written();
    });
  }

  // Of our own: the connection's limit is for reading and writing together, and here a read waits for ever.
  void limit() {
    slow_.expires_after(std::chrono::milliseconds(options_.stream_write_ms));
    slow_.async_wait([self = keep(), this](error_code error) {
      if (!error) end();
    });
  }

  void written() {
    if (over_) return idle();
    if (last_) return finish();
    timer_.expires_after(std::chrono::milliseconds(options_.stream_every_ms));
    timer_.async_wait([self = keep(), this](error_code) { over_ ? idle() : step(); });
  }

  void finish() {
    limit();
    chunk_head_ = "0\r\n\r\n";
    write_pieces(stream_, {net::buffer(chunk_head_), net::const_buffer()}, [self = keep(), this](error_code, std::size_t) {
      slow_.cancel();
      end();
      idle();
    });
  }

  void idle() {
    working_ = false;
    if (listening_) owner_.cancel();
    leave();
  }
  void leave() {
    if (!begun_ || !over_ || working_ || listening_ || left_) return;
    left_ = true;
    owner_.stream_over();
  }

  Owner& owner_;
  Stream& stream_;
  net::thread_pool& pool_;
  const HttpOptions& options_;
  std::function<StreamStep()> next_;
  net::steady_timer timer_, slow_;
  std::chrono::steady_clock::time_point began_, said_;
  std::string chunk_head_, text_;
  char byte_ = 0;
  bool begun_ = false, working_ = false, listening_ = false, last_ = false, over_ = false, left_ = false;
};

}  // namespace shopadmin::web
