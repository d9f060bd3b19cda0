// The pages, one function each; the file of a page is pages_<subject>.cpp. They get a visit with a session (but for the login), have been checked for
// CSRF when it is a POST, and answer a Response. Permissions are checked here, by the page, and again by the core.
#pragma once

#include <string>

#include "site.hpp"

namespace shopadmin::web {

Response login_page(Site& site, Visit& visit);
Response login_submit(Site& site, Visit& visit);
Response logout(Site& site, Visit& visit);

Response orders_page(Site& site, Visit& visit);
Response order_page(Site& site, Visit& visit, const std::string& order_id, const std::string& tab);
Response order_act(Site& site, Visit& visit, const std::string& order_id);

Response plugin_tab(Site& site, Visit& visit, const std::string& order_id, const std::string& plugin_id);
Response plugin_action(Site& site, Visit& visit, const std::string& order_id, const std::string& plugin_id, const std::string& action, bool run);
Response plugin_page(Site& site, Visit& visit, const std::string& plugin_id, const std::string& page);
// The live parts of a page as server-sent events. Asking for them is no activity of the reader: a session left alone still ends.
Response plugin_live(Site& site, Visit& visit, const std::string& plugin_id, const std::string& page);
// Runs an action of a plugin's page and leads on: where the plugin says ("go", a query of that page), or to `back` with the reason when it refused.
Response run_page(Site& site, Visit& visit, const Manifest& manifest, const std::string& page, const std::string& action, const json::object& form, const std::string& back);
Response plugin_page_run(Site& site, Visit& visit, const std::string& plugin_id, const std::string& page, const std::string& action);

Response settings_page(Site& site, Visit& visit, const std::string& plugin_id);
Response plugins_page(Site& site, Visit& visit);
Response queue_page(Site& site, Visit& visit);
Response queue_retry(Site& site, Visit& visit, const std::string& task_id);
Response users_page(Site& site, Visit& visit, const std::string& error = "");
Response users_change(Site& site, Visit& visit, const std::string& what);
Response tokens_page(Site& site, Visit& visit);
Response tokens_change(Site& site, Visit& visit, const std::string& what);
Response roles_page(Site& site, Visit& visit);
Response roles_change(Site& site, Visit& visit);
Response audit_page(Site& site, Visit& visit);
Response audit_verify(Site& site, Visit& visit);
Response account_page(Site& site, Visit& visit, const std::string& error = "");
Response account_change(Site& site, Visit& visit, const std::string& what);

}  // namespace shopadmin::web
