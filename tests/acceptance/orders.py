"""Orders for tests and the demo: paid at the sandbox the way a buyer pays, then handed to the shop as a JSON import with the payment's references.

    shelf = [order("A-1", lines=[line("1", "Teapot", 2, 2500)]), …]
    paid = pay(sandbox, public_key_id, shelf)          # sets reference, charge_id
    import_json(world, shelf)
"""

import time

DECIMALS = {"JPY": 0}


def line(identity, title, quantity, unit_price_minor, sku=None, tax_rate_bp=1900):
    return {"id": identity, "sku": sku or f"SKU-{identity}", "title": title, "quantity": quantity, "unit_price_minor": unit_price_minor,
            "tax_rate_bp": tax_rate_bp}


def order(number, lines=None, currency="EUR", shipping_minor=0, discount_minor=0, state="new", buyer=None, country="DE", city="Berlin", locale="de",
          payment="Authorized", intent="Authorize", method="amazon_pay", age_s=0, capture_minor=None):
    """`payment` is the state the sandbox brings the money into; `state` is the shop's. Both belong to a test, `pay` takes payment's part away."""
    lines = lines or [line("1", "Teapot", 1, 2500), line("2", "Cup", 4, 500), line("3", "Tray", 1, 3000)]
    name = (buyer or {}).get("name", "Erika Beispiel")
    email = (buyer or {}).get("email", "erika@shop.example")
    total = sum(one["quantity"] * one["unit_price_minor"] for one in lines) - discount_minor + shipping_minor
    address = {"name": name, "line1": "Musterweg 1", "postal_code": "10115", "city": city, "country_code": country}
    shop = {"number": number, "created_ms": int(time.time() * 1000) - age_s * 1000, "currency": currency, "locale": locale, "state": state,
            "buyer": {"name": name, "email": email, "phone": (buyer or {}).get("phone", "030 123456")},
            "addresses": {"billing": address, "shipping": address}, "lines": lines, "discount_minor": discount_minor,
            "shipping_minor": shipping_minor,
            "payment": {"method": method, "at_checkout": {"Authorize": "authorize", "AuthorizeWithCapture": "authorize_with_capture"}.get(intent, "confirm")}}
    return {"shop": shop, "total_minor": total, "payment": payment, "intent": intent, "age_s": age_s, "capture_minor": capture_minor}


def amount_text(minor, currency):
    decimals = DECIMALS.get(currency, 2)
    return str(minor) if decimals == 0 else f"{minor // 100}.{minor % 100:02d}"


def pay(sandbox, public_key_id, orders):
    """What the buyers did at Amazon. Orders of another payment method are left alone."""
    mine = [one for one in orders if one["shop"]["payment"]["method"] == "amazon_pay"]
    wanted = []
    for one in mine:
        currency = one["shop"]["currency"]
        body = {"public_key_id": public_key_id, "amount": amount_text(one["total_minor"], currency), "currency": currency, "intent": one["intent"],
                "merchant_reference_id": one["shop"]["number"], "state": one["payment"],
                "buyer": {"name": one["shop"]["buyer"]["name"], "email": one["shop"]["buyer"]["email"]}}
        if one["age_s"]:
            body["age_s"] = one["age_s"]
        if one["capture_minor"]:
            body["capture_amount"] = amount_text(one["capture_minor"], currency)
        wanted.append(body)
    for start in range(0, len(wanted), 100):
        for one, made in zip(mine[start:start + 100], sandbox.orders(wanted[start:start + 100])):
            payment = one["shop"]["payment"]
            # a buyer who has not finished has no charge permission yet: the shop knows the checkout session only
            payment["reference"] = made["charge_permission_id"] or made["checkout_session_id"]
            if made["charge_id"]:
                payment["charge_id"] = made["charge_id"]
    return orders
