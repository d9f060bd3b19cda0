#include "store/batch.hpp"

#include <set>

#include "store/collections.hpp"

namespace shopadmin {

namespace {
constexpr std::size_t items_max = 5000, key_size_max = 512;

Result<Place> place_of(const Manifest& manifest, const json::value& item) {
  if (!item.is_object()) return invalid("An entry of the batch is not an object.");
  const auto& object = item.get_object();
  Place place;
  place.collection = manifest.collection(text_of(object, "collection"));
  place.key = text_of(object, "key");
  if (!place.collection) return invalid("The collection \"" + text_of(object, "collection") + "\" is not in the manifest.");
  if (place.key.empty() || place.key.size() > key_size_max) return invalid("A key of \"" + place.collection->id + "\" is empty or longer than 512 bytes.");
  place.table = collection_table(manifest.id, place.collection->id);
  return place;
}

Result<Expectation> expectation_of(const Manifest& manifest, const json::value& item) {
  if (!item.is_object()) return invalid("An expectation is not an object.");
  const auto& object = item.get_object();
  Expectation expected;
  expected.version = whole_of(object, "version", -1);
  if (expected.version < 0) return invalid("An expectation has no version.");
  expected.order_id = text_of(object, "order_id");
  if (!expected.order_id.empty()) return expected;
  auto place = place_of(manifest, item);
  if (!place) return place.problem();
  expected.place = std::move(*place);
  return expected;
}

Result<Bound> field_value(const StoredField& field, const json::object& fields) {
  const auto* value = fields.if_contains(field.name);
  if (!value || value->is_null()) return Bound{nullptr};
  if (field.integer && value->is_int64()) return Bound{value->get_int64()};
  if (field.integer && value->is_uint64()) return Bound{whole_of(fields, field.name)};
  if (!field.integer && value->is_string()) return Bound{std::string(value->get_string())};
  return invalid("The field \"" + field.name + "\" must be " + (field.integer ? "a whole number." : "a text."));
}

Result<Put> put_of(const Manifest& manifest, const json::value& item) {
  auto place = place_of(manifest, item);
  if (!place) return place.problem();
  const auto& object = item.get_object();
  const auto* value = object.if_contains("value");
  if (!value) return invalid("A put into \"" + place->collection->id + "\" has no value.");
  const auto& fields = object_of(object, "fields");
  for (const auto& [name, ignored] : fields)
    if (!place->collection->field(name)) return invalid("The field \"" + std::string(name) + "\" of \"" + place->collection->id + "\" is not in the manifest.");
  Put put{std::move(*place), {}, json::serialize(*value)};
  for (const auto& field : put.place.collection->fields) {
    auto bound = field_value(field, fields);
    if (!bound) return bound.problem();
    put.fields.push_back(std::move(*bound));
  }
  return put;
}

Result<NewTask> task_of(const Manifest& manifest, const json::value& item) {
  if (!item.is_object()) return invalid("A task of the batch is not an object.");
  const auto& object = item.get_object();
  NewTask task{manifest.id, text_of(object, "name"), text_of(object, "key"), whole_of(object, "due_ms"), object_of(object, "payload"), text_of(object, "lane")};
  if (!manifest.task(task.name)) return invalid("The task \"" + task.name + "\" is not in the manifest.");
  if (!task.lane.empty()) task.lane = manifest.id + "/" + task.lane;
  return task;
}

/* Each item of the list, read. */
template <class T, class Read>
Result<void> read_all(const json::array& list, std::vector<T>& into, Read read) {
  into.reserve(list.size());
  for (const auto& item : list) {
    auto one = read(item);
    if (!one) return one.problem();
    into.push_back(std::move(*one));
  }
  return {};
}

Result<void> check_lists(const json::object& document) {
  static const std::set<std::string, std::less<>> known = {"expect", "put", "delete", "orders", "tasks", "audit"};
  std::size_t items = 0;
  for (const auto& [name, list] : document) {
    if (!known.contains(std::string_view(name))) continue; /* unknown members are ignored */
    if (!list.is_array()) return invalid("\"" + std::string(name) + "\" of the batch is not a list.");
    items += list.get_array().size();
  }
  if (items > items_max) return Problem{Kind::limit, "A batch may hold at most 5000 entries.", ""};
  for (const auto& item : array_of(document, "orders"))
    if (!item.is_object()) return invalid("An order of the batch is not an object.");
  for (const auto& item : array_of(document, "audit"))
    if (!item.is_object() || text_of(item.get_object(), "event").empty()) return invalid("An audit entry of the batch has no event.");
  return {};
}
}  // namespace

Result<Batch> read_batch(const Manifest& manifest, const json::object& document) {
  if (auto good = check_lists(document); !good) return good.problem();
  Batch batch{{}, {}, {}, {}, array_of(document, "orders"), array_of(document, "audit"), flag_of(document, "versions", true)};
  if (auto good = read_all(array_of(document, "expect"), batch.expect, [&](const auto& item) { return expectation_of(manifest, item); }); !good) return good.problem();
  if (auto good = read_all(array_of(document, "put"), batch.put, [&](const auto& item) { return put_of(manifest, item); }); !good) return good.problem();
  if (auto good = read_all(array_of(document, "delete"), batch.gone, [&](const auto& item) { return place_of(manifest, item); }); !good) return good.problem();
  if (auto good = read_all(array_of(document, "tasks"), batch.tasks, [&](const auto& item) { return task_of(manifest, item); }); !good) return good.problem();
  std::set<std::pair<std::string, std::string>> puts;
  for (const auto& put : batch.put) puts.emplace(put.place.table, put.place.key);
  for (auto& expected : batch.expect) expected.inserted = expected.version == 0 && expected.order_id.empty() && puts.contains({expected.place.table, expected.place.key});
  return batch;
}

}  // namespace shopadmin
