"""A world for a test or a demo: an amazonpay-sandbox, a database (SQLite file or a private PostgreSQL), and shopadmin with the plugin, connected to each
other, on free ports of loopback, in a folder of its own.

    with World("sqlite", build) as world:
        world.place(order("A-1"))
        staff = world.staff()
        staff.cancel_order("A-1")
        world.until(lambda: world.moved("A-1", "cancel") == [6500], "the reservation is released")

Everything is stopped when the block ends, whatever happens; on failure the logs stay and their ends are printed. TEST_PASSWORD is for worlds only.
"""

import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

from orders import pay
from postgres import Postgres
from processes import Died, Process, free_port, run
from sandbox_control import SandboxControl
from staff import Staff

PLUGIN = "org.amazonpay.plugin"
TEST_PASSWORD = "correct horse battery"
SOURCE = pathlib.Path(__file__).resolve().parents[2]


class Programs:
    """Where the build folder keeps what a world runs."""

    def __init__(self, build):
        build = pathlib.Path(build).resolve()
        self.sandbox = build / "tests/sandbox/amazonpay-sandbox"
        self.shopadmin = build / "hostapi/reference/shopadmin"
        self.package = build / "plugin/host/package"
        missing = [path for path in (self.sandbox, self.shopadmin, self.package / "manifest.xml") if not path.exists()]
        if missing:
            raise Died(f"not built: {', '.join(str(path) for path in missing)}; build first (./test does it)")


class Shopadmin:
    """A shopadmin: its data folder, its database, its command line and its server."""

    def __init__(self, programs, folder, database=None, name="shopadmin"):
        """`name` keeps log and port file of several servers on one data folder apart."""
        self.programs, self.folder, self.database, self.name = programs, pathlib.Path(folder), database, name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log, self.port_file = self.folder.parent / f"{name}.log", self.folder.parent / f"{name}.port"
        self.process, self.port, self.package = None, None, programs.package

    def plugin_words(self):
        """Where the plugin is; none once it is installed from a package (package is None then)."""
        return ["--plugin", self.package] if self.package else []

    def _where(self):
        return ["--data", self.folder] + (["--database", self.database] if self.database else [])

    def command(self, *words, check=True, **more):
        return run([self.programs.shopadmin, *self._where(), *words], check=check, **more)

    def add_user(self, login, name, role, password=TEST_PASSWORD):
        return self.command("user", "add", login, "--name", name, "--role", role, "--password-stdin", input=password + "\n")

    def set(self, values, secrets=None):
        words = [f"{name}={value}" for name, value in values.items()]
        for name, path in (secrets or {}).items():
            words += ["--secret-file", f"{name}={path}"]
        return self.command("settings", "set", PLUGIN, *words, *self.plugin_words())

    def import_orders(self, path, *further, check=True):
        return self.command("import", "orders", path, *self.plugin_words(), *further, check=check)

    def start(self, port=0, further=()):
        self.port_file.unlink(missing_ok=True)
        self.process = Process(self.name, [self.programs.shopadmin, *self._where(), "serve", *self.plugin_words(), "--port", port or free_port(),
                                           "--port-file", self.port_file, *further], self.log)
        self.port = self.process.wait_for_file(self.port_file)
        return self

    def stop(self):
        return self.process.stop() if self.process else None

    def kill(self):
        self.process.kill()


class Sandbox:
    def __init__(self, programs, folder):
        self.programs, self.folder = programs, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder.parent / "sandbox.log"
        self.process, self.port, self.control = None, 0, None

    def start(self, port=0, control_port=0):
        """Starting again keeps the port, so that a connected shop finds it."""
        endpoint = self.folder / "endpoint.json"
        endpoint.unlink(missing_ok=True)
        self.process = Process("amazonpay-sandbox", [self.programs.sandbox, "serve", "--data", self.folder, "--port", port or self.port or free_port(),
                                                     "--control-port", control_port], self.log)
        found = self.process.wait_for_file(endpoint)
        self.port, self.ca = found["port"], found["ca"]
        self.control = SandboxControl(found["control_port"])
        return self

    def stop(self):
        return self.process.stop() if self.process else None


class World:
    PEOPLE = (("olga", "Olga Owner", "owner", TEST_PASSWORD), ("adam", "Adam Admin", "administrator", TEST_PASSWORD),
              ("jana", "Jana Brandt", "staff", TEST_PASSWORD))

    def __init__(self, engine, build, connect=True, refund_delay_ms=0, keep=False):
        self.engine, self.connected, self.refund_delay_ms, self.keep = engine, connect, refund_delay_ms, keep
        self.programs = Programs(build)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="amazonpay-world-"))
        self.folder.chmod(0o711)  # PostgreSQL's user has to walk through
        self.postgres = self.sandbox = self.shop = None
        self.references, self.browsers = {}, {}

    # -- life ------------------------------------------------------------------------------------------------------------------------------
    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close(failed=True)
            raise

    def __exit__(self, kind, *_):
        self.close(failed=kind is not None)

    def start(self):
        if self.engine == "postgresql":
            self.postgres = self.make_postgres(self.folder / "postgres")
        self.sandbox = Sandbox(self.programs, self.folder / "sandbox").start()
        self.control = self.sandbox.control
        self.control.settings(refund_delay_ms=self.refund_delay_ms, pending_delay_ms=0)
        self.shop = Shopadmin(self.programs, self.folder / "shop", self.postgres.url if self.postgres else None)
        self.add_people()
        if self.connected:
            self.connect()
        self.shop.start()
        return self

    def make_postgres(self, folder):
        return Postgres(folder)

    def close(self, failed=False):
        for part in (self.shop, self.sandbox, self.postgres):
            if part is not None:
                part.stop()
        if failed:
            for log in sorted(self.folder.glob("*.log")):
                tail = log.read_text(errors="replace").splitlines()[-60:]
                print(f"--- the end of {log.name} ({log}) ---", *tail, sep="\n", file=sys.stderr)
            print(f"the logs stay in {self.folder}", file=sys.stderr)
            for folder in ("postgres", "sandbox", "shop"):
                shutil.rmtree(self.folder / folder, ignore_errors=True)
        elif not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def add_people(self):
        for person in self.PEOPLE:
            self.shop.add_user(*person)

    def connect(self, region="eu", environment="Sandbox", **changes):
        """Makes an account at the sandbox and gives its keys to the plugin, as an administrator does."""
        self.account = self.control.key_pair(region=region, environment=environment)
        key = self.folder / "private-key.pem"
        key.write_text(self.account.pop("private_key_pem"))
        os.chmod(key, 0o600)
        self.shop.set(connection_settings(self.account, self.sandbox) | changes, {"private_key": key})

    def subscribe(self, confirm_topic=True, port=None, **how):
        """Amazon tells this shop what changes; `how` are options of the sandbox: duplicates, reorder, hold, signature_version …"""
        address = f"http://127.0.0.1:{port or self.shop.port}/webhooks/amazonpay/notifications"
        subscription = self.control.post("/notifications", {"public_key_id": self.account["public_key_id"], "url": address, **how})
        self.shop.set({"notification_cert_host": subscription["certificate_host"]} | ({"notification_topic": subscription["topic_arn"]} if confirm_topic else {}))
        return subscription

    # -- what happens in it ------------------------------------------------------------------------------------------------------------------
    def place(self, *orders):
        """Buyers pay, the shop gets the orders, the plugin reads their payments."""
        pay(self.control, self.account["public_key_id"], orders)
        path = self.folder / "orders.json"
        path.write_text(json.dumps([one["shop"] for one in orders], ensure_ascii=False))
        self.shop.import_orders(path)
        self._remember(orders)

    def import_file(self, path, orders):
        """The same for a shop's own file: what the buyers paid stands beside it."""
        pay(self.control, self.account["public_key_id"], orders)
        payments = self.folder / "payments.json"
        payments.write_text(json.dumps({one["shop"]["number"]: one["shop"]["payment"] for one in orders}))
        self.shop.import_orders(path, "--payments", payments)
        self._remember(orders)

    def _remember(self, orders):
        for one in orders:
            self.references[one["shop"]["number"]] = one["shop"]["payment"].get("reference")
        self.settle(seconds=300)  # a thousand orders on a machine that has other work

    def person(self, login):
        """A logged-in browser; the same one each time."""
        if login not in self.browsers:
            self.browsers[login] = self.new_browser(login)
        return self.browsers[login]

    def staff(self):
        return self.person(self._of_role("staff")[0])

    def administrator(self):
        return self.person(self._of_role("administrator")[0])

    def owner(self):
        return self.person(self._of_role("owner")[0])

    def new_browser(self, login=None):
        login, _, _, password = next(p for p in self.PEOPLE if p[0] == login) if login else self._of_role("staff")
        return Staff(self.shop.port, login, password).log_in()

    def _of_role(self, role):
        return next(person for person in self.PEOPLE if person[2] == role)

    def moved(self, number, kind):
        """Movements of one kind for one order; none for a buyer who never finished."""
        reference = self.references[number]
        return self.control.moved(reference, kind) if reference else []

    def refunds(self, number):
        """Refunds Amazon took and did not decline, in minor units."""
        return self.moved(number, "refund")

    # -- waiting -----------------------------------------------------------------------------------------------------------------------------
    def until(self, condition, what, seconds=90):
        deadline, last = time.monotonic() + seconds, None
        while time.monotonic() < deadline:
            try:
                if condition():
                    return
                last = None
            except AssertionError as error:
                last = error
            time.sleep(0.1)
        raise AssertionError(f"within {seconds} s it did not come true that {what}" + (f": {last}" if last else ""))

    def settle(self, seconds=120, shop=None):
        """Until no background job is due or running: what was started is done. Jobs that wait for a later time (polling, back-off) may stay."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            busy = self.busy_jobs(shop or self.shop)
            if not busy:
                return
            time.sleep(0.1)
        raise AssertionError(f"background jobs did not end within {seconds} s: {busy}")

    @staticmethod
    def busy_jobs(shop):
        answer = json.loads(shop.command("task", "list", "--limit", "1000", "--json").stdout)
        now_ms = time.time() * 1000
        return [job for job in answer["tasks"] if not job.get("every_s") and (job["state"] == "running" or job["due_ms"] <= now_ms + 1500)]


def connection_settings(account, sandbox):
    return {"region": account["region"], "merchant_id": account["merchant_id"], "store_id": account["store_id"], "public_key_id": account["public_key_id"],
            "service_url": f"https://localhost:{sandbox.port}", "seller_central_url": sandbox.control.base.removesuffix("/control") + "/seller-central/",
            "ca_file": sandbox.ca, "call_rate": "unlimited"}
