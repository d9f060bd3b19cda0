#!/usr/bin/env python3
"""T21 for ctest: real orders where they lie beside the project, else a small composed file of the same form; both against figures worked out beforehand."""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
REAL = HERE.parents[2] / "shared/data/online-retail-orders.csv.gz"
FIGURES_OF_REAL = {"orders": 359, "captured_minor": 23667306, "refunds": 68, "orders_refunded": 59, "refunded_minor": 8773802, "reported_lines": 27,
                   "reported_minor": 77250}
FIGURES_OF_SMALL = {"orders": 5, "captured_minor": 42250, "refunds": 6, "orders_refunded": 5, "refunded_minor": 26025, "reported_lines": 3,
                    "reported_minor": 17945}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--engine", default="sqlite")
    options = parser.parse_args()
    path, wanted = (REAL, FIGURES_OF_REAL) if REAL.exists() else (HERE / "small.csv", FIGURES_OF_SMALL)
    if path is not REAL:
        print(f"{REAL.name} is not here; using the small composed file {path.name}")
    done = subprocess.run([HERE / "run", path, "--build", options.build, "--engine", options.engine], stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    if done.returncode != 0:
        return done.returncode
    found = json.loads(done.stdout.strip().splitlines()[-1])
    wrong = {name: (found.get(name), value) for name, value in wanted.items() if found.get(name) != value}
    if wrong:
        print(f"found and wanted differ: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
