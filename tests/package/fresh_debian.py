#!/usr/bin/env python3
"""The Debian packages in a fresh Debian 12: installed with apt, started as systemd starts them, connected to the packaged sandbox, a refund through the
pages, an upgrade in the middle of a bulk job, and purged.

    fresh_debian.py BUILD [--keep]      needs root (chroot, mounts, a network of its own); exit code 77: not run, with the reason
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "acceptance"))
from cases import check, equal  # noqa: E402
from debian_root import DebianRoot, own_network  # noqa: E402
from orders import line, order, pay  # noqa: E402
from sandbox_control import SandboxControl  # noqa: E402
from service_manager import ServiceManager  # noqa: E402
from staff import Staff  # noqa: E402
from world import PLUGIN, TEST_PASSWORD, connection_settings  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[2]
OURS = ("shopadmin", "shopadmin-plugin-amazonpay", "amazonpay-sandbox")
ROWS = 60
STARTED = time.monotonic()


def say(text):
    print(f"{time.monotonic() - STARTED:6.1f} s  {text}", flush=True)


def first_packages(build):
    """Those that packages.sh looked at, if nothing was built since."""
    out = build / "package-test/first"
    kept = sorted(out.glob("*.deb"))
    sources = [build / path for path in ("hostapi/reference/shopadmin", "plugin/host/package/libamazonpay.so", "tests/sandbox/amazonpay-sandbox")]
    sources += [path for folder in ("package", "templates") for path in (SOURCE / folder).rglob("*")]
    if len(kept) == len(OURS) and min(path.stat().st_mtime for path in kept) > max(path.stat().st_mtime for path in sources):
        return kept
    return made(build, out)


def made(build, out, *version):
    subprocess.run([SOURCE / "package/deb", build, out, *version], check=True, capture_output=True)
    return sorted(out.glob("*.deb"))


class Shop:
    """The installed shop, as its administrator sees it."""

    def __init__(self, root, manager):
        self.root, self.manager = root, manager

    def command(self, *words, **more):
        return self.root.run("shopadmin", *words, **more)

    def file(self, name, text):
        """In the folder for temporary files, readable for the shop's user, as root's commands work as that user."""
        path = self.root.folder / "tmp" / name
        path.write_text(text)
        self.root.run("chown", "shopadmin", f"/tmp/{name}")
        return f"/tmp/{name}"

    def settle(self, seconds=90):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            jobs = json.loads(self.command("task", "list", "--limit", "1000", "--json").stdout)["tasks"]
            if not [job for job in jobs if not job.get("every_s") and (job["state"] == "running" or job["due_ms"] <= time.time() * 1000 + 1500)]:
                return
            time.sleep(0.3)
        raise AssertionError("the background jobs did not end")

    def plugin(self, name, *arguments):
        return json.loads(self.command("plugin", "run", "amazonpay", name, *arguments, "--json").stdout.strip().splitlines()[-1])


class Sandbox:
    def __init__(self, root):
        endpoint = root.folder / "var/lib/amazonpay-sandbox/endpoint.json"
        until(endpoint.exists, "the sandbox is ready")
        found = json.loads(endpoint.read_text())
        self.port, self.ca, self.control = found["port"], found["ca"], SandboxControl(found["control_port"])

    def answers(self):
        try:
            return bool(self.refunds())
        except OSError:
            return False

    def refunds(self):
        return [m for m in self.control.movements() if m["kind"] == "refund"]


def until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"within {seconds} s it did not come true that {what}")


def connect(shop, sandbox):
    account = sandbox.control.key_pair(region="eu", environment="Sandbox")
    key = shop.file("key.pem", account.pop("private_key_pem"))
    values = [f"{name}={value}" for name, value in connection_settings(account, sandbox).items()]
    shop.command("settings", "set", PLUGIN, *values, "--secret-file", f"private_key={key}")
    return account


def place(shop, sandbox, account, orders):
    pay(sandbox.control, account["public_key_id"], orders)
    shop.command("import", "orders", shop.file("orders.json", json.dumps([one["shop"] for one in orders])))
    shop.settle()


def install_and_start(root, manager, packages):
    root.install(packages)
    check(manager.active("shopadmin.service"), "the package started the service")
    check(not manager.active("amazonpay-sandbox.service"), "the sandbox is not started by its package")
    equal(root.run("systemd-analyze", "verify", "--man=no", *(f"/lib/systemd/system/{name}.service" for name in ("shopadmin", "amazonpay-sandbox"))).stderr, "", "what systemd says of the units")
    manager.start("amazonpay-sandbox.service")
    shop, sandbox = Shop(root, manager), Sandbox(root)
    for login, role in (("olga", "owner"), ("jana", "staff")):
        shop.command("user", "add", login, "--role", role, "--password-stdin", input=TEST_PASSWORD + "\n")
    strangers = root.run("find", "/var/lib/shopadmin", "!", "-user", "shopadmin").stdout
    equal(strangers, "", "what root's commands made belongs to the service")
    sandbox.control.settings(refund_delay_ms=0, pending_delay_ms=0)
    return shop, sandbox


def refund_in_the_pages(shop, sandbox, account):
    place(shop, sandbox, account, [order("D-1", payment="Captured", lines=[line("1", "Lamp", 1, 4000)])])
    staff = Staff(8080, "jana", TEST_PASSWORD).log_in()
    staff.refund("D-1", "15.00")
    until(lambda: [m["amount_minor"] for m in sandbox.refunds()] == [1500], "15.00 went back once")


def portable_package(build, work, shop, sandbox):
    """The signed file takes over from Debian's package of the plugin while the service runs, and gives back when it goes."""
    subprocess.run([SOURCE / "package/portable", build], check=True, capture_output=True, env=os.environ | {"PORTABLE_OUT": str(work / "portable")})
    packed, key = next((work / "portable").glob("*.plugin")), work / "portable/test-key.pub.pem"
    root = shop.root
    for path in (packed, key):
        shutil.copy(path, root.folder / "tmp" / path.name)
        root.run("chown", "shopadmin", f"/tmp/{path.name}")
    refused = shop.command("plugin", "install", f"/tmp/{packed.name}", check=False)
    equal(refused.returncode, 1, f"a publisher whom nobody trusts is refused: {refused.stdout} {refused.stderr}")
    shop.command("plugin", "trust", "add", f"/tmp/{key.name}")
    used = lambda: {one["id"]: one["directory"] for one in json.loads(shop.command("plugin", "list", "--json").stdout)}[PLUGIN]  # noqa: E731
    shop.command("plugin", "install", f"/tmp/{packed.name}")
    check(used().startswith("/var/lib/shopadmin/plugins/"), f"the installed package is used: {used()}")
    Staff(8080, "jana", TEST_PASSWORD).log_in().refund("D-1", "5.00")
    until(lambda: sorted(m["amount_minor"] for m in sandbox.refunds()) == [500, 1500], "5.00 went back once, by the installed package")
    shop.command("plugin", "uninstall", PLUGIN)
    until(lambda: used() == "/usr/lib/shopadmin/plugins/amazonpay", "Debian's package of the plugin is used again")


def upgrade_in_a_bulk_job(root, manager, shop, sandbox, account, packages):
    amounts = {f"L-{i:04d}": 100 + i for i in range(ROWS)}
    place(shop, sandbox, account, [order(number, payment="Captured", lines=[line("1", "Lamp", 1, 4000)]) for number in amounts])
    rows = shop.file("rows.csv", "order;amount\n" + "".join(f"{number};{minor // 100}.{minor % 100:02d}\n" for number, minor in amounts.items()))
    wanted, before = sum(amounts.values()), len(sandbox.refunds())
    job = f"job={shop.plugin('bulk-check', 'kind=refund', f'rows=@{rows}')['job']}"
    shop.command("settings", "set", PLUGIN, "call_rate=amazon")  # as slow as Amazon allows, so that there is a middle
    settings = root.folder / "etc/shopadmin/shopadmin.conf"
    settings.write_text(settings.read_text() + "\nworkers = 3\n")
    shop.plugin("bulk-start", job, f"total=EUR:{wanted // 100}.{wanted % 100:02d}")
    until(lambda: len(sandbox.refunds()) - before >= 3, "the job refunds")
    at_restart = []
    manager.on_order = lambda verb, *units: at_restart.append(len(sandbox.refunds()) - before) if verb == "restart" and "shopadmin.service" in units else None
    root.install(packages)
    until(sandbox.answers, "the sandbox, which was restarted too, is there again")
    check(at_restart and 0 < at_restart[0] < ROWS, f"the upgrade restarted the service in the middle of the job: {at_restart} of {ROWS}")
    equal(root.run("dpkg-query", "-W", "-f", "${Version} ", *OURS).stdout, "0.1.1 0.1.1 0.1.1 ", "the installed version")
    check(settings.read_text().endswith("workers = 3\n"), "the administrator's settings stay")
    check("/etc/shopadmin/shopadmin.conf line" in shop.command("config", "show").stdout, "and count")
    shop.command("settings", "set", PLUGIN, "call_rate=unlimited")
    until(lambda: shop.plugin("bulk-status", job)["state"] == "done", "the job goes on by itself to its end", seconds=120)
    moved = sandbox.refunds()[before:]
    equal({m["merchant_reference_id"]: m["amount_minor"] for m in moved}, amounts, "each order its own amount")
    equal((len(moved), len({m["idempotency_key"] for m in moved})), (ROWS, ROWS), "each once, with a key of its own")
    status = shop.plugin("bulk-status", job)
    equal((status["done"], status["errors"], status["left"]), (ROWS, 0, 0), "what the job counts")


def purge(root):
    root.run("apt-get", "purge", "-y", "-q", *OURS)


def scenario(build, root, work):
    first, second = first_packages(build), made(build, work / "second", "--version", "0.1.1")
    say("packages made")
    base = root.files()
    root.install(first)
    purge(root)
    before = root.files()
    say("installed from the package sources and purged")
    named = sorted(path for path in before - base if "shopadmin" in path or "amazonpay" in path)
    equal(named, [], "what is left of an installation that never ran")
    own_network()
    with ServiceManager(root.folder, work) as manager:
        shop, sandbox = install_and_start(root, manager, first)
        say("installed again; the service runs")
        account = connect(shop, sandbox)
        refund_in_the_pages(shop, sandbox, account)
        say("connected, logged in, refunded")
        portable_package(build, work, shop, sandbox)
        say("portable package installed, used and uninstalled")
        upgrade_in_a_bulk_job(root, manager, shop, sandbox, account, second)
        say("upgraded during a bulk job: nothing lost, nothing doubled")
        equal(shop.command("audit", "verify").returncode, 0, "the audit's chain is whole")
        purge(root)
        equal([name for name in manager.running if manager.active(name)], [], "services that still run after the purge")
    after = root.files()
    equal((sorted(after - before), sorted(before - after)), ([], []), "files that purging leaves behind, or takes from others")
    say("purged: no file left")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    missing = [program for program in ("mmdebstrap", "dpkg-buildpackage", "dh", "unshare") if not shutil.which(program)]
    if missing or os.geteuid() != 0:
        print("Not run: " + (f"these programs are missing: {' '.join(missing)} (./test installs them)" if missing else
                             "installing packages in a Debian of its own needs root (chroot and mounts). Run: sudo ctest --test-dir build -R package.fresh_debian"))
        return 77
    if "--inside" not in sys.argv:  # in a process tree and with mounts of its own: all of it goes when this ends
        os.execvp("unshare", ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", sys.executable, "-B", __file__, *sys.argv[1:], "--inside"])
    work = pathlib.Path(tempfile.mkdtemp(prefix="amazonpay-packages-"))
    try:
        with DebianRoot(build / "package-test") as root:
            try:
                scenario(build, root, work)
            except BaseException:
                for log in sorted(work.glob("*.log")):
                    print(f"--- the end of {log.name} ---", *log.read_text(errors="replace").splitlines()[-40:], sep="\n")
                raise
        print("passed")
        return 0
    finally:
        if "--keep" not in sys.argv:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
