"""Bulk jobs as staff meet them: from ticked orders and from a CSV to the result file, with the typed total, a second person, and nothing twice."""

import csv
import io

from cases import case, check, equal
from orders import line, order

PAGE = "/plugin/org.amazonpay.plugin/bulk"


def job_of(staff):
    check("job=" in staff.page.address, f"the dry run is shown, not {staff.page.address}")
    return staff.page.address.split("job=")[1].split("&")[0]


def start(staff, **totals):
    staff.press("Refund", stop_after="10", **totals)
    return staff.page


def result_of(staff, job):
    status, headers, text = staff.send("GET", f"{PAGE}?job={job}&as=csv")
    equal(status, 200, "the result is a file")
    check("attachment" in headers["Content-Disposition"] and "text/csv" in headers["Content-Type"], "it is sent as a CSV attachment")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@case("bulk_refunds_from_ticked_orders_and_a_csv_each_row_once")
def bulk(world):
    pounds = [line("1", "Night light", 2, 995)]
    world.place(*(order(f"K-30{i}", payment="Captured") for i in range(1, 6)), order("K-306", payment="Captured", currency="GBP", lines=pounds), order("K-307", payment="Authorized"),
                order("K-308", method="invoice"))
    staff = world.staff()

    # ticked in the order list: a dry run first, then the typed total
    staff.go("/orders")
    ticks = staff.page.form_to("/orders/ticked")
    for number in ("K-301", "K-302", "K-307"):
        row = staff.page.row_with(number)
        ticks.tick("order", next(box.get("value") for box in row.all("input") if box.get("name") == "order"))
    staff.submit(ticks, ticks.button("Refund"))
    job = job_of(staff)
    staff.page.must_say("Nothing has happened yet", "Nothing was collected on this order", "150.00 EUR")
    equal(world.refunds("K-301"), [], "a dry run moves nothing")
    start(staff, total_EUR="150.01").must_say("“150.01” is not the total in EUR")
    equal(world.refunds("K-301"), [], "a wrong total moves nothing")
    staff.go(f"{PAGE}?job={job}")
    start(staff, total_EUR="150,00")
    world.until(lambda: (staff.go(f"{PAGE}?job={job}"), "Done: 2 of 2" in staff.page.text)[1], "the job ends")
    rows = result_of(staff, job)
    equal([row["verdict"] for row in sorted(rows, key=lambda r: r["order"])], ["will", "will", "left_out"], "the verdicts stand in the result")

    # a CSV, two currencies, odd rows; above the threshold a second person has to approve
    world.shop.set({"approve_refund_above": "100"})
    staff.go(PAGE)
    form = staff.page.form_to(f"{PAGE}/check")
    form.fill("rows", "order;amount;currency;note\r\nK-303;;;\r\nK-304;12,50;EUR;late\r\nK-305;999;;\r\nK-306;;GBP;\r\nK-308;1;;\r\nK-303;1;;\r\nK-39;1;;\r\n=1+1;;;\r\n")
    form.fill("reason", "damaged")
    staff.submit(form, form.button("Check the rows"))
    job = job_of(staff)
    staff.page.must_say("Same order as row 1", "This order was not paid with Amazon Pay", "There is no order with this number", "Only 75.00 EUR was collected")
    start(staff, total_EUR="162.50", total_GBP="19.90").must_say("waits until a second person approves it")
    staff.page.must_say("You started this job yourself")
    world.settle()
    equal(world.refunds("K-303"), [], "nothing moves before the second person")
    admin = world.administrator()
    admin.go(f"{PAGE}?job={job}")
    admin.press("Approve")
    world.until(lambda: (admin.go(f"{PAGE}?job={job}"), "Done: 4 of 4" in admin.page.text)[1], "the approved job ends")
    equal({number: world.refunds(number) for number in ("K-301", "K-302", "K-303", "K-304", "K-305", "K-306")},
          {"K-301": [7500], "K-302": [7500], "K-303": [7500], "K-304": [1250], "K-305": [7500], "K-306": [1990]}, "each row moved once, and what was planned")
    rows = result_of(admin, job)
    equal([(row["row"], row["state"], row["amount"]) for row in rows[:4]], [("1", "accepted", "75.00"), ("2", "accepted", "12.50"), ("3", "accepted", "75.00"), ("4", "accepted", "19.90")]
          if rows[0]["state"] == "accepted" else [(str(i), "done", amount) for i, amount in enumerate(("75.00", "12.50", "75.00", "19.90"), 1)], "the result tells what became of each row")
    equal([row["state"] for row in rows[4:]], ["left"] * 4, "rows left out stand in it, too")
    check(rows[7]["order"] == "'=1+1" and all(row["amazon_id"] and row["request_id"] for row in rows[:4]), "no formula for a spreadsheet, and Amazon's ids for its support")
    staff.go(PAGE).must_say("pasted rows", "Done")
