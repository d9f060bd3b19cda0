"""T15: a bulk refund of 1,000 orders, throttled by Amazon, and shopadmin is killed in the middle: each order exactly once, and the result file says so."""

import csv
import io
import json

from cases import case, check, equal
from orders import line, order

ROWS = 1000


def bulk(world, name, *arguments):
    return json.loads(world.shop.command("plugin", "run", "amazonpay", name, *arguments, "--plugin", world.shop.package, "--json").stdout.strip().splitlines()[-1])


def refunds(world):
    return [m for m in world.control.movements() if m["kind"] == "refund"]


@case("T15_bulk_of_1000_with_throttling_and_a_kill_each_exactly_once")
def bulk_of_1000(world):
    amounts = {f"L-{i:04d}": 100 + i for i in range(ROWS)}
    world.place(*(order(number, payment="Captured", lines=[line("1", "Lamp", 1, 4000)]) for number in amounts))
    path = world.folder / "rows.csv"
    path.write_text("order;amount\n" + "".join(f"{number};{minor // 100}.{minor % 100:02d}\n" for number, minor in amounts.items()))
    checked = bulk(world, "bulk-check", "kind=refund", f"rows=@{path}")
    wanted = sum(amounts.values())
    equal((checked["rows"], checked["planned"], checked["less"], checked["left_out"]), (ROWS, ROWS, 0, 0), "the dry run")
    equal([(t["currency"], t["minor"], t["orders"]) for t in checked["totals"]], [("EUR", wanted, ROWS)], "the dry run's total")
    equal(refunds(world), [], "the dry run moves nothing")
    for skip in range(5, ROWS, 23):
        world.control.fault(operation="createRefund", kind="status", status=429, reason="TooManyRequests", skip=skip)
    for skip in range(40, ROWS, 97):
        world.control.fault(operation="createRefund", kind="lose_answer", skip=skip)

    job = f"job={checked['job']}"
    bulk(world, "bulk-start", job, f"total=EUR:{wanted // 100}.{wanted % 100:02d}")
    for share in (0.2, 0.6):
        world.until(lambda: len(refunds(world)) >= ROWS * share, f"{share:.0%} of the rows are refunded", seconds=120)
        world.shop.kill()
        check(len(refunds(world)) < ROWS, "it was killed in the middle")
        world.shop.start(world.shop.port)
    world.until(lambda: len(refunds(world)) >= ROWS, "the job goes on by itself", seconds=180)
    world.until(lambda: bulk(world, "bulk-status", job)["state"] == "done", "to its end", seconds=60)

    moved = refunds(world)
    equal(len(moved), ROWS, "so many refunds at Amazon")
    equal({m["merchant_reference_id"]: m["amount_minor"] for m in moved}, amounts, "each order once, with its own amount")
    equal(len({m["idempotency_key"] for m in moved}), ROWS, "each with a key of its own")
    rows = list(csv.DictReader(io.StringIO(bulk(world, "bulk-result", job)["text"].lstrip("\ufeff"))))
    equal([row["order"] for row in rows], list(amounts), "the result file has every row, in the order of the file")
    at_amazon = {m["merchant_reference_id"]: m["refund_id"] for m in moved}
    wrong = [row for row in rows if row["amazon_id"] != at_amazon[row["order"]]]
    equal(wrong[:3], [], "and names the refund of each")
    status = bulk(world, "bulk-status", job)
    equal((status["done"], status["errors"], status["left"]), (ROWS, 0, 0), "what the job counts")
