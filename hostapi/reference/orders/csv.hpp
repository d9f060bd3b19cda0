/* A reader of CSV after RFC 4180: quoted fields with commas, doubled quotes and line breaks; LF and CRLF; a byte order mark is skipped. Used by the
 * import and by bulk lists. Knows the line on which a record starts, so that a bad row can be named. Pure. */
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace shopadmin {

struct CsvRecord {
  std::int64_t line = 0; /* of the file, 1 is the first */
  std::vector<std::string> fields;
};

Result<std::vector<CsvRecord>> read_csv(std::string_view text); /* INVALID names line and reason */

}  // namespace shopadmin
