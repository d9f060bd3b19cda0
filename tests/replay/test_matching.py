#!/usr/bin/env python3
"""The matching alone, without servers: the small file by hand."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "acceptance"))

from invoices import read_invoices, to_orders  # noqa: E402
from matching import Stock  # noqa: E402


def main():
    purchases, cancellations = read_invoices(HERE / "small.csv")
    stock, reported = Stock(purchases), []
    taken = [(one.number, {number: dict(pieces) for number, pieces in stock.take(one, reported).items()}) for one in cancellations]
    wanted = [
        # newest earlier purchase first: six of 700002, then two of 700001; the line at 2.95 and the later order 700005 are not touched
        ("C700101", {"700002": {"1": (6, 325)}, "700001": {"2": (2, 325), "1": (1, 2450)}}),
        ("C700102", {"700004": {"1": (4, 995), "2": (2, 85)}}),
        ("C700103", {"700003": {"1": (3, 4200)}}),  # eleven lamps were never bought: reported
        ("C700104", {}),                             # twenty cups are more than are left: reported as a whole
        ("C700105", {"700005": {"1": (3, 325)}, "700001": {"2": (10, 325)}}),
        ("C700106", {}),
    ]
    assert taken == wanted, taken
    assert [(row.invoice, row.stock_code) for row in reported] == [("C700103", "LAMP"), ("C700104", "CUP-4"), ("C700106", "GHOST")], reported
    print("captured", sum(one["total_minor"] for one in to_orders(purchases)),
          "refunds", sum(len(pieces) for _, pieces in taken), "orders", len({number for _, pieces in taken for number in pieces}),
          "refunded", sum(q * p for _, pieces in taken for lines in pieces.values() for q, p in lines.values()),
          "reported", sum(row.quantity * row.price_minor for row in reported))
    return 0


if __name__ == "__main__":
    sys.exit(main())
