"""Two threads, two processes and two hosts ask for the last refundable cent at the same moment: one gets it, the other gets the reason."""

import re
import shutil

from cases import case, check, equal
from orders import line, order
from staff import Staff
from test_once import at_the_same_time
from world import TEST_PASSWORD, Shopadmin

ROUNDS = 8


def ready_to_press(browser, number, with_stand):
    """The refund of one cent, checked and ready to be sent. Without the stand of the page, only the limit itself can refuse it."""
    browser.sheet_of_refund(number, "0.01")
    form = browser.sheet_form()
    return form.action, [pair for pair in form.pairs(next(form.buttons())) if with_stand or pair[0] != "seen"]


def pressed(browser, action, pairs, answers):
    browser.request("POST", action, pairs)
    alerts = [node.text for node in browser.page.root.all() if node.get("role") == "alert"]
    answers.append((browser.page.status, " ".join(alerts)))


def race(world, numbers, one, other):
    for i, number in enumerate(numbers):
        first, second, answers = ready_to_press(one, number, i % 2), ready_to_press(other, number, i % 2), []
        at_the_same_time(lambda: pressed(one, *first, answers), lambda: pressed(other, *second, answers))
        refused = [sentence for status, sentence in answers if status != 200]
        equal(len(refused), 1, f"{number}: one is refused; the answers are {answers}")
        reason = re.compile("changed since you opened the page|more than Amazon lets you give back" if i % 2 else "more than Amazon lets you give back")
        check(reason.search(refused[0]), f"{number}: the other one gets the reason: {refused[0]!r}")


@case("the_last_cent_goes_to_one_of_two_threads_processes_and_hosts")
def last_cent(world):
    # 15 % of one cent is nothing: the cent is all there is
    numbers = {kind: [f"{kind}-{i}" for i in range(ROUNDS)] for kind in ("THREAD", "PROCESS", "HOST")}
    world.place(*(order(number, payment="Captured", lines=[line("1", "Bead", 1, 1)]) for kind in numbers for number in numbers[kind]))
    jana = world.staff()
    race(world, numbers["THREAD"], jana, world.new_browser("adam"))

    process = Shopadmin(world.programs, world.shop.folder, world.shop.database, "process")
    # another host has a data folder of its own; what it shares is the database and the key to its secrets
    database = world.shop.database or f"sqlite://{world.shop.folder}/shopadmin.sqlite"
    host = Shopadmin(world.programs, world.folder / "host", database, "host")
    shutil.copy2(world.shop.folder / "secret.key", host.folder / "secret.key")
    for kind, beside in (("PROCESS", process), ("HOST", host)):
        try:
            beside.start()
            race(world, numbers[kind], jana, Staff(beside.port, "adam", TEST_PASSWORD).log_in())
        finally:
            beside.stop()
    world.until(lambda: all(world.refunds(number) == [1] for kind in numbers for number in numbers[kind]), "each cent goes back")
    world.settle()
    for kind in numbers:
        for number in numbers[kind]:
            equal(world.refunds(number), [1], f"{number} gave back its cent once")
