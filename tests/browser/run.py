#!/usr/bin/env python3
"""Starts a fresh demo shop on free ports and runs the browser's scripts on it. usage: run.py BUILD [walk] [axe] [screenshots OUTDIR]"""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "demo"), str(HERE.parent / "acceptance")]

from shop import DemoShop, PEOPLE  # noqa: E402


def main(build, what):
    if not (HERE / "node_modules").is_dir():
        print(f"{HERE}/node_modules is missing: run npm ci there first (./test does it)", file=sys.stderr)
        return 1
    people = {login: password for login, _, _, password in PEOPLE}
    failed = 0
    with DemoShop(build) as shop:
        shop.start(0)
        shop.fill()
        base = f"http://127.0.0.1:{shop.shop.port}"
        if "axe" in what:
            failed |= subprocess.call(["node", HERE / "axe.mjs", base, "owner", people["owner"]])
        if "screenshots" in what:
            failed |= subprocess.call(["node", HERE / "screenshots.mjs", base, "owner", people["owner"], what[what.index("screenshots") + 1]])
        if "walk" in what:
            failed |= subprocess.call(["node", HERE / "walk.mjs", base, "staff", people["staff"]])
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
