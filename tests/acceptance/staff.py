"""A staff member with a browser: logs in, follows links and redirects, fills real forms and presses their buttons. One object is one browser (own cookies);
two objects with the same login are two browsers. `operator` acts below are written the way a person goes: icon, sheet, confirm.
"""

import http.client
import re
import urllib.parse

from page import NotOnPage, Page, matches, name_of

TIMEOUT_S = 30


class Staff:
    def __init__(self, port, login, password, host="127.0.0.1"):
        self.host, self.port, self.login_name, self.password = host, port, login, password
        self.cookies, self.connection, self.page = {}, None, None

    # -- the browser -----------------------------------------------------------------------------------------------------------------------
    def send(self, method, target, body=None, headers=None):
        """One request, no redirect: (status, headers, text)."""
        sent = {"Host": f"{self.host}:{self.port}", "Accept": "text/html", "Accept-Language": "en"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["Origin"] = f"http://{self.host}:{self.port}"
        sent.update(headers or {})
        for fresh in (False, True):
            if self.connection is None or fresh:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)
            try:
                self.connection.request(method, target, body=body, headers=sent)
                answer = self.connection.getresponse()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError, http.client.CannotSendRequest):
                # the server closed an idle connection; a POST is repeated too, since every act carries an operation id
                self.connection = None
                if fresh:
                    raise
        text = answer.read().decode("utf-8")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";", 1)[0].split("=", 1)
            if value and "max-age=0" not in cookie.lower():
                self.cookies[name.strip()] = value
            else:
                self.cookies.pop(name.strip(), None)
        return answer.status, answer.headers, text

    def request(self, method, target, pairs=None):
        body = urllib.parse.urlencode(pairs) if pairs is not None else None
        for _ in range(8):
            target = target.split("#")[0]
            status, headers, text = self.send(method, target, body)
            if status not in (301, 302, 303, 307):
                self.page = Page(target, status, text)
                return self.page
            target, method, body = urllib.parse.urljoin(target, headers["Location"]), "GET", None
        raise AssertionError(f"too many redirects, last to {target}")

    def go(self, target):
        return self.request("GET", target)

    def follow(self, wanted):
        return self.follow_link(self.page.link(wanted))

    def follow_link(self, node):
        return self.go(urllib.parse.urljoin(self.page.address, node.get("href")))

    def submit(self, form, button=None):
        action = (button.get("formaction") if button is not None else "") or form.action
        target = urllib.parse.urljoin(form.page.address, action)
        pairs = form.pairs(button)
        if form.method == "post":
            return self.request("POST", target, pairs)
        return self.go(target.split("#")[0].split("?")[0] + "?" + urllib.parse.urlencode(pairs))

    def press(self, wanted, **fields):
        """Presses the button of this name, with `fields` (by label or field name) filled in first."""
        form, button = self.page.form_with(wanted)
        for name, value in fields.items():
            form.fill(name, value)
        return self.submit(form, button)

    # -- logging in ------------------------------------------------------------------------------------------------------------------------
    def log_in(self):
        self.go("/login")
        form, button = self.page.form_with("Log in")
        form.fill("login", self.login_name).fill("password", self.password)
        page = self.submit(form, button)
        if page.address.startswith("/login"):
            raise NotOnPage(f"login as {self.login_name} failed: {page.text[:500]}")
        return self

    # -- orders ----------------------------------------------------------------------------------------------------------------------------
    def orders(self, query=""):
        return self.go("/orders" + query)

    def row(self, number):
        """The row of an order in the list. The whole number would lead straight to the order, so the search leaves out the last sign."""
        self.orders("?q=" + urllib.parse.quote(number[:-1]))
        for row in self.page.root.all("tr"):
            if any(link.text == number for link in row.all("a")):
                return row
        raise NotOnPage(f"the list has no order {number}: {self.page.text[:2000]}")

    def list_word(self, number):
        words = self.row(number).with_class("word")
        return words[0].text if words else ""

    def open_order(self, number):
        """Types the number into the search of the list, which leads to the order, or to a list when other numbers begin alike."""
        page = self.orders("?q=" + urllib.parse.quote(number))
        if not page.address.startswith("/orders?"):
            return page
        for link in page.root.all("a"):
            if link.text == number:
                return self.follow_link(link)
        raise NotOnPage(f"searching for {number} leads to no order: {page.text[:1500]}")

    def finds(self, number):
        try:
            return bool(self.open_order(number))
        except NotOnPage:
            return False

    def tab(self, label):
        return self.follow(label)

    def verdict(self):
        """Word, sentence and the answer to `safe to ship` of the page that is open."""
        box = self.page.root.with_class("verdict")
        if not box:
            raise NotOnPage(f"no payment panel on {self.page.address}: {self.page.text[:2000]}")
        word = [t for t in box[0].with_class("verdict-word")[0].children if isinstance(t, str)]
        say = box[0].with_class("verdict-say")[0].text
        ship = box[0].with_class("ship")
        answer = ship[0].first("dd").text if ship else ""
        return " ".join(word).strip(), say, answer

    def word(self, number):
        self.open_order(number)
        return self.verdict()[0]

    def figures(self):
        found = {}
        for box in self.page.root.with_class("figures"):
            for part in box.all("dt"):
                value = part.parent.with_class("m")
                found[part.text] = value[0].text if value else part.parent.first("dd").text
        return found

    def tasks(self):
        """Open tasks on the page: (title, text)."""
        found = []
        for box in self.page.root.with_class("task"):
            head = box.first("h4") or box.first("h3") or box.first("h2")
            text = box.first("p")
            found.append((head.text if head else "", text.text if text else ""))
        return found

    # -- acts, as a person goes ------------------------------------------------------------------------------------------------------------
    def sheet_of_list_icon(self, number, icon):
        """Presses the cancel or delete icon in the order's row; the sheet is open afterwards."""
        row = self.row(number)
        for link in row.all("a"):
            if link.has("href") and name_of(link).lower().startswith(icon):
                return self.follow_link(link)
        raise NotOnPage(f"the row of {number} has no {icon} icon: {[name_of(a) for a in row.all('a')]}")

    def sheet_form(self):
        sheet = self.page.root.with_class("sheet")
        if not sheet:
            raise NotOnPage(f"no sheet on {self.page.address}: {self.page.text[:2000]}")
        for form in self.page.forms():
            if form.node.above("section", "div") is not None and any(s is a for s in sheet for a in ancestors(form.node)):
                return form
        raise NotOnPage(f"the sheet offers nothing to confirm: {sheet[0].text}")

    def sheet_text(self):
        return self.page.root.with_class("sheet")[0].text

    def confirm(self, **fields):
        """Presses the sheet's button."""
        form = self.sheet_form()
        for name, value in fields.items():
            form.fill(name, value)
        return self.submit(form, next(form.buttons()))

    def cancel_order(self, number):
        self.sheet_of_list_icon(number, "cancel")
        return self.confirm()

    def delete_order(self, number, typed=None):
        self.sheet_of_list_icon(number, "delete")
        form = self.sheet_form()
        if any(c.get("name") == "confirmed_number" for c in form.controls()):
            form.fill("confirmed_number", number if typed is None else typed)
        return self.submit(form, next(form.buttons()))

    def sheet_of_lines(self, number, act, lines, shipping=False):
        """Ticks lines on Products (text of the row → pieces, None = all) and presses the button under them."""
        self.open_order(number)
        self.tab("Products")
        form, button = self.page.form_with(re.compile(("Cancel" if act == "cancel" else "Delete") + r" ticked"))
        for words, pieces in lines.items():
            row = self.page.row_with(words)
            box = next(n for n in row.all("input") if n.get("name") == "line")
            form.changed[id(box)] = True
            if pieces is not None:
                field = [n for n in row.all("input") if n.get("name").startswith("qty_")]
                if field:
                    form.changed[id(field[0])] = str(pieces)
                elif pieces != 1:
                    raise NotOnPage(f"the line {words!r} offers no quantity")
        if shipping:
            form.tick("with_shipping")
        return self.submit(form, button)

    def cancel_lines(self, number, lines, shipping=False):
        self.sheet_of_lines(number, "cancel", lines, shipping)
        return self.confirm()

    def delete_lines(self, number, lines, shipping=False):
        self.sheet_of_lines(number, "delete", lines, shipping)
        return self.confirm()

    def sheet_of_line_icon(self, number, words, icon):
        """The cancel, delete or undo icon in a line's row."""
        self.open_order(number)
        self.tab("Products")
        row = self.page.row_with(words)
        for node in row.all("button", "a"):
            if name_of(node).lower().startswith(icon) and (node.tag == "button" or node.has("href")):
                if node.tag == "a":
                    return self.follow_link(node)
                form = next(f for f in self.page.forms() if any(b is node for b in f.buttons()))
                return self.submit(form, node)
        raise NotOnPage(f"the row {words!r} has no {icon} icon: {[name_of(n) for n in row.all('a', 'button')]}")

    def amazon_pay_tab(self, number):
        self.open_order(number)
        return self.tab("Amazon Pay")

    def sheet_of_refund(self, number, amount, reason=None):
        self.amazon_pay_tab(number)
        form, button = self.page.form_with("Check refund")
        form.tick("kind", "amount").fill("amount", amount)
        if reason:
            form.fill("reason", reason)
        return self.submit(form, button)

    def refund(self, number, amount, reason=None):
        self.sheet_of_refund(number, amount, reason)
        return self.confirm()

    def act(self, number, wanted, **fields):
        """An action of the Amazon Pay tab: its button, then the sheet's."""
        self.amazon_pay_tab(number)
        self.press(wanted, **fields)
        return self.confirm()

    def refresh(self, number):
        self.open_order(number)
        return self.press("Refresh")


def ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node
