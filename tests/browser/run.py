#!/usr/bin/env python3
"""Starts a fresh shop on free ports and runs the browser's scripts on it; README.md lists them. usage: run.py BUILD PART… [screenshots OUTDIR]"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "demo"), str(HERE.parent / "acceptance")]

import shelves  # noqa: E402
from shop import DemoShop, PEOPLE  # noqa: E402

PASSWORDS = {login: password for login, _, _, password in PEOPLE}


def node(script, *words):
    return subprocess.call(["node", HERE / script, *words])


def base(shop):
    return f"http://127.0.0.1:{shop.shop.port}"


def describe(shop, **more):
    """What a script needs to know about the running shop, as a file."""
    path = shop.folder / "browser.json"
    path.write_text(json.dumps({"base": base(shop), "control_url": shop.control.base, "references": shop.references, "people": PASSWORDS,
                                "expected": str(shop.folder / "expected.json"), **more}))
    return path


def use_cases(build, group):
    """The script clicks and asks the sandbox after each act; when all has settled, each order's refunds are counted once more."""
    with DemoShop(build) as shop:
        shop.start(0)
        shop.control.settings(refund_delay_ms=0, pending_delay_ms=0)
        shop.shop.set({"approve_refund_above": "500"})
        readers = shelves.readers(group)
        shop.place(*(one for reader in readers for one in shelves.orders_of(reader)))
        failed = node("use_cases.mjs", describe(shop, readers=readers), group)
        shop.settle()
        for number, wanted in json.loads((shop.folder / "expected.json").read_text()).items():
            if wanted is not None and shop.refunds(number) != wanted:
                print(f"NOT ok  {number}: the sandbox gave back {shop.refunds(number)} at the end, not {wanted}")
                failed = 1
    return failed


def on_demo(build, parts, out):
    failed = 0
    with DemoShop(build) as shop:
        shop.start(0)
        shop.fill()
        if "axe" in parts:
            failed |= node("axe.mjs", base(shop), "owner", PASSWORDS["owner"])
        if "screenshots" in parts:
            failed |= node("screenshots.mjs", base(shop), "owner", PASSWORDS["owner"], out)
        if "walk" in parts:
            failed |= node("walk.mjs", base(shop), "staff", PASSWORDS["staff"])
    return failed


def main(build, what):
    if not (HERE / "node_modules").is_dir():
        print(f"{HERE}/node_modules is missing: run npm ci there first (./test does it)", file=sys.stderr)
        return 1
    out = what[what.index("screenshots") + 1] if "screenshots" in what else None
    failed = 0
    for part in what:
        if part.startswith("use_cases_"):
            failed |= use_cases(build, part.removeprefix("use_cases_"))
    demo = [part for part in what if part in ("axe", "screenshots", "walk")]
    if demo:
        failed |= on_demo(build, demo, out)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
