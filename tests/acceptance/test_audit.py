"""Whoever changes one byte of the audit trail is found, with the entry."""

import sqlite3

from cases import case, check, equal
from orders import order

COLUMNS = ("who_id", "who_name", "event", "order_number", "currency", "reason", "details", "chain")


def change(world, statement):
    if world.postgres is not None:
        return world.postgres.sql(statement)
    connection = sqlite3.connect(world.shop.folder / "shopadmin.sqlite", timeout=30)
    try:
        rows = connection.execute(statement).fetchall()
        connection.commit()
        return ["\t".join(str(value) for value in row) for row in rows]
    finally:
        connection.close()


def verified(world):
    done = world.shop.command("audit", "verify", check=False)
    return done.returncode, done.stdout + done.stderr


@case("one_changed_byte_of_the_audit_is_found_and_located")
def one_byte(world):
    world.place(order("F-1", payment="Captured"), order("F-2", payment="Captured"))
    staff = world.staff()
    for number in ("F-1", "F-2"):
        staff.refund(number, "5.00")
        staff.cancel_order(number)
    world.until(lambda: sum(world.refunds("F-2")) == 7500, "the money goes back")
    world.settle()
    equal(verified(world)[0], 0, f"untouched it verifies: {verified(world)[1]}")
    victim = int(change(world, "SELECT max(id) FROM audit WHERE event = 'order.cancel'")[0])
    for column in COLUMNS:
        before = change(world, f"SELECT {column} FROM audit WHERE id = {victim}")[0]
        byte = (before[0] == "x" and "y" or "x") + before[1:]
        change(world, f"UPDATE audit SET {column} = '{byte.replace(chr(39), chr(39) * 2)}' WHERE id = {victim}")
        code, says = verified(world)
        equal(code, 1, f"a changed {column} is found; it says {says}")
        check(str(victim) in says, f"a changed {column} is located at entry {victim}: {says}")
        change(world, f"UPDATE audit SET {column} = '{before.replace(chr(39), chr(39) * 2)}' WHERE id = {victim}")
    for column in ("amount_minor", "at_ms"):
        change(world, f"UPDATE audit SET {column} = {column} + 1 WHERE id = {victim}")
        code, says = verified(world)
        check(code == 1 and str(victim) in says, f"a changed {column} is located: {says}")
        change(world, f"UPDATE audit SET {column} = {column} - 1 WHERE id = {victim}")
    equal(verified(world)[0], 0, "put back, it verifies again")
    change(world, f"DELETE FROM audit WHERE id = {victim}")
    code, says = verified(world)
    equal(code, 1, f"a missing entry is found; it says {says}")
