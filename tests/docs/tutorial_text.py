#!/usr/bin/env python3
"""The code in docs/tutorial/README.md is the code that is compiled: a block whose first line reads ```cpp FILE [part] holds FILE, or what stands there between
two lines that end in [part]. usage: tutorial_text.py (compares) or tutorial_text.py --write (fills the blocks from the files)"""

import pathlib
import re
import sys

TUTORIAL = pathlib.Path(__file__).resolve().parents[2] / "docs/tutorial"
CODE = TUTORIAL / "cash_on_delivery"
BLOCK = re.compile(r"^```(\w+) ([\w./]+)(?: \[(\w+)\])?\n(.*?)^```$", re.M | re.S)
MARK = re.compile(r"^\s*// \[(\w+)\]\n", re.M)


def code(file, part):
    text = (CODE / file).read_text()
    if part:
        pieces = re.split(rf"^ *// \[{part}\]\n", text, flags=re.M)
        if len(pieces) != 3:
            raise SystemExit(f"{file} has not exactly two lines // [{part}]")
        text = pieces[1]
    return MARK.sub("", text).strip("\n") + "\n"


def main(write):
    readme = TUTORIAL / "README.md"
    text = readme.read_text()
    shown = {(file, part) for _, file, part, _ in BLOCK.findall(text)}
    filled = BLOCK.sub(lambda found: "```{} {}{}\n{}```".format(found[1], found[2], f" [{found[3]}]" if found[3] else "", code(found[2], found[3])), text)
    if write:
        readme.write_text(filled)
        return 0
    wrong = []
    if len(shown) < 15:
        wrong.append(f"only {len(shown)} blocks of code were found: the test lost its text")
    for path in sorted(CODE.rglob("*")):
        name = str(path.relative_to(CODE))
        parts = set(MARK.findall(path.read_text())) if path.is_file() else set()
        wrong += [f"the part [{part}] of {name} is not shown" for part in sorted(parts) if (name, part) not in shown]
    if filled != text:
        wrong.append("the text shows other code than the files hold; run tests/docs/tutorial_text.py --write")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv))
