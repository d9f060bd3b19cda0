// The two connections a shop keeps, one for the sandbox and one for live: the settings the plugin works with are those of the one in use, the other rests
// in the setting `parked_connection` (JSON of the same fields, no secret) and the secret `private_key_parked`. Switching exchanges them in one write, so
// neither is lost. A key pair made or pasted that is not in use yet is the secret `private_key_next`, with the id Amazon gave it in `next_public_key_id`.
// Used by the page Connection and its command. Made per call; in-call, one thread. Failures are the host's.
#pragma once
#include <hostapi/sdk.hpp>

#include <map>
#include <string>

#include "amazon/secret.hpp"
#include "domain/payment.hpp"

namespace amazonpay::host {

using hostapi::Failure;
using hostapi::Kind;
using hostapi::Result;

using ConnectionFields = std::map<std::string, std::string>;  // by the ids of the settings

struct ConnectionSet {
  Environment environment = Environment::sandbox;
  bool in_use = false;
  bool has_key = false;
  ConnectionFields fields;

  std::string text(const char* field) const;
  bool complete() const { return has_key && !text("public_key_id").empty() && !text("merchant_id").empty() && !text("store_id").empty(); }
};

struct ConnectionSets {
  ConnectionSet sandbox, live;
  bool has_next_key = false;
  std::string next_public_key_id;

  const ConnectionSet& of(Environment environment) const { return environment == Environment::live ? live : sandbox; }
  const ConnectionSet& in_use() const { return live.in_use ? live : sandbox; }
  const ConnectionSet& parked() const { return live.in_use ? sandbox : live; }
};

Result<ConnectionSets> read_sets(const hostapi::sdk::Session& session);

// The stored private key of a set; empty: none is stored.
Result<amazon::Secret> key_of_set(const hostapi::sdk::Session& session, const ConnectionSet& set);
Result<amazon::Secret> next_key(const hostapi::sdk::Session& session);

// Puts these fields and, if it is not empty, this key into the set. drop_next: the key came from private_key_next, which goes.
Result<> store_set(const hostapi::sdk::Session& session, const ConnectionSet& set, const ConnectionFields& fields, const amazon::Secret& key, bool drop_next);
// An empty key: the one that is there stays. Empty id: none yet.
Result<> store_next(const hostapi::sdk::Session& session, const amazon::Secret& key, const std::string& public_key_id);
Result<> drop_next(const hostapi::sdk::Session& session);
// The set in use gets the next key; the old one is overwritten.
Result<> use_next(const hostapi::sdk::Session& session, const ConnectionSets& sets);
// Exchanges the set in use and the parked one, keys included.
Result<> exchange_sets(const hostapi::sdk::Session& session, const ConnectionSets& sets);

}  // namespace amazonpay::host
