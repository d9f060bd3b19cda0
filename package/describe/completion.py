"""The completion of bash for a program, from the tree of its commands: commands, options, and the values of options that have a list of them; everything
else is completed as a file name. A plugin's commands come in a part of their own, which the completion of the program finds when it is loaded."""

import re

SCRIPT = """# Completion of bash for {program}; made from its own help.
_{function}() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} path="{program}" i words=
{hand_over}    for ((i = {depth}; i < COMP_CWORD; i++)); do
        case "$path ${{COMP_WORDS[i]}}" in
            {commands}) path="$path ${{COMP_WORDS[i]}}" ;;
        esac
    done
    case "$path $prev" in
{values}
    esac
    case " {takers} " in
        *" $prev "*) COMPREPLY=(); return ;;
    esac
    case "$path" in
{words}
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}}
{end}
"""
# The parts of installed plugins lie beside bash's own folder: …/share/shopadmin/completion.
PARTS = """complete -o default -F _{function} {program}
_{function}_plugins=
for _{function}_part in "${{BASH_SOURCE[0]%/bash-completion/*}}/{program}/completion"/*; do
    [ -r "$_{function}_part" ] && . "$_{function}_part"
done"""
HAND_OVER = """    if [ "$COMP_CWORD" -gt 1 ] && declare -F "_{function}_${{COMP_WORDS[1]//-/_}}" >/dev/null; then "_{function}_${{COMP_WORDS[1]//-/_}}"; return; fi
"""


def every(path, command):
    yield path, command
    for below in command["commands"]:
        yield from every(f"{path} {below['name']}", below)


def choices(option):
    found = re.search(r"\{(.*?)\}", option["type"])
    return re.sub(r"->\w+", "", found.group(1)).replace(",", " ") if found else ""


def completion(tree):
    """For a program, or for a plugin's commands: then `tree` is named "program word"."""
    program, _, word = tree["name"].partition(" ")
    function = tree["name"].replace("-", "_").replace(" ", "_")
    program_has_parts = not word and any(command["commands"] for command in tree["commands"])
    values, words, takers = [], [], set()
    everywhere = [name for option in tree["options"] for name in option["names"]]
    for path, command in every(tree["name"], tree):
        own = [name for option in command["options"] for name in option["names"]]
        offered = [below["name"] for below in command["commands"]] + sorted(set(own + everywhere))
        further = f" $_{function}_plugins" if program_has_parts and path == program else ""
        words.append(f'        "{path}") words="{" ".join(offered)}{further}" ;;')
        for option in command["options"]:
            if option["flag"] or not option["names"]:
                continue
            takers.update(option["names"])
            if choices(option):
                cases = "|".join(f'"{path} {name}"' for name in option["names"])
                values.append(f'        {cases}) mapfile -t COMPREPLY < <(compgen -W "{choices(option)}" -- "$cur"); return ;;')
    commands = "|".join(f'"{path}"' for path, _ in every(tree["name"], tree) if path != tree["name"])
    names = {"program": program, "function": function}
    end = f'_{program}_plugins+=" {word}"' if word else PARTS.format(**names) if program_has_parts else f"complete -o default -F _{function} {program}"
    return SCRIPT.format(program=tree["name"], function=function, depth=2 if word else 1, end=end, hand_over=HAND_OVER.format(**names) if program_has_parts else "", commands=commands or '""', values="\n".join(values) or '        "") ;;',
                         takers=" ".join(sorted(takers)), words="\n".join(words))
