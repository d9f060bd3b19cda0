#!/usr/bin/env python3
"""Every command of shopadmin and amazonpay-sandbox: it answers --help, its man page shows all its options and an example, the pages are without warnings, and
bash completes its words.

    described.py BUILD
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

BUILD = pathlib.Path(sys.argv[1]).resolve()
DESCRIBED = BUILD / "package/described"
PLUGIN = ("--plugin", BUILD / "plugin/host/package", "--data", BUILD / "package/described/no-data")
PROGRAMS = {"shopadmin": BUILD / "hostapi/reference/shopadmin", "amazonpay-sandbox": BUILD / "tests/sandbox/amazonpay-sandbox"}
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("SHOPADMIN_")} | {"SHOPADMIN_CONFIG": "", "LC_ALL": "C.UTF-8"}
problems = []


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, env=ENVIRONMENT, **more)


def every(words, command):
    yield words, command
    for below in command["commands"]:
        yield from every(words + [below["name"]], below)


def tree(name):
    return json.loads(run(PROGRAMS[name], "--describe").stdout)


def plugin_words():
    """shopadmin amazonpay …"""
    whole = json.loads(run(PROGRAMS["shopadmin"], "amazonpay", "--describe", *PLUGIN).stdout)
    yield from every(["amazonpay"], next(command for command in whole["commands"] if command["name"] == "amazonpay"))


def page_of(name, words):
    folder = DESCRIBED / name / "man/man1"
    own = folder / f"{'-'.join([name] + words[:1])}.1"
    return own if own.exists() else folder / f"{name}.1"


def plain(page):
    text = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page)
    if text.stderr.strip():
        problems.append(f"{page.name}: {text.stderr.strip()}")
    return page.read_text(encoding="utf-8").replace("\\-", "-").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "")


def check_command(name, words, command, page):
    shown = " ".join([name] + words)
    answer = run(PROGRAMS[name], *words, "--help", *(PLUGIN if words[:1] == ["amazonpay"] else ()))
    if answer.returncode != 0 or not answer.stdout.strip():
        problems.append(f"{shown} --help ends with {answer.returncode}")
    for option in command["options"]:
        for word in option["names"]:
            if word not in answer.stdout:
                problems.append(f"{shown} --help does not show {word}")
            if word not in page and word not in ("-h", "--help"):
                problems.append(f"the man page of {shown} does not show {word}")
        if not option["description"].strip():
            problems.append(f"{shown}: {option['names'] or option['positional']} is not described")
    if command["commands"]:
        return
    if not re.search(r"^Examples?:\n +" + re.escape(shown), answer.stdout, re.M) and f"  {shown}" not in answer.stdout.partition("Example")[2]:
        problems.append(f"{shown} --help has no example that begins with \"{shown}\"; add one with footer(\"Example:\\n  {shown} …\")")
    if shown not in page.partition('.SH "EXAMPLES"')[2]:
        problems.append(f"the man page of {shown} has no example")


def completed(name, line):
    """What bash offers at the end of the line."""
    script = (f"source {DESCRIBED / name / 'completion' / name}; source {DESCRIBED}/amazonpay/completion/amazonpay; COMP_WORDS=({line}); [[ '{line}' == *' ' ]] && COMP_WORDS+=('');"
              f"COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _{name.replace('-', '_')}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    answer = run("bash", "--norc", "-c", script)
    if answer.stderr:
        problems.append(f"completing '{line}': {answer.stderr}")
    return answer.stdout.split()


def check_completion(name, words, command):
    line = " ".join([name] + words)
    wanted = {below["name"] for below in command["commands"]} | {option["names"][-1] for option in command["options"] if option["names"]}
    missing = wanted - set(completed(name, line + " "))
    if missing:
        problems.append(f"bash does not offer {', '.join(sorted(missing))} after '{line} '")


def main():
    commands = 0
    for name in PROGRAMS:
        for words, command in every([], tree(name)):
            commands += 1
            page = page_of(name, words)
            check_command(name, words, command, page.read_text(encoding="utf-8").replace("\\-", "-"))
            check_completion(name, words, command)
    page = (DESCRIBED / "amazonpay/man/man1/shopadmin-amazonpay.1").read_text(encoding="utf-8").replace("\\-", "-")
    for words, command in plugin_words():
        commands += 1
        check_command("shopadmin", words, command, page)
        check_completion("shopadmin", words, command)
    for page in sorted(DESCRIBED.glob("*/man/*/*")):
        plain(page)
    for line, wanted in (("shopadmin user add --role ", ["owner", "administrator", "staff"]), ("shopadmin se", ["serve", "settings"]), ("shopadmin am", ["amazonpay"]), ("shopadmin amazonpay bulk st", ["start", "stop", "status"]), ("shopadmin user add --role st", ["staff"])):
        if completed("shopadmin", line) != wanted:
            problems.append(f"bash offers {completed('shopadmin', line)} for '{line}', wanted {wanted}")
    conf = DESCRIBED / "shopadmin/shopadmin.conf"
    everything = re.sub(r"^#(?=[a-z-]+ = .)", "", conf.read_text(), flags=re.M)
    (DESCRIBED / "every.conf").write_text(everything)
    for path in (conf, DESCRIBED / "every.conf"):
        checked = run(PROGRAMS["shopadmin"], "config", "check", path)
        if checked.returncode != 0:
            problems.append(f"the configuration file of the package is refused: {checked.stderr}")
    print(*problems, sep="\n")
    print(f"{commands} commands looked at, {len(problems)} problems")
    return 1 if problems or commands < 60 else 0


if __name__ == "__main__":
    if not shutil.which("man"):
        sys.exit("the program man is missing; ./test installs it (man-db)")
    sys.exit(main())
