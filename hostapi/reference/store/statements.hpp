/* Statements of one connection that are prepared once and kept: pages and tasks ask the same few dozen questions over and over. Used by database.cpp only; one
 * object belongs to one connection and is used by whoever borrowed that. Errors leave as DatabaseError. sqlite.hpp and postgresql.hpp have one each. */
#pragma once
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/database.hpp"

namespace shopadmin {

class Statements {
 public:
  virtual ~Statements() = default;
  virtual std::vector<Row> rows(const std::string& query, const std::vector<Bound>& values) = 0;
  virtual std::int64_t change(const std::string& statement, const std::vector<Bound>& values) = 0; /* rows changed */
  virtual void run(const std::string& statements) = 0; /* as they are, without values; not kept */
  virtual void forget() = 0; /* before the connection is closed, and after it was lost */
};

/* What is prepared, by its text; the one used longest ago goes when there are too many. */
template <class Prepared>
class KeptByText {
 public:
  static constexpr std::size_t most = 128; /* some kilobytes each, for every connection */

  Prepared* find(const std::string& text) {
    const auto known = by_text_.find(text);
    if (known == by_text_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, known->second);
    return &known->second->prepared;
  }
  template <class Drop>
  Prepared& keep(const std::string& text, Prepared prepared, const Drop& drop) {
    if (kept_.size() >= most) {
      drop(kept_.back().prepared);
      by_text_.erase(kept_.back().text);
      kept_.pop_back();
    }
    kept_.push_front({text, std::move(prepared)});
    by_text_[text] = kept_.begin();
    return kept_.front().prepared;
  }
  template <class Drop>
  void clear(const Drop& drop) {
    for (auto& one : kept_) drop(one.prepared);
    kept_.clear(), by_text_.clear();
  }

 private:
  struct Kept {
    std::string text;
    Prepared prepared;
  };
  std::list<Kept> kept_; /* used last is first */
  std::unordered_map<std::string, typename std::list<Kept>::iterator> by_text_;
};

}  // namespace shopadmin
