#!/usr/bin/env python3
"""Starts a fresh shop on free ports and runs the browser's scripts on it; README.md lists them. usage: run.py BUILD PART [NAME], run.py BUILD screenshots OUTDIR [NAME]"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "demo"), str(HERE.parent / "acceptance")]

import hand_cases  # noqa: E402
import pages  # noqa: E402
import poison  # noqa: E402
import screenshots  # noqa: E402
import secrets_on_pages  # noqa: E402
import shelves  # noqa: E402
import states  # noqa: E402
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


def use_cases(build, group, *only):
    """The script clicks and asks the sandbox after each act; when all has settled, each order's refunds are counted once more."""
    with DemoShop(build) as shop:
        shop.start(0)
        shop.control.settings(refund_delay_ms=0, pending_delay_ms=0)
        shop.shop.set({"approve_refund_above": "500"})
        readers = shelves.readers(group)
        shop.place(*(one for reader in readers for one in shelves.orders_of(reader)))
        more = hand_cases.prepare(shop, readers[0]["prefix"]) if group == "keys" else {}
        failed = node("use_cases.mjs", describe(shop, readers=readers, **more), group, *only)
        shop.settle()
        expected = shop.folder / "expected.json"
        for number, wanted in json.loads(expected.read_text() if expected.exists() else "{}").items():
            if wanted is not None and shop.refunds(number) != wanted:
                print(f"NOT ok  {number}: the sandbox gave back {shop.refunds(number)} at the end, not {wanted}")
                failed = 1
    return failed


def look(build, how, out=None, only=""):
    """Every page there is, also those of odd states and of an empty shop; how: a language, or screenshots."""
    with DemoShop(build) as shop:
        shop.start(0)
        made = shop.fill()
        states.prepare(shop, made)
        empty, newcomer = states.empty_shop(shop)
        try:
            found, _ = states.all_pages(shop, made, empty, newcomer)
            found = [one for one in found if only in one["name"]]
            if how == "screenshots":
                return screenshots.take(found, out, lambda *words: node("look.mjs", describe(shop, pages=found, out=str(out)), *words))
            return node("look.mjs", describe(shop, pages=found), "1440", "light", how, "axe", "dark", "guards", "keyboard")
        finally:
            empty.stop()


def poisoned(build):
    with DemoShop(build) as shop:
        shop.start(0)
        shop.control.settings(refund_delay_ms=0, pending_delay_ms=0)
        shop.place(*poison.shelf())
        poison.act_out(shop)
        found = pages.discover(shop.new_browser("owner"), ("/orders", *(f"/orders?q=P-{at}" for at in range(1, 6)), "/audit"))
        failed = 0
        for address, text in found.texts.items():
            for one in (poison.MARKUP, "<b title=poison>", "<svg onload"):
                if one in text and address not in found.downloads:
                    print(f"NOT ok  {address} holds {one} unescaped")
                    failed = 1
        wanted = [one | {"base": base(shop), "who": "owner", "shows": poison.shown(found.texts[one["address"]])} for one in found.pages]
        wanted += [one | {"base": base(shop), "who": "owner"} for one in poison.asked()]
        for text in poison.TEXTS:
            if sum(text in one.get("shows", []) for one in wanted) < 4:
                print(f"NOT ok  fewer than four pages show {text!r}: the test lost its poison")
                failed = 1
        listed = describe(shop, pages=wanted, marks=[poison.TURNED])
        for width, scheme in (("390", "light"), ("1440", "light")):
            failed |= node("look.mjs", listed, width, scheme, "en", "poison")
    return failed


def secrets(build):
    with DemoShop(build) as shop:
        shop.start(0)
        shop.fill()
        told = secrets_on_pages.check(shop)
        print(*told, sep="\n")
    return 1 if told else 0


def walk(build):
    with DemoShop(build) as shop:
        shop.start(0)
        shop.fill()
        shop.control.fault(operation="createRefund", kind="delay", delay_ms=700, count=1_000_000)  # a job of eight rows is still there when its page is
        return node("walk.mjs", base(shop), "staff", PASSWORDS["staff"])


def first_steps(build):
    """A shop that nobody has connected yet: its orders were paid, its owner comes for the first time."""
    with DemoShop(build, connects=False) as shop:
        shop.start(0)
        shop.fill()
        return node("first_steps.mjs", describe(shop, integration=shop.control.base.removesuffix("/control") + "/integration"))


PARTS = {"first_steps": first_steps, "walk": walk, "poison": poisoned, "secrets": secrets}


def main(build, part, *further):
    if not (HERE / "node_modules").is_dir():
        print(f"{HERE}/node_modules is missing: run npm ci there first (./test does it)", file=sys.stderr)
        return 1
    if part.startswith("use_cases_"):
        return use_cases(build, part.removeprefix("use_cases_"), *further)
    if part == "screenshots":
        return look(build, part, pathlib.Path(further[0]).resolve(), *further[1:])
    return look(build, part.removeprefix("look_"), None, *further) if part.startswith("look_") else PARTS[part](build)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
