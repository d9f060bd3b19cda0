"""The orders the browser's use cases need: each reader (a role, a language, a way to work) has orders of its own, so that all can work at the same time."""

from orders import line, order

SIX_WAYS = ["above", "cancelOrder", "cancelLine", "deleteLine", "deleteOrder"]
BY_HAND = ["manualCancelOrder", "manualCancelLine", "manualDeleteLine", "manualDeleteOrder"]
FURTHER = ["capture", "capturePart", "release", "close", "drift", "approval", "bulk"]
FEW = ["capture", "approval", "bulk"]
HAND_CASES = ["refuse", "uncertain", "sendAgain", "dispute", "orphanLink", "orphanClose", "orphanIgnore", "bulkHalt", "connection", "taskNoted"]  # the rest of what can be done, for the keyboard alone
NO_ORDER = ["orphanLink", "orphanClose", "orphanIgnore", "connection"]  # hand_cases.py makes what these need
BROUGHT_TO = {"capture": "Authorized", "capturePart": "Authorized", "release": "Authorized", "close": "Authorized"}  # else: Captured


def reader(group, login, locale, way, cases):
    return {"group": group, "login": login, "locale": locale, "way": way, "cases": cases, "prefix": f"{login[0].upper()}{locale.upper()}{way[0].upper()}-"}


def readers(group):
    if group in ("every_en", "every_ja"):
        return [reader(group, login, group.removeprefix("every_"), "mouse", SIX_WAYS + BY_HAND + FURTHER) for login in ("owner", "admin", "staff")]
    if group in ("en", "ja"):  # the ways money goes back as every role; what does not differ between roles as staff, and asking a second person as two of them
        more = {"owner": ["approval"], "admin": [], "staff": BY_HAND + (FURTHER if group == "en" else FEW)}
        return [reader(group, login, group, "mouse", SIX_WAYS + BY_HAND[:1] * (login != "staff") + cases) for login, cases in more.items()]
    if group == "keys":
        return [reader(group, "staff", "en", "keys", SIX_WAYS + BY_HAND[:1] + FURTHER + HAND_CASES)]
    return [reader(group, "staff", "en", "plain", SIX_WAYS + BY_HAND + FEW)]


def orders_of(one):
    made = []
    for case in one["cases"]:
        if case in NO_ORDER:
            continue
        lines = [line("1", "Greenhouse", 1, 60000)] if case in ("approval", "refuse") else [line("1", "Teapot", 1, 2500), line("2", "Cup", 4, 500), line("3", "Tray", 1, 3000)]
        names = [case, f"{case}2"] if case in ("bulk", "bulkHalt") else [case]
        made += [order(one["prefix"] + name, lines, payment=BROUGHT_TO.get(case, "Captured")) for name in names]
    return made
