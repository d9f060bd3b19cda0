#include <fstream>
#include <sstream>
#include <thread>

#include "audit/export.hpp"
#include "store/collections.hpp"
#include "store/migrations.hpp"
#include "support.hpp"

using namespace testing;

namespace {
const std::string buyer = "Wilhelmine Unverwechselbar";

void change(App& app, const std::string& statement) {
  (void)app.database.write_plain([&](Sql& sql) { return sql.run(statement), Result<void>{}; });
}
std::string cell(App& app, const std::string& query) {
  return app.database.read([&](Sql& sql) { return sql.row(query)->text(0); });
}

/* Eight entries of orders 1 and 2; those with even numbers have a note. */
struct Trail {
  explicit Trail(const std::string& engine) : host(engine), app(*host.app) {
    for (const char* number : {"1", "2"}) insert(app, sample_order(number));
    for (int i = 1; i <= 8; ++i) {
      AuditEntry entry;
      entry.event = "refund.requested", entry.order_number = i % 2 ? "1" : "2", entry.order_id = "o-" + entry.order_number;
      entry.amount_minor = 1000 + i, entry.currency = "EUR", entry.reason = "goodwill", entry.details = {{"n", i}, {"text", "ä, \"quoted\""}};
      if (i % 2 == 0) entry.note = "=Frau Müller\nrief an";
      host.clock->advance(1000);
      app.audit.write(staff(), entry);
    }
  }
  std::string exported(bool csv, AuditQuery query = {}) {
    std::ostringstream out;
    REQUIRE(export_audit(app.audit, query, csv, out));
    return out.str();
  }
  Host host;
  App& app;
};

AuditCheck check_text(const std::filesystem::path& folder, const std::string& text, const AuditCheckOptions& options = {}) {
  std::ofstream(folder / "export.jsonl", std::ios::binary) << text;
  auto check = check_audit_file(folder / "export.jsonl", options);
  REQUIRE(check);
  return *check;
}
}  // namespace

TEST_CASE("an audit trail that nobody touched verifies, and its head is the chain of the last entry") {
  ON_EACH_ENGINE(engine) {
    Trail trail(engine);
    const auto check = trail.app.audit.verify();
    CHECK(check.good());
    CHECK(check.entries == 8);
    CHECK(check.head == cell(trail.app, "SELECT chain FROM audit ORDER BY id DESC LIMIT 1"));
    CHECK(trail.app.audit.verify({check.head, false}).good());
    CHECK(to_document(check).at("good").as_bool());
  }
}

TEST_CASE("one changed byte in any column of any audit entry is found and located") {
  ON_EACH_ENGINE(engine) {
    Trail trail(engine);
    for (const std::string id : {"1", "4", "8"}) {
      for (const std::string column : {"who_id", "who_name", "event", "order_id", "order_number", "currency", "reason", "details", "note_sha256", "digest", "chain", "at_ms", "amount_minor"}) {
        INFO(column << " of entry " << id);
        const bool number = column == "at_ms" || column == "amount_minor";
        const auto before = cell(trail.app, "SELECT " + column + " FROM audit WHERE id = " + id);
        const auto quoted = [&](const std::string& text) { return number ? text : "'" + text + "'"; };
        auto flipped = before.empty() ? "x" : before;
        if (number) flipped = std::to_string(std::stoll(before) ^ 1);
        else if (!before.empty()) flipped[flipped.size() / 4] = flipped[flipped.size() / 4] == 'x' ? 'y' : 'x'; /* an ASCII place of each */
        change(trail.app, "UPDATE audit SET " + column + " = " + quoted(flipped) + " WHERE id = " + id);
        const auto check = trail.app.audit.verify();
        REQUIRE(check.findings.size() == 1);
        CHECK(check.findings[0].kind == "changed");
        CHECK(check.findings[0].id == id);
        CHECK(check.findings[0].message.find("Entry " + id + " (") == 0);
        if (column == "digest" || column == "chain") CHECK(check.findings[0].message.find("its " + column + " was changed") != std::string::npos);
        if (column != "event" && column != "at_ms") CHECK(check.findings[0].message.find("refund.requested") != std::string::npos);
        change(trail.app, "UPDATE audit SET " + column + " = " + quoted(before) + " WHERE id = " + id);
        REQUIRE(trail.app.audit.verify().good());
      }
    }
    for (const std::string column : {"note", "salt"}) {
      change(trail.app, "UPDATE audit_notes SET " + column + " = 'X' WHERE entry_id = 4");
      const auto check = trail.app.audit.verify();
      REQUIRE(check.findings.size() == 1);
      CHECK(check.findings[0].id == "4");
      CHECK(check.findings[0].message.find("its note was changed") != std::string::npos);
      change(trail.app, "DELETE FROM audit_notes WHERE entry_id = 4");
      CHECK(trail.app.audit.verify().erased_notes == 1);
      CHECK(trail.app.audit.verify().good());
      change(trail.app, "INSERT INTO audit_notes (entry_id, salt, note) VALUES (4, 'X', 'Y')");
    }
    change(trail.app, "DELETE FROM audit_notes WHERE entry_id = 4");
    change(trail.app, "INSERT INTO audit_notes (entry_id, salt, note) VALUES (3, 'X', 'Y')");
    CHECK(trail.app.audit.verify().findings.at(0).message.find("a note was added to it") != std::string::npos);
    change(trail.app, "DELETE FROM audit_notes WHERE entry_id = 3");
    change(trail.app, "UPDATE audit SET amount_minor = NULL WHERE id = 2");
    CHECK(trail.app.audit.verify().findings.at(0).id == "2");
  }
}

TEST_CASE("missing audit entries, another order and a cut tail are told apart and located") {
  ON_EACH_ENGINE(engine) {
    {
      Trail trail(engine);
      change(trail.app, "DELETE FROM audit WHERE id IN (4, 5)");
      const auto check = trail.app.audit.verify();
      REQUIRE(check.findings.size() == 1);
      CHECK(check.findings[0].kind == "missing");
      CHECK(check.findings[0].missing_after == "3");
      CHECK(check.findings[0].missing_before == "6");
      CHECK(check.findings[0].message.find("Entries are missing between entry 3 and entry 6 (2025-11-18T21:06:46Z, refund.requested).") == 0);
      change(trail.app, "DELETE FROM audit WHERE id < 4");
      CHECK(trail.app.audit.verify().findings.at(0).message.find("Entries are missing before the first, entry 6") == 0);
    }
    {
      Trail trail(engine);
      change(trail.app, "UPDATE audit SET id = 99 WHERE id = 4");
      change(trail.app, "UPDATE audit SET id = 4 WHERE id = 5");
      change(trail.app, "UPDATE audit SET id = 5 WHERE id = 99");
      const auto check = trail.app.audit.verify();
      REQUIRE(check.findings.size() == 3);
      for (const auto& finding : check.findings) CHECK(finding.kind == "order");
      CHECK(check.findings[0].message.find("it was written as entry 5: the order was changed") != std::string::npos);
      CHECK(check.findings[1].message.find("it was written as entry 4") != std::string::npos);
      CHECK(check.findings[2].message.find("entry 6 (") != std::string::npos);
    }
    {
      Trail trail(engine);
      change(trail.app, "UPDATE audit SET id = 9 WHERE id = 8"); /* one byte of an id */
      const auto check = trail.app.audit.verify();
      REQUIRE(check.findings.size() == 1);
      CHECK(check.findings[0].kind == "order");
      CHECK(check.findings[0].message.find("it was written as entry 8") != std::string::npos);
    }
    {
      Trail trail(engine);
      const auto head = trail.app.audit.verify().head;
      trail.app.audit.write(staff(), {0, 0, "", "", "later", "", "", {}, "", "", {}, "", "", ""});
      CHECK(trail.app.audit.verify({head, false}).after_head == 1);
      change(trail.app, "DELETE FROM audit WHERE id >= 8");
      CHECK(trail.app.audit.verify().good()); /* by itself a cut tail cannot be seen */
      const auto check = trail.app.audit.verify({head, false});
      REQUIRE(check.findings.size() == 1);
      CHECK(check.findings[0].kind == "head");
      CHECK(check.findings[0].message.find("cut off") != std::string::npos);
    }
  }
}

TEST_CASE("an exported trail is checked without the database: any changed byte of the file is found") {
  Trail trail("sqlite");
  const auto text = trail.exported(false);
  const auto folder = trail.host.data.path();
  const auto head = trail.app.audit.verify().head;
  const auto whole = check_text(folder, text, {head, false});
  CHECK(whole.good());
  CHECK(whole.entries == 8);
  CHECK(whole.head == head);
  for (std::size_t i = 0; i < text.size(); i += 7) {
    auto flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    INFO("byte " << i << " of " << text.size());
    CHECK_FALSE(check_text(folder, flipped, {head, false}).good());
  }
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
  const auto swapped = check_text(folder, lines[0] + lines[2] + lines[1] + lines[3]);
  REQUIRE(!swapped.good());
  CHECK(swapped.findings[0].kind == "order");
  const auto gap = check_text(folder, lines[0] + lines[3] + lines[4]);
  REQUIRE(gap.findings.size() == 1);
  CHECK(gap.findings[0].message.find("Entries are missing between entry 1 and entry 4") == 0);
  CHECK(check_text(folder, lines[0] + lines[3] + lines[4], {"", true}).good());
  const auto bad = check_text(folder, lines[0] + lines[1] + "rubbish\n" + lines[2]);
  REQUIRE(bad.findings.size() == 1);
  CHECK(bad.findings[0].message.find("Line 3 of the file, the entry after 2, was changed") == 0);
  CHECK_FALSE(check_text(folder, text.substr(0, text.size() - lines.back().size()), {head, false}).good());
  CHECK(check_audit_file(folder / "nowhere").kind() == Kind::not_found);
  AuditQuery query;
  query.order_number = "2";
  CHECK(check_text(folder, trail.exported(false, query), {"", true}).entries == 4);
}

TEST_CASE("the CSV of the audit trail is quoted after RFC 4180 and holds no formula") {
  Trail trail("sqlite");
  AuditEntry entry;
  entry.who_name = "-1+cmd|x", entry.who_id = "@sum", entry.event = "+x", entry.reason = "\ttab", entry.amount_minor = -500, entry.currency = "EUR";
  trail.app.audit.write(staff(), entry);
  const auto csv = trail.exported(true);
  CHECK(csv.find("id,at,at_ms,who_id,who_name,event,") == 0);
  CHECK(csv.find("\"'=Frau Müller\nrief an\"") != std::string::npos);
  CHECK(csv.find("\"{\"\"n\"\":1,\"\"text\"\":\"\"ä, \\\"\"quoted\\\"\"\"\"}\"") != std::string::npos);
  CHECK(csv.find(",'@sum,'-1+cmd|x,'+x,,,-500,EUR,'\ttab,") != std::string::npos);
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = csv.find("\r\n", at)) != std::string::npos; ++at) ++lines;
  CHECK(lines == 10);
}

TEST_CASE("after an order is deleted no table and no export names its buyer, and the chain still verifies") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& app = *host.app;
    auto order = sample_order("100");
    order.buyer_name = order.billing.name = order.shipping.name = buyer, order.notes = buyer + " klingelt nicht";
    insert(app, order);
    auto cancel = act(Act::cancel_lines, "o-100", {{"1", 1}});
    cancel.reason = "other", cancel.note = buyer + " rief an";
    REQUIRE(app.orders.perform(staff(), cancel));
    const auto manifest = *read_manifest(probe_folder("good"));
    Collections store(app.database, *app.clock, app.audit, app.queue);
    REQUIRE(store.declare(manifest));
    REQUIRE(store.commit(staff(), manifest, {{"audit", {{{"event", "refund.requested"}, {"order_id", "o-100"}, {"note", "von " + buyer}}}}}));
    CHECK(app.audit.list({}).front().note == "von " + buyer);
    CHECK(app.audit.list({}).back().note == buyer + " rief an");
    auto erase = act(Act::delete_order, "o-100");
    erase.reason = "other", erase.note = buyer + " will es so", erase.confirmed_number = "100";
    REQUIRE(app.orders.perform(staff(), erase));
    REQUIRE(store.commit(staff(), manifest, {{"audit", {{{"event", "late"}, {"order_id", "o-100"}, {"order_number", "100"}, {"note", "von " + buyer}}}}}));
    const auto check = app.audit.verify();
    CHECK(check.good());
    CHECK(check.entries == 4);
    CHECK(check.erased_notes == 3);
    std::ostringstream out;
    REQUIRE(export_audit(app.audit, {}, false, out));
    CHECK(out.str().find("Unverwechselbar") == std::string::npos);
    CHECK(out.str().find("order.delete") != std::string::npos);
    std::vector<std::string> tables;
    const std::string names = engine == "sqlite" ? "SELECT name FROM sqlite_master WHERE type = 'table'" : "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    for (const auto& row : app.database.read([&](Sql& sql) { return sql.rows(names); })) tables.push_back(row.text(0));
    CHECK(tables.size() > 10);
    for (const auto& table : tables) {
      INFO(table);
      const std::string columns = engine == "sqlite" ? "SELECT name FROM pragma_table_info('" + table + "')"
                                                     : "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '" + table + "'";
      for (const auto& column : app.database.read([&](Sql& sql) { return sql.rows(columns); })) {
        CHECK(cell(app, "SELECT count(*) FROM \"" + table + "\" WHERE lower(CAST(\"" + column.text(0) + "\" AS text)) LIKE '%unverwechselbar%'") == "0");
      }
    }
  }
}

TEST_CASE("audit entries written at once by many form one chain without gaps") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 15; ++i) host.app->audit.write(staff(), {0, 0, "", "", "x", "", "", {}, "", "", {}, "n", "", ""});
      });
    }
    for (auto& thread : threads) thread.join();
    const auto check = host.app->audit.verify();
    CHECK(check.good());
    CHECK(check.entries == 60);
    CHECK(cell(*host.app, "SELECT max(id) FROM audit") == "60");
  }
}

TEST_CASE("a trail of the first schema version is chained anew: notes move out, and a break in the old chain is kept in mind") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    insert(*host.app, sample_order("1"));
    for (const char* statement : {"DROP TABLE api_tokens", "DROP TABLE api_plans", "DROP TABLE api_acts", "DROP TABLE host_facts", "DROP TABLE plugin_data", "DROP TABLE role_permissions", "DROP INDEX audit_who", "ALTER TABLE users DROP COLUMN zone", "ALTER TABLE users DROP COLUMN theme", "DROP TABLE audit_notes", "DROP INDEX audit_number", "ALTER TABLE audit DROP COLUMN digest", "ALTER TABLE audit DROP COLUMN note_sha256", "DELETE FROM schema_migrations WHERE version > 1", "DROP TABLE write_turn", "DROP INDEX tasks_running", "DROP INDEX orders_state", "DROP INDEX tasks_failing", "CREATE INDEX tasks_key ON tasks (plugin_id, name, key)"})
      change(*host.app, statement);
    std::string before;
    for (int i = 1; i <= 3; ++i) {
      const std::string order = i == 2 ? "o-gone" : "o-1", details = "{\"note\":\"" + buyer + "\",\"n\":" + std::to_string(i) + "}";
      const auto chain = sha256_hex(json::serialize(json::array{before, i, "u", "U", "order.cancel", order, "1", nullptr, "EUR", "other", details}));
      (void)host.app->database.write_plain([&](Sql& sql) {
        sql.change("INSERT INTO audit (at_ms, who_id, who_name, event, order_id, order_number, currency, reason, details, chain) VALUES (:1, 'u', 'U', 'order.cancel', :2, '1', 'EUR', :3, :4, :5)",
                   {std::int64_t{i}, order, std::string(i == 3 ? "changed" : "other"), details, chain});
        return Result<void>{};
      });
      before = chain;
    }
    host.reopen();
    CHECK(host.app->database.schema_version() == newest_schema());
    if (std::string(engine) == "sqlite") CHECK(cell(*host.app, "SELECT count(*) FROM sqlite_stat1 WHERE idx = 'orders_state'") == "1");
    const auto check = host.app->audit.verify();
    CHECK(check.good());
    CHECK(check.entries == 4);
    CHECK(check.erased_notes == 1);
    const auto entries = host.app->audit.list({});
    CHECK(entries[0].event == "audit.rechained");
    CHECK(entries[0].details == json::object{{"entries", 3}, {"head_before", before}, {"first_broken", 3}});
    CHECK(entries[1].note == buyer);
    CHECK(entries[2].note.empty());
    CHECK(entries[3].details == json::object{{"n", 1}});
    AuditEntry next;
    next.event = "x";
    host.app->audit.write(staff(), next);
    CHECK(host.app->audit.verify().good());
  }
}
