"""The commands of the plugin as words of shopadmin: help and example of each, and the acts of the buttons with their exit codes."""

import json
import os
import pty
import re
import select
import subprocess
import time

from cases import case, check, equal
from orders import order
from processes import clean_environment
from test_connection import id_of_uploaded


class Terminal:
    """shopadmin amazonpay … of a world: (exit code, JSON or text)."""

    def __init__(self, world):
        self.world = world

    def __call__(self, *words, **more):
        return self.world.shop.command("amazonpay", *words, check=False, **more)

    def json(self, *words, code=0):
        done = self(*words, "--json")
        equal(done.returncode, code, f"exit code of {words}: {done.stdout[-800:]} {done.stderr[-800:]}")
        return json.loads(done.stdout)

    def act(self, *words, code=0, login="jana"):
        return self.json(*words, "--as", login, "--yes", code=code)


def typed_on_a_terminal(world, words, answer):
    """The command with a terminal as standard input: what it printed and its exit code."""
    ours, theirs = pty.openpty()
    command = [str(word) for word in (world.programs.shopadmin, *world.shop._where(), "amazonpay", *words)]
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=clean_environment(), start_new_session=True)
    os.close(theirs)
    said, sent, deadline = "", False, time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                said += os.read(ours, 4096).decode()
            except OSError:
                break
        if "to do it:" in said and not sent:
            os.write(ours, (answer + "\n").encode())
            sent = True
    os.close(ours)
    return child.wait(10), said


def every_command_explains_itself(world, terminal):
    commands = json.loads(world.shop.command("plugin", "commands", "--plugin", world.shop.package, "--json").stdout)
    check(len(commands) > 35, f"{len(commands)} commands")
    helps = terminal("--help").stdout
    check("Exit codes:" in helps, "the exit codes are listed")
    families = {name.split("-")[0] for name in ("key-list", "bulk-check", "report-list")}
    for command in commands:
        family = command["name"].split("-")[0]
        words = command["name"].split("-", 1) if family in families else [command["name"]]
        done = terminal(*words, "--help")
        equal(done.returncode, 0, f"help of {words}")
        check(command["help"][:30] in re.sub(r"\s+", " ", done.stdout), f"help of {words}: {done.stdout}")
        check(f"Example:\n  shopadmin amazonpay {' '.join(words)}" in done.stdout, f"example of {words}: {done.stdout}")


def acts(world, terminal):
    status = terminal.json("status", "CMD-1")
    equal((status["word"], status["figures"]["collected_minor"], status["next"] is None or "label" in status["next"]), ("captured", 7500, True), "status")
    check("Safe to ship?" in terminal("status", "CMD-1").stdout, "status for people")
    equal(terminal("status", "NO-SUCH").returncode, 4, "not found")
    equal(terminal("status").returncode, 2, "wrong usage")
    equal(terminal("nonsense").returncode, 2, "no such command")
    equal(terminal("refund", "CMD-1", "5.00", "--yes").returncode, 2, "who acts must be named")
    equal(terminal("refund", "CMD-1", "5.00", "--as", "jana").returncode, 2, "without a terminal nobody can type the sum")

    plan = terminal.json("refund", "CMD-1", "5.00", "--as", "jana", "--dry-run")
    equal((plan["amount_minor"], plan["confirm"]["type"]), (500, "5.00"), "dry run")
    code, said = typed_on_a_terminal(world, ["refund", "CMD-1", "5.00", "--as", "jana"], "50.0")
    check(code == 3 and "Nothing was done" in said, f"another sum typed: {code} {said}")
    world.settle()
    equal(world.refunds("CMD-1"), [], "nothing moved so far")
    code, said = typed_on_a_terminal(world, ["refund", "CMD-1", "5.00", "--as", "jana", "--wait", "--operation-id", "typed-0001"], "5.00")
    check(code == 0 and "done" in said, f"the sum typed: {code} {said}")
    equal(world.refunds("CMD-1"), [500], "one refund")

    again = terminal.act("refund", "CMD-1", "5.00", "--operation-id", "typed-0001", "--wait")
    equal((again["repeated"], again["state"]), (True, "done"), "the same operation is the same act")
    equal(terminal.json("operation", "typed-0001")["state"], "done", "what became of it")
    terminal.act("refund", "CMD-1", "6.00", "--operation-id", "typed-0001", code=5)
    terminal.act("refund", "CMD-2", "5.00", "--operation-id", "typed-0001", code=5)
    equal(terminal.act("refund", "CMD-1", "9000", code=3)["failed"], "refused", "above the limit")
    equal(terminal.act("refund", "CMD-1", "1.00", "--currency", "GBP", code=3)["failed"], "refused", "another currency")
    terminal.act("refund", "CMD-1", "much", code=3)
    terminal.act("refund", "CMD-1", "1.00", "--reason", "because", code=2)
    lines = terminal.act("refund", "CMD-1", "--lines", "2:2", "--wait")
    equal(lines["intents"][0]["amount_minor"], 1000, "two pieces of a line")
    equal(world.refunds("CMD-1"), [500, 1000], "both refunds, each once")

    equal(terminal.act("capture", "CMD-2", "30.00", "--wait")["state"], "done", "capture")
    equal(world.moved("CMD-2", "capture"), [3000], "captured")
    equal(terminal.act("cancel", "CMD-3", "--wait")["state"], "done", "cancel")
    equal(world.moved("CMD-3", "cancel"), [7500], "the reservation is released")
    equal(terminal.act("close", "CMD-3", "--wait")["state"], "done", "close")
    world.shop.set({"approve_refund_above": "10"})
    waiting = terminal.act("refund", "CMD-1", "20.00", "--operation-id", "needs-two-people", code=6)
    equal(waiting["state"], "waits_for_approval", "above the threshold")
    terminal.act("approve", "CMD-1", "needs-two-people", code=3)
    check("Do not approve" in terminal("reject", "CMD-1", "needs-two-people", "--as", "adam", "--dry-run").stdout, "the plan of saying no")
    terminal.act("approve", "CMD-1", "needs-two-people", login="adam")
    equal(terminal.json("operation", "needs-two-people", "--wait")["state"], "done", "approved and done")
    terminal.act("refund", "CMD-1", "11.00", "--operation-id", "not-wanted-1", code=6)
    terminal.act("reject", "CMD-1", "not-wanted-1", "--note", "no", login="adam")
    equal(terminal.json("operation", "not-wanted-1", code=3)["state"], "withdrawn", "rejected")
    terminal.act("refund", "CMD-1", "12.00", "--operation-id", "taken-back-1", code=6)
    terminal.act("take-back", "CMD-1", "taken-back-1")
    equal(world.refunds("CMD-1"), [500, 1000, 2000], "nothing else moved")


def reading_and_bulk(world, terminal):
    equal(terminal.json("sync", "CMD-1")["read"], 1, "one order read")
    world.control.seller_central(act="refund", charge_permission_id=world.references["CMD-4"], amount="3.00")
    found = terminal.json("reconcile", "CMD-4", code=1)
    equal((found["drift"], found["orders"][0]["drift_minor"], len(found["orders"][0]["tasks"])), (1, 300, 1), f"drift is found and has a task: {found}")
    many = terminal("reconcile", "--days", "7", "--json")
    equal((many.returncode, json.loads(many.stdout)["read"], json.loads(many.stdout)["drift"]), (1, len(world.references), 1), f"all of the last days: {many.stdout[-500:]}")
    check(" of " in many.stderr, f"how far it is: {many.stderr}")
    world.shop.set({"approve_refund_above": ""})
    rows = world.folder / "rows.csv"
    rows.write_text("order,amount,currency,note\nCMD-4,1.00,EUR,x\nCMD-2,1.00,EUR,y\n")
    job = terminal.json("bulk", "check", "refund", f"@{rows}", "--as", "jana")["job"]
    done = terminal.json("bulk", "start", job, "EUR:2.00", "--as", "jana", "--wait")
    equal((done["state"], done["done"]), ("done", 2), "a bulk job with --wait")
    check("CMD-4" in terminal("bulk", "result", job).stdout, "its rows")
    check(any(one["job"] == job for one in terminal.json("bulk", "list")["jobs"]), "the list of jobs")
    for words in (["tasks"], ["health"], ["transactions", "--rows", "5"], ["orphans"], ["settlements"], ["report", "list"], ["bulk", "status", job]):
        check("text" in terminal.json(*words), f"{words} reads")
    for words in (["settlement", "none"], ["booking", "none"], ["report", "download", "none"], ["bulk", "pause", "none"], ["bulk", "resume", "none"], ["bulk", "stop", "none"], ["bulk", "approve", "none"],
                  ["bulk", "reject", "none"], ["task-close", "none", "--note", "x"]):
        equal(terminal(*words).returncode, 4, f"{words} finds nothing")


def keys_and_doctor(world, terminal):
    world.merchant_id = world.account["merchant_id"]
    equal(terminal("key", "list", "--as", "jana").returncode, 3, "staff may not see the keys")
    keys = terminal.json("key", "list")["keys"]
    equal([(one["place"], one["has_private_key"]) for one in keys], [("sandbox", True)], "the key in use")
    made = terminal.json("key", "new")
    check(made["public_key"].startswith("-----BEGIN PUBLIC KEY-----") and "PRIVATE" not in json.dumps(made), "only the public half is shown")
    equal(terminal("key", "switch").returncode, 3, "an untested key is not used")
    new_id = id_of_uploaded(world, made["public_key"], "Sandbox")
    terminal.json("key", "id", new_id)
    equal(terminal.json("key", "test")["accepted"], True, "the new key works beside the old one")
    terminal.json("key", "switch")
    equal(terminal.json("key", "list")["keys"][0]["public_key_id"], new_id, "the new key is in use")
    equal(terminal.json("connection-test")["good"], True, "and accepted")
    seen = terminal.json("doctor")
    levels = {one["id"]: one["level"] for one in seen["checks"]}
    equal((seen["ok"], levels["dns"], levels["tls"], levels["key"], levels["topic"]), (True, "good", "good", "good", "wait"), f"doctor: {seen['text']}")
    broken = terminal.json("doctor", "--address", "http://shop.example.com/webhooks", code=1)
    check(any(one["id"] == "address" and one["level"] == "stop" and one["advice"] for one in broken["checks"]), "an address Amazon would not call")
    terminal.json("key", "new")
    terminal.json("key", "drop")
    world.sandbox.stop()
    away = terminal.json("doctor", code=1)
    check(any(one["id"] == "tls" and one["level"] == "stop" for one in away["checks"]), f"Amazon is away: {away['text']}")
    equal(terminal("sync", "CMD-1").returncode, 8, "unavailable")


@case("commands_do_what_the_buttons_do")
def commands(world):
    world.place(order("CMD-1", payment="Captured"), order("CMD-2"), order("CMD-3"), order("CMD-4", payment="Captured"), *[order(f"CMD-{n}", payment="Captured") for n in range(5, 16)])
    terminal = Terminal(world)
    every_command_explains_itself(world, terminal)
    acts(world, terminal)
    reading_and_bulk(world, terminal)
    keys_and_doctor(world, terminal)
