// The simulation: one run per seed, each checked at every step and in the end. The first violation is shown with a shortened trace.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>

#include "shorten.hpp"
#include "world.hpp"

namespace {

using simulation::Outcome;
using simulation::Run;

Outcome play(const Run& run) { return simulation::World(run).run(); }

void print(const Outcome& outcome) {
  for (const auto& line : outcome.lines) std::printf("  %s\n", line.c_str());
}

// A simulation that no longer reaches what it is there for proves nothing.
bool blind(const Outcome& sum, std::uint64_t seeds) {
  if (seeds < 300) return false;
  for (const char* what : {"refund done", "refund declined", "refund refused", "refund withdrawn", "capture done", "capture declined", "create_charge done",
                           "cancel_charge done", "close_permission done", "track_delivery done", "approved", "sent again", "refund of others taken over",
                           "several charges", "task uncertain", "task drift"}) {
    if (sum.reached.count(what)) continue;
    std::printf("No seed came to \"%s\": the simulation does not test it any more.\n", what);
    return true;
  }
  return false;
}

int report(const Run& failing, const Outcome& outcome) {
  std::printf("\nseed %llu breaks an invariant: %s\n  %s\n", static_cast<unsigned long long>(failing.seed), outcome.violation->invariant.c_str(),
      outcome.violation->facts.c_str());
  std::printf("shortening (%zu faults, all acts) …\n", outcome.struck.size());
  std::fflush(stdout);
  auto shortest = simulation::shortened(failing, outcome.violation->invariant);
  shortest.trace = true;
  const auto shown = play(shortest);
  std::printf("%zu faults and %zu acts are enough:\n", shown.struck.size(), simulation::plan_of_seed(failing.seed).acts.size() - shortest.left_out_acts.size());
  print(shown);
  std::printf("\n  %s\n  %s\n", shown.violation->invariant.c_str(), shown.violation->facts.c_str());
  std::printf("\nThe whole run: tests/simulation/run --seed %llu --trace\n", static_cast<unsigned long long>(failing.seed));
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Simulation of several hosts, people and troubles around one ledger and one Amazon");
  std::uint64_t seeds = 500, first = 1, seed = 0;
  bool trace = false, all = false, must_break = false, twice = false;
  int broken = 0;
  app.add_option("--seeds", seeds, "How many seeds");
  app.add_option("--first", first, "The first one");
  app.add_option("--seed", seed, "Only this one");
  app.add_flag("--trace", trace, "Print what happens");
  app.add_flag("--all", all, "Go on after a violation: one line for each, no shortened trace");
  app.add_flag("--must-break", must_break, "For planted bugs: good if some seed breaks an invariant, bad if none does");
  app.add_flag("--twice", twice, "Run each seed twice: both runs must be the same");
  CLI11_PARSE(app, argc, argv);
  if (seed != 0) first = seed, seeds = 1;
  const auto begin = std::chrono::steady_clock::now();
  Outcome sum;
  for (auto n = first; n < first + seeds; ++n) {
    Run run;
    run.seed = n, run.trace = trace;
    const auto outcome = play(run);
    if (trace) print(outcome);
    if (twice && play(run).fingerprint != outcome.fingerprint) return std::printf("seed %llu gives another run the second time\n",
        static_cast<unsigned long long>(n)), 1;
    sum.calls += outcome.calls, sum.commits += outcome.commits, sum.crashes += outcome.crashes, sum.movements += outcome.movements, sum.days += outcome.days;
    for (const auto& [what, count] : outcome.reached) sum.reached[what] += count;
    sum.struck.resize(sum.struck.size() + outcome.struck.size());
    sum.fingerprint = sum.fingerprint * 31 + outcome.fingerprint;
    if (!outcome.violation) continue;
    if (must_break)
      return std::printf("found with seed %llu: %s\n  %s\n", static_cast<unsigned long long>(n), outcome.violation->invariant.c_str(),
          outcome.violation->facts.c_str()), 0;
    if (!all) return report(run, outcome);
    ++broken;
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(n), outcome.violation->invariant.c_str());
  }
  if (broken > 0) return std::printf("%d of %llu seeds break an invariant\n", broken, static_cast<unsigned long long>(seeds)), 1;
  if (must_break) return std::printf("the planted bug survives %llu seeds\n", static_cast<unsigned long long>(seeds)), 1;
  const auto took_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%llu seeds from %llu: no violation in %.1f s. %lld days, %lld calls of Amazon, %lld commits, %lld movements; %zu faults, %lld of them crashes. Fingerprint %016llx.\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(first), took_s, static_cast<long long>(sum.days),
                  static_cast<long long>(sum.calls),
              static_cast<long long>(sum.commits), static_cast<long long>(sum.movements), sum.struck.size(), static_cast<long long>(sum.crashes),
                  static_cast<unsigned long long>(sum.fingerprint));
  for (const auto& [what, count] : sum.reached) std::printf("%s %d; ", what.c_str(), count);
  std::printf("\n");
  return blind(sum, seeds) ? 1 : 0;
}
