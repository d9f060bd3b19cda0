#!/usr/bin/env python3
"""Settings by file, environment and command line: each kind of mistake is named with its line and what is allowed, all at once; the order of precedence;
every option of serve takes part; no password is shown.

    configuration.py BUILD
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

SHOPADMIN = pathlib.Path(sys.argv[1]).resolve() / "hostapi/reference/shopadmin"
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="amazonpay-configuration-"))
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("SHOPADMIN_")} | {"SHOPADMIN_CONFIG": "", "LC_ALL": "C.UTF-8"}


def equal(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}:\n  wanted {wanted!r}\n  found  {found!r}")


def run(*words, **environment):
    return subprocess.run([SHOPADMIN, *map(str, words)], capture_output=True, text=True, env=CLEAN | environment)


def file(*lines):
    path = FOLDER / "shop.conf"
    path.write_text("\n".join(lines) + "\n")
    return path


def shown(*words, **environment):
    return {one["key"]: one for one in json.loads(run(*words, "config", "show", "--json", **environment).stdout)["settings"]}


def all_mistakes_at_once():
    path = file("# a shop", "port = eighty", "prot = 8080", "workers = 99", "", "secure-cookies = maybe", "address = localhost", "time-zone = Europe/Berln", "data = /tmp/a",
                "data = /tmp/b", "certificate = /nowhere.pem", "workers", "threads =")
    wanted = ["line 2: port = eighty: wanted is a whole number from 0 to 65535.",
              "line 3: there is no setting \"prot\". Did you mean port? shopadmin config show lists all of them.",
              "line 4: workers = 99: wanted is a whole number from 0 to 64.",
              "line 6: secure-cookies = maybe: wanted is true or false.",
              "line 7: address = localhost: 'localhost' is not an IP address; use for example 127.0.0.1",
              "line 8: time-zone = Europe/Berln: there is no time zone 'Europe/Berln'; use for example --time-zone Europe/Berlin",
              "line 10: data was set before, line 9. Keep one of the two.",
              "line 11: certificate = /nowhere.pem: File does not exist: /nowhere.pem",
              "line 12: \"workers\" is no setting. Write: key = value",
              "line 13: threads has no value. Write one, or put # before the line to leave it at its default.",
              "environment SHOPADMIN_KEEP_ANSWERS: keep-answers = 0: wanted is a whole number from 1 to 3650."]
    checked = run("config", "check", path, SHOPADMIN_KEEP_ANSWERS="0")
    equal((checked.returncode, checked.stderr.replace(f"{path} ", "").splitlines()), (1, wanted), "config check")
    served = run("--config", path, "serve", SHOPADMIN_KEEP_ANSWERS="0")
    equal((served.returncode, len(served.stderr.splitlines())), (2, len(wanted) + 1), "serve refuses with the same lines and one that says what next")
    equal(pathlib.Path("/tmp/a/secret.key").exists(), False, "and touched nothing")
    equal(run("--config", path, "--help").returncode, 0, "help works all the same")


def precedence():
    path = file("port = 8001", "workers = 2", "threads = 3")
    equal({k: shown("--config", path)[k]["value"] for k in ("port", "workers", "threads")}, {"port": "8001", "workers": "2", "threads": "3"}, "the file")
    mixed = shown("--config", path, "--data", "/srv/told", SHOPADMIN_WORKERS="5", SHOPADMIN_DATA="/srv/environment")
    equal([(mixed[k]["value"], mixed[k]["source"]) for k in ("port", "workers", "data", "keep-answers")],
          [("8001", f"{path} line 1"), ("5", "environment SHOPADMIN_WORKERS"), ("/srv/told", "command line"), ("90", "default")], "where each came from")
    equal(shown(SHOPADMIN_CONFIG=str(path))["port"]["source"], f"{path} line 1", "SHOPADMIN_CONFIG names the file")


def no_secret_is_shown():
    path = file("database = postgresql://shop:geheim@db/shop?password=geheim2")
    for words in (("config", "show"), ("config", "show", "--json"), ("config", "check")):
        said = run("--config", path, *words)
        equal("geheim" in said.stdout + said.stderr, False, f"{words}: {said.stdout}")
    equal(shown("--config", path)["database"]["value"], "postgresql://shop:(not shown)@db/shop?password=(not shown)", "database")


def contradictions():
    certificate = FOLDER / "certificate.pem"
    certificate.write_text("x")
    checked = run("config", "check", file(f"certificate = {certificate}"))
    equal((checked.returncode, checked.stderr), (1, "certificate is set, key is not. HTTPS needs both: set key to the certificate's private key (PEM).\n"), "a certificate without its key")


def every_option_of_serve():
    serve = next(one for one in json.loads(run("--describe").stdout)["commands"] if one["name"] == "serve")
    options = {option["names"][-1].removeprefix("--"): option for option in serve["options"]}
    equal(sorted(set(options) - {"help"} - set(shown())), [], "options of serve that are no setting")
    for name, option in options.items():
        if name != "help":
            equal(bool(option["environment"]), True, f"the environment of {name}")


def served_from_a_file():
    data = FOLDER / "data"
    port_file = FOLDER / "port"
    path = file(f"data = {data}", "port = 0", f"port-file = {port_file}", "workers = 1", "trusted-proxy = 127.0.0.1, ::1", "time-zone = Asia/Tokyo")
    server = subprocess.Popen([SHOPADMIN, "--config", path, "serve"], env=CLEAN | {"SHOPADMIN_WORKERS": "0"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not port_file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        answer = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port_file.read_text().strip()}/login", timeout=10)
        equal(answer.status, 200, "the page of a server whose settings all stand in a file")
        equal((data / "shopadmin.sqlite").exists(), True, "its data")
    finally:
        server.terminate()
        server.wait(20)


for case in (all_mistakes_at_once, precedence, no_secret_is_shown, contradictions, every_option_of_serve, served_from_a_file):
    case()
    print(f"ok  {case.__name__.replace('_', ' ')}")
