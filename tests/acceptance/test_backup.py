"""A backup taken while a bulk job runs, restored after the old shop went on for a while: whatever happened at Amazon since the backup happens neither again nor gets lost."""

import json
import shutil
import tarfile

from cases import case, check, equal
from orders import line, order
from staff import Staff
from world import TEST_PASSWORD, Shopadmin

ROWS = 60
FULL = 4000


def bulk(shop, name, *arguments):
    return json.loads(shop.command("plugin", "run", "amazonpay", name, *arguments, "--plugin", shop.package, "--json").stdout.strip().splitlines()[-1])


def refunds(world):
    return [m for m in world.control.movements() if m["kind"] == "refund"]


def second_shop(world):
    """An empty place for the backup, on the same engine."""
    database = None
    if world.postgres:
        world.postgres.sql("CREATE DATABASE restored")
        database = world.postgres.url.removesuffix("/postgres") + "/restored"
    return Shopadmin(world.programs, world.folder / "shop2", database, name="shop2")


def refused(world, shop, backup, words):
    answer = shop.command("restore", backup, check=False)
    equal(answer.returncode, 1, f"restore is refused: {answer.stdout}")
    check(words in answer.stderr, f"it says {words!r}: {answer.stderr}")


def damaged_backups(world, shop, backup):
    """One changed byte of the database, a foreign file, half an archive: each is refused before anything is written."""
    folder = world.folder / "damaged"
    with tarfile.open(backup) as archive:
        archive.extractall(folder, filter="data")
    part = next(path for path in folder.iterdir() if path.name.startswith("database."))
    sound = part.read_bytes()
    part.write_bytes(sound[:len(sound) // 2] + bytes([sound[len(sound) // 2] ^ 1]) + sound[len(sound) // 2 + 1:])
    refused(world, shop, folder, "SHA-256 differs")
    part.unlink()
    refused(world, shop, folder, "lacks its file")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"schema": 99}))
    refused(world, shop, folder, "schema 99")
    half = world.folder / "half.tar.gz"
    half.write_bytes(backup.read_bytes()[:-2000])
    refused(world, shop, half, "Nothing was restored")
    link = world.folder / "link.tar"
    with tarfile.open(link, "w") as archive:
        entry = tarfile.TarInfo("manifest.json")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    refused(world, shop, link, "no file of a backup")
    equal([path.name for path in shop.folder.iterdir() if path.name != "secret.key"], [], "nothing was left behind")


@case("a_backup_under_load_restores_to_a_state_that_agrees_with_amazon")
def backup_under_load(world):
    # every tenth row gives everything back, so that it cannot be asked for a second time under another key
    amounts = {f"L-{i:03d}": FULL if i % 10 == 0 else 100 + i for i in range(ROWS)}
    lines = [line("1", "Lamp", 1, FULL)]
    world.place(*(order(number, payment="Captured", lines=lines) for number in (*amounts, "H-1", "H-2", "H-3")))
    path = world.folder / "rows.csv"
    path.write_text("order;amount\n" + "".join(f"{number};{minor // 100}.{minor % 100:02d}\n" for number, minor in amounts.items()))
    job = f"job={bulk(world.shop, 'bulk-check', 'kind=refund', f'rows=@{path}')['job']}"
    wanted = sum(amounts.values())
    for skip in range(3, ROWS, 17):
        world.control.fault(operation="createRefund", kind="lose_answer", skip=skip)
    for skip in range(0, ROWS, 2):
        world.control.fault(operation="createRefund", kind="delay", delay_ms=300, skip=skip)  # so that it is still running when the backup is made
    bulk(world.shop, "bulk-start", job, f"total=EUR:{wanted // 100}.{wanted % 100:02d}")

    world.until(lambda: len(refunds(world)) >= ROWS * 0.2, "a fifth of the rows are refunded", seconds=60)
    backup = world.folder / "shop.tar.gz"
    made = json.loads(world.shop.command("backup", backup, "--json").stdout)
    at_backup = len(refunds(world))
    check(at_backup < ROWS, "it was made in the middle of the job")
    equal((made["with_key"], sorted(part["name"].split(".")[0] for part in made["files"])), (False, ["database"]), "the key stays at home")
    key = world.folder / "shop/secret.key"
    check(key.read_bytes() not in backup.read_bytes(), "also under another name")
    refused_again = world.shop.command("backup", backup, check=False)
    check(refused_again.returncode == 1 and "never written over" in refused_again.stderr, "a backup is never written over another")

    # the old shop goes on: rows, a refund of a person, a canceled order; then it burns
    staff = world.staff()
    staff.refund("H-1", "40.00")
    staff.cancel_order("H-2")
    world.until(lambda: len(refunds(world)) >= max(at_backup + 20, ROWS * 0.6), "the old shop refunds further rows", seconds=60)
    world.until(lambda: world.refunds("H-1") == [FULL] and world.refunds("H-2") == [FULL], "and what people asked for", seconds=30)
    world.shop.kill()

    shop = second_shop(world)
    damaged_backups(world, shop, backup)
    shutil.copy(key, shop.folder / "secret.key")
    restored = shop.command("restore", backup)
    check("audit trail are as they were" in restored.stdout, restored.stdout)
    refused(world, shop, backup, "not empty")
    check("Nothing to do" in shop.command("migrate").stdout, "the restored database is up to date")
    head = made["audit"]["head"]
    check("entries, all good" in shop.command("audit", "verify", "--head", head).stdout, "the chain goes on from the backup's head")

    # while Amazon cannot be asked, nothing is decided about money
    world.sandbox.stop()
    shop.start()
    new = Staff(shop.port, "jana", TEST_PASSWORD).log_in()
    new.sheet_of_refund("H-1", "40.00")
    new.confirm()
    check("restored from a backup" in new.page.text, f"the refund waits for a reading: {new.page.text[:1500]}")
    world.control = world.sandbox.start().control

    # now it is read: rows go on under their own keys, and what happened since is seen
    world.until(lambda: bulk(shop, "bulk-status", job)["state"] in ("done", "paused"), "the job comes to its end", seconds=120)
    while bulk(shop, "bulk-status", job)["state"] == "paused":
        bulk(shop, "bulk-resume", job)
        world.until(lambda: bulk(shop, "bulk-status", job)["state"] in ("done", "paused"), "the job comes to its end", seconds=60)
    world.settle(shop=shop, seconds=60)
    moved = {}
    for movement in refunds(world):
        moved.setdefault(movement["merchant_reference_id"], []).append(movement["amount_minor"])
    equal({number: moved.get(number) for number in amounts}, {number: [minor] for number, minor in amounts.items()}, "each row once at Amazon, with its own amount")
    status = bulk(shop, "bulk-status", job)
    equal(status["done"] + status["errors"], ROWS, "each row has an outcome")
    for number in ("H-1", "H-2"):
        new.sheet_of_refund(number, "40.00")
        check("more than Amazon lets you give back" in new.sheet_text(), f"a second refund of {number} is not possible: {new.sheet_text()}")
        equal(world.refunds(number), [FULL], f"{number} is not given back twice: {new.page.text[:600]}")
    new.refund("H-3", "40.00")
    world.until(lambda: world.refunds("H-3") == [FULL], "a new refund goes as ever")
    drift = json.loads(shop.command("plugin", "run", "amazonpay", "tasks", "kind=drift", "--plugin", shop.package, "--json").stdout)["tasks"]
    check({"H-1", "H-2"} <= {task["order_number"] for task in drift}, f"what the backup does not know is a task: {[t['order_number'] for t in drift]}")
    check("entries, all good" in shop.command("audit", "verify", "--head", head).stdout, "the audit trail is whole")
    shop.stop()
