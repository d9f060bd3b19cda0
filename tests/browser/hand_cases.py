"""What the acts of hand_cases.mjs need before: payments without an order, and a refund whose answer got lost long ago."""

import sqlite3

from test_transactions import PAGE, lost_payment, order_without_payment

LONG_AGO_MS = 48 * 3_600_000  # longer than trust_key_hours


def prepare(shop, prefix):
    """The ids of two payments without an order: one to be linked, one to be closed."""
    answer_lost(shop, f"{prefix}uncertain")
    orphans = {"link": lost_payment(shop, 14260), "close": lost_payment(shop, 7480)}
    order_without_payment(shop, f"{prefix}orphanLink", 14260)
    staff = shop.staff()
    shop.until(lambda: len(staff.go(PAGE).root.with_class("task")) == len(orphans), "the payments without an order are listed")
    return orphans


def answer_lost(shop, number):
    """Amazon gave 20.00 back, but neither its answer nor a notification arrived, and then the shop was away for two days."""
    shop.subscribe(hold=True)
    shop.control.fault(operation="createRefund", kind="lose_answer", count=1000)
    shop.staff().refund(number, "20.00")
    shop.until(lambda: shop.moved(number, "refund") == [2000], "the refund arrives at Amazon")
    port = shop.shop.port
    shop.shop.stop()
    with sqlite3.connect(shop.shop.folder / "shopadmin.sqlite") as base:
        table = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%\\_intents' ESCAPE '\\'").fetchone()[0]
        changed = base.execute(f"UPDATE {table} SET value = json_set(value, '$.first_sent_ms', json_extract(value, '$.first_sent_ms') - {LONG_AGO_MS}) "
                               "WHERE json_extract(value, '$.order_number') = ?", (number,)).rowcount
        assert changed == 1, f"{table} has {changed} intents of {number}"
    base.close()
    shop.control.clear_faults()
    shop.shop.start(port)
    shop.subscribe()
    shop.browsers.clear()
    shop.until(lambda: any("/settle_uncertain/plan" in form.action for form in shop.staff().open_order(number).forms()), "a person is asked what became of it")
