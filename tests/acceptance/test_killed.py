"""T6: shopadmin is killed around the cancellation of an order, at any moment: one refund, and the right state after the restart."""

import http.client
import random
import threading
import time

from cases import case, check, equal
from orders import order
from staff import Staff

ROUNDS = 14


def press_until_answered(browser, form, pairs, seconds=30):
    """What a person does whose browser says that the server is away."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return browser.request("POST", form.action, pairs)
        except (OSError, http.client.HTTPException):
            browser.connection = None
            time.sleep(0.05)
    raise AssertionError(f"nobody answered {form.action} within {seconds} s")


@case("T6_killed_around_a_cancellation_one_refund")
def killed(world):
    dice = random.Random(6)
    numbers = [f"D-{i:02d}" for i in range(ROUNDS)]
    world.place(*(order(number, payment="Captured" if i % 4 else "Authorized") for i, number in enumerate(numbers)))
    staff, port = world.staff(), world.shop.port
    for i, number in enumerate(numbers):
        staff.sheet_of_list_icon(number, "cancel")
        form = staff.sheet_form()
        pairs = form.pairs(next(form.buttons()))
        if i % 2:  # Amazon has done it, the answer is under way: the worst moment
            world.control.fault(operation="createRefund", kind="delay", delay_ms=400)
        browser = Staff(port, staff.login_name, staff.password)
        browser.cookies = dict(staff.cookies)
        person = threading.Thread(target=press_until_answered, args=(browser, form, pairs))
        person.start()
        time.sleep(dice.uniform(0.0, 0.35) if i % 2 else dice.uniform(0.0, 0.12))
        world.shop.kill()
        world.shop.start(port)
        person.join()
        staff.connection = None
        press_until_answered(staff, form, pairs)  # once more, for those who do not trust it
    wanted = ("cancel", "refund")
    for i, number in enumerate(numbers):
        world.until(lambda: world.moved(number, wanted[i % 4 > 0]) == [7500], f"{number} has what belongs to its buyer", seconds=60)
    world.settle(seconds=60)
    for i, number in enumerate(numbers):
        equal(world.moved(number, "refund"), [7500] if i % 4 else [], f"refunds of {number}")
        staff.refresh(number)
        word = staff.word(number)
        check(word in (("Refunded", "Refund on its way") if i % 4 else ("Canceled",)), f"{number} shows {word}")
        staff.open_order(number)
        staff.page.must_say("Canceled")
    world.until(lambda: all(staff.word(number) == "Refunded" for i, number in enumerate(numbers) if i % 4), "every refund is shown as done")
    keys = [m["idempotency_key"] for m in world.control.movements() if m["kind"] == "refund"]
    equal(len(keys), len(set(keys)), "each refund has a key of its own")
