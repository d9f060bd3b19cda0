"""The orders the browser's use cases need: each reader (a role, a language, a way to work) has orders of its own, so that all can work at the same time."""

from orders import line, order

SIX_WAYS = ["above", "cancelOrder", "cancelLine", "deleteLine", "deleteOrder"]
BY_HAND = ["manualCancelOrder", "manualCancelLine", "manualDeleteLine", "manualDeleteOrder"]
FURTHER = ["capture", "capturePart", "release", "close", "drift", "approval", "bulk"]
BROUGHT_TO = {"capture": "Authorized", "capturePart": "Authorized", "release": "Authorized", "close": "Authorized"}  # else: Captured


def reader(group, login, locale, way, cases):
    return {"group": group, "login": login, "locale": locale, "way": way, "cases": cases, "prefix": f"{login[0].upper()}{locale.upper()}{way[0].upper()}-"}


def readers(group):
    roles = ("owner", "admin", "staff")
    if group in ("en", "ja"):
        return [reader(group, login, group, "mouse", SIX_WAYS + BY_HAND + (FURTHER if group == "en" or login == "staff" else [])) for login in roles]
    if group == "keys":
        return [reader(group, "staff", "en", "keys", SIX_WAYS + ["manualCancelOrder", "capture", "bulk"])]
    return [reader(group, "staff", "en", "plain", SIX_WAYS + BY_HAND + ["capture", "approval", "bulk"])]


def orders_of(one):
    made = []
    for case in one["cases"]:
        lines = [line("1", "Greenhouse", 1, 60000)] if case == "approval" else [line("1", "Teapot", 1, 2500), line("2", "Cup", 4, 500), line("3", "Tray", 1, 3000)]
        names = [case, "bulk2"] if case == "bulk" else [case]
        made += [order(one["prefix"] + name, lines, payment=BROUGHT_TO.get(case, "Captured")) for name in names]
    return made
