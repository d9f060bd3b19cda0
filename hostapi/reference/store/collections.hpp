/* A plugin's collections: declared in its manifest, kept as real tables with a real column per field and an index per indexed one. Behind hostapi.store/1;
 * also counts the badge of a menu page. `commit` is the one verb that changes anything: expectations, puts, deletes, payment labels, tasks and audit in one
 * transaction or not at all. Documents are those of hostapi/README.md. Any thread. */
#pragma once
#include <optional>
#include <string>

#include "audit/audit.hpp"
#include "caller.hpp"
#include "document.hpp"
#include "loader/manifest.hpp"
#include "result.hpp"
#include "store/database.hpp"
#include "tasks/queue.hpp"

namespace shopadmin {

struct Batch;

struct StoredValue {
  std::string value; /* JSON text */
  std::int64_t version = 0;
};

class Collections {
 public:
  Collections(Database& database, Clock& clock, Audit& audit, TaskQueue& queue) : database_(database), clock_(clock), audit_(audit), queue_(queue) {}
  Result<void> declare(const Manifest& manifest); /* makes and extends the tables */
  Result<StoredValue> get(const Manifest& manifest, const std::string& collection, const std::string& key);
  Result<std::string> find(const Manifest& manifest, const json::object& query); /* the answer as JSON text */
  Result<json::object> commit(const Caller& caller, const Manifest& manifest, const json::object& batch); /* CONFLICT: details is {"conflict":…} */
  std::int64_t count(const Manifest& manifest, const std::string& collection, const std::string& field, const std::string& value,
                     const std::string& reader_field = "", const std::string& reader_id = "");

 private:
  Result<std::vector<std::int64_t>> apply(Sql& sql, const Caller& caller, const Manifest& manifest, const Batch& batch);

  Database& database_;
  Clock& clock_;
  Audit& audit_;
  TaskQueue& queue_;
};

std::string collection_table(const std::string& plugin_id, const std::string& collection_id);

}  // namespace shopadmin
