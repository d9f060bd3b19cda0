"""The life of a dispute, and of a task: taken by one of two people, an approval given by somebody else without opening the order."""

import json
import re
import threading

from cases import case, check, equal
from orders import order

PAGE = "/plugin/org.amazonpay.plugin/tasks"


@case("disputes_from_the_chargeback_to_its_end")
def dispute(world):
    world.place(order("D-1", payment="Captured"))
    world.subscribe(delay_ms=0)
    staff = world.staff()
    staff.refresh("D-1")
    word = staff.word("D-1")
    world.control.seller_central(act="dispute", charge_permission_id=world.references["D-1"])
    world.until(lambda: "disputes" in (staff.open_order("D-1"), staff.page.text)[1], "the dispute shows on the order")
    equal(staff.word("D-1"), word, "the word stays")
    page = staff.go(PAGE)
    page.must_say("The buyer disputes")
    staff.open_order("D-1")
    staff.press("Won or lost…")
    staff.confirm(amount="5.00")
    staff.open_order("D-1")
    staff.page.must_say("Dispute lost")
    check("Won or lost" not in staff.go(PAGE).text, "the task is done")
    equal(world.moved("D-1", "refund"), [], "no money moved by it")


@case("tasks_are_taken_by_one_and_approved_by_another")
def inbox(world):
    world.place(order("D-2", payment="Captured"))
    admin, staff = world.administrator(), world.staff()
    admin.go("/settings")
    admin.press("Save settings", approve_refund_above="10")
    staff.refund("D-2", "20.00")
    staff.go(PAGE).must_say("somebody else must approve")
    other = world.person("olga")
    for person in (admin, other):
        person.go(PAGE)
    results = {}

    def take(name, person):
        results[name] = person.press("Take it").text

    people = [threading.Thread(target=take, args=pair) for pair in (("admin", admin), ("owner", other))]
    for one in people:
        one.start()
    for one in people:
        one.join()
    equal(sum("The task is yours." in text for text in results.values()), 1, f"one of two has it: {[text[:200] for text in results.values()]}")
    equal(sum("Somebody else has taken this task" in text for text in results.values()), 1, "the other is told")
    admin.go(PAGE + "?show=approvals")
    admin.press("Approve 20.00 EUR")
    world.settle()
    equal(world.moved("D-2", "refund"), [2000], "approved from the inbox, refunded once")
    check("Approve" not in admin.go(PAGE + "?show=approvals").root.with_class("flow")[0].text, "nothing waits any more")
    health = json.loads(world.shop.command("plugin", "run", "amazonpay", "health", "--json").stdout)
    check(isinstance(health["ok"], bool) and any(line["id"] == "clockwork" and line["level"] == "good" for line in health["lines"]), f"health: {health}")
    tasks = json.loads(world.shop.command("plugin", "run", "amazonpay", "tasks", "kind=approval", "state=done", "--json").stdout)["tasks"]
    check(len(tasks) == 1 and re.match("approval:", tasks[0]["id"]), "the command lists what is done")
