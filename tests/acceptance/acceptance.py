#!/usr/bin/env python3
"""Runs one acceptance case against a real sandbox and a real shopadmin:

    acceptance.py CASE --build BUILD [--engine sqlite|postgresql] [--keep]
    acceptance.py --list
"""

import argparse
import sys
import time

import cases
import test_api
import test_audit
import test_backup
import test_bad_input
import test_bulk
import test_bulk_killed
import test_commands
import test_connection
import test_deleting
import test_killed
import test_last_cent
import test_limits
import test_money_back
import test_notifications
import test_once
import test_operate
import test_package
import test_reports
import test_several_servers
import test_signed_notifications
import test_small_commands
import test_store_only
import test_tasks
import test_transactions
import test_two_shops
from world import World

assert all((test_api, test_commands, test_audit, test_backup, test_bad_input, test_bulk, test_bulk_killed, test_connection, test_deleting, test_killed, test_last_cent, test_limits, test_money_back, test_notifications,
            test_once, test_operate, test_package, test_reports, test_several_servers, test_signed_notifications, test_small_commands, test_store_only, test_tasks, test_transactions, test_two_shops))


def main():
    parser = argparse.ArgumentParser(description="One acceptance case against a real sandbox and a real shopadmin.")
    parser.add_argument("case", nargs="?", choices=sorted(cases.CASES))
    parser.add_argument("--build", default="build", help="the build folder")
    parser.add_argument("--engine", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--keep", action="store_true", help="keep the world's folder")
    parser.add_argument("--list", action="store_true", help="print the names of the cases")
    options = parser.parse_args()
    if options.list or not options.case:
        print(*sorted(cases.CASES), sep="\n")
        return 0
    function, further = cases.CASES[options.case]
    started = time.monotonic()
    with World(options.engine, options.build, keep=options.keep, **further) as world:
        ready = time.monotonic()
        function(world)
    print(f"{options.case} on {options.engine}: passed, {time.monotonic() - ready:.1f} s after {ready - started:.1f} s of starting")
    return 0


if __name__ == "__main__":
    sys.exit(main())
