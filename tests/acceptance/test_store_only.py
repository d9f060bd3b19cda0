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
