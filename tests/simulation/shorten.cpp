#include "shorten.hpp"

#include <algorithm>

#include "world.hpp"

namespace simulation {
namespace {

constexpr int runs_max = 600;

class Shortening {
 public:
  Shortening(const Run& failing, const std::string& invariant) : best_(failing), invariant_(invariant) {}

  Run result() {
    (void)still_fails(best_);  // fills struck_
    for (std::size_t before = 0; before != size() && runs_ < runs_max;) {
      before = size();
      reduce_acts();
      reduce_faults();
    }
    return best_;
  }

 private:
  std::size_t size() const { return best_.left_out_acts.size() + best_.left_out_faults.size() + 1; }

  bool still_fails(const Run& run) {
    if (++runs_ > runs_max) return false;
    const auto outcome = World(run).run();
    if (!outcome.violation || outcome.violation->invariant != invariant_) return false;
    struck_ = outcome.struck;
    return true;
  }

  bool try_without(const std::vector<int>& acts, const std::vector<std::string>& faults) {
    auto run = best_;
    run.left_out_acts.insert(acts.begin(), acts.end());
    run.left_out_faults.insert(faults.begin(), faults.end());
    if (!still_fails(run)) return false;
    best_ = std::move(run);
    return true;
  }

  void reduce_acts() {
    std::vector<int> left;
    for (const auto& act : plan_of_seed(best_.seed).acts)
      if (!best_.left_out_acts.count(act.number)) left.push_back(act.number);
    reduce(left, [&](const std::vector<int>& part) { return try_without(part, {}); });
  }

  void reduce_faults() {
    auto left = struck_;
    reduce(left, [&](const std::vector<std::string>& part) { return try_without({}, part); });
  }

  // From the end, in halves, quarters … single ones.
  template <class T, class Try>
  static void reduce(std::vector<T>& left, Try without) {
    for (auto size = std::max<std::size_t>(left.size(), 1);; size = (size + 1) / 2) {
      for (auto end = left.size(); end > 0;) {
        const auto begin = end > size ? end - size : 0;
        const std::vector<T> part(left.begin() + static_cast<std::ptrdiff_t>(begin), left.begin() + static_cast<std::ptrdiff_t>(end));
        if (without(part)) left.erase(left.begin() + static_cast<std::ptrdiff_t>(begin), left.begin() + static_cast<std::ptrdiff_t>(end));
        end = begin;
      }
      if (size == 1) return;
    }
  }

  Run best_;
  std::string invariant_;
  std::vector<std::string> struck_;
  int runs_ = 0;
};

}  // namespace

Run shortened(const Run& failing, const std::string& invariant) { return Shortening(failing, invariant).result(); }

}  // namespace simulation
