// One Amazon Pay account as the settings describe it, ready to be called: parsed key, addresses, pooled connections.
// Used by client.cpp; the plugin's host adapter keeps one Connection per shop and version of the settings and shares it between all calls and
// threads (everything here is const and thread-safe), because parsing the key and the TLS handshake cost far more than a call.
// Errors: open() answers Kind::refused with a sentence; Failure.code is the id of the settings field that is wrong.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "amazon/call_rate.hpp"
#include "amazon/http_client.hpp"
#include "amazon/operation.hpp"
#include "amazon/secret.hpp"
#include "amazon/signing.hpp"
#include "domain/payment.hpp"

namespace amazonpay::amazon {

// The fields carry the ids of the settings in the manifest.
struct Account {
  std::string region;         // eu, na, jp (also de, uk, us)
  std::string environment;    // sandbox or live; a key id that starts with SANDBOX or LIVE decides by itself
  std::string public_key_id;
  Secret private_key;
  std::string algorithm;      // empty: AMZN-PAY-RSASSA-PSS-V2
  std::string service_url;    // empty: Amazon; else https://host[:port] of a test service
  std::string ca_file;        // empty: the system's authorities
  std::string call_rate;      // empty or "amazon": as often as Amazon publishes; "unlimited": only with a service_url
};

// The environment a key works in: its prefix decides (API reference 1.2), a legacy key takes the setting. Nothing: neither says.
std::optional<Environment> environment_of(std::string_view public_key_id, std::string_view setting);

// One call: how long it may take altogether, what time it is, and who waits. The defaults suit tools and tests.
struct Terms {
  std::function<std::int64_t()> time_left_ms = {};  // asked before each try; empty: no limit but the 15 s of a call
  std::function<std::int64_t()> now_ms = {};        // UTC, for x-amz-pay-date; empty: the system clock
  Urgency urgency = Urgency::staff;
  std::function<void(std::int64_t)> pause_ms = {};  // how to wait; empty: this thread sleeps
};

class Connection {
 public:
  static Result<std::shared_ptr<const Connection>> open(const Account& account);

  // Signs with a fresh date and sends, as often as retry.hpp says and call_rate.hpp allows; altogether within 15 s and the time of the terms.
  // If a try may have arrived and a later one did not leave, the outcome is that of the former: it is never made to look harmless.
  HttpOutcome send(const Operation& operation, const Terms& terms) const;

  // GET of a public document that Amazon names, for example a report: not signed, no headers of Amazon Pay, no redirects.
  HttpOutcome fetch(const std::string& url, std::size_t most_bytes, const Terms& terms) const;

  Environment environment() const { return environment_; }
  const std::string& region() const { return region_; }
  const std::string& host() const { return host_; }  // host[:port] as in the URL
  std::string path_of(const std::string& resource) const { return prefix_ + resource; }

 private:
  Connection(PrivateKey key, HttpOptions options) : key_(std::move(key)), http_(std::make_unique<HttpClient>(std::move(options))) {}
  class Deadline;
  // Empty: go on. Else the outcome of a request that was not sent because its turn did not come.
  std::optional<HttpOutcome> wait_for_turn(const Operation& operation, const Terms& terms, const Deadline& deadline) const;
  HttpOutcome try_once(const Operation& operation, const Terms& terms, std::int64_t timeout_ms) const;

  PrivateKey key_;
  std::unique_ptr<HttpClient> http_;
  std::shared_ptr<CallRate> rate_;  // shared by all connections with the same key at the same host; nothing: unlimited
  Algorithm algorithm_ = Algorithm::rsassa_pss_v2;
  Environment environment_ = Environment::sandbox;
  std::string public_key_id_;
  std::string region_;
  std::string host_;
  std::string prefix_;  // /v2, /sandbox/v2 or /live/v2
};

}  // namespace amazonpay::amazon
