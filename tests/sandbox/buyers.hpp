#pragma once
// The test buyer: name, addresses and the simulated card of the sandbox wallet. Used by the control interface and the checkout page. Any thread.
#include <string>

#include <boost/json.hpp>

#include "body.hpp"

namespace sandbox {

// Out of the optional members buyer {name, email, phone}, shipping_address and billing_address of the body; what is missing is made up.
boost::json::object make_buyer(const Body& body, const std::string& region);

// The buyer's data as far as the scopes of the checkout session let the shop see it (no scopes: all of it); the rest is null.
boost::json::value shown_buyer(const boost::json::value& buyer, const boost::json::value& session_request);

// The last four digits in the member "card" ("1111" when there is none); refused unless Amazon's wallet has such a card.
std::string read_card(const Body& body);

// What a card does at checkout and in a charge that may stay pending, as a simulation code; empty for a card without surprises.
std::string checkout_outcome(const std::string& card);
std::string pending_outcome(const std::string& card);

}  // namespace sandbox
