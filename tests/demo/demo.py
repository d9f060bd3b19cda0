#!/usr/bin/env python3
"""The demo shop behind ./run: starts it and keeps it (serve), starts it afresh (reset), or walks through it and verifies (check)."""

import argparse
import pathlib
import signal
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "acceptance")]

import seed  # noqa: E402
import walk  # noqa: E402
from processes import Died, is_free  # noqa: E402
from shop import DemoShop, PEOPLE  # noqa: E402


def interrupted(*_):
    raise KeyboardInterrupt


def serve(shop, port, reset):
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, interrupted)
    try:
        with shop:
            if shop.start(port if is_free(port) else 0, reset):
                print("Filling the demo shop …", flush=True)
                print(f"{len(shop.fill())} orders are there.")
            tell(shop)
            watch(shop)
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def tell(shop):
    print(f"\n  Shop administration   http://127.0.0.1:{shop.shop.port}/")
    for login, _, role, password in PEOPLE:
        print(f"  {role:<21} {login:<8} {password}")
    pages = shop.sandbox.control.base.removesuffix("/control")
    if not shop.connects:
        print(f"\n  Not connected yet. The keys are at {pages}/integration (a test Seller Central); paste them under Amazon Pay, Connection.\n")
    print(f"  Amazon’s side         {pages}/ (a test Seller Central, checkout and new orders; API: https://127.0.0.1:{shop.sandbox.port}/)")
    print(f"  Data and logs         {shop.folder}\n\nCtrl-C stops everything; the data stays.", flush=True)


def watch(shop):
    while True:
        time.sleep(1)
        for part in (shop.sandbox, shop.shop):
            if not part.process.alive():
                raise Died(f"{part.process.name} ended by itself:\n{part.process.tail()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["serve", "reset", "check"])
    parser.add_argument("--build", default="build")
    parser.add_argument("--data", default=".demo", type=pathlib.Path)
    parser.add_argument("--port", default=8080, type=int)
    parser.add_argument("--unconnected", action="store_true", help="serve: a shop that nobody has connected to its Amazon account yet; afresh each time")
    options = parser.parse_args()
    if options.mode == "check":
        return walk.check(options.build)
    try:
        return serve(DemoShop(options.build, options.data, connects=not options.unconnected), options.port, options.mode == "reset")
    except Died as problem:
        print(f"The demo shop could not start. {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
