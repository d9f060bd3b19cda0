/* Orders as rows: reading, inserting and saving inside a transaction of the caller. Used by Orders, the import and the store's commit (payment labels).
 * The search terms, the folder and the problem flag of an order are kept here and nowhere else. */
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "orders/order.hpp"
#include "store/database.hpp"

namespace shopadmin {

extern const char* const order_columns;                     /* what order_from reads */
Order order_from(const Row& row);

std::optional<Order> load_order(Sql& sql, const std::string& order_id); /* with every line, wholly deleted ones too; priced */
std::optional<Order> load_brief(Sql& sql, const std::string& order_id); /* its names and moment only, see to_brief_document */
void insert_order(Sql& sql, Order order, std::int64_t now_ms);          /* DatabaseError.duplicate: the number is taken */
void save_order(Sql& sql, Order order);                                 /* after an act; version grows by one */
/* What write_label of a batch compares: the method, and the label as it is. */
struct LabelledOrder {
  std::string payment_method;
  PaymentLabel label;
};
std::optional<LabelledOrder> load_label(Sql& sql, const std::string& order_id);
/* Version stays: a form that shows the order keeps working. `before`: what load_label found; most changes of a payment leave the label as it is. */
void save_label(Sql& sql, const std::string& order_id, const PaymentLabel& before, const PaymentLabel& label);
void save_reference(Sql& sql, const std::string& order_id, const std::string& reference, const std::string& charge_id); /* what pays the order, known later */
void remove_order(Sql& sql, const std::string& order_id);
void add_history(Sql& sql, const std::string& order_id, const HistoryEntry& entry);

std::string lowered(const std::string& text);                           /* without case, for search */
std::vector<std::string> search_terms(const std::string& text);         /* words, without case */

}  // namespace shopadmin
