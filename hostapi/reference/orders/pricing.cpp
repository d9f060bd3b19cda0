#include "orders/pricing.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace shopadmin {

namespace {
__extension__ typedef __int128 Wide;

std::int64_t floor_share(std::int64_t amount, std::int64_t part, std::int64_t whole) {
  return static_cast<std::int64_t>(static_cast<Wide>(amount) * part / whole);
}
}  // namespace

std::vector<std::int64_t> share_by_weight(std::int64_t amount, const std::vector<std::int64_t>& weights) {
  const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  std::vector<std::int64_t> shares(weights.size(), 0);
  if (total <= 0 || amount <= 0) return shares;
  amount = std::min(amount, total);
  std::vector<std::pair<Wide, std::size_t>> remainders;
  auto left = amount;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto weight = std::max<std::int64_t>(weights[i], 0);
    shares[i] = floor_share(amount, weight, total);
    remainders.emplace_back(static_cast<Wide>(amount) * weight % total, i);
    left -= shares[i];
  }
  std::stable_sort(remainders.begin(), remainders.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; left > 0; ++i, --left) ++shares[remainders[i].second];
  return shares;
}

std::int64_t pieces_worth(std::int64_t line_minor, std::int64_t n, std::int64_t from, std::int64_t to) {
  if (n <= 0) return 0;
  return floor_share(line_minor, to, n) - floor_share(line_minor, from, n);
}

std::int64_t tax_contained(std::int64_t gross_minor, std::int64_t rate_bp) {
  if (rate_bp <= 0) return 0;
  const Wide divisor = 10000 + rate_bp;
  return static_cast<std::int64_t>((static_cast<Wide>(gross_minor) * rate_bp * 2 + divisor) / (divisor * 2));
}

void price(Order& order) {
  std::vector<std::int64_t> gross;
  for (const auto& line : order.lines) gross.push_back(line.unit_price_minor * line.ordered);
  const auto discounts = share_by_weight(order.discount_minor, gross);
  std::map<std::int64_t, std::int64_t> by_rate;
  order.original_total_minor = order.shipping_minor;
  order.total_minor = order.shipping_gone ? 0 : order.shipping_minor;
  if (order.total_minor > 0) by_rate[order.shipping_tax_rate_bp] += order.total_minor;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    auto& line = order.lines[i];
    line.original_worth_minor = gross[i] - discounts[i];
    line.worth_minor = pieces_worth(line.original_worth_minor, line.ordered, line.gone(), line.ordered);
    line.canceled_worth_minor = pieces_worth(line.original_worth_minor, line.ordered, line.deleted, line.gone());
    order.original_total_minor += line.original_worth_minor;
    order.total_minor += line.worth_minor;
    if (line.worth_minor > 0) by_rate[line.tax_rate_bp] += line.worth_minor;
  }
  order.taxes.clear();
  for (const auto& [rate, sum] : by_rate) order.taxes.push_back({rate, sum, tax_contained(sum, rate)});
}

}  // namespace shopadmin
