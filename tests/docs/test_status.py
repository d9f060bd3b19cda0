#!/usr/bin/env python3
"""docs/status speaks of exactly the words, states, tasks and codes that the program knows, and shows its own sentences. Reads the lists out of the sources."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATUS = ROOT / "docs/status"
TEXT = r'tr\("((?:[^"\\]|\\.)*)"\)'


def source(path):
    return (ROOT / "plugin" / path).read_text()


def table(path, start, row):
    """What `row` finds in the list that begins with `start`."""
    text = source(path)
    block = text[text.index(start):]
    return re.findall(row, block[:block.index("};")])


def states(function):
    text = source("domain/payment.cpp")
    block = text[text.index(f" {function}("):]
    return set(re.findall(r'word == "(\w+)"', block[:block.index("\n}")]))


def reasons_in_code():
    """Amazon's reasons the pages and rules of the plugin name."""
    text = source("domain/transaction.cpp") + source("domain/words.cpp")
    found = set(re.findall(r'code == "(\w+)"', text)) | set(re.findall(r'reason_code == "(\w+)"', text))
    for several in re.findall(r"code, \{([^}]*)\}", text):
        found |= set(re.findall(r'"(\w+)"', several))
    return found


def sentences():
    text = source("amazon/errors.cpp")
    shared = dict(re.findall(r"const char\* (\w+) = " + TEXT, text))
    return {code: quoted or shared[name] for code, quoted, name in re.findall(r'Sentence\{"(\w+)", (?:' + TEXT + r"|(\w+))\}", text)}


def own_codes():
    text = source("amazon/errors.cpp") + source("amazon/http_client.cpp") + source("amazon/call_amazon.cpp") + source("amazon/client.cpp") + source("amazon/connection.cpp")
    return {code for code in ("unreachable", "paced", "no_answer", "unreadable_answer", "keys_refused", "http_") if f'"{code}"' in text}


def entries(page):
    """Heading → its text."""
    parts = re.split(r"^### (.+)$", (STATUS / page).read_text(), flags=re.M)
    return [(parts[at].strip(), re.split(r"^## ", parts[at + 1], flags=re.M)[0]) for at in range(1, len(parts), 2)]


def main():
    wrong = []

    def same(page, wanted, found):
        wanted, found = set(wanted), set(found)
        wrong.extend(f"docs/status/{page} lacks {one}" for one in sorted(wanted - found))
        wrong.extend(f"docs/status/{page} speaks of {one}, which the program does not know" for one in sorted(found - wanted))
        if not wanted:
            wrong.append(f"no list for {page} was found in the sources: the test lost its way")

    pages = {page.name: entries(page.name) for page in sorted(STATUS.glob("*.md")) if page.name != "README.md"}
    headings = {page: [heading for heading, _ in found] for page, found in pages.items()}
    for page, found in pages.items():
        for heading, text in found:
            wrong += [f"docs/status/{page}: {heading} does not say {part}" for part in ("Means", "Money", "Do") if f"- **{part}**: " not in text]
    same("words.md", table("domain/words.cpp", "const WordFacts words[]", TEXT), headings["words.md"])
    labels = table("domain/transaction.cpp", "constexpr Facts transaction_words[]", TEXT) + table("domain/transaction.cpp", "constexpr FlagFacts flags[]", TEXT)
    same("transactions.md", labels, headings["transactions.md"])
    same("tasks.md", table("domain/record.cpp", "constexpr const char* todo_kind_names[]", r'"(\w+)"'), [re.search(r"\((\w+)\)$", one)[1] for one in headings["tasks.md"]])
    shown = sentences()
    same("errors.md", set(shown) | own_codes(), headings["errors.md"])
    for heading, text in pages["errors.md"]:
        if heading in shown and f"> {shown[heading]}\n" not in text:
            wrong.append(f"docs/status/errors.md shows another sentence for {heading} than the program: {shown[heading]}")
    of = {"permission.md": "permission_state", "charge.md": "charge_state", "refund.md": "refund_state", "checkout.md": "session_state"}
    for page, function in of.items():
        text = (STATUS / page).read_text().split("\n## ")[0]
        same(page, states(function), re.findall(r"^### (\w+)$", text, flags=re.M))
    explained = {one for page in of for one in headings[page]} | set(headings["errors.md"])
    wrong += [f"no page of docs/status explains the reason {one}" for one in sorted(reasons_in_code() - explained)]
    if len(reasons_in_code()) < 10:
        wrong.append("hardly any reason was found in the sources: the test lost its way")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
