/* Collections: find. Filters become conditions on real columns, the order a walk of an index, the cursor a row comparison, so the cost of a page does
 * not grow with the collection. Missing fields (NULL) count as smallest; where a cursor goes on among them or before them, they are walked as a part of their own. */
#include <algorithm>
#include <set>

#include "cursor.hpp"
#include "store/collections.hpp"

namespace shopadmin {

namespace {
constexpr std::int64_t count_up_to_max = 100'000;

struct Search {
  std::string table;
  std::string where; /* " WHERE …" or empty */
  std::vector<Bound> values;
  std::string order_column; /* empty: the key alone */
  bool order_integer = false, descending = false;
  int limit = 50;
  bool values_wanted = true;

  void add(const std::string& condition, std::vector<Bound> bound = {}) {
    where += where.empty() ? " WHERE " : " AND ";
    for (const char c : condition) {
      if (c != '?') where += c;
      else where += ":v" + std::to_string(++places);
    }
    for (auto& value : bound) values.push_back(std::move(value));
  }
  std::size_t places = 0;
};


/* The column of a field, or nothing if it is not declared. "key" is a field too. */
std::optional<std::pair<std::string, bool>> column_of(const Collection& collection, const std::string& field) {
  if (field == "key") return std::make_pair(std::string("key"), false);
  const auto* index = collection.index(field);
  if (!index) return std::nullopt;
  return std::make_pair("f_" + field, index->integer);
}

std::optional<Bound> bound_of(const json::value& value, bool integer) {
  if (value.is_null()) return Bound{nullptr};
  if (integer) {
    if (value.is_int64()) return Bound{value.get_int64()};
    if (value.is_uint64() && value.get_uint64() <= static_cast<std::uint64_t>(INT64_MAX)) return Bound{static_cast<std::int64_t>(value.get_uint64())};
    return std::nullopt;
  }
  if (value.is_string()) return Bound{std::string(value.get_string())};
  return std::nullopt;
}

/* Documents without the field are not in a sparse index: to ask for them by it would walk them all. */
Result<void> sparse_asked_for_none(const std::string& field) {
  return invalid("The index of the field \"" + field + "\" is sparse: documents without it are not found or sorted by it. Filter it by a value, or declare the index without sparse.");
}

Result<void> add_in(Search& search, const std::string& column, bool integer, const json::value& value) {
  if (!value.is_array() || value.get_array().size() > 500) return invalid("\"in\" needs a list of at most 500 values.");
  if (value.get_array().empty()) return search.add("1 = 0"), Result<void>{};
  std::string places;
  std::vector<Bound> bound;
  for (const auto& item : value.get_array()) {
    auto one = bound_of(item, integer);
    if (!one) return invalid("A value of the filter on \"" + column + "\" has the wrong type.");
    places += places.empty() ? "?" : ", ?";
    bound.push_back(std::move(*one));
  }
  search.add(column + " IN (" + places + ")", std::move(bound));
  return {};
}

Result<void> add_filter(Search& search, const Collection& collection, const json::value& filter) {
  if (!filter.is_object()) return invalid("A filter must be an object.");
  const auto& object = filter.get_object();
  const auto field = text_of(object, "field"), op = text_of(object, "op", "=");
  const auto column = column_of(collection, field);
  if (!column) return invalid("The field \"" + field + "\" of \"" + collection.id + "\" is not an indexed field of the manifest.");
  const auto* value = object.if_contains("value");
  if (!value) return invalid("The filter on \"" + field + "\" has no value.");
  if (op == "in") return add_in(search, column->first, column->second, *value);
  static const std::set<std::string> known = {"=", "!=", "<", "<=", ">", ">="};
  if (!known.count(op)) return invalid("The comparison \"" + op + "\" is not known.");
  auto bound = bound_of(*value, column->second);
  if (!bound) return invalid("The value of the filter on \"" + field + "\" has the wrong type.");
  const auto* index = collection.index(field);
  if (index && index->sparse && (op == "!=" || std::holds_alternative<std::nullptr_t>(*bound))) return sparse_asked_for_none(field);
  if (std::holds_alternative<std::nullptr_t>(*bound)) return search.add(column->first + (op == "!=" ? " IS NOT NULL" : " IS NULL")), Result<void>{};
  search.add(column->first + " " + (op == "!=" ? "<>" : op) + " ?", {std::move(*bound)});
  return {};
}

Result<Search> read_query(const Collection& collection, const std::string& table, const json::object& query) {
  Search search;
  search.table = table;
  for (const auto& filter : array_of(query, "where"))
    if (auto good = add_filter(search, collection, filter); !good) return good.problem();
  auto order = text_of(query, "order");
  if (!order.empty() && order[0] == '-') search.descending = true, order.erase(0, 1);
  if (!order.empty() && order != "key") {
    const auto column = column_of(collection, order);
    if (!column) return invalid("The order \"" + order + "\" is not an indexed field of the manifest.");
    const auto* index = collection.index(order);
    const auto& filters = array_of(query, "where");
    const bool by_value = std::any_of(filters.begin(), filters.end(), [&](const auto& filter) { return text_of(filter.get_object(), "field") == order; });
    if (index && index->sparse && !by_value) return sparse_asked_for_none(order).problem();
    search.order_column = column->first, search.order_integer = column->second;
  }
  search.values_wanted = flag_of(query, "values", true);
  search.limit = static_cast<int>(std::clamp<std::int64_t>(whole_of(query, "limit", 50), 0, 1000));
  return search;
}

/* One walk: part "null" or "value" where a cursor goes on in one of them, else "all". after: where the walk goes on within this part. */
std::vector<Row> walk(Sql& sql, const Search& base, const char* part, const std::optional<CursorParts>& after, int limit) {
  Search search = base;
  const std::string direction = search.descending ? " DESC" : " ASC", beyond = search.descending ? " < " : " > ";
  const std::string kind = part;
  std::string order = " ORDER BY key" + direction;
  if (kind == "null") search.add(search.order_column + " IS NULL");
  if (kind == "value") search.add(search.order_column + " IS NOT NULL");
  if (kind != "null" && !search.order_column.empty()) {
    const std::string nulls = search.descending ? " NULLS LAST" : " NULLS FIRST";
    order = " ORDER BY " + search.order_column + direction + nulls + ", key" + direction;
  }
  if (after) {
    const auto& key = (*after)[2].value();
    if (kind == "value") {
      const auto& text = (*after)[1].value();
      const Bound bound = search.order_integer ? Bound{whole_in(text).value()} : Bound{text};
      search.add("(" + search.order_column + ", key)" + beyond + "(?, ?)", {bound, key});
    } else {
      search.add("key" + beyond + "?", {key});
    }
  }
  const std::string shown = search.order_column.empty() ? "key" : search.order_column;
  return sql.rows(std::string("SELECT key, version, ") + (search.values_wanted ? "value" : "''") + ", " + shown + " FROM " + search.table + search.where + order + " LIMIT " + std::to_string(limit), search.values);
}

/* The cursor holds the part, the value ordered by and the key of the last item. */
Result<std::vector<Row>> page(Sql& sql, const Search& search, const std::string& cursor) {
  std::optional<CursorParts> after;
  if (!cursor.empty()) {
    after = decode_cursor(cursor, 3);
    const bool good = after && (*after)[0] && (*after)[2] && ((*after)[0] != "value" || ((*after)[1] && (!search.order_integer || whole_in(*(*after)[1]))));
    if (!good) return invalid("The cursor is damaged.");
  }
  std::vector<std::string> parts = {"all"};
  if (after) {
    if (!search.order_column.empty()) parts = search.descending ? std::vector<std::string>{"value", "null"} : std::vector<std::string>{"null", "value"};
    const auto start = std::find(parts.begin(), parts.end(), *(*after)[0]);
    if (start == parts.end()) return invalid("The cursor belongs to another query.");
    parts.erase(parts.begin(), start);
  }
  std::vector<Row> found;
  const int wanted = search.limit + 1;
  for (const auto& part : parts) {
    auto rows = walk(sql, search, part.c_str(), after, wanted - static_cast<int>(found.size()));
    after.reset();
    for (auto& row : rows) {
      row.cells.emplace_back(search.order_column.empty() ? "all" : row.null(3) ? "null" : "value");
      found.push_back(std::move(row));
    }
    if (static_cast<int>(found.size()) >= wanted) break;
  }
  return found;
}

/* What is stored was JSON when it came, so it goes out as it is: reading and writing it again would cost more than finding it. */
std::string with_items(const std::vector<Row>& rows, bool values, const json::object& further) {
  std::string answer = "{\"items\":[";
  for (const auto& row : rows) {
    answer += answer.back() == '[' ? "" : ",";
    answer += "{\"key\":" + json::serialize(json::value(row.text(0))) + ",\"version\":" + std::to_string(row.whole(1));
    if (values) answer.append(",\"value\":").append(row.text(2));
    answer.push_back('}');
  }
  return answer += "]," + json::serialize(further).substr(1);
}
}  // namespace

Result<std::string> Collections::find(const Manifest& manifest, const json::object& query) {
  const auto* collection = manifest.collection(text_of(query, "collection"));
  if (!collection) return invalid("The collection \"" + text_of(query, "collection") + "\" is not in the manifest.");
  auto search = read_query(*collection, collection_table(manifest.id, collection->id), query);
  if (!search) return search.problem();
  const auto count_by = text_of(query, "count_by");
  const auto counted = column_of(*collection, count_by);
  if (!count_by.empty() && !counted) return invalid("count_by \"" + count_by + "\" is not an indexed field of the manifest.");

  const auto count_up_to = std::clamp<std::int64_t>(whole_of(query, "count_up_to"), 0, count_up_to_max);

  return database_.read([&](Sql& sql) -> Result<std::string> {
    auto rows = search->limit > 0 ? page(sql, *search, text_of(query, "after")) : Result<std::vector<Row>>(std::vector<Row>{});
    if (!rows) return rows.problem();
    const bool more = static_cast<int>(rows->size()) > search->limit;
    if (more) rows->pop_back();
    json::object further{{"next", nullptr}};
    if (more) {
      const auto& last = rows->back();
      further["next"] = encode_cursor({last.text(4), last.null(3) ? std::nullopt : std::optional<std::string>(last.text(3)), last.text(0)});
    }
    if (count_up_to > 0) further["count"] = sql.count(count_up_to, search->table + search->where, search->values);
    if (counted) {
      json::object counts;
      for (const auto& row : sql.rows("SELECT " + counted->first + ", count(*) FROM " + search->table + search->where + " GROUP BY " + counted->first, search->values)) counts[row.text(0)] = row.whole(1);
      further["counts"] = std::move(counts);
    }
    return with_items(*rows, search->values_wanted, further);
  });
}

}  // namespace shopadmin
