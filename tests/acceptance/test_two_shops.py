"""T20: shops on one Amazon account with the same order number never touch each other's payment: two with databases of their own, and a third that shares a
database with the first under another shop id."""

import json
import re

from cases import case, check, equal
from orders import line, order, pay
from staff import Staff
from test_once import at_the_same_time
from world import TEST_PASSWORD, Shopadmin, connection_settings

NUMBER = "10042"


def second_shop(world):
    """A shopadmin with a database of its own, connected with the same keys."""
    database = None
    if world.postgres is not None:
        world.postgres.sql("CREATE DATABASE other_shop")
        database = world.postgres.url.rpartition("/")[0] + "/other_shop"
    shop = Shopadmin(world.programs, world.folder / "other", database, "other")
    shop.add_user("jana", "Jana Brandt", "staff")
    shop.set(connection_settings(world.account, world.sandbox), {"private_key": world.folder / "private-key.pem"})
    return shop.start()


def sell(world, shop, one, shop_id):
    pay(world.control, world.account["public_key_id"], [one])
    path = world.folder / "orders.json"
    path.write_text(json.dumps([one["shop"]]))
    shop.import_orders(path, "--shop", shop_id)
    return one["shop"]["payment"]["reference"]


def cancel_line(shop, shop_id, operation, check=True):
    return shop.command("order", "--shop", shop_id, "act", "cancel-lines", NUMBER, "--line", "2", "--operation", operation, "--plugin", shop.package, check=check)


def drain(world, shops):
    for shop in shops:
        world.settle(shop=shop)


@case("T20_two_shops_one_account_same_order_number")
def two_shops(world):
    ours, other = world.shop, second_shop(world)
    try:
        here = sell(world, ours, order(NUMBER, payment="Captured"), "main")
        there = sell(world, other, order(NUMBER, payment="Captured", lines=[line("1", "Teapot", 1, 2500), line("2", "Cup", 1, 1500), line("3", "Tray", 1, 900)]), "main")
        branch = sell(world, ours, order(NUMBER, payment="Captured", lines=[line("1", "Teapot", 1, 2500), line("2", "Pot", 1, 700)]), "branch")
        drain(world, (ours, other))
        jana, jim = world.staff(), Staff(other.port, "jana", TEST_PASSWORD).log_in()

        # the same act on the same number at the same moment: each its own money, under its own key
        jana.sheet_of_lines(NUMBER, "cancel", {"Teapot": None})
        jim.sheet_of_lines(NUMBER, "cancel", {"Teapot": None})
        at_the_same_time(lambda: jana.confirm(), lambda: jim.confirm())
        world.until(lambda: world.control.moved(here, "refund") == [2500] and world.control.moved(there, "refund") == [2500], "each line's money goes back")
        keys = [m["idempotency_key"] for m in world.control.movements() if m["kind"] == "refund"]
        equal(len(set(keys)), 2, "two keys")

        # even the same operation, as a script may give it twice; in one database it is refused
        for shop, shop_id, operation in ((ours, "main", "ab"), (other, "main", "ab"), (ours, "branch", "cd")):
            cancel_line(shop, shop_id, operation * 16)
        equal(cancel_line(ours, "branch", "ab" * 16, check=False).returncode, 1, "an operation of another shop id")
        world.until(lambda: [sum(world.control.moved(one, "refund")) for one in (here, there, branch)] == [4500, 4000, 700], "each gave back its own line")
        drain(world, (ours, other))

        # one act here, nothing there
        jim.cancel_order(NUMBER)
        world.until(lambda: world.control.moved(there, "refund") == [2500, 1500, 900], "the rest goes back there")
        drain(world, (ours, other))
        equal((world.control.moved(here, "refund"), world.control.moved(branch, "refund")), ([2500, 2000], [700]), "and nothing here")
        for browser, word in ((jana, "Partly refunded"), (jim, "Refunded")):
            browser.refresh(NUMBER)
            equal(browser.word(NUMBER), word, "the word of each shop")

        # Amazon tells one address only: what belongs to the other shop changes nothing here
        for shop, browser, foreign, own in ((ours, jana, there, here), (other, jim, here, there)):
            told_about_foreign_money(world, shop, browser, foreign, own)
        equal([sum(world.control.moved(one, "refund")) for one in (here, there, branch)], [4500 + 100, 4900 + 100, 700], "nothing else moved")
    finally:
        other.stop()


def told_about_foreign_money(world, shop, browser, foreign, own):
    browser.refresh(NUMBER)
    figures_before = (browser.open_order(NUMBER), browser.verdict(), browser.figures())[1:]
    subscription = world.control.post("/notifications", {"public_key_id": world.account["public_key_id"], "url": f"http://127.0.0.1:{shop.port}/webhooks/amazonpay/notifications",
                                                         "delay_ms": 0})
    shop.set({"notification_cert_host": subscription["certificate_host"], "notification_topic": subscription["topic_arn"]})
    before = len(delivered(world))
    world.control.seller_central(act="refund", charge_permission_id=foreign, amount="1.00")
    world.until(lambda: len(delivered(world)) > before, "Amazon has told it")
    drain(world, (shop,))
    browser.refresh(NUMBER)
    equal((browser.open_order(NUMBER), browser.verdict(), browser.figures())[1:], figures_before, f"what belongs to {foreign} changes nothing at the order of {own}")
    world.control.ask("DELETE", f"/notifications?public_key_id={world.account['public_key_id']}")


def delivered(world):
    return [n for n in world.control.get("/notifications")["notifications"] if n["state"] == "delivered"]


@case("T20_one_settlement_pays_two_shops_each_marks_its_own")
def settled_apart(world):
    world.connect(environment="Live")  # Amazon makes settlement reports by itself in live only
    world.control.settings(report_delay_ms=0)
    ours, other = world.shop, second_shop(world)
    try:
        payments = [sell(world, shop, order(NUMBER, payment="Captured"), "main") for shop in (ours, other)]
        drain(world, (ours, other))
        world.control.post("/settlements", {"public_key_id": world.account["public_key_id"]})
        for shop, browser, payment in ((ours, world.staff(), payments[0]), (other, Staff(other.port, "jana", TEST_PASSWORD).log_in(), payments[1])):
            tasks = json.loads(shop.command("task", "list", "--limit", "1000", "--json").stdout)["tasks"]
            shop.command("task", "retry", next(task["id"] for task in tasks if task["name"] == "settlements"))

            def credited():
                browser.amazon_pay_tab(NUMBER)
                return len(re.findall("Credited to your account in settlement", browser.page.text))

            world.until(lambda: credited() > 0, "the own charge is marked as paid out")
            drain(world, (shop,))
            equal(credited(), 1, "once")
            browser.page.must_say(payment)
            check(not any(foreign in browser.page.text for foreign in payments if foreign != payment), "nothing of the other shop's payment is on the order's page")
        equal([m["kind"] for m in world.control.movements() if m["kind"].startswith("refund")], [], "no money moved")
    finally:
        other.stop()
