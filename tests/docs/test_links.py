#!/usr/bin/env python3
"""What the documents point at is there: every relative link, anchor and picture of every .md file; every picture of docs/ is shown somewhere; every line that begins
with `shopadmin` in a block of commands names a subcommand and options that `--help` knows. usage: test_links.py BUILD"""

import functools
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = {"build", "node_modules", ".git", ".demo", ".demo-unconnected"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.M | re.S)


def documents():
    return [path for path in sorted(ROOT.rglob("*.md")) if not SKIPPED & set(path.relative_to(ROOT).parts)]


def prose(text):
    return re.sub(r"`[^`\n]*`", "", BLOCK.sub("", text))


@functools.cache
def anchors(path):
    """As GitHub makes them of headings."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", BLOCK.sub("", path.read_text()), re.M):
        plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).strip().replace(" ", "-")
        nth = 0
        while (plain if nth == 0 else f"{plain}-{nth}") in found:
            nth += 1
        found.add(plain if nth == 0 else f"{plain}-{nth}")
    return found


def broken_links(path, shown):
    for target in LINK.findall(prose(path.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        shown.add(there)
        if not there.exists():
            yield f"{target} is not there"
        elif anchor and there.suffix == ".md" and anchor not in anchors(there):
            yield f"{target}: no heading has this anchor"


@functools.cache
def help_of(program, *words):
    plugin = ["--plugin", pathlib.Path(program).parents[2] / "plugin/host/package"] if words[:1] == ("amazonpay",) else []
    done = subprocess.run([program, *words, *plugin, "--help"], capture_output=True, text=True, timeout=60)
    return done.stdout if done.returncode == 0 else ""


def wrong_command(program, line):
    """Walks down the subcommands as far as the words are some, then looks each option up on the way."""
    words = [word for word in shlex.split(line, comments=True) if word not in ("|", "&&")][1:]
    path, seen, given = [], help_of(program), ""
    for word in words:
        before, given = given, word
        if word.startswith("-"):
            option = word.split("=")[0]
            if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", seen):
                return f"{' '.join(['shopadmin', *path])} has no option {option}"
        elif (re.search(rf"^  {re.escape(word)}(\s|$)", help_of(program, *path), re.M) or (word == "amazonpay" and not path)) and help_of(program, *path, word):
            path.append(word)
            seen += help_of(program, *path)
        elif re.search(r"^Subcommands:", help_of(program, *path), re.M) and not before.startswith("-"):
            return f"{' '.join(['shopadmin', *path])} has no subcommand {word}"
    return None if path or "--help" in words or "--version" in words else f"no subcommand in: {line}"


def commands(text):
    """Lines of shell blocks, a continued one as one; and what stands in `…` in the text."""
    for language, block in BLOCK.findall(text):
        if language in ("sh", "bash", "console"):
            yield from (line.strip().removeprefix("sudo ").removeprefix("$ ") for line in block.replace("\\\n", " ").splitlines())
    yield from re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))


def main(build):
    program = str(pathlib.Path(build) / "hostapi/reference/shopadmin")
    wrong, shown, tried = [], set(), set()
    for path in documents():
        name = path.relative_to(ROOT)
        wrong += [f"{name}: {problem}" for problem in broken_links(path, shown)]
        for line in commands(path.read_text()):
            line = line.split(" | ")[0].split(" > ")[0]
            if not re.match(r"shopadmin [a-z-]", line) or "…" in line or "|" in line or re.search(r"\[.*\]", line):
                continue
            tried.add(line)
            try:
                problem = wrong_command(program, line)
            except ValueError as error:
                problem = f"{line}: {error}"
            wrong += [f"{name}: {problem}"] if problem else []
    for picture in sorted((ROOT / "docs/pictures").glob("*.png")):
        if picture not in shown:
            wrong.append(f"{picture.relative_to(ROOT)} is shown nowhere")
    if len(tried) < 20:
        wrong.append(f"only {len(tried)} commands were found: the test lost its text")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
