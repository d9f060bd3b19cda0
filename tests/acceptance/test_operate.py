"""What whoever runs the shop has in hand: health, figures, doctor, support bundle, the key, and a stop that loses nothing."""

import json
import random
import re
import subprocess
import tarfile
import threading
import time
import urllib.error
import urllib.request

from cases import case, check, equal
from orders import line, order
from processes import clean_environment
from test_backup import bulk, refunds
from world import SOURCE, TEST_PASSWORD

MONITORING = SOURCE / "package/monitoring"
BUYER = "Zacharias Plantedname"


def get(port, path, token=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def with_monitor(world, *further):
    port_file = world.folder / "monitor.port"
    port_file.unlink(missing_ok=True)
    world.shop.start(world.shop.port or 0, ["--monitor-port", "0", "--monitor-port-file", port_file, *further])
    world.until(port_file.exists, "the monitoring port is open")
    return int(port_file.read_text())


def names_of(scrape):
    return {re.match(r"[a-z_:]+", text).group() for text in scrape.splitlines() if text and not text.startswith("#")}


def named_in_dashboard_and_alerts():
    """Every metric of the dashboard's and the alerts' expressions, with where it is named."""
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    named = [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel["targets"]]
    rules = (MONITORING / "alerts.yml").read_text()
    alerts = re.split(r"^ +- alert: ", rules, flags=re.M)[1:]
    for alert in alerts:
        parts = dict(re.findall(r"^ +(expr|summary|action|labels): (.+)$", alert, flags=re.M))
        equal(sorted(parts), ["action", "expr", "labels", "summary"], f"the parts of {alert.splitlines()[0]}")
        named.append((alert.splitlines()[0], parts["expr"]))
    check(len(alerts) > 10 and len(named) > 30, f"there are {len(alerts)} alerts and {len(named)} expressions")
    for place, expression in named:
        equal([expression.count(a) for a in "([{"], [expression.count(z) for z in ")]}"], f"the brackets of {place}: {expression}")
    return {(place, name) for place, expression in named for name in re.findall(r"\b(?:shopadmin|amazonpay)_[a-z_]+", expression)}


def look_at_monitoring(world):
    port = with_monitor(world)
    equal(get(port, "/health")[0], 200, "/health")
    world.until(lambda: get(port, "/ready")[0] == 200, "/ready answers 200")
    status, ready = get(world.shop.port, "/ready")
    equal((status, {one["name"]: one["good"] for one in json.loads(ready)["checks"]}), (200, {"database": True, "plugins": True, "workers": True, "disk": True}), "/ready beside the pages")
    get(world.shop.port, "/orders")
    world.staff().refund("M-1", "1.00")
    world.until(lambda: re.search(r'amazonpay_calls_total\{[^}]*operation="\w*[rR]efund"[^}]*outcome="ok"\} [1-9]', get(port, "/metrics")[1]), "a refund is counted")
    named = named_in_dashboard_and_alerts()

    def missing():
        there = names_of(get(port, "/metrics")[1])
        return sorted((place, name) for place, name in named if name not in there)

    world.until(lambda: equal(missing(), [], "missing") is None, "every metric that dashboard and alerts name is in a scrape", seconds=40)
    scrape = get(port, "/metrics")[1]
    check(BUYER not in scrape and "M-1" not in scrape, "no buyer and no order is in it")
    equal(get(port, "/orders")[0], 404, "there is nothing else on this port")
    world.shop.stop()
    token_file = world.folder / "monitor.token"
    token_file.write_text("a token of more than sixteen characters\n")
    port = with_monitor(world, "--monitor-token-file", token_file)
    equal([get(port, "/metrics")[0], get(port, "/metrics", "wrong")[0], get(port, "/metrics", token_file.read_text().strip())[0]], [401, 401, 200], "with a token file it wants the token")


def look_at_doctor(world):
    shop = world.shop
    shop.folder.chmod(0o755)
    open_folder = shop.command("doctor", check=False)
    check(open_folder.returncode == 1 and f"chmod 700 {shop.folder}" in open_folder.stdout, f"a folder everybody may enter is told: {open_folder.stdout}")
    shop.folder.chmod(0o700)
    well = shop.command("doctor", "--url", f"http://127.0.0.1:{shop.port}", check=False)
    equal(well.returncode, 0, f"the doctor finds nothing that keeps it from working:\n{well.stdout}{well.stderr}")
    (shop.folder / "secret.key").chmod(0o644)
    ill = shop.command("doctor", "--json", check=False)
    (shop.folder / "secret.key").chmod(0o600)
    check(ill.returncode == 1 and "chmod 600" in ill.stderr, f"a key others may read is told with what to do: {ill.stdout}{ill.stderr}")
    away = json.loads(shop.command("doctor", "--json", "--url", "http://127.0.0.1:9", check=False).stdout)
    check(any(one["area"] == "address" and one["level"] == "stop" and one["advice"] for one in away["checks"]), f"an address that does not answer is told: {away}")


def look_at_bundle(world):
    shop = world.shop
    log = world.folder / "planted.log"
    lines = shop.log.read_text().splitlines()
    planted = {"at": "2026-11-22T10:00:00Z", "level": "error", "event": "TASK_FAILED", "error": f"duplicate key ({BUYER})", "private_key": "pem-planted", "code": BUYER, "name": "sync"}
    log.write_text("\n".join([*lines, json.dumps(planted), f"a line of {BUYER}, no JSON"]))
    bundle = world.folder / "bundle.tar.gz"
    shop.command("support-bundle", bundle, "--log", log)
    with tarfile.open(bundle) as archive:
        files = {member.name: archive.extractfile(member).read().decode() for member in archive.getmembers()}
    for name in ("versions.json", "configuration.json", "doctor.json", "queue.json", "tables.json", "plugins.json"):
        json.loads(files[name])
    check('"event":"TASK_FAILED"' in files["log.jsonl"] and '"event":"PLUGIN_LOADED"' in files["log.jsonl"], "the log's events are in it")
    pem = (world.folder / "private-key.pem").read_text()
    secrets = [BUYER, "Plantedname", "zacharias@planted.example", "pem-planted", TEST_PASSWORD, "Jana Brandt", "BEGIN PRIVATE", pem.splitlines()[1], (shop.folder / "secret.key").read_bytes().hex(),
               world.account["public_key_id"], world.account["merchant_id"], "M-1"]
    found = [(name, secret) for name, text in files.items() for secret in secrets if secret in text]
    equal(found, [], "no buyer, no user, no key and no order is in the bundle")


def connects(world, what):
    done = world.shop.command("plugin", "run", "amazonpay", "connection-test", "--plugin", world.shop.package, check=False)
    equal(done.returncode, 0, f"{what}: {done.stdout}{done.stderr}")


def change_the_key(world):
    shop = world.shop
    before = json.loads(shop.command("key", "check", "--json").stdout)
    chance = random.Random(7)
    for _ in range(6):  # killed wherever it is
        process = subprocess.Popen([str(shop.programs.shopadmin), "--data", str(shop.folder), "key", "rotate"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment())
        time.sleep(chance.uniform(0, 0.06))
        process.kill()
        process.wait()
        equal(json.loads(shop.command("key", "check", "--json").stdout)["closed"], [], "every secret opens after a kill")
    shop.command("key", "rotate")
    after = json.loads(shop.command("key", "check", "--json").stdout)
    check(after["key"] != before["key"] and after["under_older_key"] == 0 and after["secrets"] == before["secrets"] > 0, f"all are under a new key: {before} {after}")
    connects(world, "the private key is read under the new key")
    shop.command("key", "drop-old")
    connects(world, "and without the old one")
    world.staff().refund("M-1", "2.00")
    world.until(lambda: 200 in world.refunds("M-1"), "the running server found the new key by itself")


@case("operators_see_health_figures_and_causes_but_no_buyer_and_no_secret")
def operators(world):
    world.place(order("M-1", payment="Captured", lines=[line("1", "Lamp", 1, 4000)], buyer={"name": BUYER, "email": "zacharias@planted.example", "phone": "+49 30 1234567"}))
    world.shop.stop()
    look_at_monitoring(world)
    look_at_doctor(world)
    look_at_bundle(world)
    change_the_key(world)


@case("stopping_and_starting_under_load_loses_and_doubles_nothing")
def restarts(world):
    amounts = {f"S-{i:03d}": 100 + i for i in range(60)}
    world.place(*(order(number, payment="Captured", lines=[line("1", "Lamp", 1, 4000)]) for number in amounts))
    path = world.folder / "rows.csv"
    path.write_text("order;amount\n" + "".join(f"{number};{minor // 100}.{minor % 100:02d}\n" for number, minor in amounts.items()))
    job = f"job={bulk(world.shop, 'bulk-check', 'kind=refund', f'rows=@{path}')['job']}"
    wanted = sum(amounts.values())
    for skip in range(0, len(amounts), 2):
        world.control.fault(operation="createRefund", kind="delay", delay_ms=300, skip=skip)
    bulk(world.shop, "bulk-start", job, f"total=EUR:{wanted // 100}.{wanted % 100:02d}")
    bad, stop = [], threading.Event()

    def read_pages():
        while not stop.is_set():
            try:
                status, _ = get(world.shop.port, "/login")
                if status != 200:
                    bad.append(status)
            except (OSError, urllib.error.URLError):
                time.sleep(0.02)  # nobody listens between two starts

    readers = [threading.Thread(target=read_pages) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for share in (0.1, 0.3, 0.5):
            world.until(lambda: len(refunds(world)) >= len(amounts) * share, f"{share:.0%} of the rows are refunded", seconds=60)
            begun = time.monotonic()
            equal(world.shop.stop(), 0, "it ends by itself")
            check(time.monotonic() - begun < 9, "within its time")
            left = json.loads(world.shop.command("task", "list", "--json", "--limit", "1000").stdout)
            equal([task["name"] for task in left["tasks"] if task["state"] == "running"], [], "no lease is left behind")
            log = world.shop.log.read_text()
            check('"event":"STOPPING"' in log and '"event":"STOPPED"' in log, "the log says so")
            world.shop.start(world.shop.port)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    equal(bad, [], "no page was answered with less than itself")
    world.until(lambda: bulk(world.shop, "bulk-status", job)["state"] == "done", "the job comes to its end", seconds=90)
    world.settle()
    moved = refunds(world)
    equal({m["merchant_reference_id"]: m["amount_minor"] for m in moved}, amounts, "each order with its own amount")
    equal(len(moved), len(amounts), "and once")
