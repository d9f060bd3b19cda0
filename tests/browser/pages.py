"""Every page a reader can come to, found by following the shop's own links and forms: a new page is looked at by all browser tests as soon as the menu or
another page leads to it. One page of each shape is kept (an order's tab once, but Overview and payment tab once for each payment word); names are stable."""

import re
import urllib.parse

from page import Page, squeeze

LEAVE = ("/logout", "/assets", "/webhooks")
PAGES_MAX = 260


class Found:
    def __init__(self):
        self.pages, self.downloads, self.texts = [], [], {}


def plain(value):
    return re.fullmatch(r"[a-z_-]{1,24}", value) is not None


def shape_of(address):
    """The address without what differs from order to order; queries keep their plain words."""
    parts = urllib.parse.urlsplit(address)
    segments = ["*" if re.search(r"\d", segment) else segment for segment in parts.path.strip("/").split("/") if not segment.startswith("org.")]
    query = [(key, value.split(":")[0] if plain(value.split(":")[0]) else "") for key, value in urllib.parse.parse_qsl(parts.query)]
    return "/".join(segments), tuple(sorted(set(query)))


def name_of(shape, further=""):
    path, query = shape
    words = [part for part in path.split("/") if part != "*"] + [value or key for key, value in query] + ([further] if further else [])
    return re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")


def get_forms(page):
    """Addresses that forms lead to without changing anything: searches, plans, sheets."""
    for form in page.forms():
        buttons = list(form.buttons()) or [None]
        for button in buttons:
            action = (button.get("formaction") if button is not None else "") or form.action
            path = action.split("#")[0]
            if form.method != "get" and not path.endswith("/plan"):
                continue
            pairs = [(key, value) for key, value in form.pairs(button) if key != "csrf" and value]
            yield path + ("&" if "?" in path else "?") + urllib.parse.urlencode(pairs) + ("#sheet" if form.method != "get" or "/act" in path else "")


class Crawl:
    def __init__(self, staff):
        self.staff, self.found, self.seen, self.queue, self.per_path = staff, Found(), set(), [], {}

    def offer(self, address, further=""):
        parts = urllib.parse.urlsplit(address)
        if parts.netloc or not parts.path.startswith("/") or parts.path.startswith(LEAVE):
            return
        shape = shape_of(address)
        if (shape, further) in self.seen or (len(shape[1]) > 2 and not shape[0].endswith(("/act", "/plan"))):
            return
        self.seen.add((shape, further))
        limit = 24 if shape[0].endswith(("/act", "/plan")) or further else 10
        self.per_path[shape[0], bool(further)] = self.per_path.get((shape[0], bool(further)), 0) + 1
        if self.per_path[shape[0], bool(further)] <= limit:
            self.queue.append((name_of(shape, further), address, further))

    def look(self, name, address, further):
        target = address.split("#")[0]
        status, headers, text = self.staff.send("GET", target)
        for _ in range(3):
            if status not in (301, 302, 303):
                break
            target = urllib.parse.urljoin(target, headers["Location"]).split("#")[0]
            status, headers, text = self.staff.send("GET", target)
        self.found.texts[address] = text
        if "text/html" not in headers.get("Content-Type", ""):
            self.found.downloads.append(address)
            return
        self.found.pages.append({"name": name, "address": address, "status": status})
        page = Page(target, status, text)
        here, named = shape_of(target)[0], set()
        for row in page.root.all("tr"):
            key, word = row.with_class("key-link"), row.with_class("word")
            if key and (word or here == "orders") and (here == "orders" or not key[0].get("href").startswith("/orders/")):
                state = squeeze(word[0].text) if word else "other-method"
                self.offer(urllib.parse.urljoin(target, key[0].get("href")), state + ("-to-decide" if row.with_class("tag") else ""))
                named.add(key[0].get("href"))
        for link in page.root.all("a"):
            if link.has("href") and not link.get("href").startswith("#") and link.get("href") not in named:
                href = urllib.parse.urljoin(target, link.get("href"))
                on_order = re.fullmatch(r"/orders/[^/]+", urllib.parse.urlsplit(target).path)
                tab_of_order = on_order and "/plugin/" in href and "?" not in href and "#" not in href and href.startswith(on_order.group())
                self.offer(href, further if tab_of_order else "")
        for address in get_forms(page):
            self.offer(urllib.parse.urljoin(target, address))


def discover(staff, starts=("/orders",)):
    crawl = Crawl(staff)
    for start in starts:
        crawl.offer(start)
    at = 0
    while at < len(crawl.queue) and at < PAGES_MAX:
        crawl.look(*crawl.queue[at])
        at += 1
    names = {}
    for page in crawl.found.pages:
        names[page["name"]] = names.get(page["name"], 0) + 1
        if names[page["name"]] > 1:
            page["name"] += f"-{names[page['name']]}"
    return crawl.found
