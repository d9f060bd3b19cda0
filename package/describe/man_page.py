"""Man pages from the tree of a program's commands: one for the program, one for each of its commands (with all that are below it). What no help can say
stands in package/man/<page>.txt: "# HEADING" begins a section, indented lines are examples."""

import re


def escaped(text, literal=False):
    text = text.replace("\\", "\\e")
    if literal:
        text = text.replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def example(lines):
    return [".PP", ".nf", ".RS 4"] + [escaped(line, literal=True) for line in lines] + [".RE", ".fi"]


def paragraphs(text):
    """Plain text with indented examples."""
    out, block, kept = [], [], text.strip("\n").split("\n")
    for line in kept + ["end"]:
        if line.startswith("  ") and line.strip():
            block.append(line.strip() if not block else line[2:])
            continue
        if block:
            out += example(block)
            block = []
            out.append(".PP")
        if line is kept or line == "end":
            continue
        out.append(escaped(line) if line.strip() else ".PP")
    while out and out[-1] == ".PP":
        out.pop()
    return [line for i, line in enumerate(out) if line != ".PP" or (i > 0 and out[i - 1] != ".PP")]


def written(folder, page):
    path = folder / f"{page}.txt"
    out = []
    for section in re.split(r"^# ", path.read_text(encoding="utf-8"), flags=re.M)[1:] if path.exists() else []:
        heading, _, text = section.partition("\n")
        out += [f'.SH "{heading.strip()}"'] + paragraphs(text)
    return out


def allowed(option):
    """What may stand after an option, in words."""
    values = re.search(r"\{(.*?)\}", option["type"])
    values = values and re.sub(r"->\w+", "", values.group(1)).replace(",", ", ")
    numbers = re.search(r"in \[(\S+) - (\S+)\]", option["type"])
    if values:
        return f"One of {values}."
    return f"A number from {numbers.group(1)} to {numbers.group(2)}." if numbers else ""


def notes(option):
    said = [allowed(option)]
    if option["default"] and not option["flag"]:
        said.append(f"Default: {option['default']}.")
    if option["environment"]:
        said.append(f"Environment: {option['environment']}.")
    return " ".join(part for part in said if part)


def value_name(option):
    kind = option["type"].split(":")[0].split(" ")[0]
    return {"INT": "N", "UINT": "N", "FLOAT": "N", "TEXT": "VALUE", "DIR": "DIR", "FILE": "FILE"}.get(kind, kind if kind.isupper() else "VALUE")


def option_head(option):
    if not option["names"]:
        return f"\\fI{escaped(option['positional'], True)}\\fR"
    names = f"\\fI{escaped(option['positional'], True)}\\fR, " if option["positional"] else ""
    names += ", ".join(f"\\fB{escaped(name, True)}\\fR" for name in option["names"])
    return names + ("" if option["flag"] else f" \\fI{value_name(option)}\\fR")


def option_text(option):
    described = option["description"].strip()
    described += "" if described.endswith((".", "?", "!")) or not described else "."
    return [".TP", option_head(option), escaped(" ".join(part for part in (described, notes(option)) if part)) or "See above."]


def synopsis(path, command):
    words = [f"\\fB{escaped(path, True)}\\fR"]
    if any(option["names"] and not option["positional"] for option in command["options"]):
        words.append("[\\fIoptions\\fR]")
    for option in command["options"]:
        if option["positional"]:
            name = f"\\fI{escaped(option['positional'], True)}\\fR" + (" ..." if option["several"] else "")
            words.append(name if option["required"] else f"[{name}]")
    return " ".join(words)


def leaves(path, command):
    if not command["commands"]:
        return [(path, command)]
    return [leaf for below in command["commands"] for leaf in leaves(f"{path} {below['name']}", below)]


def split_footer(command):
    """What stands in a footer before and after its examples."""
    before, _, after = re.split(r"(^Examples?:\n)", command["footer"] + "\n", maxsplit=1, flags=re.M) if re.search(r"^Examples?:\n", command["footer"], re.M) else (command["footer"], "", "")
    return before.strip(), after.rstrip("\n")


def examples(commands):
    out = []
    for _, command in commands:
        text = split_footer(command)[1]
        out += paragraphs(text) + [".PP"] if text else []
    return ['.SH "EXAMPLES"'] + out[:-1] if out else []


def head(name, section, version, about):
    title = "User Commands" if section == 1 else "File Formats"
    about = about.split("\n")[0].strip().rstrip(".")
    return [f'.TH "{name.upper()}" {section} "" "{version}" "{title}"', '.SH "NAME"', f"{escaped(name, True)} \\- {escaped(about[:1].lower() + about[1:] if not about[1:2].isupper() else about)}"]


def command_body(path, command):
    out = []
    text = [command["description"], split_footer(command)[0]]
    out += paragraphs("\n\n".join(part for part in text if part))
    for option in command["options"]:
        out += option_text(option) if "--help" not in option["names"] else []
    return out


def command_page(program, command, version, folder):
    page = f"{program}-{command['name']}"
    parts = leaves(f"{program} {command['name']}", command)
    out = head(page, 1, version, command["description"]) + ['.SH "SYNOPSIS"']
    for i, (path, leaf) in enumerate(parts):
        out += ([".br"] if i else []) + [synopsis(path, leaf)]
    if len(parts) == 1:
        out += ['.SH "DESCRIPTION"'] + command_body(*parts[0])
    else:
        shared = [option for option in command["options"] if "--help" not in option["names"]]
        out += ['.SH "OPTIONS"', "They stand before the command."] if shared else []
        for option in shared:
            out += option_text(option)
        out += ['.SH "COMMANDS"']
        for path, leaf in parts:
            out += [f'.SS "{escaped(path, True)}"'] + command_body(path, leaf)
        notes = split_footer(command)[0]
        out += ['.SH "NOTES"'] + paragraphs(notes) if notes else []
    out += written(folder, page) + examples(parts)
    return out + ['.SH "SEE ALSO"', f"\\fB{escaped(program, True)}\\fR(1): the options of all commands, files, exit status"]


def program_page(tree, version, folder, whole):
    out = head(tree["name"], 1, version, tree["description"]) + ['.SH "SYNOPSIS"', f"\\fB{escaped(tree['name'], True)}\\fR [\\fIoptions\\fR] \\fIcommand\\fR ..."]
    out += ['.SH "DESCRIPTION"'] + paragraphs(tree["description"]) + ['.SH "OPTIONS"']
    for option in tree["options"]:
        out += option_text(option)
    out += ['.SH "COMMANDS"']
    for command in tree["commands"]:
        if whole:
            path = f"{tree['name']} {command['name']}"
            out += [f'.SS "{escaped(path, True)}"', synopsis(path, command), ".PP"] + command_body(path, command)
        else:
            out += [".TP", f"\\fB{escaped(command['name'], True)}\\fR", escaped(command["description"]) + f"; see \\fB{escaped(tree['name'] + '-' + command['name'], True)}\\fR(1)"]
    return out + written(folder, tree["name"]) + (examples(leaves(tree["name"], tree)) if whole else [])


def pages(tree, version, folder):
    """Page name → roff. A program with few commands has one page for all of them."""
    whole = not any(command["commands"] for command in tree["commands"])
    version = f"{tree['name']} {version}"
    all_pages = {tree["name"]: program_page(tree, version, folder, whole)}
    for command in [] if whole else tree["commands"]:
        all_pages[f"{tree['name']}-{command['name']}"] = command_page(tree["name"], command, version, folder)
    return {name: "\n".join(lines) + "\n" for name, lines in all_pages.items()}


def configuration_page(settings, installed, version, folder):
    out = head("shopadmin.conf", 5, f"shopadmin {version}", "settings of shopadmin") + written(folder, "shopadmin.conf") + ['.SH "SETTINGS"']
    for option in settings:
        key = option["names"][-1].removeprefix("--")
        value = "true|false" if option["flag"] else value_name(option)
        text = option["description"].strip().rstrip(".") + "."
        if key in installed:
            text += f" The file of the Debian package sets {installed[key]}."
        out += [".TP", f"\\fB{escaped(key, True)}\\fR = \\fI{value}\\fR", escaped(" ".join(part for part in (text, notes(option)) if part))]
    return "\n".join(out + ['.SH "SEE ALSO"', "\\fBshopadmin\\-serve\\fR(1), \\fBshopadmin\\-config\\fR(1)"]) + "\n"
