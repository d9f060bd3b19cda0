// Bulk jobs and their rows to stored documents and back; promises as codec.hpp. Used by store_bulk only.
#pragma once
#include <boost/json.hpp>

#include "domain/bulk.hpp"

namespace amazonpay::host {

namespace json = boost::json;

json::object encode(const BulkJob& job);
json::object encode(const BulkRow& row, json::storage_ptr memory = {});
Result<BulkJob> decode_bulk_job(const json::value& document);
Result<BulkRow> decode_bulk_row(const json::value& document);

}  // namespace amazonpay::host
