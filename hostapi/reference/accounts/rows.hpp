/* A user as a row; shared by the two halves of Accounts. */
#pragma once
#include "accounts/accounts.hpp"

namespace shopadmin {

inline const char* const user_columns = "u.id, u.login, u.name, u.role, u.locale, u.disabled, u.created_ms, u.last_login_ms, u.zone, u.theme";
User user_from(const Row& row);

}  // namespace shopadmin
