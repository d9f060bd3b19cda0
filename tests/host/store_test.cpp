#include "store/collections.hpp"

#include <thread>

#include "orders/rows.hpp"
#include "store/migrations.hpp"
#include "support.hpp"

using namespace testing;

namespace {
Manifest probe_manifest() { return *read_manifest(probe_folder("good")); }

struct StoreShop {
  explicit StoreShop(const std::string& engine) : host(engine), store(host.app->database, *host.app->clock, host.app->audit, host.app->queue) { REQUIRE(store.declare(manifest)); }
  Result<json::object> commit(const json::object& batch) { return store.commit(system_caller(), manifest, batch); }
  json::object put(const std::string& key, json::object fields = {}, json::value value = json::object{}) {
    return {{"collection", "seen"}, {"key", key}, {"value", std::move(value)}, {"fields", std::move(fields)}};
  }
  json::object find(const json::object& query) { return find(query, manifest); }
  json::object find(const json::object& query, const Manifest& declared) {
    auto found = store.find(declared, query);
    if (!found) throw std::runtime_error(found.message());
    return parse_object(*found, "answer").value();
  }
  Manifest manifest = probe_manifest();
  Host host;
  Collections store;
};

std::string keys_of(const json::object& answer) {
  std::string keys;
  for (const auto& item : answer.at("items").as_array()) keys += std::string(item.at("key").as_string()) + " ";
  return keys;
}
}  // namespace

TEST_CASE("a batch is all or nothing") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    REQUIRE(shop.commit({{"put", {shop.put("a")}}}));
    const auto failed = shop.commit({{"put", {shop.put("b")}}, {"tasks", {{{"name", "sync"}, {"key", "k"}, {"payload", json::object{}}}}},
                                     {"audit", {{{"event", "x"}}}}, {"delete", {{{"collection", "seen"}, {"key", "a"}}}}, {"orders", {json::value(1)}}});
    CHECK(failed.kind() == Kind::invalid);
    CHECK(shop.store.get(shop.manifest, "seen", "b").kind() == Kind::not_found);
    CHECK(shop.store.get(shop.manifest, "seen", "a"));
    CHECK(shop.host.app->queue.list().empty());
    CHECK(shop.host.app->audit.list({}).empty());
  }
}

TEST_CASE("expectations: versions grow from one, zero means not there, a conflict says what was found") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    const auto expect = [](const char* key, int version) { return json::array{{{"collection", "seen"}, {"key", key}, {"version", version}}}; };
    const auto first = shop.commit({{"expect", expect("a", 0)}, {"put", {shop.put("a")}}});
    REQUIRE(first);
    CHECK(first->at("versions").at(0).at("version").as_int64() == 1);
    const auto again = shop.commit({{"expect", expect("a", 0)}, {"put", {shop.put("a")}}});
    REQUIRE(again.kind() == Kind::conflict);
    CHECK(parse_object(again.problem().details, "")->at("conflict").at("found").as_int64() == 1);
    CHECK(shop.commit({{"expect", expect("a", 1)}, {"put", {shop.put("a")}}})->at("versions").at(0).at("version").as_int64() == 2);
    CHECK(shop.store.get(shop.manifest, "seen", "a")->version == 2);
    CHECK(shop.commit({{"put", {shop.put("a")}}, {"versions", false}})->empty());
    CHECK(shop.store.get(shop.manifest, "seen", "a")->version == 3);
    insert(*shop.host.app, sample_order("100"));
    const auto order = [](int version) { return json::array{{{"order_id", "o-100"}, {"version", version}}}; };
    CHECK(shop.commit({{"expect", order(1)}}));
    CHECK(shop.commit({{"expect", order(2)}}).kind() == Kind::conflict);
  }
}

TEST_CASE("a batch writes the payment label, history, task and audit of an order; orders that are gone are skipped") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    auto& app = *shop.host.app;
    insert(app, sample_order("100"));
    REQUIRE(shop.commit({{"orders", {{{"order_id", "o-100"}, {"payment", {{"word", "declined"}, {"reference", "S02-9999999-9999999"}, {"note", "n {x}"}, {"note_args", {{"x", 1}}}, {"open_tasks", 2}, {"drift", true}, {"test", true}}}, {"history", "Declined"}},
                                     {{"order_id", "gone"}, {"payment", {{"word", "captured"}}}}}},
                         {"tasks", {{{"name", "sync"}, {"key", "k"}, {"due_ms", 5}, {"payload", {{"order_id", "o-100"}}}}}},
                         {"audit", {{{"event", "refund.requested"}, {"order_id", "o-100"}, {"amount_minor", 1295}, {"currency", "EUR"}, {"reason", "goodwill"}, {"details", {{"private_key", "hush"}}}}}}}));
    const auto order = app.orders.get("o-100");
    CHECK(order->version == 1); /* a form that shows the order keeps working */
    CHECK(order->payment.word == "declined");
    CHECK(order->payment.open_tasks == 2);
    CHECK(order->payment.drift);
    CHECK(order->payment.note_args.at("x").as_int64() == 1);
    CHECK(app.orders.history("o-100").front().text == "Declined");
    CHECK(app.queue.list().front().key == "k");
    const auto entry = app.audit.list({}).front();
    CHECK(entry.order_number == "100");
    CHECK(entry.amount_minor == 1295);
    CHECK(json::serialize(entry.details).find("hush") == std::string::npos);
    OrderQuery query;
    query.search = "S02-9999999-9999999";
    CHECK(app.orders.list(query)->orders.size() == 1);
    query = {};
    query.folder = Folder::problems;
    CHECK(app.orders.list(query)->orders.size() == 1);
    CHECK(app.orders.counts().problems == 1);
    CHECK(shop.commit({{"tasks", {{{"name", "unknown"}}}}}).kind() == Kind::invalid);
  }
}

TEST_CASE("find filters, orders, pages by cursor with missing values, and counts") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    json::array puts;
    for (int i = 0; i < 23; ++i) {
      json::object fields{{"state", i % 3 ? "open" : "done"}, {"order_id", "o" + std::to_string(i % 5)}};
      if (i % 4) fields["at_ms"] = i / 3; /* ties, and every fourth has none */
      puts.push_back(shop.put((i < 10 ? "k0" : "k") + std::to_string(i), fields, {{"n", i}}));
    }
    REQUIRE(shop.commit({{"put", puts}}));
    for (const std::string order : {"at_ms", "-at_ms", "key", "-key", ""}) {
      const auto whole = shop.find({{"collection", "seen"}, {"order", order}, {"limit", 100}});
      CHECK(whole.at("items").as_array().size() == 23);
      CHECK(whole.at("next").is_null());
      std::string paged;
      json::value after = "";
      for (int pages = 0; pages < 20; ++pages) {
        const auto page = shop.find({{"collection", "seen"}, {"order", order}, {"limit", 4}, {"after", after}});
        paged += keys_of(page);
        after = page.at("next");
        if (after.is_null()) break;
      }
      CHECK(paged == keys_of(whole));
    }
    const auto down = keys_of(shop.find({{"collection", "seen"}, {"order", "-at_ms"}, {"limit", 3}}));
    CHECK(down == "k22 k21 k19 ");
    const auto open = shop.find({{"collection", "seen"}, {"where", {{{"field", "state"}, {"op", "="}, {"value", "open"}}, {{"field", "at_ms"}, {"op", ">="}, {"value", 2}}}}, {"count_by", "order_id"}, {"limit", 1}});
    CHECK(open.at("items").as_array().size() == 1);
    std::int64_t counted = 0;
    for (const auto& [name, count] : open.at("counts").as_object()) counted += count.as_int64();
    CHECK(counted == 8);
    CHECK(shop.find({{"collection", "seen"}, {"where", {{{"field", "order_id"}, {"op", "in"}, {"value", {"o1", "o2"}}}}}}).at("items").as_array().size() == 10);
    CHECK(shop.store.count(shop.manifest, "seen", "state", "open") == 15);
    const auto keys = shop.find({{"collection", "seen"}, {"order", "-at_ms"}, {"values", false}, {"limit", 3}});
    CHECK(keys_of(keys) == down);
    CHECK(keys.at("next").is_string());
    CHECK_FALSE(keys.at("items").at(0).as_object().contains("value"));
    CHECK(shop.store.find(shop.manifest, {{"collection", "seen"}, {"where", {{{"field", "value"}, {"value", "x"}}}}}).kind() == Kind::invalid);
    CHECK(shop.store.find(shop.manifest, {{"collection", "seen"}, {"after", "zz"}}).kind() == Kind::invalid);
    CHECK(shop.store.find(shop.manifest, {{"collection", "orders"}}).kind() == Kind::invalid);
  }
}

TEST_CASE("who fails in a commit of several is undone alone, and each gets its own answer") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& database = host.app->database;
    const auto note = [](Sql& sql, const std::string& name) { sql.change("INSERT INTO host_facts (name, value) VALUES (:1, 'x')", {name}); };
    enum class Ends { good, refused, twice, thrown };
    constexpr int each = 4;
    std::atomic<int> good{0}, refused{0}, twice{0}, thrown{0}, done{0};
    const auto write = [&](int number, Ends ends) {
      try {
        const auto outcome = database.write([&](Sql& sql) -> Result<void> {
          note(sql, std::to_string(static_cast<int>(ends)) + ":" + std::to_string(number));
          if (ends == Ends::refused) return Problem{Kind::refused, "no", ""};
          if (ends == Ends::twice) note(sql, "there already");
          if (ends == Ends::thrown) throw std::runtime_error("no");
          return {};
        });
        ++(outcome ? good : refused);
      } catch (const DatabaseError& error) {
        CHECK(error.duplicate);
        ++twice;
      } catch (const std::runtime_error&) {
        ++thrown;
      }
      ++done;
    };
    (void)database.write([&](Sql& sql) { return note(sql, "there already"), Result<void>{}; });
    std::vector<std::thread> threads;
    std::atomic<bool> begun{false};
    threads.emplace_back([&] {
      (void)database.write([&](Sql& sql) {
        begun = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(200)); /* all others come meanwhile: they are one group */
        return note(sql, "first"), Result<void>{};
      });
    });
    while (!begun) std::this_thread::yield();
    for (int i = 0; i < each; ++i)
      for (const auto ends : {Ends::good, Ends::refused, Ends::twice, Ends::thrown}) threads.emplace_back(write, i, ends);
    for (auto& thread : threads) thread.join();
    CHECK(done == 4 * each);
    CHECK(good == each);
    CHECK(refused == each);
    CHECK(twice == each);
    CHECK(thrown == each);
    const auto kept = database.read([](Sql& sql) { return sql.rows("SELECT name FROM host_facts WHERE name LIKE '%:%' ORDER BY name"); });
    REQUIRE(kept.size() == each);
    for (int i = 0; i < each; ++i) CHECK(kept[static_cast<std::size_t>(i)].text(0) == "0:" + std::to_string(i));
  }
}

TEST_CASE("many writers with expectations lose nothing") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    constexpr int writers = 4, each = 20;
    std::atomic<int> conflicts{0};
    std::vector<std::thread> threads;
    for (int w = 0; w < writers; ++w) {
      threads.emplace_back([&] {
        for (int done = 0; done < each;) {
          const auto found = shop.store.get(shop.manifest, "seen", "counter");
          const auto version = found ? found->version : 0;
          const auto n = found ? parse_object(found->value, "")->at("n").as_int64() : 0;
          const auto outcome = shop.commit({{"expect", json::array{{{"collection", "seen"}, {"key", "counter"}, {"version", version}}}}, {"put", json::array{shop.put("counter", {}, {{"n", n + 1}})}}});
          if (outcome) ++done;
          else if (outcome.kind() == Kind::conflict) ++conflicts;
          else throw std::runtime_error(outcome.message());
        }
      });
    }
    for (auto& thread : threads) thread.join();
    const auto found = shop.store.get(shop.manifest, "seen", "counter");
    CHECK(parse_object(found->value, "")->at("n").as_int64() == writers * each);
    CHECK(found->version == writers * each);
  }
}

namespace {
std::int64_t indexes_over(Database& database, const std::string& column) {
  return database.read([&](Sql& sql) {
    const bool sqlite = sql.engine() == Engine::sqlite;
    const std::string all = sqlite ? "sqlite_master WHERE type = 'index' AND sql" : "pg_indexes WHERE indexdef";
    return sql.row("SELECT count(*) FROM " + all + " LIKE '%' || :1 || '%'", {column})->whole(0);
  });
}
}  // namespace

TEST_CASE("SQLite counts samples of an index that is made over documents, so that it is not taken for the best of all") {
  StoreShop shop("sqlite");
  REQUIRE(shop.commit({{"put", {shop.put("a", {{"state", "open"}})}}}));
  const auto counted = [&] {
    return shop.host.app->database.read([](Sql& sql) {
      const auto made = sql.rows("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%f_size%'");
      return made.size() == 1 && sql.row("SELECT stat FROM sqlite_stat1 WHERE idx = :1", {made[0].text(0)}).has_value();
    });
  };
  shop.manifest.collections[0].fields.push_back({"size", true, true});
  REQUIRE(shop.store.declare(shop.manifest));
  CHECK(counted());
}

TEST_CASE("a sparse index holds the documents that have the field, finds them, and is not asked for the others") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    auto manifest = shop.manifest;
    manifest.collections[0].fields.push_back({"owner", false, true, true});
    REQUIRE(shop.store.declare(manifest));
    for (const auto& [key, owner] : {std::pair{"a", "jana"}, std::pair{"b", "adam"}, std::pair{"c", ""}})
      REQUIRE(shop.store.commit(system_caller(), manifest, {{"put", {shop.put(key, *owner == '\0' ? json::object{} : json::object{{"owner", owner}})}}}));
    const auto ask = [&](const json::array& where, const char* order = "") { return shop.store.find(manifest, {{"collection", "seen"}, {"where", where}, {"order", order}}); };
    const auto keys = [&](const json::array& where, const char* order = "") {
      std::string found;
      const auto answer = ask(where, order);
      REQUIRE(answer);
      const auto document = json::parse(*answer);
      for (const auto& item : document.at("items").as_array()) found += item.at("key").as_string();
      return found;
    };
    const auto owned = [](const char* op, json::value value) { return json::array{json::object{{"field", "owner"}, {"op", op}, {"value", std::move(value)}}}; };
    CHECK(keys(owned("=", "jana")) == "a");
    CHECK(keys(owned("in", json::array{"jana", "adam", "nobody"}), "owner") == "ba");
    CHECK(keys(owned(">", "b")) == "a");
    for (const auto& refused : {ask(owned("=", nullptr)), ask(owned("!=", nullptr)), ask(owned("!=", "jana")), ask({}, "owner"), ask({}, "-owner")}) {
      CHECK(refused.kind() == Kind::invalid);
      CHECK(refused.message().find("sparse") != std::string::npos);
    }
    REQUIRE(shop.store.commit(system_caller(), manifest, {{"put", {shop.put("c", {{"owner", "jana"}}), shop.put("a", {})}}}));  // one comes in, one goes
    CHECK(keys(owned("=", "jana")) == "c");
    CHECK(indexes_over(shop.host.app->database, engine == std::string("sqlite") ? "f_owner IS NOT NULL" : "(f_owner IS NOT NULL)") == 1);
    if (engine == std::string("sqlite")) {
      const auto table = collection_table(manifest.id, "seen");
      const auto plan = shop.host.app->database.read([&](Sql& sql) { return sql.rows("EXPLAIN QUERY PLAN SELECT key FROM " + table + " WHERE f_owner = :1 ORDER BY key", {std::string("jana")})[0].text(3); });
      CHECK(plan.find("INDEX x") != std::string::npos);
    }
    manifest.collections[0].fields.back().sparse = false;
    REQUIRE(shop.store.declare(manifest));
    CHECK(keys({}, "owner") == "abc");
    CHECK(indexes_over(shop.host.app->database, "f_owner IS NOT NULL") == 0);
  }
}

TEST_CASE("tables are made once; a new field is added, its index made and dropped, a changed type refused; a newer database is refused") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    REQUIRE(shop.commit({{"put", {shop.put("a", {{"state", "open"}})}}}));
    REQUIRE(shop.store.declare(shop.manifest));
    auto newer = shop.manifest;
    newer.collections[0].fields.push_back({"size", true, true});
    REQUIRE(shop.store.declare(newer));
    CHECK(shop.find({{"collection", "seen"}, {"order", "-size"}}, newer).at("items").as_array().size() == 1);
    newer.collections[0].fields.back().indexed = false;
    REQUIRE(shop.store.declare(newer));
    CHECK(indexes_over(shop.host.app->database, "f_size") == 0);
    REQUIRE(shop.store.commit(system_caller(), newer, {{"put", {shop.put("b", {{"size", 7}})}}}));
    CHECK(shop.store.find(newer, {{"collection", "seen"}, {"order", "size"}}).kind() == Kind::invalid);
    newer.collections[0].fields.back().indexed = true;
    REQUIRE(shop.store.declare(newer));
    CHECK(indexes_over(shop.host.app->database, "f_size") == 1);
    CHECK(shop.find({{"collection", "seen"}, {"where", {{{"field", "size"}, {"op", "="}, {"value", 7}}}}}, newer).at("items").as_array().size() == 1);
    newer.collections[0].fields[1].integer = true;
    CHECK(shop.store.declare(newer).kind() == Kind::unsupported);
    CHECK(shop.host.app->database.schema_version() == newest_schema());
    shop.host.reopen();
    (void)shop.host.app->database.write([](Sql& sql) { return sql.run("INSERT INTO schema_migrations (version, at_ms) VALUES (99, 1)"), Result<void>{}; });
    const auto refused = App::open(shop.host.options);
    CHECK(refused.kind() == Kind::unsupported);
    CHECK(refused.message().find("99") != std::string::npos);
  }
}

namespace {
/* "seen" balanced: size may not fall below zero, size - at_ms lies at 0 */
Manifest checked_manifest() {
  auto manifest = probe_manifest();
  manifest.collections[0].fields.push_back({"size", true, false});
  manifest.collections[0].checks = {{"pending", {{"size", false}}, ">=", 0}, {"balanced", {{"size", false}, {"at_ms", true}}, "=", 0}};
  Collection entries{"entries", {{"n", true, true}}, {}, true};
  manifest.collections.push_back(entries);
  return manifest;
}
json::object check_of(const Result<json::object>& outcome) { return object_of(*parse_object(outcome.problem().details, ""), "check"); }

/* Other SQL than that of the host: true when the database took it. */
bool taken(Database& database, const std::string& statement) {
  try {
    return database.write_plain([&](Sql& sql) { return sql.run(statement), Result<void>{}; }).ok();
  } catch (const DatabaseError&) {
    return false;
  }
}
}  // namespace

TEST_CASE("a commit that breaks a check of the manifest is refused whole, naming collection, check and key") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine); /* the table is there already, without checks */
    REQUIRE(shop.commit({{"put", {shop.put("old", {{"state", "open"}})}}}));
    shop.manifest = checked_manifest();
    REQUIRE(shop.store.declare(shop.manifest).message() == "");
    REQUIRE(shop.store.declare(shop.manifest).message() == "");
    REQUIRE(shop.commit({{"put", {shop.put("a", {{"size", 5}, {"at_ms", 5}})}}}));
    const auto bad = shop.commit({{"put", {shop.put("b", {{"size", 1}, {"at_ms", 1}}), shop.put("a", {{"size", 7}, {"at_ms", 5}})}}, {"audit", {{{"event", "x"}}}}});
    REQUIRE(bad.kind() == Kind::refused);
    CHECK(check_of(bad) == json::object{{"collection", "seen"}, {"id", "balanced"}, {"key", "a"}});
    CHECK(shop.store.get(shop.manifest, "seen", "b").kind() == Kind::not_found);
    CHECK(shop.store.get(shop.manifest, "seen", "a")->version == 1);
    CHECK(shop.host.app->audit.list({}).empty());
    CHECK(check_of(shop.commit({{"put", {shop.put("c", {{"size", -1}, {"at_ms", -1}})}}})).at("id") == "pending");
    CHECK(check_of(shop.commit({{"put", {shop.put("c", {{"size", 1}})}}})).at("id") == "balanced"); /* a missing field counts 0 */
    CHECK(shop.commit({{"put", {shop.put("a", {{"size", 9'000'000'000'000'000'000}, {"at_ms", -9'000'000'000'000'000'000}})}}}).kind() == Kind::refused);
    REQUIRE(shop.commit({{"put", {shop.put("a", {{"size", 6}, {"at_ms", 6}})}}}));
  }
}

TEST_CASE("the database keeps the checks against other SQL too") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    shop.manifest = checked_manifest();
    REQUIRE(shop.store.declare(shop.manifest).message() == "");
    REQUIRE(shop.commit({{"put", {shop.put("a", {{"size", 5}, {"at_ms", 5}}), {{"collection", "entries"}, {"key", "e"}, {"value", 1}, {"fields", {{"n", 1}}}}}}}));
    auto& database = shop.host.app->database;
    const auto seen = collection_table(shop.manifest.id, "seen"), entries = collection_table(shop.manifest.id, "entries");
    CHECK_FALSE(taken(database, "UPDATE " + seen + " SET f_size = 4"));
    CHECK_FALSE(taken(database, "UPDATE " + seen + " SET f_size = 'x', f_at_ms = 'x'"));
    CHECK_FALSE(taken(database, "INSERT INTO " + seen + " (key, version, value, f_size) VALUES ('b', 1, '{}', 3)"));
    CHECK(taken(database, "UPDATE " + seen + " SET f_size = 4, f_at_ms = 4"));
    for (const std::string& statement : {"UPDATE " + entries + " SET f_n = 2", "UPDATE " + entries + " SET key = 'f'", "DELETE FROM " + entries,
                                        engine == "sqlite" ? "REPLACE INTO " + entries + " (key, version, value, f_n) VALUES ('e', 1, '{}', 2)" : "TRUNCATE " + entries}) {
      INFO(statement);
      CHECK_FALSE(taken(database, statement));
    }
    CHECK(shop.find({{"collection", "entries"}, {"where", {{{"field", "n"}, {"value", 1}}}}}).at("items").as_array().size() == 1);
  }
}

TEST_CASE("an append-only collection takes a key once: again is a conflict, a delete is refused") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    shop.manifest = checked_manifest();
    REQUIRE(shop.store.declare(shop.manifest).message() == "");
    const json::object entry{{"collection", "entries"}, {"key", "e"}, {"value", 1}};
    REQUIRE(shop.commit({{"put", {entry}}})->at("versions").at(0).at("version").as_int64() == 1);
    const auto again = shop.commit({{"put", {shop.put("a"), entry}}});
    REQUIRE(again.kind() == Kind::conflict);
    CHECK(parse_object(again.problem().details, "")->at("conflict") == json::value{{"collection", "entries"}, {"key", "e"}, {"found", 1}});
    CHECK(shop.commit({{"put", {json::object{{"collection", "entries"}, {"key", "f"}, {"value", 1}}, json::object{{"collection", "entries"}, {"key", "f"}, {"value", 2}}}}}).kind() == Kind::conflict);
    const auto erased = shop.commit({{"put", {shop.put("a")}}, {"delete", {{{"collection", "entries"}, {"key", "e"}}}}});
    REQUIRE(erased.kind() == Kind::refused);
    CHECK(check_of(erased) == json::object{{"collection", "entries"}, {"id", "append-only"}, {"key", "e"}});
    CHECK(shop.store.get(shop.manifest, "seen", "a").kind() == Kind::not_found);
    CHECK(shop.store.get(shop.manifest, "entries", "e")->value == "1");
    std::atomic<int> won{0}, lost{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        const auto outcome = shop.commit({{"put", {json::object{{"collection", "entries"}, {"key", "race"}, {"value", 1}}}}});
        if (outcome) ++won;
        else if (outcome.kind() == Kind::conflict) ++lost;
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(won == 1);
    CHECK(lost == 3);
  }
}

TEST_CASE("a new check that an entry breaks is not taken, a changed one replaces the old one, a removed one goes") {
  ON_EACH_ENGINE(engine) {
    StoreShop shop(engine);
    auto manifest = checked_manifest();
    auto without = manifest;
    without.collections[0].checks.clear();
    without.collections[1].append_only = false;
    REQUIRE(shop.store.declare(without));
    shop.manifest = without;
    REQUIRE(shop.commit({{"put", {shop.put("good", {{"size", 5}, {"at_ms", 5}}), shop.put("bad", {{"size", -5}, {"at_ms", -5}})}}}));
    const auto refused = shop.store.declare(manifest);
    REQUIRE(refused.kind() == Kind::refused);
    CHECK(refused.message().find("The collection \"seen\" holds an entry that breaks the check \"pending\" of the manifest: \"bad\"") == 0);
    REQUIRE(shop.commit({{"delete", {{{"collection", "seen"}, {"key", "bad"}}}}}));
    REQUIRE(shop.store.declare(manifest).message() == "");
    shop.manifest = manifest;
    CHECK(shop.commit({{"put", {shop.put("bad", {{"size", -5}, {"at_ms", -5}})}}}).kind() == Kind::refused);
    manifest.collections[0].checks[0].bound = -10;
    REQUIRE(shop.store.declare(manifest).message() == "");
    CHECK(shop.commit({{"put", {shop.put("bad", {{"size", -5}, {"at_ms", -5}})}}}));
    CHECK(shop.commit({{"put", {shop.put("bad", {{"size", -15}, {"at_ms", -15}})}}}).kind() == Kind::refused);
    const json::object entry{{"put", {json::object{{"collection", "entries"}, {"key", "e"}, {"value", 1}}}}};
    CHECK(shop.commit(entry));
    CHECK_FALSE(shop.commit(entry));
    shop.manifest = without;
    REQUIRE(shop.store.declare(without));
    CHECK(shop.commit({{"put", {shop.put("bad", {{"size", -15}, {"at_ms", 3}})}}}));
    CHECK(shop.commit(entry)->at("versions").at(0).at("version").as_int64() == 2);
  }
}

TEST_CASE("every SQLite connection waits for others, keeps its word on power loss and checks foreign keys") {
  Host host("sqlite");
  const auto pragma = [&](const char* name) { return host.app->database.read([&](Sql& sql) { return sql.row(std::string("SELECT * FROM pragma_") + name)->text(0); }); };
  for (int i = 0; i < 12; ++i) { /* more often than there are connections */
    CHECK(pragma("journal_mode") == "wal");
    CHECK(pragma("synchronous") == "2");
    CHECK(pragma("foreign_keys") == "1");
    CHECK(pragma("busy_timeout") == "15000");
  }
}

TEST_CASE("a database address that is none is refused with a sentence") {
  CHECK(Database::open("mysql://x").kind() == Kind::invalid);
  CHECK(Database::open("sqlite:///nowhere/at/all/x.sqlite").kind() == Kind::unavailable);
}
