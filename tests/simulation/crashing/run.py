"""One run: makes the world, lets it work under fire, waits until all is done, checks, and prints the table."""

import random
import sys
import time

from orders import line, order

from crashing.bulk_load import BulkLoad
from crashing.check import Checker
from crashing.database import StoredData
from crashing.staff_load import Order, StaffLoad
from crashing.trouble import Killer, LostAnswers
from crashing.world import CrashWorld

REFUND_DELAY_MS = 1500


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def make_orders(count, dice):
    shelf = []
    for i in range(count):
        lines = [line("1", "Teapot", dice.randint(1, 2), dice.randint(900, 4000)), line("2", "Cup", dice.randint(2, 6), dice.randint(99, 900)),
                 line("3", "Tray", 1, dice.randint(500, 3000))]
        shelf.append(order(f"K-{i:05d}", lines=lines, payment="Captured" if dice.random() < 0.88 else "Authorized", shipping_minor=dice.choice((0, 0, 490))))
    return shelf


class Run:
    def __init__(self, options):
        self.options, self.dice = options, random.Random(options.seed)
        self.started = time.monotonic()
        self.findings = []

    def dice_for(self, what):
        """Each part has dice of its own, so that one more throw here changes nothing there."""
        return random.Random(f"{self.options.seed} {what}")

    def go(self):
        options = self.options
        say(f"seed {options.seed}: {options.engine}, {options.kills} kills, {options.lost_answers} % of answers lost{', failover' if options.failover else ''}")
        with CrashWorld(options.engine, options.build, failover=options.failover, refund_delay_ms=REFUND_DELAY_MS, keep=options.keep) as world:
            self.world, self.data = world, StoredData(world)
            self.fill()
            with LostAnswers(world.control, self.dice_for("answers"), options.lost_answers):
                self.under_fire()
            self.finish()
            self.judge()
            if self.findings and options.keep:
                say(f"kept: {world.folder}")
        return 1 if self.findings else 0

    def say(self, *words):
        say(f"{time.monotonic() - self.started:6.1f} s", *words)

    def fill(self):
        shelf = make_orders(self.options.orders, self.dice_for("orders"))
        self.world.place(*shelf)
        self.world.subscribe(delay_ms=200, reorder=4)
        self.orders = [Order(one["shop"]["number"], one["total_minor"], one["payment"] == "Captured", {n["id"]: n["quantity"] for n in one["shop"]["lines"]}) for one in shelf]
        self.say(f"{len(shelf)} orders are paid and known")

    # -- the fire ------------------------------------------------------------------------------------------------------------------------------
    def under_fire(self):
        options = self.options
        self.killer = killer = Killer(self.world, self.dice_for("kills"), self.say)
        self.staff = StaffLoad(self.world, self.orders, self.dice_for("staff")).start()
        self.bulk = BulkLoad(self.world, self.orders, self.dice_for("bulk"), options.orders * 2 // 3)
        self.bulk.start()
        self.wait_for_work(60)
        failovers_at = {options.kills * i // (options.failovers + 1) for i in range(1, options.failovers + 1)} if options.failover else set()
        told = 0
        while killer.kills < options.kills:
            killer.once()
            self.check_load()
            for due in sorted(at for at in failovers_at if at <= killer.kills):
                failovers_at.discard(due)
                killer.fail_over()
            if killer.kills >= told + 25:
                told = killer.kills
                self.say(f"{killer.kills} kills, {len(self.staff.asked)} acts asked for, {len(self.bulk.jobs)} bulk jobs")
        self.staff.stop()
        self.bulk.stop()
        while self.staff.alive() or self.bulk.is_alive():
            for host in self.world.hosts:
                host.look_after()
            time.sleep(0.1)
        self.check_load()

    def wait_for_work(self, seconds):
        """Until the first person has asked for something and the first bulk job has begun: before that there is nothing to interrupt."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not (self.staff.asked and self.bulk.jobs):
            self.check_load()
            time.sleep(0.05)

    def check_load(self):
        self.staff.check()
        if self.bulk.failure is not None:
            raise self.bulk.failure

    # -- the end of it -------------------------------------------------------------------------------------------------------------------------
    def finish(self, seconds=240):
        """Every host up, no more faults, nobody asks for more: what was begun comes to its end. Jobs that wait for their back-off are told to go now."""
        self.world.wait_until_all_listen()
        deadline, pushed = time.monotonic() + seconds, 0.0
        while time.monotonic() < deadline:
            for host in self.world.hosts:
                host.look_after()
            left = self.left() or self.bulk.unfinished()
            if not left:
                self.say("all is done")
                return
            if time.monotonic() - pushed > 2:
                self.world.control.post("/notifications/release", {})
                self.push()
                pushed = time.monotonic()
            time.sleep(0.3)
        self.say(f"not done after {seconds} s: {[str(one) for one in left[:10]]}")

    def left(self):
        """What still has to happen: jobs due soon or failing, and open or unsettled intents."""
        soon = time.time() * 1000 + 3000
        unsettled = {order for (order,) in self.data.rows(self.unsettled_orders())}
        return [task for task in self.data.waiting_tasks() if task[2] <= soon or task[1] != "sync" or task[4]] or sorted(unsettled)

    def unsettled_orders(self):
        from crashing.database import collection_table
        return f"SELECT DISTINCT f_order_id FROM {collection_table('intents')} WHERE f_state IN ('planned', 'sending', 'uncertain', 'accepted')"

    def push(self):
        now = time.time() * 1000
        unsettled = {order for (order,) in self.data.rows(self.unsettled_orders())}
        waiting = self.data.rows("SELECT id, key, name, due_ms, attempts FROM tasks WHERE every_s = 0 AND state = 'waiting'")
        for identity, key, name, due_ms, attempts in waiting[:4000]:
            overdue = int(due_ms) > now + 1000
            if overdue and (name != "sync" or key.removeprefix("sync:") in unsettled or int(attempts) > 0):
                self.world.shop.command("task", "retry", identity, check=False)

    # -- the judgement -------------------------------------------------------------------------------------------------------------------------
    def judge(self):
        world, options = self.world, self.options
        checker = Checker(world.control.movements(), self.data, self.staff.asked).run()
        for job in self.bulk.jobs:
            checker.check_bulk(job, self.bulk.result(job) if job.state == "done" else [])
        self.findings = checker.findings
        if not self.staff.asked or not self.bulk.jobs or not checker.figures()["refunds at Amazon"]:
            self.findings.append("nothing was asked for, so nothing was shown")
        for host in world.hosts:
            for code, words in host.ended_by_itself:
                if code < 0 or not options.failover:
                    self.findings.append(f"{host.name} ended by itself with {code}: {words}")
        if checker.open_intents():
            one = checker.open_intents()[0]
            self.findings.append(f"{len(checker.open_intents())} intents never came to an end, for example order {one['order_number']}, intent {one['id']}: {one['state']}, {one['message']}")
        verified = world.shop.command("audit", "verify", check=False)
        if verified.returncode != 0:
            self.findings.append(f"audit verify: {verified.stdout} {verified.stderr}")
        asked = self.staff.asked
        self.say(f"{len(asked)} acts asked for: {sum(a.taken() for a in asked)} taken, {sum(a.refused() for a in asked)} refused, "
                 f"{sum(not a.answers for a in asked)} never answered; audit: {verified.stdout.strip()}; "
                 f"ended by themselves: {sum(len(h.ended_by_itself) for h in world.hosts)}; bulk jobs: {len(self.bulk.jobs)} of {sum(len(job.planned) for job in self.bulk.jobs)} rows")
        row = {"engine": options.engine + (" failover" if options.failover else ""), "kills": self.killer.kills, "hosts": len(world.hosts),
               "failovers": self.killer.failovers, "lost answers": f"{options.lost_answers} %"} | checker.figures() | {"seconds": round(time.monotonic() - self.started)}
        widths = [max(len(str(name)), len(str(value))) for name, value in row.items()]
        print(" | ".join(str(name).rjust(width) for name, width in zip(row, widths)))
        print(" | ".join(str(value).rjust(width) for value, width in zip(row.values(), widths)), flush=True)
        for finding in self.findings[:50]:
            print("VIOLATION:", finding)
        if self.findings:
            print(f"{len(self.findings)} violations; seed {options.seed}", flush=True)
