#!/usr/bin/env python3
"""The tutorial's plugin, from its own CMakeLists to a booked payment in a real shopadmin. usage: run_tutorial.py BUILD [--picture FILE]"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "acceptance"))

from cases import check, equal  # noqa: E402
from processes import run  # noqa: E402
from staff import Staff  # noqa: E402
from world import Shopadmin, TEST_PASSWORD  # noqa: E402

PLUGIN = "org.example.cash_on_delivery"


class Programs:
    def __init__(self, build, package):
        self.shopadmin, self.package = pathlib.Path(build).resolve() / "hostapi/reference/shopadmin", package


def build_plugin(folder):
    """As the text says: plain CMake on the folder alone."""
    if shutil.which("ccache"):
        os.environ.setdefault("CMAKE_CXX_COMPILER_LAUNCHER", "ccache")
    run(["cmake", "-S", ROOT / "docs/tutorial/cash_on_delivery", "-B", folder, "-G", "Ninja"])
    run(["cmake", "--build", folder], timeout_s=400)
    trial = run([folder / "try_it"])
    check(trial.stdout.count("ok      ") == 7 and "NOT ok" not in trial.stdout, trial.stdout)
    return folder / "package"


def check_loading(shop, package, readme):
    """What `plugin check` says is what the text shows; a plugin that is spoiled is refused."""
    said = shop.command("plugin", "check", package).stdout
    shown = readme[readme.index("```text\nok      manifest"):].split("```")[1].removeprefix("text\n")
    equal(said, shown, "the steps that the text shows")
    spoiled = package.parent / "spoiled"
    shutil.copytree(package, spoiled)
    manifest = spoiled / "manifest.xml"
    manifest.write_text(manifest.read_text().replace('version="1.0.0"', 'version="1.0.1"'))
    refused = shop.command("plugin", "check", spoiled, check=False)
    check(refused.returncode != 0 and "1.0.1" in refused.stdout + refused.stderr, "another version in the manifest is refused and named")


def use(shop, picture):
    """Ship, book, ask for what the guard refuses."""
    olga = Staff(shop.port, "olga", TEST_PASSWORD).log_in()
    olga.open_order("C-1").must_say("Due at the door", "75.00")
    olga.go(olga.page.address + "/act?act=ship").must_say("The carrier will collect")
    olga.confirm()
    until_word(olga, "C-1", "With the carrier")
    olga.tab("Cash on delivery")
    if picture:
        draw(shop, olga.page.address, picture)
    refused = shop.command("order", "act", "delete", "C-1", "--confirm-number", "C-1", "--plugin", shop.package, check=False)
    check(refused.returncode == 1 and "The carrier still has to pay" in refused.stderr, f"the guard keeps the order: {refused.stderr}")
    olga.press("The carrier has paid…").must_say("Book the payment")
    form = olga.sheet_form()
    button = next(form.buttons())
    olga.submit(form, button).must_say("75.00 EUR is booked as paid.")
    olga.submit(form, button).must_say("75.00 EUR is booked as paid.")
    olga.open_order("C-1").must_say("Paid")
    entries = [json.loads(line) for line in shop.command("audit", "export", "--format", "jsonl", "--event", "cash.collected").stdout.splitlines()]
    equal([entry["amount_minor"] for entry in entries if entry.get("event") == "cash.collected"], [7500], "booked once, however often the form is sent")
    refused = shop.command("order", "act", "ship", "C-2", "--plugin", shop.package, check=False)
    check(refused.returncode == 1 and "Carriers do not collect as much" in refused.stderr, f"above the limit nothing is shipped: {refused.stderr}")


def give_away(shop, package, folder):
    """Packed, signed and installed as the last step of the text says."""
    shutil.copy(ROOT / "LICENSE", package)
    sbom = run([ROOT / "package/sbom", package / "libcash_on_delivery.so", "--name", "cash_on_delivery", "--version", "1.0.0", "--build", folder / "build", "--objects", "CMakeFiles/cash_on_delivery"])
    (package / "sbom.spdx.json").write_text(sbom.stdout)
    file, key = folder / "cash_on_delivery-1.0.0-amd64.plugin", folder / "publisher.pem"
    shop.command("plugin", "key", key)
    shop.command("plugin", "pack", package, "--key", key, "--output", file)
    check(shop.command("plugin", "install", file, check=False).returncode != 0, "nobody's packages are installed before the publisher is trusted")
    shop.command("plugin", "trust", "add", folder / "publisher.pub.pem")
    shop.command("plugin", "install", file)
    check(f"{PLUGIN}\t1.0.0\ton" in shop.command("plugin", "list").stdout, "the package is installed and on")


def until_word(browser, number, word, tries=100):
    """The guard is told after the commit, by a background job."""
    for _ in range(tries):
        browser.open_order(number)
        if browser.verdict()[0] == word:
            return
        time.sleep(0.1)
    raise AssertionError(f"{number} does not become {word!r}: {browser.page.text[:800]}")


def draw(shop, address, picture):
    """For the text; the tests do not need it."""
    subprocess.run(["node", ROOT / "docs/pictures/one.mjs", f"http://127.0.0.1:{shop.port}", "olga", TEST_PASSWORD, address, picture, "main"], check=True)


def main(build, picture=None):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="amazonpay-tutorial-"))
    package = build_plugin(folder / "build")
    shop = Shopadmin(Programs(build, package), folder / "shop")
    order = {"number": "C-1", "created_ms": 1763500000000, "currency": "EUR", "buyer": {"name": "Erika Beispiel"}, "payment": {"method": "cash_on_delivery"},
             "lines": [{"title": "Teapot", "quantity": 1, "unit_price_minor": 7500, "tax_rate_bp": 1900}]}
    dear = order | {"number": "C-2", "lines": [order["lines"][0] | {"unit_price_minor": 90000}]}
    (folder / "orders.json").write_text(json.dumps([order, dear]))
    shop.add_user("olga", "Olga Owner", "owner")
    check_loading(shop, package, (ROOT / "docs/tutorial/README.md").read_text())
    shop.import_orders(folder / "orders.json")
    try:
        shop.start()
        use(shop, picture)
    except BaseException:
        print(shop.log.read_text()[-4000:], f"the folder stays: {folder}", sep="\n", file=sys.stderr)
        raise
    finally:
        shop.stop()
    give_away(shop, package, folder)
    shutil.rmtree(folder)
    print("The tutorial's plugin was built, loaded, used, packed and installed, and refused what it should.")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3] if "--picture" in sys.argv else None)
