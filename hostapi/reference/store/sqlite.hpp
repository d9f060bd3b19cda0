/* What the database needs of a SQLite connection beyond SOCI. Used by database.cpp only. */
#pragma once
#include <memory>

#include "store/statements.hpp"

namespace shopadmin::sqlite {

void open(soci::session& session, const std::string& path, bool to_write);
std::unique_ptr<Statements> statements(soci::session& session);

/* Counts samples of the tables, so that the most selective index is taken, if the shop has grown fourfold since; true: it did, and connections see it when they
 * are opened anew. */
bool counted_anew(soci::session& session);

}  // namespace shopadmin::sqlite
