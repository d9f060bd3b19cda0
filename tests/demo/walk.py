"""./run --check: the main job as staff do it, in the real web interface of a fresh demo shop; after each step the sandbox says what money moved."""

import sys
import time

import seed
from orders import line, order
from shop import DemoShop


class Wrong(AssertionError):
    pass


def equal(found, wanted, what):
    if found != wanted:
        raise Wrong(f"{what}: wanted {wanted}, found {found}")


def teapot_order(number, **more):
    return order(number, [line("1", "Teapot", 1, 2500), line("2", "Cup", 4, 500), line("3", "Tray", 1, 3000)], payment="Captured", **more)


def log_in_and_look(shop, made):
    staff = shop.staff()
    page = staff.orders()
    text = page.text
    while page.has_link("Older"):
        page = staff.follow("Older")
        text += page.text
    shown = sum(1 for one in made.values() if one["shop"]["number"] in text)
    equal(shown, len(made) - 1, "orders in the list; one was deleted")
    return f"logged in as staff, the list shows {shown} orders"


def read_the_words(shop, made):
    wanted = {"reserved": "Reserved", "captured": "Captured", "completed": "Completed and captured", "on_its_way": "Refund on its way", "partly": "Partly refunded",
              "refunded": "Refunded", "canceled": "Canceled", "declined": "Declined", "expired": "Expired", "pending": "Pending"}
    staff = shop.staff()
    for story, word in wanted.items():
        number = seed.number_of(made, story)
        equal(staff.word(number), word, f"the word of {number} on Overview")
        equal(staff.list_word(number), word, f"the word of {number} in the list")
    return f"read {len(wanted)} payment words on Overview and in the list: {', '.join(wanted.values())}"


def cancel_a_line(shop, number):
    staff = shop.staff()
    staff.sheet_of_line_icon(number, "Teapot", "cancel")
    equal("25.00" in staff.sheet_text(), True, "the sheet names 25.00 EUR before anything happens")
    equal(shop.refunds(number), [], "refunds before confirming")
    staff.confirm()
    return moved(shop, number, [2500], "canceled one line")


def refund_above_value(shop, number):
    shop.staff().refund(number, "86.25", reason="Goodwill")
    return moved(shop, number, [8625], "refunded 86.25 EUR of a 75.00 EUR order")


def cancel_an_order(shop, number):
    shop.staff().cancel_order(number)
    return moved(shop, number, [7500], "canceled a whole order")


def delete_an_order(shop, number):
    staff = shop.staff()
    staff.delete_order(number)
    text = moved(shop, number, [7500], "deleted a whole order after typing its number")
    equal(staff.finds(number), False, "the order is still found")
    return text


def cancel_a_reservation(shop, number):
    shop.staff().cancel_order(number)
    shop.until(lambda: shop.moved(number, "cancel") == [7500], "the reservation is released")
    shop.settle()
    equal(shop.refunds(number), [], "refunds of a reserved order")
    return "canceled a reserved order: Amazon released 75.00 EUR, no refund"


def manual_mode(shop, number):
    admin = shop.administrator()
    admin.go("/settings")
    admin.press("Save settings", refund_order_cancel="manual")
    staff = shop.staff()
    staff.cancel_order(number)
    shop.settle()
    equal(shop.refunds(number), [], "refunds in manual mode")
    staff.open_order(number)
    tasks = [title + " " + text for title, text in staff.tasks()]
    equal(any("75.00" in task for task in tasks), True, f"a task names 75.00 EUR ({tasks})")
    return f"switched to manual refunds as administrator; canceling moved nothing and left the task “{staff.tasks()[0][0]}”"


def moved(shop, number, amounts, what):
    shop.until(lambda: shop.refunds(number) == amounts, f"{amounts} go back for {number}")
    shop.settle()
    equal(shop.refunds(number), amounts, f"refunds of {number} at the sandbox")
    return f"{what}: the sandbox moved {', '.join(f'{minor / 100:.2f} EUR' for minor in amounts)} back, once"


def steps(shop):
    made = shop.fill()
    yield "shop", lambda: f"a demo shop with {len(made)} orders is running"
    shop.control.settings(refund_delay_ms=0)
    shop.place(*(teapot_order(f"CHECK-{i}") for i in range(1, 6)), teapot_order("CHECK-6") | {"payment": "Authorized"})
    for number in range(1, 7):
        shop.staff().refresh(f"CHECK-{number}")
    yield "log in", lambda: log_in_and_look(shop, made)
    yield "read the word", lambda: read_the_words(shop, made)
    yield "cancel a line", lambda: cancel_a_line(shop, "CHECK-1")
    yield "cancel an order", lambda: cancel_an_order(shop, "CHECK-2")
    yield "cancel a reserved order", lambda: cancel_a_reservation(shop, "CHECK-6")
    yield "delete an order", lambda: delete_an_order(shop, "CHECK-3")
    yield "refund above the order value", lambda: refund_above_value(shop, "CHECK-4")
    yield "manual mode", lambda: manual_mode(shop, "CHECK-5")


def check(build):
    started, done = time.monotonic(), 0
    name = "start"
    try:
        with DemoShop(build) as shop:
            shop.start()
            for name, step in steps(shop):
                print(f"ok    {step()}", flush=True)
                done += 1
    except Exception as problem:  # noqa: BLE001 - one line for the person, then the end
        print(f"WRONG {name}: {problem}", flush=True)
        print(f"check failed after {done} good steps", file=sys.stderr)
        return 1
    print(f"check passed: {done} steps, {time.monotonic() - started:.0f} s")
    return 0
