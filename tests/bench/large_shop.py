"""Shops of any size for the benchmark: an amazonpay-sandbox and a shopadmin on SQLite with `orders` orders as a shop of that age has them, in a folder of the
build that is kept, so that several rows and several runs share it.

Some orders are made by the programs themselves: placed, paid, imported, read, partly refunded, in the distribution below. The others are copies of all their
rows (order, lines, history, search terms, payment with Amazon's answers, marks, ledger, timeline, intents, operations, audit with a chain that verifies), each
with ids, references, names and moments of its own, written into the same tables. Nothing is due in the copies: a shop's old orders are finished.
"""

import hashlib
import json
import pathlib
import random
import re
import shutil
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "acceptance"))

from orders import line, order  # noqa: E402
from staff import Staff  # noqa: E402, F401: host_rows
from world import Sandbox, Shopadmin, World, connection_settings  # noqa: E402

# Of 359 orders and 85 cancellations of a real shop (Online Retail, UCI): tenths of lines per order, pieces per line, unit price in pence, value given back in
# pence; 85 of 359 gave something back, one in twenty of these all of it.
LINES = (1, 2, 4, 6, 9, 12, 16, 20, 24, 36, 98)
PIECES = (1, 2, 3, 6, 6, 10, 12, 12, 16, 24, 48)
PRICES = (12, 55, 85, 125, 165, 195, 255, 295, 425, 795, 2495)
GIVEN_BACK = (350, 545, 710, 995, 1245, 1700, 2028, 2985, 4000, 8200, 12000)
TITLE = "PAINTED METAL TEA LIGHT HOLDER"[:26]
PATTERNS = 24          # orders made by the programs
STEP_MS = 1_000_000    # between two rounds of copies: only the upper digits of a moment change
VERSION = 3            # raise it when what is generated changes

MOMENT = re.compile(r"(?<![0-9])(0?)(1[6-9][0-9]{5})([0-9]{6})(?![0-9])")
HASH = re.compile(r"^[0-9a-f]{32}$")


def order_id(n):
    """Of copy n, scattered like the ids of a shop."""
    return f"o-{(n * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF:016x}"


def permission_id(n):
    return f"S09-{n // 10_000_000:07d}-{n % 10_000_000:07d}"


def buyer(n):
    return f"zq{n:07d}"


def tenth(figures, share):
    """The value at this share of the distribution, between its tenths."""
    at = share * (len(figures) - 1)
    low = min(int(at), len(figures) - 2)
    return round(figures[low] + (figures[low + 1] - figures[low]) * (at - low))


def patterns():
    """(order, pence given back): what PATTERNS buyers ordered, and how it went on."""
    chance, made = random.Random(7), []
    for i in range(PATTERNS):
        lines = [line(str(k + 1), TITLE, tenth(PIECES, chance.random() * 0.9), tenth(PRICES, chance.random() * 0.95), sku=f"{20000 + 37 * k}", tax_rate_bp=2000)
                 for k in range(tenth(LINES, (i + 0.5) / PATTERNS))]
        back = 0
        if i % 4 == 1:
            back = tenth(GIVEN_BACK, chance.random())
        one = order(f"BQ{i:04d}", lines=lines, currency="EUR" if i % 6 == 5 else "GBP", locale="en", country="GB", city="Leeds", payment="Authorized" if i == 10 else "Captured",
                    buyer={"name": f"Buyer zq{i:04d}q", "email": f"zq{i:04d}q@shop.example", "phone": "0113 496 0000"}, age_s=3 * 86400)
        total = one["total_minor"]
        made.append((one, total if i == 21 else min(back, total)))
    return made


class BenchWorld(World):
    """A world in a folder that stays. Made once; started again as often as wanted."""

    def __init__(self, build, folder):
        super().__init__("sqlite", build, keep=True)
        self.folder.rmdir()
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.facts = self.folder / "facts.json"

    def start(self, shop=True):
        self.sandbox = Sandbox(self.programs, self.folder / "sandbox").start()
        self.control = self.sandbox.control
        self.control.settings(refund_delay_ms=0, pending_delay_ms=0)
        self.shop = Shopadmin(self.programs, self.folder / "shop")
        if self.facts.exists():
            self.account = json.loads(self.facts.read_text())["account"]
            self.shop.set(connection_settings(self.account, self.sandbox))
        else:
            self.add_people()
            self.connect()
        if shop:
            self.shop.start()
        return self

    def close(self, failed=False):
        for part in (self.shop, self.sandbox):
            if part is not None:
                part.stop()

    def command(self, name, *words):
        answer = self.shop.command("plugin", "run", "amazonpay", name, *words, "--plugin", self.shop.package, "--json")
        return json.loads(answer.stdout.strip().splitlines()[-1])


def pattern_shop(build):
    """The folder of the shop with the orders that the programs made; made when it is not there."""
    folder = pathlib.Path(build).resolve() / "bench" / f"patterns-{VERSION}"
    if (folder / "facts.json").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    with BenchWorld(build, folder) as world:
        wanted = patterns()
        world.place(*(one for one, _ in wanted))
        for one, back in wanted:
            if back:
                number, amount = one["shop"]["number"], f"{back // 100}.{back % 100:02d}"
                world.command("refund", f"order={number}", f"amount={amount}", "reason=damaged", "--as", "jana", f"operation_id=bench-{number}")
        world.until(lambda: all(world.staff().word(one["shop"]["number"]) in ("Refunded", "Partly refunded") for one, back in wanted if back), "refunds are settled")
        world.settle()
        account = world.account
    (folder / "facts.json").write_text(json.dumps({"account": account}))
    return folder


def large_shop(build, orders):
    """The folder of a shop with so many orders; made when it is not there. Use it with BenchWorld(build, folder)."""
    folder = pathlib.Path(build).resolve() / "bench" / f"shop-{orders}-{VERSION}"
    if (folder / "facts.json").exists():
        return folder
    patterns_in, started = pattern_shop(build), time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(patterns_in, folder, ignore=shutil.ignore_patterns("facts.json"))
    copies = Copies(folder / "shop" / "shopadmin.sqlite")
    copies.write(orders - PATTERNS)
    copies.close()
    shutil.copy(patterns_in / "facts.json", folder)
    print(f"made a shop of {orders:,} orders in {time.monotonic() - started:.0f} s: {folder}", file=sys.stderr)
    return folder


class Copies:
    """Copies of the orders that are in the database now."""

    AT_ONCE = 2000
    LEFT_OUT = ("tasks", "sessions", "sqlite_sequence", "sqlite_stat1", "collection_fields", "plugins", "task_counters")

    def __init__(self, path):
        self.base = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -1500000", "temp_store = MEMORY", "foreign_keys = OFF", "wal_autocheckpoint = 100000"):
            self.base.execute("PRAGMA " + setting)
        self.columns = {}
        for (table,) in self.base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if table not in self.LEFT_OUT:
                self.columns[table] = [row[1] for row in self.base.execute(f"PRAGMA table_info({table})")]
        self.ids = {"order_history": self.highest("order_history"), "audit": self.highest("audit")}
        self.chain = (self.base.execute("SELECT chain FROM audit ORDER BY id DESC LIMIT 1").fetchone() or ("",))[0]
        self.patterns = [self.pattern(*order) for order in
                         self.base.execute("SELECT id, number, payment_reference, charge_id, buyer_name FROM orders ORDER BY number")]

    def highest(self, table):
        return self.base.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]

    def rows_of(self, key, reference):
        """All rows, of whatever table, that speak of an order."""
        found = {}
        for table, columns in self.columns.items():
            said = " OR ".join(f"instr({column}, ?) OR instr({column}, ?)" for column in columns)
            rows = self.base.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {said}", [key, reference] * len(columns)).fetchall()
            if rows:
                found[table] = rows
        return found

    def pattern(self, key, number, reference, charge, buyer):
        """A function that writes the rows of copy n, compiled from the rows of this order."""
        rows = self.rows_of(key, reference)
        places = {key: "k", reference: "p", reference.lower(): "pl", charge: "c", charge.lower(): "cl", number: "u", number.lower(): "ul", buyer.split()[-1]: "b"}
        for table, its in rows.items():
            if table.endswith(("_intents", "_operations")):
                for row in its:
                    if HASH.match(row[0]):
                        places[row[0]] = f"h+'{row[0][8:]}'"
        highs = {}
        names = re.compile("|".join(re.escape(name) for name in sorted(places, key=len, reverse=True)))

        def moments(text):
            """Python source of a text without names: moments become sums of their upper digits."""
            parts, at = [], 0
            for found in MOMENT.finditer(text):
                parts += [repr(text[at:found.start()] + found[1]), highs.setdefault(found[2], f"t{len(highs)}"), repr(found[3])]
                at = found.end()
            return [part for part in (*parts, repr(text[at:])) if part != "''"]

        def source(table, column, cell):
            if column == "f_next_sync_ms":
                return "None"
            if isinstance(cell, int) and MOMENT.fullmatch(str(cell)):
                return f"{cell}-s"
            if not isinstance(cell, str):
                return repr(cell)
            if table.endswith("_payments") and column == "value":
                cell = re.sub(r'"next_ms":[0-9]+', '"next_ms":0', cell)
            parts, at = [], 0
            for found in names.finditer(cell):
                parts += [*moments(cell[at:found.start()]), places[found[0]]]
                at = found.end()
            return "+".join([*parts, *moments(cell[at:])]) or "''"

        body = []
        for table, its in rows.items():
            texts = ["(" + ", ".join(source(table, column, cell) for column, cell in zip(self.columns[table], row)) + ",)" for row in its]
            body.append(f"  rows[{table!r}] += ({', '.join(texts)},)")
        head = ["def copy(rows, n, step, k, p, c, b, u):", "  s = step * 1000000", f"  c = c or p + {charge[len(reference):]!r}",
                "  h, pl, cl, ul = '%08x' % n, p.lower(), c.lower(), u.lower()"]
        head += [f"  {name} = '%07d' % ({high} - step)" for high, name in highs.items()]
        made = {}
        exec("\n".join(head + body), made)  # noqa: S102: our own text
        self.tables = getattr(self, "tables", set()) | set(rows)
        return made["copy"]

    def write(self, count, references=None, first=0, step=1):
        """`count` further orders. `references` are (charge permission, charge) that exist at the sandbox, for orders that are worked on."""
        indexes = self.base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND sql NOT LIKE '%UNIQUE%'").fetchall() if count > 50_000 else []
        for name, _ in indexes:
            self.base.execute(f"DROP INDEX {name}")
        insert = {table: f"INSERT INTO {table} ({', '.join(self.columns[table])}) VALUES ({', '.join('?' * len(self.columns[table]))})" for table in self.tables}
        kinds = len(self.patterns)
        for start in range(0, count, self.AT_ONCE):
            rows = {table: [] for table in self.tables}
            for i in range(start, min(start + self.AT_ONCE, count)):
                n = first + i + 1
                permission, charge = references[i] if references else (permission_id(n), None)
                self.patterns[i % kinds](rows, n, step + i // kinds, order_id(n), permission, charge, buyer(n), f"BM{n:07d}")
            self.number_rows(rows)
            self.base.execute("BEGIN")
            for table, its in rows.items():
                self.base.executemany(insert[table], its)
            self.base.execute("COMMIT")
        for _, text in indexes:
            self.base.execute(text)

    def number_rows(self, rows):
        if "order_history" in rows:
            first = self.ids["order_history"]
            rows["order_history"] = [(first + i + 1, *row[1:]) for i, row in enumerate(rows["order_history"])]
            self.ids["order_history"] += len(rows["order_history"])
        if "audit" not in rows:
            return
        names = self.columns["audit"]
        covered = [names.index(name) for name in ("who_id", "who_name", "event", "order_id", "order_number", "amount_minor", "currency", "reason", "details", "note_sha256")]
        digest_at, chain_at, made = names.index("digest"), names.index("chain"), []
        for row in rows["audit"]:
            self.ids["audit"] += 1
            entry = list(row)
            entry[0] = self.ids["audit"]
            texts = ["audit/2", str(entry[0]), str(entry[1])] + [str(entry[i]) if names[i] == "amount_minor" and entry[i] is not None else entry[i] for i in covered]
            entry[digest_at] = hashlib.sha256(json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
            entry[chain_at] = self.chain = hashlib.sha256(f"{self.chain}\n{entry[digest_at]}".encode()).hexdigest()
            made.append(tuple(entry))
        rows["audit"] = made

    def close(self):
        self.base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.base.close()


if __name__ == "__main__":
    print(large_shop(sys.argv[1], int(sys.argv[2])))
