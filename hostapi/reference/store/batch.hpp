/* A plugin's batch as it is read: checked against the manifest, with tables named and documents made into texts, before its writer stands in the line in which
 * all writers wait for each other. Pure. Kind::invalid with a sentence for what a batch must not say. */
#pragma once
#include <string>
#include <vector>

#include "document.hpp"
#include "loader/manifest.hpp"
#include "store/database.hpp"
#include "tasks/queue.hpp"

namespace shopadmin {

struct Place { /* of a document */
  const Collection* collection = nullptr;
  std::string table, key;
};
struct Expectation {
  std::int64_t version = 0;
  std::string order_id; /* of this order, or … */
  Place place;          /* … of this document */
  bool inserted = false; /* it must not exist, and the batch puts it */
};
struct Put {
  Place place;
  std::vector<Bound> fields; /* in the order of the manifest */
  std::string value;
};
struct Batch {
  std::vector<Expectation> expect;
  std::vector<Put> put;
  std::vector<Place> gone;
  std::vector<NewTask> tasks;
  const json::array& orders; /* labels, links, history: each an object */
  const json::array& audit;  /* entries: each an object with an event */
  bool versions;             /* wanted in the result */
};

/* The answer refers to the manifest and to the document. */
Result<Batch> read_batch(const Manifest& manifest, const json::object& document);

}  // namespace shopadmin
