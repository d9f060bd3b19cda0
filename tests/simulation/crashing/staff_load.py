"""Staff who refund, cancel and delete orders while the ground shakes. Each acts as a person does: opens the sheet, presses its button, and when no answer comes
presses again, perhaps on the other server. What was asked and what was answered is remembered, for the checker."""

import dataclasses
import http.client
import threading
import time
import urllib.parse

from page import Page
from staff import Staff
from world import PLUGIN, TEST_PASSWORD

CUT_OFF = (OSError, http.client.HTTPException)
PATIENCE_S = 90


@dataclasses.dataclass
class Asked:
    number: str
    order_id: str
    act: str
    operation_id: str
    amount_minor: int = 0
    answers: list = dataclasses.field(default_factory=list)  # (status, sentence) of each press that was answered
    presses: int = 0

    def taken(self):
        return any(status == 303 for status, _ in self.answers)

    def refused(self):
        return bool(self.answers) and not self.taken()


class Order:
    def __init__(self, number, total_minor, captured, pieces):
        self.number, self.total_minor, self.captured, self.pieces = number, total_minor, captured, dict(pieces)
        self.id, self.gone, self.lock = None, False, threading.Lock()


class Person(threading.Thread):
    """One member of staff in one browser, which may reach every host."""

    def __init__(self, world, login, orders, random, asked, lock):
        super().__init__(daemon=True)
        self.world, self.login, self.orders, self.random, self.asked, self.lock = world, login, orders, random, asked, lock
        self.browsers = [Staff(host.port, login, TEST_PASSWORD) for host in world.hosts]
        for browser in self.browsers[1:]:
            browser.cookies = self.browsers[0].cookies
        self.ending, self.failure = threading.Event(), None

    # -- asking a server that may be dead -----------------------------------------------------------------------------------------------------
    def reach(self, ask, browser=None):
        """ask(browser) until somebody answers with something else than 5xx; None when nobody does for too long."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            one = browser or self.random.choice(self.browsers)
            try:
                answer = ask(one)
                if answer is not None and answer[0] < 500:
                    return answer
            except CUT_OFF:
                one.connection = None
            time.sleep(self.random.uniform(0.02, 0.2))
        return None

    def get(self, target):
        return self.reach(lambda browser: self._seen(browser, "GET", target))

    @staticmethod
    def _seen(browser, method, target, pairs=None):
        status, headers, text = browser.send(method, target, urllib.parse.urlencode(pairs) if pairs is not None else None)
        where = headers.get("Location", "")
        if status == 303 and where.startswith("/login"):
            raise AssertionError(f"{browser.login_name} was logged out at {method} {target}")
        return status, where, text

    def log_in(self):
        def try_it(browser):
            browser.cookies.clear()  # of a try whose end nobody saw
            browser.log_in()
            return (200, "", "")

        if self.reach(try_it) is None:
            raise AssertionError(f"{self.login} cannot log in")

    # -- one act ------------------------------------------------------------------------------------------------------------------------------
    def run(self):
        try:
            self.log_in()
            while not self.ending.is_set():
                self.once()
        except Exception as error:  # noqa: BLE001 - reported by the main thread
            self.failure = error

    def once(self):
        order = self.random.choice(self.orders)
        if order.gone:
            return time.sleep(0.01)
        if order.id is None:
            found = self.get("/orders?q=" + urllib.parse.quote(order.number))
            if found is None or not found[1].startswith("/orders/"):
                return None
            order.id = found[1].split("/")[2].split("?")[0]
        dice = self.random.random()
        act = "refund" if dice < 0.66 else "cancel_lines" if dice < 0.84 else "cancel_order" if dice < 0.93 else "delete_order"
        if act == "refund" and not order.captured:
            act = "cancel_order"
        sheet, amount = self.sheet(order, act)
        if sheet is None:
            return None
        return self.press(order, act, amount, sheet)

    def sheet(self, order, act):
        amount = 0
        if act == "refund":
            most = order.total_minor
            amount = self.random.randint(1, most // 8) if self.random.random() < 0.9 else self.random.randint(most // 2, most * 12 // 10)
            tab = self.get(f"/orders/{order.id}/plugin/{PLUGIN}")
            if tab is None or tab[0] != 200:
                return None, 0
            page = Page(f"/orders/{order.id}/plugin/{PLUGIN}", tab[0], tab[2])
            if not page.has_button("Check refund"):
                return None, 0
            form, button = page.form_with("Check refund")
            form.tick("kind", "amount").fill("amount", f"{amount // 100}.{amount % 100:02d}")
            address, pairs = form.action.split("#")[0], form.pairs(button)
            answer = self.reach(lambda browser: self._seen(browser, "POST", address, pairs))
        else:
            address = f"/orders/{order.id}/act?act={act}"
            if act == "cancel_lines":
                line = self.random.choice(sorted(order.pieces))
                address += f"&line={line}&qty_{line}=1"
            answer = self.get(address)
        if answer is None or answer[0] != 200:
            return None, 0
        browser = self.browsers[0].__class__(self.browsers[0].port, self.login, TEST_PASSWORD)
        browser.page = Page(address, answer[0], answer[2])
        try:
            form = browser.sheet_form()
        except AssertionError:
            return None, 0  # the sheet says why it is not possible
        if any(control.get("name") == "confirmed_number" for control in form.controls()):
            form.fill("confirmed_number", order.number)
        return form, amount

    def press(self, order, act, amount, form):
        pairs = form.pairs(next(form.buttons()))
        target = form.action.split("#")[0]
        asked = Asked(order.number, order.id, act, dict(pairs)["operation_id"], amount)
        with self.lock:
            self.asked.append(asked)
        dice = self.random.random()
        if dice < 0.25:  # a double click, on as many servers as there are
            twins = [threading.Thread(target=self.one_press, args=(asked, target, pairs, self.twin(browser))) for browser in (self.browsers * 2)[:2]]
            for twin in twins:
                twin.start()
            for twin in twins:
                twin.join()
        else:
            self.one_press(asked, target, pairs)
            if dice < 0.35:
                self.one_press(asked, target, pairs)  # the reload that sends the form again
        if act in ("cancel_order", "delete_order") and asked.taken():
            order.gone = order.gone or act == "delete_order"

    def twin(self, browser):
        copy = Staff(browser.port, self.login, TEST_PASSWORD)
        copy.cookies = browser.cookies
        return copy

    def one_press(self, asked, target, pairs, browser=None):
        def ask(one):
            asked.presses += 1
            return self._seen(one, "POST", target, pairs)

        answer = self.reach(ask, browser)
        if answer is None:
            return
        alerts = []
        if answer[0] != 303:
            alerts = [node.text for node in Page(target, answer[0], answer[2]).root.all() if node.get("role") == "alert"] or [Page(target, answer[0], answer[2]).text[:300]]
        asked.answers.append((answer[0], " ".join(alerts)))


class StaffLoad:
    def __init__(self, world, orders, random, people=3):
        self.asked, lock = [], threading.Lock()
        logins = [person[0] for person in world.PEOPLE]
        self.people = [Person(world, logins[i % len(logins)], orders, type(random)(random.random()), self.asked, lock) for i in range(people)]

    def start(self):
        for person in self.people:
            person.start()
        return self

    def stop(self):
        for person in self.people:
            person.ending.set()
        return self

    def alive(self):
        return any(person.is_alive() for person in self.people)

    def check(self):
        for person in self.people:
            if person.failure is not None:
                raise person.failure
