"""The rows of the host that move money: bulk refunds on one process and on two, and notifications; with the real shopadmin, libamazonpay.so and
amazonpay-sandbox, everything durable."""

import http.server
import json
import re
import shutil
import sqlite3
import subprocess
import threading
import time

import large_shop
from orders import amount_text, line, order
from row import CannotMeasure, Figures, row, shown
from world import Shopadmin, World

WORKERS = 24


def rsa_per_second(operation, processes, seconds=2):
    """What OpenSSL's own speed test says of RSA 2048: "sign" or "verify"."""
    words = ["openssl", "speed", "-seconds", str(seconds), *(["-multi", str(processes)] if processes > 1 else []), "rsa2048"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = re.search(r"rsa 2048 bits\s+\S+\s+\S+\s+([0-9.]+)\s+([0-9.]+)", said)
    return float(found[1 if operation == "sign" else 2])


class Job:
    """A bulk job over these orders, each refunded by the same amount; dry run made, not started."""

    def __init__(self, world, numbers, minor):
        self.world, self.rows = world, len(numbers)
        path = world.folder / "rows.csv"
        path.write_text("order;amount\n" + "".join(f"{number};{amount_text(minor, 'EUR')}\n" for number in numbers))
        checked = self.command("bulk-check", "kind=refund", f"rows=@{path}", "stop_after=0")
        if checked["planned"] != self.rows:
            raise CannotMeasure(f"the dry run of the bulk job leaves rows out: {checked}")
        self.id, self.total = checked["job"], f"EUR:{amount_text(minor * self.rows, 'EUR')}"

    def command(self, name, *words):
        answer = self.world.shop.command("plugin", "run", "amazonpay", name, *words, "--plugin", self.world.shop.package, "--json")
        return json.loads(answer.stdout.strip().splitlines()[-1])

    def asked(self):
        return sum(self.world.control.get("/requests")["by_operation"].get("createRefund", {}).values())

    def run(self):
        """Refunds per second, from the start of the job to its end as it notes them itself; each exactly once."""
        before, started = self.asked(), time.monotonic()
        self.command("bulk-start", f"job={self.id}", f"total={self.total}", "stop_after=0")
        while self.asked() - before < self.rows and time.monotonic() - started < 900:
            time.sleep(0.2)
        while (state := self.command("bulk-status", f"job={self.id}"))["state"] == "running":
            time.sleep(0.1)
        if (state["state"], state["done"], state["errors"]) != ("done", self.rows, 0):
            raise CannotMeasure(f"the bulk job did not end well: {state}")
        return self.rows * 1000 / (state["changed_ms"] - state["started_ms"])


def bulk_world(bench, count):
    """A shop with `count` captured orders, their payments at the sandbox, and nothing else to do."""
    folder = bench.folder / "bulk"
    shutil.rmtree(folder, ignore_errors=True)
    world = large_shop.BenchWorld(bench.build, folder).start()
    try:
        world.place(order("PB-1", payment="Captured", buyer={"name": "Buyer pb", "email": "pb@shop.example"}, lines=[line("1", "Lamp", 1, 4000)]))
        world.shop.stop()
        paid = {"public_key_id": world.account["public_key_id"], "amount": "40.00", "currency": "EUR", "intent": "Authorize", "state": "Captured"}
        made = []
        for first in range(0, count, 100):
            made += world.control.orders([{**paid, "merchant_reference_id": f"BM{first + i + 1:07d}"} for i in range(min(100, count - first))])
        copies = large_shop.Copies(world.shop.folder / "shopadmin.sqlite")
        copies.write(count, [(one["charge_permission_id"], one["charge_id"]) for one in made])
        copies.close()
        world.shop.start(further=("--workers", WORKERS))
    except BaseException:
        world.close()
        raise
    return world


@row("bulk", "bulk refund of 10,000 orders, durable, sandbox on the same cores", "RSA signs/s on both cores", goal=0.15,
     how="A job of 10,000 captured orders from start to done, SQLite with full durability, throttle off, sandbox beside it; openssl speed on both cores before and after.",
     limit="processor time of shopadmin: a refund's documents are parsed and written on both sides of the border in each of its two changes; its turn in the queue and the commits are "
           "shared by up to 32")
def bulk(bench):
    count = bench.size(10_000, 150)
    world = bulk_world(bench, count)
    try:
        job = Job(world, [f"BM{n + 1:07d}" for n in range(count)], 100)
        before = rsa_per_second("sign", 2, bench.size(3, 1))
        rate = job.run()
        signs = (before + rsa_per_second("sign", 2, bench.size(3, 1))) / 2
        moved = [m for m in world.control.movements() if m["kind"] == "refund"]
        if len(moved) != count or len({m["idempotency_key"] for m in moved}) != count:
            raise CannotMeasure(f"{count} orders, but {len(moved)} refunds at the sandbox")
    finally:
        world.close()
    return Figures(rate / signs, f"{shown(rate)} refunds/s", f"{shown(signs)} signs/s")


@row("bulk_two_hosts", "bulk refund with two shopadmin processes on one PostgreSQL, the sandbox answers after 150 ms", "one process", goal=1.8,
     how="The same orders are refunded a little by jobs in turn with one and with two processes of 8 worker threads each; medians of the rounds.",
     limit="worker threads wait for the sandbox; then the line of PostgreSQL's writers")
def bulk_two_hosts(bench):
    with World("postgresql", bench.build) as world:
        count = bench.size(240, 24)
        numbers = [f"T-{i:04d}" for i in range(count)]
        world.place(*(order(number, payment="Captured", lines=[line("1", "Lamp", 1, 4000)]) for number in numbers))
        world.control.fault(operation="createRefund", kind="delay", delay_ms=150, count=1_000_000)
        second = Shopadmin(world.programs, world.shop.folder, world.postgres.url, name="second")

        def with_two():
            second.start()
            try:
                return Job(world, numbers, 100).run()
            finally:
                second.stop()

        bench.rounds, rounds = bench.size(2, 1), bench.rounds  # ten refunds for each charge
        try:
            return bench.interleaved(with_two, lambda: Job(world, numbers, 100).run(), "refunds/s")
        finally:
            bench.rounds = rounds


class Mailbox(http.server.BaseHTTPRequestHandler):
    """Takes signed notifications and keeps them, so that they can be sent as fast as one likes."""
    protocol_version = "HTTP/1.1"
    kept = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.kept.append((body, {name: value for name, value in self.headers.items() if name.lower().startswith(("x-amz", "content-type"))}))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def signed_notifications(world, count):
    Mailbox.kept = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mailbox)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    account = {"public_key_id": world.account["public_key_id"]}
    subscription = world.control.post("/notifications", {**account, "url": f"http://127.0.0.1:{server.server_port}/", "delay_ms": 0})
    world.shop.set({"notification_cert_host": subscription["certificate_host"], "notification_topic": subscription["topic_arn"]})
    for i in range(count):
        message = {"MerchantID": world.account["merchant_id"], "ObjectType": "CHARGE", "ObjectId": f"S02-0000001-{i:07d}-C000001", "ChargePermissionId": f"S02-0000001-{i:07d}",
                   "NotificationType": "STATE_CHANGE", "NotificationId": f"n{i}", "NotificationVersion": "V2"}
        world.control.post("/notifications/send", {**account, "message": message})
    until = time.monotonic() + 60
    while len([1 for body, _ in Mailbox.kept if b'"Notification"' in body]) < count and time.monotonic() < until:
        time.sleep(0.05)
    server.shutdown()
    server.server_close()
    kept = [one for one in Mailbox.kept if b'"Notification"' in one[0]]
    if len(kept) < count:
        raise CannotMeasure(f"the sandbox sent {len(kept)} of {count} notifications")
    return kept


AT_ONCE = 8


def answered_per_second(bench, port, messages):
    """A small client in C++ sends them over AT_ONCE connections: what is measured is the server."""
    path = bench.folder / "requests"
    with path.open("wb") as file:
        for body, headers in messages:
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            request = f"POST /webhooks/amazonpay/notifications HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
            file.write(f"{len(request)}\n".encode() + request)
    said = subprocess.run([bench.program("tests/bench/replay_client"), str(port), path, str(AT_ONCE)], capture_output=True, text=True)
    good, took = said.stdout.split() if said.returncode == 0 else (0, 1)
    if int(good) != len(messages):
        raise CannotMeasure(f"{good} of {len(messages)} notifications were answered with 200. {said.stderr}")
    return len(messages) / float(took)


def bare_per_second(folder, messages, verify_s):
    """The same bytes into one table, a commit for each batch of AT_ONCE, and the time of so many verifications."""
    path = folder / "bare.sqlite"
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = FULL")
    base.execute("CREATE TABLE messages (id integer PRIMARY KEY, body text)")
    started = time.monotonic()
    for first in range(0, len(messages), AT_ONCE):
        base.execute("BEGIN IMMEDIATE")
        base.executemany("INSERT INTO messages (body) VALUES (?)", [(body,) for body, _ in messages[first:first + AT_ONCE]])
        base.execute("COMMIT")
    took = time.monotonic() - started
    base.close()
    return len(messages) / (took + len(messages) * verify_s)


@row("notifications", "notifications verified, stored and answered, SQLite, full durability", "RSA verify and one durable commit per batch, bare", goal=0.5,
     how="Signed messages collected before are posted over 8 connections to shopadmin with 8 threads (their handling later is switched off); bare: the time of as many "
         "RSA verifications (openssl speed) and of writing the same bytes in batches of 8 with one commit each.",
     limit="how fast a commit follows the one before: four messages share one, which writes some two pages for each and waits for the disk; it takes a third of the processor time")
def notifications(bench):
    folder = bench.folder / "notifications"
    shutil.rmtree(folder, ignore_errors=True)
    world = large_shop.BenchWorld(bench.build, folder).start()
    try:
        per_round = bench.size(1_500, 120)
        messages = signed_notifications(world, per_round * bench.rounds)
        world.shop.stop()
        world.shop.start(further=("--workers", 0, "--threads", AT_ONCE))
        verify_s, at = 1 / rsa_per_second("verify", 1, 1), iter(range(0, len(messages), per_round))
        return bench.interleaved(lambda: answered_per_second(bench, world.shop.port, messages[(first := next(at)):first + per_round]),
                                 lambda: bare_per_second(bench.folder, messages[:per_round], verify_s), "per second")
    finally:
        world.close()
