"""T5: double submit, reload, two tabs, two workers: one refund."""

import threading

from cases import case, check, equal
from orders import order
from staff import Staff
from world import TEST_PASSWORD, Shopadmin


def at_the_same_time(*functions):
    failures, gate = [], threading.Barrier(len(functions))

    def guarded(function):
        gate.wait()
        try:
            function()
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def copy_of(staff):
    """Another tab of the same browser."""
    tab = Staff(staff.port, staff.login_name, staff.password)
    tab.cookies, tab.page = dict(staff.cookies), staff.page
    return tab


@case("T5_double_submit_reload_two_tabs_two_workers_one_refund")
def once(world):
    world.place(*(order(f"B-200{i}", payment="Captured") for i in range(1, 6)))
    staff = world.staff()

    # a double click on the sheet's button, then the reload that sends the form again
    staff.sheet_of_refund("B-2001", "12.50")
    form = staff.sheet_form()
    button = next(form.buttons())
    tabs = [copy_of(staff), copy_of(staff), copy_of(staff)]
    at_the_same_time(*(lambda tab=tab: tab.submit(form, button) for tab in tabs))
    staff.submit(form, button)
    world.until(lambda: world.refunds("B-2001"), "the refund arrives")

    # two tabs, each with its own sheet for the same order: the second one is told, nothing moves twice
    first, second = copy_of(staff), world.new_browser("adam")
    first.sheet_of_list_icon("B-2002", "cancel")
    second.sheet_of_list_icon("B-2002", "cancel")
    at_the_same_time(lambda: first.confirm(), lambda: second.confirm())
    world.until(lambda: world.refunds("B-2002"), "the canceled order is refunded")

    # the same lines in two tabs
    first.sheet_of_lines("B-2003", "cancel", {"Teapot": None})
    second.sheet_of_lines("B-2003", "cancel", {"Teapot": None})
    at_the_same_time(lambda: first.confirm(), lambda: second.confirm())
    world.until(lambda: world.refunds("B-2003"), "the canceled line is refunded")

    # a second shopadmin on the same database: two servers, two sets of workers
    other = Shopadmin(world.programs, world.shop.folder, world.shop.database, "second")
    try:
        other.start()
        beside = Staff(other.port, "adam", TEST_PASSWORD).log_in()
        staff.sheet_of_list_icon("B-2004", "cancel")
        beside.sheet_of_list_icon("B-2004", "delete")
        at_the_same_time(lambda: staff.confirm(), lambda: beside.confirm(**({"confirmed_number": "B-2004"} if "confirmed_number" in beside.page.html else {})))
        staff.sheet_of_refund("B-2005", "5.00")
        twin, form = Staff(other.port, "jana", TEST_PASSWORD), staff.sheet_form()
        twin.cookies = dict(staff.cookies)
        button = next(form.buttons())
        at_the_same_time(lambda: staff.submit(form, button), lambda: twin.submit(form, button))
        world.until(lambda: world.refunds("B-2004") and world.refunds("B-2005"), "both refunds arrive")
        world.settle()
    finally:
        other.stop()

    equal(world.refunds("B-2001"), [1250], "double click and reload")
    equal(world.refunds("B-2002"), [7500], "two tabs on one order")
    equal(world.refunds("B-2003"), [2500], "two tabs on one line")
    equal(world.refunds("B-2004"), [7500], "canceled here, deleted there")
    equal(world.refunds("B-2005"), [500], "one form, two servers")
    keys = [m["idempotency_key"] for m in world.control.movements() if m["kind"] == "refund"]
    check(len(keys) == len(set(keys)) == 5, f"each refund has a key of its own: {keys}")
