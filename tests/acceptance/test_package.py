"""The plugin as a portable package: installed into a shop that has it from nowhere else, connected, and replaced by its next version while a bulk job runs."""

import json
import pathlib

from cases import case, check, equal
from orders import line, order
from processes import run
from world import PLUGIN, SOURCE

ROWS, PAGE = 150, f"/plugin/{PLUGIN}/bulk"


def portable(world, plugin=None):
    """Made by package/portable, as a publisher does it."""
    build = world.programs.package.parents[2]
    words = ["env", f"PORTABLE_OUT={world.folder / 'portable'}"] + ([f"PORTABLE_PLUGIN={plugin}"] if plugin else [])
    made = run([*words, SOURCE / "package/portable", build], timeout_s=150).stdout
    return pathlib.Path(made.splitlines()[0].rsplit(" (", 1)[0])


def command(world, name, *arguments):
    return json.loads(world.shop.command("plugin", "run", "amazonpay", name, *arguments, "--json").stdout.strip().splitlines()[-1])


def refunds(world):
    return [m for m in world.control.movements() if m["kind"] == "refund"]


def installed(world):
    return {plugin["id"]: plugin for plugin in json.loads(world.shop.command("plugin", "list", "--json").stdout)}[PLUGIN]


@case("a_portable_package_is_replaced_during_a_bulk_job", connect=False)
def replaced_during_a_bulk_job(world):
    now = portable(world)
    then = portable(world, world.programs.package.parents[2] / "tests/package/next")
    equal(now.read_bytes(), portable(world).read_bytes(), "the same build and key give the same bytes")
    world.shop.stop()
    world.shop.package = None
    refused = world.shop.command("plugin", "install", now, check=False)
    check(refused.returncode == 1 and "PACKAGE_PUBLISHER_UNKNOWN" in refused.stderr, f"nobody trusts the key of a build: {refused.stderr}")
    world.shop.command("plugin", "trust", "add", world.folder / "portable/test-key.pub.pem", "--name", "build")
    world.shop.start()
    check("The running shopadmin uses it." in world.shop.command("plugin", "install", now).stdout, "the running shop takes it over")
    world.connect()
    amounts = {f"P-{i:04d}": 100 + i for i in range(ROWS)}
    world.place(*(order(number, payment="Captured", lines=[line("1", "Lamp", 1, 4000)]) for number in amounts))
    world.administrator().go(PAGE).must_say("Bulk jobs")

    path = world.folder / "rows.csv"
    path.write_text("order;amount\n" + "".join(f"{number};{minor // 100}.{minor % 100:02d}\n" for number, minor in amounts.items()))
    for skip in range(3, ROWS, 9):
        world.control.fault(operation="createRefund", kind="lose_answer", skip=skip)
    job, total = f"job={command(world, 'bulk-check', 'kind=refund', f'rows=@{path}')['job']}", sum(amounts.values())
    command(world, "bulk-start", job, f"total=EUR:{total // 100}.{total % 100:02d}")
    world.until(lambda: len(refunds(world)) >= ROWS // 5, "a part of the rows is refunded", seconds=90)
    done = world.shop.command("plugin", "upgrade", then, timeout_s=150)
    check("9.0.0 is installed in place of" in done.stdout and "The running shopadmin uses it." in done.stdout, f"it was replaced: {done.stdout}")
    check(world.shop.process.alive(), "the same process goes on")
    world.until(lambda: command(world, "bulk-status", job)["state"] == "done", "the job goes on to its end", seconds=150)

    moved = refunds(world)
    equal((len(moved), len({m["idempotency_key"] for m in moved})), (ROWS, ROWS), "each refund once, with a key of its own")
    equal({m["merchant_reference_id"]: m["amount_minor"] for m in moved}, amounts, "each order with its own amount")
    status = command(world, "bulk-status", job)
    equal((status["done"], status["errors"], status["left"]), (ROWS, 0, 0), "what the job counts")
    equal((installed(world)["version"], installed(world)["proven"]), ("9.0.0", True), "the new version did the rest")
    world.administrator().go(PAGE).must_say("Bulk jobs", "150")

    check("is active again. The running shopadmin uses it." in world.shop.command("plugin", "rollback", PLUGIN, timeout_s=150).stdout, "back to the version before")
    equal(command(world, "bulk-status", job)["done"], ROWS, "which reads the same ledger")
