"""Reads invoices of the Online Retail form and turns purchases into orders. Amounts are pence; a file that cannot be read that way is refused with the line."""

import csv
import gzip
import io
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
COUNTRIES = {"United Kingdom": "GB", "France": "FR", "Germany": "DE", "Netherlands": "NL", "Belgium": "BE", "Spain": "ES", "Portugal": "PT", "Italy": "IT",
             "Switzerland": "CH", "Austria": "AT", "Norway": "NO", "Sweden": "SE", "Denmark": "DK", "Finland": "FI", "Japan": "JP", "USA": "US",
             "Australia": "AU", "Cyprus": "CY", "Greece": "GR", "Iceland": "IS", "Poland": "PL", "Singapore": "SG", "Lebanon": "LB", "Bahrain": "BH",
             "Saudi Arabia": "SA", "Channel Islands": "GB", "EIRE": "IE", "Israel": "IL", "Malta": "MT", "Lithuania": "LT", "Canada": "CA",
             "Brazil": "BR", "Czech Republic": "CZ", "United Arab Emirates": "AE", "RSA": "ZA", "Hong Kong": "HK"}


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
    country: str


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
               given["InvoiceDate"], int(minor), given["CustomerID"].strip(), given["Country"].strip())


def to_orders(purchases):
    """What the shop imports. The money of old orders is still fresh at the sandbox: it was authorised today, so that it can be captured."""
    orders = []
    for invoice in purchases:
        first = invoice.rows[0]
        created_ms = int(datetime.fromisoformat(first.date).replace(tzinfo=timezone.utc).timestamp() * 1000)
        name = f"Customer {first.customer}"
        address = {"name": name, "line1": "Unknown street 1", "postal_code": "0000", "city": first.country, "country_code": COUNTRIES.get(first.country, "GB")}
        lines = [{"id": row.line_id, "sku": row.stock_code, "title": row.description, "quantity": row.quantity, "unit_price_minor": row.price_minor,
                  "tax_rate_bp": 0} for row in invoice.rows]
        total = sum(row.quantity * row.price_minor for row in invoice.rows)
        shop = {"number": invoice.number, "created_ms": min(created_ms, int(time.time() * 1000)), "currency": "GBP", "locale": "en", "state": "shipped",
                "buyer": {"name": name, "email": f"customer{first.customer}@shop.example", "phone": ""}, "billing_address": address,
                "shipping_address": address, "lines": lines, "discount_minor": 0, "shipping_minor": 0,
                "payment": {"method": "amazon_pay", "at_checkout": "authorize"}}
        orders.append({"shop": shop, "total_minor": total, "payment": "Authorized", "intent": "Authorize", "age_s": 0, "capture_minor": None})
    return orders
