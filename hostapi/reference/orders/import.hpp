/* Importing orders from files. Reading finds every bad row and says line and reason; writing is one transaction, so nothing is half imported. Orders whose
 * payment method a known plugin looks after get that plugin's "sync" task in the same transaction. Used by `shopadmin import`. */
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clock.hpp"
#include "loader/manifest.hpp"
#include "orders/order.hpp"
#include "result.hpp"
#include "store/database.hpp"
#include "tasks/queue.hpp"

namespace shopadmin {

struct BadRow {
  std::int64_t line = 0; /* of the file; for JSON the place in the list, from 1 */
  std::string reason;
};

struct FileOrder {
  Order order;
  std::int64_t line = 0;
};

struct OrdersFile {
  std::vector<FileOrder> orders;
  std::vector<BadRow> bad;
  std::int64_t rows = 0, cancellations_skipped = 0; /* Online-Retail form: invoices that start with C */
};

struct ImportPayment {
  std::string method, reference, charge_id, at_checkout;
};

Result<std::string> read_bytes(const std::filesystem::path& file); /* .gz too */
Result<OrdersFile> read_orders_csv(const std::string& bytes, const std::string& shop_id);
Result<OrdersFile> read_orders_json(const std::string& bytes, const std::string& shop_id);
Result<std::map<std::string, ImportPayment>> read_payments(const std::string& bytes); /* {"number":{"method","reference","charge_id","at_checkout"}} */
void add_payments(OrdersFile& file, const std::map<std::string, ImportPayment>& payments);
void check_orders(OrdersFile& file); /* moves what cannot be right to `bad` */

struct ImportSummary {
  std::int64_t orders = 0, lines = 0, tasks = 0;
  std::vector<BadRow> bad;
};

/* progress(done, all) is called from time to time. Not skip_bad: REFUSED if anything is bad, and nothing is imported. */
Result<ImportSummary> import_orders(Database& database, Clock& clock, TaskQueue& queue, const std::vector<Manifest>& manifests, OrdersFile file, bool skip_bad,
                                    const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace shopadmin
