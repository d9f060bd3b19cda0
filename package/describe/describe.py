#!/usr/bin/env python3
"""Writes what is made from the programs' own help (their hidden option --describe) into a folder: man pages, completions of bash and shopadmin.conf.

    describe.py OUT PROGRAM...                  OUT/<program>/man/man1, man5; OUT/<program>/completion; OUT/shopadmin/shopadmin.conf
    describe.py OUT PROGRAM --plugin FOLDER     OUT/<plugin's domain>/man/man1, completion: what the plugin adds to the program's commands
"""

import json
import os
import pathlib
import subprocess
import sys
from xml.etree import ElementTree

from completion import completion
from man_page import command_page, configuration_page, pages

WRITTEN = pathlib.Path(__file__).resolve().parents[1] / "man"
NOT_SETTINGS = {"--help", "--version", "--json", "--config"}
# What an installed service needs other than the defaults.
INSTALLED = {"data": "/var/lib/shopadmin"}


def described(program, *words):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SHOPADMIN_")} | {"SHOPADMIN_CONFIG": ""}
    tree = json.loads(subprocess.run([program, *words, "--describe"], check=True, capture_output=True, text=True, env=environment).stdout)
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True, env=environment).stdout.split()[-1]
    tree["name"] = pathlib.Path(program).name
    return tree, version


def settings(tree):
    """The options of the program and of serve: the keys of shopadmin.conf."""
    serve = next(command for command in tree["commands"] if command["name"] == "serve")
    return [option for option in tree["options"] + serve["options"] if option["names"] and option["names"][-1] not in NOT_SETTINGS]


def configuration_file(tree):
    lines = ["# Settings of shopadmin; see shopadmin.conf(5). One key = value on a line; several values of one key with commas.",
             "# The environment (SHOPADMIN_PORT=8080) beats this file, the command line beats both.",
             "# After a change: shopadmin config check && systemctl restart shopadmin"]
    for option in settings(tree):
        key = option["names"][-1].removeprefix("--")
        lines += ["", f"# {option['description']}", f"{key} = {INSTALLED[key]}" if key in INSTALLED else f"#{key} = {option['default'] or ('false' if option['flag'] else '')}".rstrip()]
    return "\n".join(lines) + "\n"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def describe_plugin(out, program, folder):
    word = ElementTree.parse(pathlib.Path(folder) / "manifest.xml").getroot().get("domain")
    tree, version = described(program, word, "--plugin", folder, "--data", out / "no-data")
    commands = next(command for command in tree["commands"] if command["name"] == word)
    page = command_page(tree["name"], commands, f"{tree['name']} {version}", WRITTEN)
    write(out / word / f"man/man1/{tree['name']}-{word}.1", "\n".join(page) + "\n")
    write(out / word / "completion" / word, completion(commands | {"name": f"{tree['name']} {word}"}))


def main():
    out = pathlib.Path(sys.argv[1])
    if sys.argv[3:4] == ["--plugin"]:
        return describe_plugin(out, sys.argv[2], sys.argv[4])
    for program in sys.argv[2:]:
        tree, version = described(program)
        place = out / tree["name"]
        for name, text in pages(tree, version, WRITTEN).items():
            write(place / "man/man1" / f"{name}.1", text)
        write(place / "completion" / tree["name"], completion(tree))
        if tree["name"] == "shopadmin":
            write(place / "man/man5/shopadmin.conf.5", configuration_page(settings(tree), INSTALLED, version, WRITTEN))
            write(place / "shopadmin.conf", configuration_file(tree))


if __name__ == "__main__":
    main()
