"""Reads what is stored without asking the product: SQLite through Python's own module, PostgreSQL through psql."""

import hashlib
import json
import re
import sqlite3

from world import PLUGIN


def collection_table(collection, plugin=PLUGIN):
    readable = "".join(c if c.isalnum() else "_" for c in plugin[:24])
    return f"p_{readable}_{hashlib.sha256(plugin.encode()).hexdigest()[:6]}_{collection[:24]}"


class Document(dict):
    """A stored document as the plugin reads it: what is not there is empty, amounts are texts ("4000 EUR"), a state is Amazon's own word."""

    AMOUNT = re.compile(r"(-?[0-9]+) ([A-Z]{3})")

    def __init__(self, members):
        super().__init__(members)
        for name, value in members.items():
            if isinstance(value, str) and (amount := self.AMOUNT.fullmatch(value)):
                self[name] = {"minor": int(amount[1]), "currency": amount[2]}
        if "raw_state" in members:
            self["state"] = members["raw_state"]

    def __missing__(self, name):
        return ""


class StoredData:
    def __init__(self, world):
        self.path = world.shop.folder / "shopadmin.sqlite" if world.postgres is None else None
        self.postgres = world.postgres

    def rows(self, query):
        """Every row as a list of texts."""
        if self.path is None:
            return [line.split("\t") for line in self.postgres.sql(query)]
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=60)
        try:
            return [["" if value is None else str(value) for value in row] for row in connection.execute(query)]
        finally:
            connection.close()

    def number(self, query):
        return int(self.rows(query)[0][0])

    def has_table(self, table):
        if self.path is None:
            return bool(self.rows(f"SELECT 1 FROM information_schema.tables WHERE table_name = '{table}'"))
        return bool(self.rows(f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{table}'"))

    def has_collection(self, collection):
        return self.has_table(collection_table(collection))

    def collection(self, name):
        """Key -> document of a collection of the plugin."""
        return {key: json.loads(value, object_hook=Document) for key, value in self.rows(f"SELECT key, value FROM {collection_table(name)}")}

    def count(self, collection, condition):
        return self.number(f"SELECT count(*) FROM {collection_table(collection)} WHERE {condition}")

    def orders(self):
        """Number -> (id, state, total) of the orders the shop still has."""
        return {number: (identity, state, int(total)) for identity, number, state, total in self.rows("SELECT id, number, state, total_minor FROM orders")}

    def waiting_tasks(self):
        """(id, name, due_ms, attempts) of background jobs that are not periodic."""
        return [(int(identity), name, int(due_ms), int(attempts), error) for identity, name, due_ms, attempts, error in
                self.rows("SELECT id, name, due_ms, attempts, replace(replace(last_error, chr(10), ' '), chr(9), ' ') FROM tasks WHERE every_s = 0" if self.path is None else
                          "SELECT id, name, due_ms, attempts, last_error FROM tasks WHERE every_s = 0")]
