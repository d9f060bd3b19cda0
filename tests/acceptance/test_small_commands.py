"""The commands of the terminal that no other case uses: users, roles, what is known of plugins, and the plugin's reports, figures and readings."""

import json

from cases import case, check, equal
from test_commands import Terminal
from test_reports import one_settlement, run_command
from world import PLUGIN, Shopadmin


def people(world):
    listed = lambda: {one["login"]: one["role"] for one in json.loads(world.shop.command("user", "list", "--json").stdout)}
    equal(listed(), {"olga": "owner", "adam": "administrator", "jana": "staff"}, "the users")
    world.shop.command("user", "role", "jana", "administrator")
    equal(listed()["jana"], "administrator", "the new role")
    world.shop.command("user", "role", "jana", "staff")
    jana = world.staff()
    world.shop.command("user", "passwd", "jana", "--password-stdin", input="another long password\n")
    check(jana.go("/orders").address.startswith("/login"), "a new password ends what was logged in with the old one")
    jana.password = "another long password"
    check(jana.log_in().page.status == 200, "and counts from now on")
    refused = world.shop.command("user", "role", "nobody", "staff", check=False)
    check(refused.returncode == 1 and "nobody" in refused.stderr, f"an unknown login is named: {refused.returncode} {refused.stderr}")


def roles(world):
    may = lambda: world.shop.command("role", "list", "staff", *world.shop.plugin_words()).stdout
    check("audit.view" not in may(), "staff do not read the audit")
    world.shop.command("role", "grant", "staff", "audit.view", *world.shop.plugin_words())
    check("audit.view" in may(), "until the owner lets them")
    check(world.shop.command("role", "grant", "staff", "no.such.right", *world.shop.plugin_words(), check=False).returncode != 0, "an unknown permission is refused")


def plugins(world):
    equal(world.shop.command("plugin", "trust", "list").stdout.count("\n"), 1, "nobody is trusted by default, and a line says so")
    elsewhere = Shopadmin(world.programs, world.folder / "elsewhere")
    elsewhere.command("plugin", "run", PLUGIN, "tasks", "--plugin", world.shop.package)  # the plugin was here once
    elsewhere.command("plugin", "forget", PLUGIN)
    again = elsewhere.command("plugin", "forget", PLUGIN, check=False)
    check(again.returncode == 1 and PLUGIN in again.stderr, f"it is forgotten once: {again.returncode} {again.stderr}")


def reports(world, terminal):
    """A settlement that is brought as a file is the one that was read at night; a report is asked for once under its id."""
    made, *_ = one_settlement(world)
    kept = next(one for one in run_command(world, "report-list")["reports"] if "SETTLEMENT" in one["type"] and one["kept"])
    path = world.folder / "settlement.txt"
    path.write_text(run_command(world, "report-download", f"id={kept['id']}")["text"])
    before = run_command(world, "settlement", f"settlement={made['settlement_id']}")
    terminal.json("settlement-import", f"@{path}", "--as", "adam")
    world.settle()
    equal(run_command(world, "settlement", f"settlement={made['settlement_id']}")["net_minor"], before["net_minor"], "read again, counted once")
    wish = ("report", "request", "REFUND_DATA", "--from", "2026-01-01", "--to", "2026-01-31", "--id", "a" * 32, "--as", "adam")
    for _ in range(2):
        terminal.json(*wish)
    world.settle()
    equal(world.control.get("/requests")["by_operation"]["createReport"], {"201": 1}, "Amazon was asked once")


def figures(world, terminal):
    names = [one["name"] for one in terminal.json("metrics")["metrics"]]
    check("calls_total" in " ".join(names) and len(names) > 5, f"figures for the monitoring: {names}")
    asked = lambda: world.control.get("/requests")["by_operation"]["getChargePermission"]["200"]
    before = asked()
    told = terminal.json("after-restore", "--backup-ms", "1")
    equal((told["marked"], told["text"]), (2, "2 payments are read from Amazon before money moves for them.\n"), "what it says")
    for number in ("S-1", "S-2"):
        terminal.json("sync", number, "--as", "jana")
    world.settle()
    check(asked() >= before + 2, "and they are")


@case("small_commands_do_what_they_say")
def small(world):
    terminal = Terminal(world)
    people(world)
    roles(world)
    plugins(world)
    world.shop.command("user", "passwd", "jana", "--password-stdin", input="correct horse battery\n")
    world.browsers.clear()
    reports(world, terminal)
    figures(world, terminal)
