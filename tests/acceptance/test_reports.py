"""Settlements and Amazon's reports as an administrator meets them: the night's reading matches each line to its order or says why not, the lines add up to the
payout, and reports are requested, kept, scheduled and ended without a page that waits for Amazon."""

import csv
import io
import json
import time

from cases import case, check, equal
from orders import order, pay

PAGE = "/plugin/org.amazonpay.plugin/reports"


def hurry(world, name):
    """Tasks of this name run now, also those that would ask Amazon again in some minutes."""
    for task in json.loads(world.shop.command("task", "list", "--limit", "1000", "--json").stdout)["tasks"]:
        if task["name"] == name and task["state"] == "waiting":
            world.shop.command("task", "retry", task["id"], check=False)  # it may have begun by itself


def night(world):
    """The task that looks for settlements runs now."""
    tasks = json.loads(world.shop.command("task", "list", "--limit", "1000", "--json").stdout)["tasks"]
    world.shop.command("task", "retry", next(task["id"] for task in tasks if task["name"] == "settlements"))


def run_command(world, name, *words):
    return json.loads(world.shop.command("plugin", "run", "org.amazonpay.plugin", name, *words, "--json", "--plugin", world.shop.package).stdout)


def file_of(staff, target):
    status, headers, text = staff.send("GET", PAGE + target)
    equal(status, 200, f"{target} is a file")
    check("attachment" in headers["Content-Disposition"], f"{target} is sent as an attachment")
    return text


def one_settlement(world):
    """Two captures and a refund of this shop, one payment of another shop at the same account; Amazon pays out."""
    world.connect(environment="Live")  # Amazon makes settlement reports by itself in live only
    world.control.settings(report_delay_ms=0, refund_delay_ms=0)
    world.place(order("S-1", payment="Captured"), order("S-2", payment="Captured"))
    world.staff().refund("S-1", "12.50")
    world.settle()
    world.staff().refresh("S-1")
    foreign = order("X-9", payment="Captured")
    pay(world.control, world.account["public_key_id"], [foreign])
    made = world.control.post("/settlements", {"public_key_id": world.account["public_key_id"]})
    night(world)
    admin = world.administrator()

    def read():
        admin.go(PAGE + "?part=settlements")
        return made["settlement_id"] in admin.page.text and "no payout listed yet" not in admin.page.text

    world.until(read, "the settlement and its payout are read")
    world.settle()
    return made, foreign["shop"]["payment"]["reference"], admin


@case("T18_settlement_lines_sum_to_the_payout_each_matched_or_listed")
def settled(world):
    made, foreign, admin = one_settlement(world)

    # the payout is the sum of the lines, to the cent
    found = run_command(world, "settlement", f"settlement={made['settlement_id']}")
    equal((found["net_minor"], found["paid_minor"], found["payout"]), (made["net_minor"], made["net_minor"], "agrees"), "the lines add up to the payout")
    lines = found["all_lines"]
    equal(sum(one["net_minor"] for one in lines), made["net_minor"], "each line counts once")
    equal(sorted((one["order"], one["state"]) for one in lines), [("", "unmatched"), ("S-1", "matched"), ("S-1", "matched"), ("S-2", "matched")], "each line has its order or is listed")
    admin.go(PAGE)
    admin.page.must_say("1 line unmatched", "sums agree", "No order of this shop carries this payment", "Collected", "Refunds by reason")
    admin.follow(made["settlement_id"])
    admin.page.must_say("The payout is the sum of the lines", "S-1", "S-2", foreign)

    # the same file again, brought by hand, and another reading change nothing
    reports = run_command(world, "report-list")["reports"]
    text = run_command(world, "report-download", f"id={next(one['id'] for one in reports if 'SETTLEMENT' in one['type'] and one['kept'])}")["text"]
    admin.go(PAGE + "?part=settlements")
    admin.press("Check and import the file", rows=text)
    world.settle()
    night(world)
    world.settle()
    again = run_command(world, "settlement", f"settlement={made['settlement_id']}")
    equal((again["lines"], again["net_minor"], again["fees_minor"]), (found["lines"], found["net_minor"], found["fees_minor"]), "read three times, counted once")
    admin.go(PAGE + "?part=settlements")
    admin.press("Check and import the file", rows=text.replace(world.account["merchant_id"], "A1SOMEBODYELSE"))
    admin.page.must_say("another merchant account")

    # the booking balances and holds the payout
    rows = list(csv.DictReader(io.StringIO(file_of(admin, f"?settlement={made['settlement_id']}&as=booking"))))
    cents = lambda column, account=None: sum(round(float(row[column] or 0) * 100) for row in rows if account in (None, row["account"]))
    equal(cents("debit"), cents("credit"), "debits are credits")
    equal(cents("debit", "bank"), made["net_minor"], "the bank got the payout")

    # staff may look, not decide; an administrator sets the foreign line aside
    staff = world.staff()
    staff.go(PAGE + "?part=unmatched")
    check(not staff.page.has_button("Set aside with this reason"), "staff may only look")
    admin.go(PAGE + "?part=unmatched")
    admin.press("Set aside with this reason", note="Payment of our other shop")
    admin.page.must_say("Every line has its order")
    equal([m for m in world.control.movements(foreign) if m["kind"] == "refund"], [], "no money moved")
    world.shop.command("audit", "verify")
    check("settlement.line_set_aside" in world.shop.command("audit", "export", "--format", "csv").stdout, "the audit knows who decided it")


@case("reports_are_requested_kept_scheduled_and_ended")
def requested(world):
    world.connect(environment="Live")
    world.control.settings(report_delay_ms=0, refund_delay_ms=0)
    world.place(order("Q-1", payment="Captured"))
    world.staff().refund("Q-1", "5.00")
    world.settle()
    time.sleep(1)  # Amazon's times are whole seconds: a report asked for in the second of the refund ends before it
    admin = world.administrator()
    admin.go(PAGE + "?part=reports")
    admin.press("Request this report", type="Refunds")

    def ready():
        hurry(world, "report")
        admin.go(PAGE + "?part=reports")
        return admin.page.has_link("Download Refunds")

    world.until(ready, "the report is made, fetched and kept")
    report = run_command(world, "report-list")["reports"][0]
    check("AmazonRefundId" in file_of(admin, f"?download={report['id']}"), "the kept file holds Amazon's text")
    asked = world.control.get("/requests")["by_operation"]
    equal(asked["createReport"], {"201": 1}, "Amazon was asked once")

    # a schedule: one for each type, replaced only when told so, ended at Amazon
    admin.press("Make this schedule", type="Refunds", often="every week")
    world.settle()
    admin.go(PAGE + "?part=reports")
    admin.page.must_say("every week", "Active")
    admin.press("Make this schedule", type="Refunds", often="every day")
    admin.page.must_say("There is a schedule for this report already")
    admin.press("End this schedule")
    world.settle()
    admin.go(PAGE + "?part=reports")
    check(not admin.page.says("every week") or not admin.page.has_button("End this schedule"), "the schedule is ended")
    told = world.control.get("/requests")["by_operation"]
    equal((told["createReportSchedule"], told["cancelReportSchedule"]), ({"201": 1}, {"200": 1}), "Amazon was told of both")
    staff = world.staff()
    staff.go(PAGE + "?part=reports")
    check(not staff.page.has_button("Request this report"), "staff may only look")
