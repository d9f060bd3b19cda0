// Domain values to stored documents and back. Used by store_ledger only.
// encode and decode are inverse for everything the domain keeps; decode ignores unknown members and takes missing ones as empty, so that documents of an
// older version stay readable. A damaged document is Kind::internal and names the member. Pure functions, any thread.
// `memory` is where the document lives, for those of one batch that go together (see BatchMemory).
#pragma once
#include <boost/json.hpp>

#include "domain/ledger.hpp"
#include "domain/notification.hpp"
#include "domain/orphan.hpp"
#include "domain/record.hpp"

namespace amazonpay::host {

namespace json = boost::json;

json::object encode(const Payment& payment, json::storage_ptr memory = {});
json::object encode(const Intent& intent, json::storage_ptr memory = {});
json::object encode(const Todo& todo, json::storage_ptr memory = {});
json::object encode(const Event& event, json::storage_ptr memory = {});
json::object encode(const Operation& operation, json::storage_ptr memory = {});
json::object encode(const Balances& balances, json::storage_ptr memory = {});
json::object encode(const Entry& entry, json::storage_ptr memory = {});
json::object encode(const Notification& notification, json::storage_ptr memory = {});
json::object encode(const Orphan& orphan);

Result<Payment> decode_payment(const json::value& document);
Result<Intent> decode_intent(const json::value& document);
Result<Todo> decode_todo(const json::value& document);
Result<Event> decode_event(const json::value& document);
Result<Entry> decode_entry(const json::value& document);
Result<Operation> decode_operation(const json::value& document);
Result<Notification> decode_notification(const json::value& document);
Result<Orphan> decode_orphan(const json::value& document);

}  // namespace amazonpay::host
