#include "store.hpp"

namespace sandbox {

Store::Store(const std::string& path) : database_(path) {
    database_.execute(R"sql(
        CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS merchant (merchant_id TEXT PRIMARY KEY, store_id TEXT NOT NULL, region TEXT NOT NULL,
            ledger_currency TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS api_key (public_key_id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL REFERENCES merchant,
            environment TEXT NOT NULL, pem TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS object (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            merchant_id TEXT NOT NULL, environment TEXT NOT NULL, parent_id TEXT NOT NULL, state TEXT NOT NULL,
            due_ms INTEGER NOT NULL, document TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS object_parent ON object (parent_id, kind, seq);
        CREATE INDEX IF NOT EXISTS object_due ON object (due_ms) WHERE due_ms > 0;
        CREATE TABLE IF NOT EXISTS movement (seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,
            merchant_id TEXT NOT NULL, environment TEXT NOT NULL, charge_permission_id TEXT NOT NULL, charge_id TEXT NOT NULL,
            refund_id TEXT NOT NULL, amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, merchant_reference_id TEXT NOT NULL,
            idempotency_key TEXT NOT NULL, done_by TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS movement_permission ON movement (charge_permission_id);
        CREATE INDEX IF NOT EXISTS movement_reference ON movement (merchant_reference_id);
        CREATE TABLE IF NOT EXISTS answer (scope TEXT NOT NULL, idempotency_key TEXT NOT NULL, fingerprint TEXT NOT NULL,
            status INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (scope, idempotency_key)) WITHOUT ROWID;
    )sql");
}

std::int64_t Store::setting(const std::string& name, std::int64_t otherwise) {
    auto row = database_.prepare("SELECT value FROM setting WHERE name = ?");
    return row.bind(name).step() ? row.number(0) : otherwise;
}

void Store::set_setting(const std::string& name, std::int64_t value) {
    database_.prepare("INSERT OR REPLACE INTO setting VALUES (?, ?)").bind(name).bind(value).run();
}

void Store::put_merchant(const Merchant& m) {
    database_.prepare("INSERT INTO merchant VALUES (?, ?, ?, ?) ON CONFLICT (merchant_id) DO UPDATE SET store_id = excluded.store_id, "
                      "region = excluded.region, ledger_currency = excluded.ledger_currency")
        .bind(m.merchant_id).bind(m.store_id).bind(m.region).bind(m.ledger_currency).run();
}

std::optional<Merchant> Store::find_merchant(const std::string& merchant_id) {
    auto row = database_.prepare("SELECT merchant_id, store_id, region, ledger_currency FROM merchant WHERE merchant_id = ?");
    if (!row.bind(merchant_id).step()) return std::nullopt;
    return Merchant{row.text(0), row.text(1), row.text(2), row.text(3)};
}

std::vector<Merchant> Store::merchants() {
    std::vector<Merchant> found;
    auto row = database_.prepare("SELECT merchant_id, store_id, region, ledger_currency FROM merchant ORDER BY merchant_id");
    while (row.step()) found.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
    return found;
}

void Store::put_key(const ApiKey& key) {
    database_.prepare("INSERT OR REPLACE INTO api_key VALUES (?, ?, ?, ?)")
        .bind(key.public_key_id).bind(key.merchant_id).bind(key.environment).bind(key.pem).run();
}

std::optional<ApiKey> Store::find_key(const std::string& public_key_id) {
    auto row = database_.prepare("SELECT public_key_id, merchant_id, environment, pem FROM api_key WHERE public_key_id = ?");
    if (!row.bind(public_key_id).step()) return std::nullopt;
    return ApiKey{row.text(0), row.text(1), row.text(2), row.text(3)};
}

std::vector<ApiKey> Store::keys() {
    std::vector<ApiKey> found;
    auto row = database_.prepare("SELECT public_key_id, merchant_id, environment, pem FROM api_key ORDER BY merchant_id, public_key_id");
    while (row.step()) found.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
    return found;
}

void Store::put_document(const Record& record, const char* kind, const std::string& text) {
    database_.prepare("INSERT INTO object (id, kind, merchant_id, environment, parent_id, state, due_ms, document) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, "
                      "parent_id = excluded.parent_id, due_ms = excluded.due_ms, document = excluded.document")
        .bind(record.id).bind(kind).bind(record.merchant_id).bind(record.environment).bind(record.parent_id)
        .bind(record.state).bind(record.due_ms).bind(text).run();
}

std::optional<std::string> Store::document(const char* kind, const std::string& id) {
    auto row = database_.prepare("SELECT document FROM object WHERE id = ? AND kind = ?");
    if (!row.bind(id).bind(kind).step()) return std::nullopt;
    return row.text(0);
}

std::vector<std::string> Store::child_documents(const char* kind, const std::string& parent_id) {
    std::vector<std::string> found;
    auto row = database_.prepare("SELECT document FROM object WHERE parent_id = ? AND kind = ? ORDER BY seq");
    row.bind(parent_id).bind(kind);
    while (row.step()) found.push_back(row.text(0));
    return found;
}

std::vector<std::string> Store::documents_of(const char* kind, const std::string& merchant_id, const std::string& environment) {
    std::vector<std::string> found;
    auto row = database_.prepare("SELECT document FROM object WHERE kind = ? AND merchant_id = ? AND environment = ? ORDER BY seq");
    row.bind(kind).bind(merchant_id).bind(environment);
    while (row.step()) found.push_back(row.text(0));
    return found;
}

std::string Store::kind_of(const std::string& id) {
    auto row = database_.prepare("SELECT kind FROM object WHERE id = ?");
    return row.bind(id).step() ? row.text(0) : std::string();
}

std::string Store::state_of(const std::string& id) {
    auto row = database_.prepare("SELECT state FROM object WHERE id = ?");
    return row.bind(id).step() ? row.text(0) : std::string();
}

std::vector<Store::Listed> Store::newest_orders(const std::string& merchant_id, const std::string& environment, const std::string& contains,
                                                std::int64_t before_seq, std::int64_t limit) {
    auto row = database_.prepare(
        "SELECT seq, id, kind FROM object AS o WHERE (kind = 'permission' OR (kind = 'session' AND state IN ('Open', 'Canceled'))) "
        "AND (?1 = '' OR merchant_id = ?1) AND (?2 = '' OR environment = ?2) AND (?4 = 0 OR seq < ?4) AND (?3 = '' OR instr(document, ?3) > 0 "
        "OR EXISTS (SELECT 1 FROM object AS c WHERE c.parent_id = o.id AND c.id = ?3)) ORDER BY seq DESC LIMIT ?5");
    row.bind(merchant_id).bind(environment).bind(contains).bind(before_seq).bind(limit);
    std::vector<Listed> found;
    while (row.step()) found.push_back({row.number(0), row.text(1), row.text(2)});
    return found;
}

std::optional<Store::Due> Store::next_due(std::int64_t now_ms) {
    auto row = database_.prepare("SELECT id, kind FROM object WHERE due_ms > 0 AND due_ms <= ? ORDER BY due_ms, seq LIMIT 1");
    if (!row.bind(now_ms).step()) return std::nullopt;
    return Due{row.text(0), row.text(1)};
}

std::optional<StoredAnswer> Store::find_answer(const std::string& scope, const std::string& key) {
    auto row = database_.prepare("SELECT fingerprint, status, body FROM answer WHERE scope = ? AND idempotency_key = ?");
    if (!row.bind(scope).bind(key).step()) return std::nullopt;
    return StoredAnswer{row.text(0), static_cast<int>(row.number(1)), row.text(2)};
}

void Store::put_answer(const std::string& scope, const std::string& key, const StoredAnswer& answer) {
    database_.prepare("INSERT INTO answer VALUES (?, ?, ?, ?, ?)")
        .bind(scope).bind(key).bind(answer.fingerprint).bind(answer.status).bind(answer.body).run();
}

}  // namespace sandbox
