// Installing plugins from the page Plugins: an owner uploads a package, sees what is in it and confirms. Nothing is unpacked before that, and all checks are
// those of the command line (packages/). Between the two steps the file lies in DATA/plugins/.uploads, at most an hour.
#pragma once

#include <string_view>

#include "site.hpp"

namespace shopadmin::web {

constexpr std::string_view package_upload_path = "/plugins/upload";

bool may_install(const Site& site, const Visit& visit);  // owners alone: a plugin runs with all rights of shopadmin
std::uint64_t upload_limit(Site& site, const Request& request);  // how many bytes this request may send; asks who it is
Response package_upload(Site& site, Visit& visit);
Response package_page(Site& site, Visit& visit);
Response package_install(Site& site, Visit& visit);
Response package_act(Site& site, Visit& visit, const std::string& what);  // enable, disable, rollback

}  // namespace shopadmin::web
