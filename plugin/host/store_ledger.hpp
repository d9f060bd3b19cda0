// ports::Ledger over hostapi.store: payments, intents, todos, events and operations as documents, each with its indexed fields, and one commit for all.
// Made per call. Every commit expects the payment's version, so acts on one order stand in one line; it also writes the order's payment label (word, open
// tasks, drift, test) that lists show. Failures are the host's: conflict, unavailable, uncertain keep their meaning. In-call, one thread.
#pragma once
#include <map>
#include <optional>
#include <set>

#include "domain/transaction.hpp"
#include "host/speech.hpp"
#include "host/store_documents.hpp"

namespace amazonpay::host {

class StoreLedger : public ports::Ledger {
 public:
  explicit StoreLedger(const hostapi::sdk::Session& session) : session_(session), speech_(session) {}

  Result<ports::LoadedPayment> load(const std::string& order_id) override;
  Result<ports::LoadedPayment> load_own(const std::string& order_id) override;
  Result<> look_ahead(const std::vector<std::string>& order_ids, const std::vector<std::string>& operation_ids) override;
  Result<Intent> intent(const std::string& intent_id) override;
  Result<std::optional<Operation>> operation(const std::string& id) override;
  Result<std::vector<Todo>> all_todos(const std::string& order_id) override;
  Result<std::vector<Todo>> open_todos(const std::string& order_id) override;
  Result<std::vector<Intent>> open_intents(std::int64_t older_than_ms, int limit) override;
  Result<std::vector<Intent>> awaiting_approval(int limit) override;
  Result<ports::StoredTally> tally(const std::string& id) override;
  Result<std::vector<std::string>> payments_due(std::int64_t now_ms, int limit) override;
  Result<> commit_all(const std::vector<ports::Change>& changes) override;

  // For the views.
  Result<std::vector<Event>> events(const std::string& order_id, int limit);  // newest first
  Result<Todo> todo(const std::string& id);
  Result<std::map<std::string, std::string>> answers(const std::string& order_id);  // Amazon's raw answers by the id of the object

  // Writes the payment as it is, with the marks and fields of this version of the plugin.
  Result<> label_again(const std::string& order_id);
  // Amazon's raw answers of this order go; the payment stays as it is.
  Result<> forget_answers(const std::string& order_id);

 private:
  static constexpr std::size_t known_most = 256;  // orders; a call that walks a shop must not keep it
  static bool older(const Intent& a, const Intent& b);  // the store's own order of intents
  struct Label {
    json::object shown;  // what lists and the head of the order show
    Standing standing;
  };
  // What is known of an order, for the commit that follows: while the payment has that version nobody has changed it, nor its intents and tasks.
  struct Known {
    std::uint64_t version = 0;
    std::vector<Intent> intents;
    std::vector<std::string> marks;
    json::value marked_total;
    std::map<std::string, std::string> answers;  // of each object of Amazon's whose answer is kept: what tells it from another
    bool forget_answers = false;
    bool ahead = false;                          // read by look_ahead: serves one load
    std::optional<Payment> payment;              // read ahead, or as our own commit left it
    std::optional<std::vector<Todo>> open_todos;
  };
  struct Batch {
    Batch() : expect(memory), put(memory), gone(memory), orders(memory), tasks(memory), audit(memory) {}
    BatchMemory memory;
    json::array expect, put, gone, orders, tasks, audit;
    std::map<std::string, Known> after;          // by order, once it is committed
  };
  static Known known_in(const json::value& document, std::uint64_t version);
  Result<Known> known(const ports::Change& change);
  Result<> add(const ports::Change& change, Batch& batch);
  Result<std::vector<Intent>> intents_of(const std::string& order_id);
  Result<bool> exists(const char* collection, const std::string& key);
  Result<> add_records(const ports::Change& change, Batch& batch);
  void put_answers(const Payment& payment, const Known& before, Known& after, json::object& value, Batch& batch);
  Result<Label> label(const ports::Change& change, const Known& before, Known& after);
  void put_payment(const ports::Change& change, const Label& label, const Known& before, Known& after, Batch& batch);

  hostapi::sdk::Session session_;
  Speech speech_;
  std::map<std::string, Known> known_;        // by order
  std::set<std::string> operations_missing_;  // looked for ahead and not found; each serves once
};

}  // namespace amazonpay::host
