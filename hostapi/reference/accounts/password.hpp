/* Passwords as argon2id hashes in the usual text form, which carries its own parameters. Slow on purpose (tens of milliseconds). Any thread. */
#pragma once
#include <string>

namespace shopadmin {

std::string hash_password(const std::string& password);
bool password_matches(const std::string& hash, const std::string& password);
const std::string& hash_of_nobody(); /* to spend the same time when there is no such user */
bool same_bytes(const std::string& a, const std::string& b); /* constant time for equal lengths */

}  // namespace shopadmin
