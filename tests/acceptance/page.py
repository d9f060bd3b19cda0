"""A page as a person meets it: words, links, forms with labels and buttons. Used by Staff; built from any HTML by the standard library's parser.

Promises: what a browser would send is what a form here sends (hidden fields, ticks, the button that was pressed); what cannot be found raises NotOnPage with
the page's own words, so that a failed test says what the reader saw.
"""

import functools
import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"script", "style", "head", "template", "option"}
CLOSES_ITSELF = {"li", "p", "option", "tr", "td", "th", "dt", "dd"}


class NotOnPage(AssertionError):
    pass


def squeeze(text):
    return re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()


class Node:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent, self.children = tag, attributes, parent, []

    def get(self, name, default=""):
        value = self.attributes.get(name, default)
        return "" if value is None else value

    def has(self, name):
        return name in self.attributes

    def all(self, *tags):
        for child in self.children:
            if isinstance(child, Node):
                if not tags or child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def first(self, *tags):
        return next(self.all(*tags), None)

    def above(self, *tags):
        node = self.parent
        while node is not None and node.tag not in tags:
            node = node.parent
        return node

    def classes(self):
        return self.get("class").split()

    def with_class(self, name):
        return [node for node in self.all() if name in node.classes()]

    @property
    def text(self):
        return squeeze(" ".join(self._words()))

    def _words(self):
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in SILENT:
                # an inline element does not split a word from its comma
                yield from child._words()


class _Tree(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("#document", {}, None)

    def handle_starttag(self, tag, attributes):
        if tag in CLOSES_ITSELF and self.at.tag == tag:
            self.at = self.at.parent
        node = Node(tag, dict(attributes), self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag, attributes):
        self.at.children.append(Node(tag, dict(attributes), self.at))

    def handle_endtag(self, tag):
        node = self.at
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.at = node.parent

    def handle_data(self, data):
        self.at.children.append(data)


def name_of(node):
    """The name a screen reader would say: aria-label, else the text, else the title."""
    return squeeze(node.get("aria-label")) or node.text or squeeze(node.get("title") or node.get("value"))


def matches(wanted, name):
    return bool(wanted.search(name)) if isinstance(wanted, re.Pattern) else wanted == name or name.startswith(wanted)


class Form:
    def __init__(self, page, node):
        self.page, self.node = page, node
        self.method = node.get("method", "get").lower()
        self.action = node.get("action") or page.address
        self.changed = {}

    def controls(self):
        identity = self.node.get("id")
        for node in self.page.root.all("input", "select", "textarea", "button"):
            owner = node.get("form")
            if (owner and owner == identity) or (not owner and node.above("form") is self.node):
                yield node

    def label_of(self, control):
        if control.get("aria-label"):
            return squeeze(control.get("aria-label"))
        for label in self.page.root.all("label"):
            if control.get("id") and label.get("for") == control.get("id"):
                return label.text
        around = control.above("label")
        return around.text if around else ""

    def control(self, wanted, value=None):
        """By label or by field name; `value` picks one of several radio buttons or tick boxes."""
        for by_name in (False, True):
            for node in self.controls():
                if node.tag == "button" or node.get("type") == "hidden":
                    continue
                fits = node.get("name") == wanted if by_name else matches(wanted, self.label_of(node))
                if fits and (value is None or node.get("type") not in ("radio", "checkbox") or node.get("value", "on") == value):
                    return node
        raise NotOnPage(f"no field {wanted!r} in the form {self.action}; there are {[self.label_of(n) or n.get('name') for n in self.controls()]}")

    def fill(self, wanted, value):
        control = self.control(wanted)
        if control.get("type") == "radio":
            return self.tick(wanted, value)
        if control.tag == "select" and value not in [option.get("value", option.text) for option in control.all("option")]:
            by_label = [option for option in control.all("option") if matches(value, option.text)]
            if not by_label:
                raise NotOnPage(f"{wanted!r} offers no {value!r}, but {[option.text for option in control.all('option')]}")
            value = by_label[0].get("value", by_label[0].text)
        self.changed[id(control)] = value
        return self

    def tick(self, wanted, value=None, on=True):
        control = self.control(wanted, value)
        if control.get("type") == "radio":
            for other in self.controls():
                if other.get("type") == "radio" and other.get("name") == control.get("name"):
                    self.changed[id(other)] = False
        self.changed[id(control)] = on
        return self

    def buttons(self):
        for node in self.controls():
            if (node.tag == "button" and node.get("type", "submit") == "submit") or (node.tag == "input" and node.get("type") == "submit"):
                yield node

    def button(self, wanted):
        for node in self.buttons():
            if matches(wanted, name_of(node)):
                return node
        return None

    def pairs(self, pressed=None):
        """What a browser sends, in document order."""
        out = []
        for node in self.controls():
            name, kind = node.get("name"), node.get("type")
            if not name or node.has("disabled"):
                continue
            given = self.changed.get(id(node))
            if node.tag == "button" or kind == "submit":
                if node is pressed:
                    out.append((name, node.get("value")))
            elif kind in ("checkbox", "radio"):
                if given if given is not None else node.has("checked"):
                    out.append((name, node.get("value", "on")))
            elif node.tag == "select":
                options = list(node.all("option"))
                chosen = [o for o in options if o.has("selected")] or options[:1]
                out += [(name, given)] if given is not None else [(name, o.get("value", o.text)) for o in chosen[:1]]
            elif node.tag == "textarea":
                out.append((name, given if given is not None else "".join(c for c in node.children if isinstance(c, str)).lstrip("\n")))
            else:
                out.append((name, given if given is not None else node.get("value")))
        return out


class Page:
    def __init__(self, address, status, html):
        self.address, self.status, self.html = address, status, html

    @functools.cached_property
    def root(self):
        tree = _Tree()
        tree.feed(self.html)
        return tree.root

    @property
    def main(self):
        return next((n for n in self.root.all("main")), self.root)

    @property
    def text(self):
        return self.main.text

    @property
    def title(self):
        node = self.root.first("title")
        return squeeze("".join(c for c in node.children if isinstance(c, str))) if node else ""

    def says(self, wanted):
        return bool(wanted.search(self.text)) if isinstance(wanted, re.Pattern) else squeeze(wanted) in self.text

    def must_say(self, *wanted):
        for one in wanted:
            if not self.says(one):
                raise NotOnPage(f"{self.address} does not say {one!r}. It says: {self.text[:3000]}")
        return self

    def link(self, wanted):
        for node in self.root.all("a"):
            if node.has("href") and matches(wanted, name_of(node)):
                return node
        raise NotOnPage(f"no link {wanted!r} on {self.address}; links: {[name_of(n) for n in self.main.all('a')]}; text: {self.text[:1500]}")

    def has_link(self, wanted):
        try:
            return bool(self.link(wanted))
        except NotOnPage:
            return False

    def forms(self):
        return [Form(self, node) for node in self.root.all("form")]

    def form_with(self, button):
        """The form that holds a button of this name, and the button."""
        for form in self.forms():
            found = form.button(button)
            if found is not None:
                return form, found
        names = [name_of(b) for form in self.forms() for b in form.buttons()]
        raise NotOnPage(f"no button {button!r} on {self.address}; buttons: {names}; text: {self.text[:2000]}")

    def form_to(self, action):
        for form in self.forms():
            if matches(action, form.action):
                return form
        raise NotOnPage(f"no form that goes to {action!r} on {self.address}; there are {[f.action for f in self.forms()]}; text: {self.text[:1500]}")

    def has_button(self, wanted):
        return any(form.button(wanted) is not None for form in self.forms())

    def rows(self):
        """Table rows as lists of cell texts."""
        return [[cell.text for cell in row.children if isinstance(cell, Node) and cell.tag in ("td", "th")] for row in self.root.all("tr")]

    def row_with(self, words):
        for row in self.root.all("tr"):
            if words in row.text:
                return row
        raise NotOnPage(f"no table row with {words!r} on {self.address}: {self.text[:2000]}")
