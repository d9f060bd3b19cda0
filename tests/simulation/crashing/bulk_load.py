"""Bulk refunds of many orders, started from the command line while the servers die: the job goes on by itself once one of them lives again. What a job promised
row by row is remembered, and what it says it did is compared with Amazon afterwards."""

import csv
import io
import json
import threading
import time


class Refused(Exception):
    pass


class Job:
    def __init__(self, identity, planned):
        self.id, self.planned = identity, planned
        self.state, self.paused = "dry_run", 0

    def __str__(self):
        return f"bulk job {self.id}"


class BulkLoad(threading.Thread):
    """One job after the other until it is told to end; the last one is finished by the run."""

    def __init__(self, world, orders, random, rows):
        super().__init__(daemon=True)
        self.world, self.orders, self.random, self.rows = world, orders, random, rows
        self.jobs, self.failure, self.ending = [], None, threading.Event()

    # -- the command line ---------------------------------------------------------------------------------------------------------------------
    def command(self, name, *arguments, seconds=90):
        """Again while the database is away: each command may be given twice."""
        deadline = time.monotonic() + seconds
        while True:
            done = self.world.shop.command("plugin", "run", "amazonpay", name, *arguments, "--plugin", self.world.shop.package, "--json", check=False)
            if done.returncode == 0:
                return json.loads(done.stdout.strip().splitlines()[-1])
            if not any(word in done.stderr for word in ("database", "conflict", "connection", "Someone else")) or time.monotonic() > deadline:
                raise Refused(f"{name} {' '.join(arguments)}: {done.stderr.strip()[-600:]}")
            time.sleep(0.3)

    def make(self):
        chosen = self.random.sample(self.orders, min(self.rows, len(self.orders)))
        path = self.world.folder / f"bulk-{len(self.jobs)}.csv"
        with open(path, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(("order", "amount", "note"))
            for order in chosen:
                minor = self.random.randint(1, max(1, order.total_minor // 10)) if self.random.random() < 0.95 else order.total_minor * 2
                table.writerow((order.number, f"{minor // 100}.{minor % 100:02d}", "bulk, in the storm"))
            table.writerow(("NO-SUCH-ORDER", "1.00", ""))
        checked = self.command("bulk-check", "kind=refund", f"rows=@{path}", "stop_after=never")
        planned = {int(v["row"]): v for v in checked["verdicts"] if v["verdict"] != "left_out"}
        job = Job(checked["job"], planned)
        total = ",".join(f"{t['currency']}:{t['minor'] // 100}.{t['minor'] % 100:02d}" for t in checked["totals"])
        self.jobs.append(job)
        if planned:
            try:
                self.command("bulk-start", f"job={job.id}", f"total={total}")
            except Refused:
                if self.status(job)["state"] == "dry_run":
                    raise  # the answer was lost, yet it did not start
        return job

    def status(self, job):
        status = self.command("bulk-status", f"job={job.id}")
        job.state = status["state"]
        return status

    def result(self, job):
        """The rows of the result file, as dictionaries."""
        return list(csv.DictReader(io.StringIO(self.command("bulk-result", f"job={job.id}")["text"].lstrip("\ufeff"))))

    # -- living -------------------------------------------------------------------------------------------------------------------------------
    def run(self):
        try:
            while not self.ending.is_set():
                job = self.make()
                while job.planned and not self.ending.is_set() and self.status(job)["state"] == "running":
                    if self.random.random() < 0.1:  # somebody holds it for a moment
                        self.hold(job)
                    self.ending.wait(1.5)
        except Exception as error:  # noqa: BLE001 - reported by the main thread
            self.failure = error

    def hold(self, job):
        try:
            self.command("bulk-pause", f"job={job.id}")
            job.paused += 1
            self.ending.wait(0.5)
            self.command("bulk-resume", f"job={job.id}")
        except Refused:
            if self.status(job)["state"] not in ("done", "running"):
                raise

    def stop(self):
        self.ending.set()

    def unfinished(self):
        return [job for job in self.jobs if job.planned and job.state != "done" and self.status(job)["state"] != "done"]
