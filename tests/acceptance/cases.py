"""The register of acceptance cases: a case is a function with a World on one engine, named as ctest lists it."""

CASES = {}


def case(name, **world):
    """Registers a case; `world` are options of World. world=None: the case builds its own."""

    def register(function):
        CASES[name] = (function, world)
        return function

    return register


def equal(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: wanted {wanted!r}, found {found!r}")


def check(condition, what):
    if not condition:
        raise AssertionError(what)
