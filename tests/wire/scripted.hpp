// Settings for a scripted server (tls_server.hpp), and parts of the requests that it received.
#pragma once
#include <memory>
#include <string>

#include "amazon/connection.hpp"
#include "keys.hpp"
#include "tls_server.hpp"

namespace wire_tests {

// A sandbox key of Europe, without a limit of requests. The id differs each time: a limit belongs to the account and outlives the connection.
inline amazonpay::amazon::Account account_at(const TlsServer& server, const std::string& call_rate = "unlimited") {
  amazonpay::amazon::Account account;
  account.region = "eu";
  static int made = 0;
  account.public_key_id = "SANDBOX-AEXAMPLE" + std::to_string(++made);
  account.private_key = amazonpay::amazon::Secret(first_key().private_pem);
  account.service_url = server.url();
  account.ca_file = server.ca_file();
  account.call_rate = call_rate;
  return account;
}

inline std::shared_ptr<const amazonpay::amazon::Connection> connected_to(const TlsServer& server) {
  return amazonpay::amazon::Connection::open(account_at(server)).value();
}

inline Act act(int status, const std::string& body = "", const std::string& headers = "") { return {Act::answer, http_answer(status, body, headers)}; }

inline std::string header(const std::string& request, const std::string& name) {
  const auto at = request.find("\r\n" + name + ": ");
  if (at == request.npos) return {};
  const auto start = at + name.size() + 4;
  return request.substr(start, request.find("\r\n", start) - start);
}

inline std::string body_of(const std::string& request) { return request.substr(request.find("\r\n\r\n") + 4); }
inline std::string first_line(const std::string& request) { return request.substr(0, request.find("\r\n")); }

}  // namespace wire_tests
