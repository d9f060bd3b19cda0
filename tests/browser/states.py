"""Brings a filled demo shop into the states that no ordinary day shows at once, and finds all its pages: bulk jobs of every kind, a request that waits for a
second person, pages a role may not see, a shop without orders and without a connection."""

import pages
import seed
from staff import Staff
from world import Shopadmin

BULK = "/plugin/org.amazonpay.plugin/bulk"


def bulk_job(staff, rows, kind="refund"):
    staff.go(BULK)
    form = staff.page.form_to(f"{BULK}/check")
    form.fill("rows", "order;amount\n" + "\n".join(rows)).tick("kind", kind)
    staff.submit(form, next(form.buttons()))
    return staff.page


def start(staff, **totals):
    form = next(form for form in staff.page.forms() if form.action.endswith("/bulk/start"))
    for name, value in totals.items():
        form.fill(name, value)
    return staff.submit(form, next(form.buttons()))


def prepare(shop, made):
    number = {story: seed.number_of(made, story) for story in made}
    staff, admin = shop.staff(), shop.administrator()
    bulk_job(staff, [f"{number['captured']};1", "2026-0;2", f"{number['transfer']};3"])
    start(staff, total_EUR="1.00")
    shop.settle()
    bulk_job(staff, [f"{number['reserved']};"], "capture")
    shop.shop.set({"approve_refund_above": "100"})
    bulk_job(staff, [f"{number['captured']};101"])
    start(staff, total_EUR="101.00")
    bulk_job(staff, [f"{number['captured']};102"])
    start(staff, total_EUR="102.00")
    rejected = staff.page.address
    admin.go(rejected)
    form = next(form for form in admin.page.forms() if form.action.endswith("reject"))
    admin.submit(form.fill("note", "Already replaced"), next(form.buttons()))
    bulk_job(staff, [f"{number['captured']};1.50", f"{number['family']};2"])
    shop.settle()


def empty_shop(shop):
    """A second shop, started for the first time: nobody has bought anything, nothing is connected."""
    empty = Shopadmin(shop.programs, shop.folder / "empty", name="empty")
    login, _, _, password = shop.PEOPLE[0]
    empty.add_user(*shop.PEOPLE[0])
    empty.start(0)
    return empty, Staff(empty.port, login, password).log_in()


def all_pages(shop, made, empty, newcomer):
    """(pages for the browser, what was found as the owner with the texts of each answer)"""
    base, base_empty = f"http://127.0.0.1:{shop.shop.port}", f"http://127.0.0.1:{empty.port}"
    found = pages.discover(shop.new_browser("owner"), ("/orders", "/orders?word=refunded", *(f"/orders?q={seed.number_of(made, story)}" for story in ("drift", "due", "family", "declined_refund"))))
    listed = [one | {"base": base, "who": "owner"} for one in found.pages]
    for name, address in (("not-found", "/orders/no-such-order"), ("no-such-page", "/no-such-page"), ("orders-empty", "/orders?q=nobody-at-all")):
        listed.append({"name": name, "address": address, "base": base, "who": "owner"})
    for name, address in (("staff-orders", "/orders"), ("staff-not-allowed", "/users"), ("staff-settings", "/settings")):
        listed.append({"name": name, "address": address, "base": base, "who": "staff"})
    listed.append({"name": "login", "address": "/login", "base": base, "who": ""})
    for one in pages.discover(newcomer).pages:
        listed.append(one | {"name": f"empty-{one['name']}", "base": base_empty, "who": "owner"})
    return listed, found
