// What a form asks for, read from its text values: amounts as people type them, lines, reason. Used by the actions; pure.
// Errors: refused with a sentence for the person (message id of the domain), never a guess.
#pragma once
#include "host/picture.hpp"

namespace amazonpay::host {

struct RefundWish {
  Money amount;
  std::vector<LinePieces> lines;  // for kind "lines"
  std::string kind;               // amount, lines, rest
  std::string charge_id;          // from this charge alone; empty: over all
};

// Line ids of ticked boxes, sorted, each once.
std::vector<std::string> ticked_lines(const json::value& form);
// Which of its readings an ambiguous amount was meant as, else what was typed.
std::string typed_amount(const json::value& form);

// A value of a form; a list gives its first text. Missing: empty.
std::string form_text(const json::value& form, const char* name);
// The same of a page's request: its form, else its query.
std::string text_in(const json::value& request, const char* name);
// At most so many bytes of it, never half a letter.
std::string clipped(std::string text, std::size_t most);

// `now` is the state the wish is measured on: the rest is what is held, lines are worth what the shop says. conflict: a sheet agreed on another sum.
Result<RefundWish> refund_wish(const json::value& form, const Picture& now);
Result<Money> capture_wish(const json::value& form, const Picture& now);

// An id of Amazon's as a person copied it from Seller Central.
Result<std::string> amazon_id_wish(const json::value& form);

// operation_id, seen, reason, note and todo_id of the form, with who acts.
flows::Act act_from(const json::value& form, const std::string& order_id, Actor who);

}  // namespace amazonpay::host
