// What a person pastes from Seller Central: the JSON with all values of a connection, in any of the shapes that are around, or a private key alone.
// Used by the page Connection. Pure; never throws for input. The private key is only ever in the Secret; `fields` carries the ids of the settings.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "amazon/secret.hpp"
#include "domain/text.hpp"

namespace amazonpay::host {

struct PastedCredentials {
  std::map<std::string, std::string> fields;  // only what was found
  amazon::Secret private_key;                 // empty: none was in it
  Text problem;                               // what was pasted instead, and what to do; then nothing else is set
};

PastedCredentials read_pasted(std::string_view text);

}  // namespace amazonpay::host
