"""What happens to the world while money moves: answers of Amazon get lost, shopadmins and the database are killed. All from one seed."""

import threading
import time


class LostAnswers:
    """Keeps the sandbox's queue of faults filled, so that of a hundred requests so many end without an answer after they took effect, some are refused with
    500 before or after it, and some are throttled. A refund now and then is declined by Amazon later."""

    AHEAD = 300

    def __init__(self, control, random, lost_percent, declined_percent=3):
        self.control, self.random = control, random
        self.shares = [("lose_answer", lost_percent), ("status 500 after", 2 if lost_percent else 0), ("status 500 before", 2 if lost_percent else 0),
                       ("status 429", 3 if lost_percent else 0)]
        self.declined_percent, self.planned, self.planned_refunds = declined_percent, 0, 0
        self.ending, self.thread = threading.Event(), threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._fill()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        self.control.clear_faults()

    def _run(self):
        while not self.ending.wait(0.5):
            self._fill()

    def _fill(self):
        counted = self.control.get("/requests")
        total, refunds = counted["total"], sum(counted["by_operation"].get("createRefund", {}).values())
        for at in range(max(self.planned, total), total + self.AHEAD):
            fault = self._fault()
            if fault:
                self.control.fault(skip=at - total, **fault)
        self.planned = total + self.AHEAD
        for at in range(max(self.planned_refunds, refunds), refunds + self.AHEAD):
            if self.random.random() * 100 < self.declined_percent:
                self.control.fault(operation="createRefund", kind="simulate", simulation_code="ProcessingFailure", skip=at - refunds)
        self.planned_refunds = refunds + self.AHEAD

    def _fault(self):
        dice = self.random.random() * 100
        for kind, percent in self.shares:
            if dice < percent:
                break
            dice -= percent
        else:
            return None
        if kind == "lose_answer":
            return {"kind": kind}
        status = 429 if kind == "status 429" else 500
        return {"kind": "status", "status": status, "reason": "TooManyRequests" if status == 429 else "InternalServerError", "apply_effect": kind.endswith("after")}


class Killer:
    """SIGKILL at random moments. Runs in the main thread, which also starts what it killed."""

    def __init__(self, world, random, say):
        self.world, self.random, self.say = world, random, say
        self.failovers = 0

    @property
    def kills(self):
        return sum(host.kills for host in self.world.hosts)

    def pause(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(min(0.05, max(0.0, deadline - time.monotonic())))

    def once(self):
        """Some time of work, then one or several deaths, then a start."""
        dice = self.random
        hosts = self.world.hosts
        for host in hosts:
            host.look_after()
        self.pause(dice.choice((dice.uniform(0.3, 1.5), dice.uniform(0.3, 1.5), dice.uniform(0.0, 0.35))))  # the last: while it starts
        both = len(hosts) > 1 and dice.random() < 0.25
        for victim in hosts if both else [dice.choice(hosts)]:
            victim.kill()
        if dice.random() < 0.3:
            self.pause(dice.uniform(0.0, 0.6))

    def fail_over(self):
        self.failovers += 1
        self.say(f"failover {self.failovers}: the primary is killed")
        self.world.postgres.fail_over()
        for host in self.world.hosts:
            host.look_after()
        self.pause(self.random.uniform(0.5, 2.0))
        self.world.postgres.add_standby()
        self.say(f"failover {self.failovers}: the standby is the primary, a new standby follows")
