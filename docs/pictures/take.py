#!/usr/bin/env python3
"""Takes the pictures of docs/ anew, of a demo shop that is filled for them: docs/pictures/take.py [--build BUILD] [NAME …]
The one of the tutorial: tests/docs/run_tutorial.py BUILD --picture docs/pictures/tutorial.png"""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parents[1] / "tests"
sys.path[:0] = [str(HERE), str(TESTS / "demo"), str(TESTS / "acceptance")]

from shop import DemoShop, PEOPLE  # noqa: E402
from smaller import smaller  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description="Takes the pictures of docs/ anew.")
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--build", default=str(HERE.parents[1] / "build"))
    options = parser.parse_args()
    with DemoShop(options.build) as shop:
        shop.start(0)
        shop.fill()
        passwords = shop.folder / "passwords.json"
        passwords.write_text(json.dumps({login: password for login, _, _, password in PEOPLE}))
        failed = subprocess.call(["node", HERE / "take.mjs", f"http://127.0.0.1:{shop.shop.port}", HERE, passwords, *options.names])
    for picture in sorted(HERE.glob("*.png")):
        smaller(picture)
    return failed


if __name__ == "__main__":
    sys.exit(main())
