"""The table of tests/bench/compare: what a row is, and what a function that measures one gets and answers.

    @row("sign_request", "sign one request", "bare OpenSSL", goal=0.95, how="one sentence", limit="what limits it now")
    def sign_request(bench):
        return bench.interleaved(lambda: ours_per_second, lambda: theirs_per_second, "signs/s")

client_rows.py and host_rows.py fill ROWS when they are imported; compare prints them in the order of ORDER.
"""

import dataclasses
import pathlib
import statistics
import subprocess

from processes import die_with_parent

ORDER = ("sign_request", "get_charge_node_pem", "get_charge_node_key", "get_charge_php", "web_request_php", "throughput_node", "throughput_rsa",
         "overview_page", "transactions_page", "notifications", "bulk", "bulk_two_hosts", "memory", "start")
ROWS = {}
SOURCE = pathlib.Path(__file__).resolve().parents[2]


def processor():
    """What ratios are recorded by: with AVX-512 IFMA OpenSSL signs twice as fast, so every ratio that holds a signature against other work is another."""
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    return "with AVX-512 IFMA" if "avx512ifma" in flags else "without AVX-512 IFMA"


class CannotMeasure(Exception):
    """A row could not be measured: a sentence that says what is missing and what to do."""


@dataclasses.dataclass
class Figures:
    """What was measured: the ratio that is held against the goal, and both sides as people read them."""
    ratio: float
    ours: str
    theirs: str

    @staticmethod
    def bound(measured, most, unit):
        """A row that has a bound instead of another side: goal 1.0, at most."""
        return Figures(measured / most, f"{shown(measured)} {unit}", f"at most {shown(most)} {unit}")

    @staticmethod
    def worst(goal, *parts):
        """Several bounds in one row: parts are (Figures, its own goal), all "at most". The one that is worst against its goal counts, on the row's scale."""
        figures, own_goal = max(parts, key=lambda part: part[0].ratio / part[1])
        return Figures(goal * figures.ratio / own_goal, "; ".join(part.ours for part, _ in parts), "; ".join(part.theirs for part, _ in parts))


@dataclasses.dataclass
class Row:
    id: str
    what: str
    against: str
    goal: float
    at_least: bool
    how: str
    limit: str
    measure: object

    def holds(self, ratio):
        return ratio >= self.goal if self.at_least else ratio <= self.goal

    def collapsed(self, ratio, recorded):
        """Half as good as it was once."""
        return ratio <= recorded / 2 if self.at_least else ratio >= recorded * 2


def row(id, what, against, goal, at_least=True, *, how, limit):
    assert id in ORDER and id not in ROWS, id

    def keep(function):
        ROWS[id] = Row(id, what, against, goal, at_least, how, limit, function)
        return function
    return keep


def shown(value):
    """Three digits that say something: 3265, 52.3, 0.44."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


class Bench:
    """What a measuring function has: build folder, a temporary folder of the run, how many rounds, and whether a small run is enough."""

    def __init__(self, build, folder, smoke, rounds):
        self.build, self.folder, self.smoke, self.rounds = pathlib.Path(build).resolve(), pathlib.Path(folder), smoke, rounds
        self.kept = {}  # what several rows share, by name: kept("server", make)
        self.closing = []

    def shared(self, name, make):
        """Made once for all rows; if it has a close(), that is called at the end of the run."""
        if name not in self.kept:
            made = self.kept[name] = make()
            if hasattr(made, "close"):
                self.closing.append(made.close)
        return self.kept[name]

    def size(self, whole, small):
        return small if self.smoke else whole

    def program(self, path):
        found = self.build / path
        if not found.exists():
            raise CannotMeasure(f"{found} is not built. Run tests/bench/compare without --build, or build it first.")
        return found

    def interleaved(self, ours, theirs, unit):
        """Both measured in turn, round by round (the second begins every other time); medians of both and of the rounds' ratios (ours / theirs)."""
        pairs = []
        for number in range(self.rounds):
            if number % 2:
                their_value = theirs()
                our_value = ours()
            else:
                our_value = ours()
                their_value = theirs()
            pairs.append((our_value, their_value))
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        middle = [statistics.median(side) for side in zip(*pairs)]
        return Figures(ratio, f"{shown(middle[0])} {unit}", f"{shown(middle[1])} {unit}")

    def close(self):
        while self.closing:
            self.closing.pop()()


class Worker:
    """A program that stays for all rounds: a line with words goes in, a line with numbers comes out. It says "ready" first."""

    def __init__(self, words, **more):
        self.words = [str(word) for word in words]
        self.process = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent(), **more)
        self._line()

    def _line(self):
        line = self.process.stdout.readline()
        if not line:
            raise CannotMeasure(f"{self.words[0]} ended with status {self.process.wait()}; its message stands above.")
        return line.split()

    def ask(self, *words):
        """What it answers, as numbers."""
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        return [float(number) for number in self._line()]

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
