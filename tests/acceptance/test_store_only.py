"""T13, first half: pages come from the store and never wait for Amazon."""

import re
import time

from cases import case, check, equal
from orders import order


@case("T13_pages_render_while_amazon_is_away")
def away(world):
    world.place(order("E-1", payment="Captured"))
    staff = world.staff()
    staff.refresh("E-1")
    world.settle()
    equal(staff.word("E-1"), "Captured", "the word while Amazon answers")
    world.sandbox.stop()
    for tab in ("Overview", "Amazon Pay"):
        started = time.monotonic()
        staff.open_order("E-1")
        staff.tab(tab)
        check(time.monotonic() - started < 2, f"{tab} does not wait for Amazon")
        staff.page.must_say(re.compile(r"As of .*\d\d:\d\d"), "75.00 EUR", "Captured")
    # an act is kept and sent once, when Amazon is back
    staff.refund("E-1", "5.00")
    staff.open_order("E-1")
    equal(staff.figures().get("Given back"), "0.00 EUR", "nothing is booked before Amazon took it")
    world.sandbox.start()
    world.control = world.sandbox.control
    world.until(lambda: world.refunds("E-1") == [500], "the refund goes out once when Amazon is back", seconds=60)
    world.settle()
    equal(world.refunds("E-1"), [500], "once")


@case("T13_pages_render_while_amazon_takes_half_a_minute")
def slow(world):
    world.place(order("E-2", payment="Captured"))
    staff = world.staff()
    world.control.fault(operation="*", kind="delay", delay_ms=30_000, count=1000)
    started = time.monotonic()
    staff.refund("E-2", "5.00")
    check(time.monotonic() - started < 3, "the click is answered from the store")
    world.until(lambda: world.refunds("E-2") == [500], "the refund has reached Amazon, whose answer hangs")
    for tab in ("Overview", "Amazon Pay"):
        started = time.monotonic()
        staff.open_order("E-2")
        staff.tab(tab)
        check(time.monotonic() - started < 2, f"{tab} does not wait for Amazon")
        staff.page.must_say(re.compile(r"As of .*\d\d:\d\d"), "75.00 EUR")
    staff.open_order("E-2")
    equal(staff.figures().get("On the way"), "5.00 EUR", "what hangs stays reserved")
    world.control.clear_faults()
    world.until(lambda: staff.word("E-2") in ("Partly refunded", "Refund on its way") and not any("answer is missing" in title for title, _ in staff.tasks()), "the same key brings the answer", seconds=60)
    world.settle(seconds=60)
    equal(world.refunds("E-2"), [500], "once")
