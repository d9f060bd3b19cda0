"""The rows of the host: pages of small and large shops, memory and start, with the real shopadmin, libamazonpay.so and amazonpay-sandbox."""

import pathlib
import random
import re
import statistics
import time
import urllib.parse

import large_shop
import work_rows  # noqa: F401: its rows
from row import CannotMeasure, Figures, row, shown

PAGE = "/plugin/org.amazonpay.plugin/transactions"
LOAD_LINE = re.compile(r'"event":"PLUGIN_LOADED".*?"took_ms":([0-9.]+)')


def read_once(path):
    """The shop is measured, and not how long this machine's disk takes for a page that nobody has read since the machine started."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


class Shop:
    """A large shop that is served, with a person who is logged in."""

    def __init__(self, build, orders):
        self.orders, self.chance = orders, random.Random(orders)
        folder = large_shop.large_shop(build, orders)
        read_once(folder / "shop" / "shopadmin.sqlite")
        self.world = large_shop.BenchWorld(build, folder).start()
        try:
            self.staff = self.world.staff()
        except BaseException:
            self.world.close()
            raise

    def close(self):
        self.world.close()

    def number(self):
        """Of any of the copies."""
        return self.chance.randint(1, self.orders - large_shop.PATTERNS)

    def millis(self, address):
        started = time.perf_counter()
        status, _, text = self.staff.send("GET", address)
        taken = (time.perf_counter() - started) * 1000
        if status != 200 or "<main" not in text:
            raise CannotMeasure(f"{address} of the shop with {self.orders} orders answered {status}; its log: {self.world.shop.log}")
        return taken

    def overview(self):
        return self.millis("/orders/" + large_shop.order_id(self.number()))

    def transactions(self, kind):
        """One of the ways people look at the list: all have counters and a filter or a search."""
        n = self.number()
        moment = f"{self.staff_moment() - n % (self.orders // large_shop.PATTERNS) * large_shop.STEP_MS:014d}/o-"
        addresses = ("?word=closed&currency=GBP", f"?q={large_shop.permission_id(n)}", f"?q={large_shop.buyer(n)}", "?flag=drift", "?word=open",
                     "?word=closed&older=" + urllib.parse.quote(moment, safe=""), "")
        return self.millis(PAGE + addresses[kind % len(addresses)])

    def staff_moment(self):
        return int(time.time() * 1000) - 3 * 86_400_000

    def memory_mib(self):
        for line in pathlib.Path(f"/proc/{self.world.shop.process.child.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise CannotMeasure("the system does not tell the peak memory of shopadmin")


def shop(bench, orders):
    return bench.shared(f"shop {orders}", lambda: Shop(bench.build, orders))


def p99(taken):
    return sorted(taken)[max(0, int(len(taken) * 0.99) - 1)]


def side_by_side(bench, one, other, calls):
    """p99 of both, each call of one followed by a call of the other; medians over the rounds."""
    pairs = []
    for i in range(20):
        one(i), other(i)  # what is read for the first time
    for _ in range(bench.rounds):
        taken = ([], [])
        for i in range(calls):
            taken[0].append(one(i))
            taken[1].append(other(i))
        pairs.append((p99(taken[0]), p99(taken[1])))
    middle = [statistics.median(side) for side in zip(*pairs)]
    return statistics.median(a / b for a, b in pairs), *middle


@row("overview_page", "Overview page, p99, 1 M orders", "1 k orders", goal=1.25, at_least=False,
     how="A logged-in person opens orders at random over a kept connection, in turn in a shop of 1,000,000 and one of 1,000, each database read once before; p99 of the time to the "
         "whole answer.",
     limit="the page itself: the store's dozen questions and JSON on both sides of the border; the size of the shop shows only in what the disk has to read for the "
           "first time (14 GB: some twenty pages, about 9 ms here)")
def overview_page(bench):
    large, small = shop(bench, bench.size(1_000_000, 3_000)), shop(bench, bench.size(1_000, 300))
    ratio, ours, theirs = side_by_side(bench, lambda _: large.overview(), lambda _: small.overview(), bench.size(300, 60))
    return Figures(ratio, f"{shown(ours)} ms", f"{shown(theirs)} ms")


@row("transactions_page", "transactions page with filter, search, counters, p99, 1 M orders", "10 k orders, and 25 ms", goal=2, at_least=False,
     how="The same with the transactions page: words, flag, currency, search by reference and by buyer, a page far back, each with its counters; shops of 1,000,000 and 10,000.",
     limit="the store: 25 payments and up to 2,001 marks for each counter; then words and amounts, asked one by one over the border")
def transactions_page(bench):
    large, small = shop(bench, bench.size(1_000_000, 3_000)), shop(bench, bench.size(10_000, 300))
    ratio, ours, theirs = side_by_side(bench, large.transactions, small.transactions, bench.size(300, 60))
    if bench.smoke:  # what else runs beside the tests is in every absolute figure
        return Figures(ratio, f"{shown(ours)} ms", f"{shown(theirs)} ms")
    return Figures.worst(2, (Figures(ratio, f"{shown(ours)} ms", f"{shown(theirs)} ms"), 2), (Figures.bound(ours, 25, "ms"), 1))


@row("memory", "peak memory of shopadmin, 1 M orders, after the rows above", "128 MiB", goal=1, at_least=False,
     how="VmHWM of the shopadmin that served the pages of the rows above (with --only: 300 pages of both kinds first).",
     limit="caches of SQLite, for each connection that pages and tasks needed at once, and the templates")
def memory(bench):
    large = shop(bench, bench.size(1_000_000, 3_000))
    for i in range(bench.size(300, 30)):
        large.overview(), large.transactions(i)
    return Figures.bound(large.memory_mib(), 128, "MiB")


@row("start", "start to first answer, 1 M orders; loading of the plugin", "300 ms; 50 ms", goal=1, at_least=False,
     how="From starting the process to the answer of /login, and what the log says loading the plugin took; medians, on the shop of the rows above, started anew.",
     limit="the dynamic linker, the catalogues of all languages, the manifest; samples are counted anew only when the shop has grown fourfold")
def start(bench):
    world = shop(bench, bench.size(1_000_000, 3_000)).world
    answers, loads = [], []
    for _ in range(max(3, bench.rounds)):
        world.shop.stop()
        size = world.shop.log.stat().st_size
        started = time.perf_counter()
        world.shop.start()
        large_shop.Staff(world.shop.port, "", "").send("GET", "/login")
        answers.append((time.perf_counter() - started) * 1000)
        loads += [float(found) for found in LOAD_LINE.findall(world.shop.log.read_text()[size:])]
    world.browsers.clear()
    if not loads:
        raise CannotMeasure(f"the log does not say how long the plugin took to load: {world.shop.log}")
    return Figures.worst(1, (Figures.bound(statistics.median(answers), 300, "ms"), 1), (Figures.bound(statistics.median(loads), 50, "ms to load"), 1))
