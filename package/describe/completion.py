"""The completion of bash for a program, from the tree of its commands: commands, options, and the values of options that have a list of them; everything
else is completed as a file name."""

import re

SCRIPT = """# Completion of bash for {program}; made from its own help.
_{function}() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} path={program} i words=
    for ((i = 1; i < COMP_CWORD; i++)); do
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
complete -o default -F _{function} {program}
"""


def every(path, command):
    yield path, command
    for below in command["commands"]:
        yield from every(f"{path} {below['name']}", below)


def choices(option):
    found = re.search(r"\{(.*?)\}", option["type"])
    return re.sub(r"->\w+", "", found.group(1)).replace(",", " ") if found else ""


def completion(tree):
    program = tree["name"]
    values, words, takers = [], [], set()
    everywhere = [name for option in tree["options"] for name in option["names"]]
    for path, command in every(program, tree):
        own = [name for option in command["options"] for name in option["names"]]
        offered = [below["name"] for below in command["commands"]] + sorted(set(own + everywhere))
        words.append(f'        "{path}") words="{" ".join(offered)}" ;;')
        for option in command["options"]:
            if option["flag"] or not option["names"]:
                continue
            takers.update(option["names"])
            if choices(option):
                cases = "|".join(f'"{path} {name}"' for name in option["names"])
                values.append(f'        {cases}) mapfile -t COMPREPLY < <(compgen -W "{choices(option)}" -- "$cur"); return ;;')
    commands = "|".join(f'"{path}"' for path, _ in every(program, tree) if path != program)
    return SCRIPT.format(program=program, function=program.replace("-", "_"), commands=commands, values="\n".join(values) or '        "") ;;',
                         takers=" ".join(sorted(takers)), words="\n".join(words))
