// Sends requests kept in a file as fast as they are answered, so that the row of notifications measures the server and hardly its client.
//   replay_client PORT FILE CONNECTIONS
// FILE: for each request a line with its length in bytes, then those bytes, as they go over the wire (HTTP/1.1, kept alive). Requests are dealt out to the
// connections in turn. Prints how many were answered with 200 and the seconds it took; exit code 1 and a sentence when a connection breaks.
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

std::vector<std::string> requests_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::string> requests;
  for (std::string length; std::getline(file, length);) {
    std::string bytes(std::stoul(length), '\0');
    if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) throw std::runtime_error(path + " ends within a request");
    requests.push_back(std::move(bytes));
  }
  return requests;
}

// How many of every `step`-th request from `first` on were answered with 200.
long replay(const std::vector<std::string>& requests, std::size_t first, std::size_t step, unsigned short port) {
  asio::io_context context;
  asio::ip::tcp::socket socket(context);
  socket.connect({asio::ip::address_v4::loopback(), port});
  socket.set_option(asio::ip::tcp::no_delay(true));
  boost::beast::flat_buffer buffer;
  long good = 0;
  for (auto i = first; i < requests.size(); i += step) {
    asio::write(socket, asio::buffer(requests[i]));
    http::response<http::string_body> answer;
    http::read(socket, buffer, answer);
    good += answer.result() == http::status::ok;
  }
  return good;
}

int run(unsigned short port, const std::string& path, std::size_t connections) {
  const auto requests = requests_in(path);
  std::atomic<long> good{0};
  std::atomic<bool> broken{false};
  std::vector<std::thread> running;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < connections; ++i) {
    running.emplace_back([&, i] {
      try {
        good += replay(requests, i, connections, port);
      } catch (const std::exception& problem) {
        std::cerr << "replay_client: " << problem.what() << '\n';
        broken = true;
      }
    });
  }
  for (auto& thread : running) thread.join();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::cout << good << ' ' << wall.count() << '\n';
  return broken ? 1 : 0;
}

}  // namespace

int main(int count, char** words) try {
  if (count != 4) {
    std::cerr << "replay_client PORT FILE CONNECTIONS; tests/bench/compare starts it\n";
    return 2;
  }
  return run(static_cast<unsigned short>(std::stoul(words[1])), words[2], std::stoul(words[3]));
} catch (const std::exception& problem) {
  std::cerr << "replay_client: " << problem.what() << '\n';
  return 1;
}
