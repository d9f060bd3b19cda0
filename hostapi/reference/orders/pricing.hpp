/* What pieces of an order are worth. Pure; used by Orders for every figure and by the import for its checks.
 * A line is worth its gross price less its share of the document's discount (shares by largest remainder). Pieces of a line are worth the differences of
 * floor(line * k / n), so pieces differ by at most one minor unit, the last piece takes what is left, and in whatever steps a line goes, the
 * steps add up to exactly the line; all lines and shipping add up to exactly the document. No floating point. */
#pragma once
#include <cstdint>
#include <vector>

#include "orders/order.hpp"

namespace shopadmin {

/* discount shared by weight; the shares add up to exactly `amount` (or to the sum of weights if that is less) */
std::vector<std::int64_t> share_by_weight(std::int64_t amount, const std::vector<std::int64_t>& weights);

/* worth of the pieces from..to-1 (0-based, of n) of a line worth line_minor */
std::int64_t pieces_worth(std::int64_t line_minor, std::int64_t n, std::int64_t from, std::int64_t to);

std::int64_t tax_contained(std::int64_t gross_minor, std::int64_t rate_bp); /* rounded half up */

/* Fills worth figures of all lines and original_total_minor, total_minor and taxes of the order. Every line, also wholly deleted ones, must be in. */
void price(Order& order);

}  // namespace shopadmin
