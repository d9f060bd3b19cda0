"""Reads invoices of the Online Retail form. Amounts are pence; a file that cannot be read that way is refused with the line."""

import csv
import gzip
import io
import sys
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from orders import line, order

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")


@dataclass
class Row:
    invoice: str
    line_id: str
    stock_code: str
    description: str
    quantity: int  # always positive; the invoice tells which way
    date: str
    price_minor: int
    customer: str


@dataclass
class Invoice:
    number: str
    rows: list = field(default_factory=list)

    @property
    def date(self):
        return self.rows[0].date


def read_invoices(path):
    """(purchases, cancellations), each in time order."""
    raw = gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb")
    invoices = {}
    with raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text)
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            sys.exit(f"{path}: the first line has to name the columns {', '.join(COLUMNS)}")
        for given in reader:
            invoice = invoices.setdefault(given["InvoiceNo"], Invoice(given["InvoiceNo"]))
            try:
                row = row_of(given, str(len(invoice.rows) + 1))
            except (ValueError, InvalidOperation, TypeError) as error:
                sys.exit(f"{path}, line {reader.line_num}: {error}")
            if row is not None:
                invoice.rows.append(row)
    used = sorted((invoice for invoice in invoices.values() if invoice.rows), key=lambda invoice: (invoice.date, invoice.number))
    return [one for one in used if not one.number.startswith("C")], [one for one in used if one.number.startswith("C")]


def row_of(given, line_id):
    quantity, minor = int(given["Quantity"]), Decimal(given["UnitPrice"]) * 100
    if minor != minor.to_integral_value() or minor < 0:
        raise ValueError(f"UnitPrice {given['UnitPrice']} is not an amount in pounds and pence")
    canceled = given["InvoiceNo"].startswith("C")
    if quantity == 0 or (quantity < 0) != canceled:
        raise ValueError(f"Quantity {quantity} does not fit the invoice {given['InvoiceNo']}")
    datetime.fromisoformat(given["InvoiceDate"])
    return Row(given["InvoiceNo"], line_id, given["StockCode"].strip(), given["Description"].strip() or given["StockCode"], abs(quantity),
               given["InvoiceDate"], int(minor), given["CustomerID"].strip())


def to_orders(purchases):
    """What the buyers pay. It is authorised today, so that it can still be captured, whatever the date of the invoice."""
    return [order(invoice.number, [line(row.line_id, row.description, row.quantity, row.price_minor) for row in invoice.rows], currency="GBP",
                  buyer={"name": f"Customer {invoice.rows[0].customer}"}) for invoice in purchases]
