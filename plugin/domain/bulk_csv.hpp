// The rows of a bulk job out of a CSV: a header line, then one order per line. Columns order (or order_number), amount (empty: the rest), currency, note, in any
// order; separated by comma, semicolon or tab; quotes as in RFC 4180; UTF-8, a byte order mark is tolerated. Pure.
// A line that cannot be read becomes a row with its problem, so that nothing is skipped silently; what is wrong with the whole file is `problem`.
#pragma once
#include <string_view>

#include "domain/bulk.hpp"

namespace amazonpay {

struct BulkFile {
  std::vector<AskedRow> rows;
  Text problem;  // empty: the rows can be checked
};
BulkFile read_bulk_csv(std::string_view text);

}  // namespace amazonpay
