"""What the acts of hand_cases.mjs need before: payments without an order, and old refunds whose answers got lost."""

import sqlite3

from test_transactions import PAGE, lost_payment, order_without_payment

LONG_AGO_MS = 48 * 3_600_000  # longer than trust_key_hours


def prepare(shop, prefix):
    """What shop.mjs gets besides: the ids of three payments without an order - one to be linked, one to be closed, one to be set aside - and the account at Amazon."""
    answers_lost(shop, f"{prefix}uncertain", f"{prefix}sendAgain")
    orphans = {"link": lost_payment(shop, 14260), "close": lost_payment(shop, 7480), "ignore": lost_payment(shop, 500)}
    order_without_payment(shop, f"{prefix}orphanLink", 14260)
    staff = shop.staff()
    shop.until(lambda: len(staff.go(PAGE).root.with_class("task")) == len(orphans), "the payments without an order are listed")
    return {"orphans": orphans, "integration": shop.control.base.removesuffix("/control") + "/integration", "merchant": shop.account["merchant_id"]}


def answers_lost(shop, arrived, vanished):
    """Amazon gave 20.00 back for `arrived`, but neither its answer nor a notification came; what was asked for `vanished` never got there, while somebody gave
    back as much in Seller Central. Then the shop was away for two days."""
    shop.subscribe(hold=True)
    shop.control.fault(operation="createRefund", kind="lose_answer")
    shop.control.fault(operation="createRefund", kind="drop_before", count=1000)
    staff = shop.staff()
    staff.refund(arrived, "20.00")
    shop.until(lambda: shop.moved(arrived, "refund") == [2000], "the refund arrives at Amazon")
    staff.refund(vanished, "20.00")
    shop.until(lambda: len({one["idempotency_key"] for one in shop.control.requests() if one["operation"] == "createRefund"}) == 2, "the other one gets lost on its way")
    port = shop.shop.port
    shop.shop.stop()
    shop.control.seller_central(act="refund", charge_permission_id=shop.references[vanished], amount="20.00")
    make_old(shop.shop.folder / "shopadmin.sqlite", (arrived, vanished))
    shop.control.clear_faults()
    shop.shop.start(port)
    shop.subscribe()
    shop.browsers.clear()
    for number in (arrived, vanished):
        shop.until(lambda: any("/settle_uncertain/plan" in form.action for form in shop.staff().open_order(number).forms()), f"a person is asked what became of {number}")


def make_old(database, numbers):
    """As if these tries had been made long ago."""
    with sqlite3.connect(database) as base:
        table = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%\\_intents' ESCAPE '\\'").fetchone()[0]
        changed = base.execute(f"UPDATE {table} SET value = json_set(value, '$.first_sent_ms', json_extract(value, '$.first_sent_ms') - {LONG_AGO_MS}) "
                               "WHERE json_extract(value, '$.order_number') IN (?, ?)", numbers).rowcount
        assert changed == len(numbers), f"{table} has {changed} intents of {numbers}"
    base.close()
