// HTTPS with libcurl, for calls that move money: it says exactly how far a request got.
// Used by connection.hpp, and with fetch() for what lies elsewhere: report documents and the certificate of notifications. One HttpClient may be used by
// any number of threads at once: each call borrows an easy handle from a pool and gives it back with its connection still open, so that the next call
// needs no handshake. perform() and fetch() never throw for network trouble; they answer an outcome.
//
// Promises: https only, TLS 1.2 or newer, certificate and name always checked, no redirects, no cookies, no signals, no request body sent twice
// (a kept connection that died under a body is reported as lost and not silently repeated), answers of at most 1 MB (fetch: what its caller allows).
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "amazon/signing.hpp"

namespace amazonpay::amazon {

// What became of a request. For a request without a body (GET) lost is as harmless as not_sent.
enum class Delivery {
  answered,  // a complete answer with a status
  not_sent,  // the request did not leave: name, connection or TLS failed, or there was no time left
  lost,      // it left, and there is no complete answer
};

struct HttpRequest {
  std::string method;
  std::string url;
  NamedValues headers;
  std::string body;           // sent if not empty
  std::int64_t timeout_ms = 0;  // for everything; zero or less: no time left, nothing is sent
};

struct HttpOutcome {
  Delivery delivery = Delivery::not_sent;
  int status = 0;
  std::string body;
  std::string request_id;  // x-amz-pay-request-id
  std::int64_t retry_after_ms = 0;  // of Retry-After in seconds; 0: none
  std::string date;                 // as the server wrote it: http_date_ms
  std::int64_t elapsed_ms = 0;      // of the transfer
  // Set if not answered: a sentence for staff, libcurl's word for the log, and whether time ran out or nobody listened at the port.
  std::string code;        // a word for the failure if neither "unreachable" nor "no_answer" fits
  std::string problem;
  std::string detail;
  bool timed_out = false;
  bool connection_refused = false;
  bool after_unclear_try = false;  // an earlier try of the same act may have arrived, so a refusal now does not say that nothing was done
};

struct HttpOptions {
  std::string ca_file;     // empty: the system's authorities
  std::string user_agent;
  bool direct = false;     // true: ignore proxy settings of the process (a test service on this machine)
  std::int64_t connect_timeout_ms = 5'000;
};

// For fetch(): a plain GET of a public document.
struct FetchLimits {
  std::size_t most_bytes = 64 * 1024;
  std::int64_t timeout_ms = 5'000;  // for everything
  std::string ca_file;              // empty: that of the HttpOptions
};

class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpOutcome perform(const HttpRequest& request);

  // GET of an https address without any header of Amazon Pay, without credentials (an address with a user in it is not fetched) and without following
  // redirects: 3xx is an answer like any other, so check status == 200. A body above the limit counts as lost and is thrown away.
  HttpOutcome fetch(const std::string& url, const FetchLimits& limits);

 private:
  struct Pool;
  HttpOutcome run(void* easy, const HttpRequest& request, std::size_t most_bytes) const;  // a CURL handle
  HttpOptions options_;
  std::unique_ptr<Pool> pool_;
};

// Of HttpOutcome::date, to the second; 0 if it is none.
std::int64_t http_date_ms(const std::string& date);

}  // namespace amazonpay::amazon
