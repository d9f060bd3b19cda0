#include "shop.hpp"

#include <unistd.h>

#include "orders/rows.hpp"

namespace shopadmin::web::test {
namespace fs = std::filesystem;

Shop::Shop() : folder(fs::temp_directory_path() / ("web-shop-" + std::to_string(::getpid()) + "-" + random_hex(4))), clock(std::make_shared<SettableClock>(1795293418000)) {
  fs::create_directories(folder);
  AppOptions options;
  options.data = folder;
  options.clock = clock;
  app = App::open(options).value();
  for (const auto* role : {"owner", "administrator", "staff"}) (void)app->accounts.add(role, std::string("Test ") + role, role, "correct horse").value();
  SiteOptions site_options;
  site_options.templates = TEMPLATES_DIR;
  site_options.locale = LOCALE_DIR;
  site = std::make_unique<Site>(*app, site_options);
}

Shop::~Shop() {
  site.reset();
  app.reset();
  fs::remove_all(folder);
}

Order Shop::order(const std::string& id, const std::string& buyer) {
  Order order;
  order.id = id;
  order.number = "2026-" + id;
  order.shop_id = "main";
  order.state = "new";
  order.currency = "EUR";
  order.locale = "en";
  order.version = 1;
  order.created_ms = clock->now_ms() - 60000;
  order.buyer_name = buyer;
  order.buyer_email = "buyer@example.org";
  order.billing.name = order.shipping.name = buyer;
  order.billing.line1 = order.shipping.line1 = "Street 1";
  order.billing.city = order.shipping.city = "Köln";
  order.billing.country_code = order.shipping.country_code = "DE";
  order.payment_method = "invoice";
  order.shipping_minor = 590;
  for (const auto* line_id : {"1", "2"}) {
    OrderLine line;
    line.id = line_id;
    line.sku = std::string("SKU-") + line_id;
    line.title = "Mug " + buyer;
    line.ordered = 2;
    line.unit_price_minor = 1000;
    line.tax_rate_bp = 1900;
    order.lines.push_back(line);
  }
  order.original_total_minor = order.total_minor = 4590;
  (void)app->database.write([&](Sql& sql) {
    insert_order(sql, order, clock->now_ms());
    return Result<void>();
  });
  return app->orders.get(id).value();
}

Response Browser::get(const std::string& target) {
  Request request;
  request.method = "GET";
  request.target = target;
  return send(std::move(request));
}

Response Browser::post(const std::string& target, const std::map<std::string, std::string>& form, const std::string& origin) {
  std::string body;
  for (const auto& [name, value] : form) body += (body.empty() ? "" : "&") + encode_component(name) + "=" + encode_component(value);
  return post_body(target, body, origin);
}

Response Browser::post_body(const std::string& target, const std::string& body, const std::string& origin) {
  Request request;
  request.method = "POST";
  request.target = target;
  request.origin = origin;
  request.content_type = "application/x-www-form-urlencoded";
  request.body = body;
  if (!referer.empty()) request.headers.emplace_back("referer", referer);
  return send(std::move(request));
}

Response Browser::send(Request request) {
  request.path = request.target.substr(0, request.target.find('?'));
  request.host = "shop.test";
  request.peer = "127.0.0.1";
  request.accept_language = language;
  for (const auto& [name, value] : cookies) request.cookie += (request.cookie.empty() ? "" : "; ") + name + "=" + value;
  auto response = shop.site->handle(request);
  for (const auto& [name, value] : response.headers) {
    if (name != "Set-Cookie") continue;
    const auto equals = value.find('='), end = value.find(';');
    const auto cookie = value.substr(0, equals), content = value.substr(equals + 1, end - equals - 1);
    if (content.empty()) {
      cookies.erase(cookie);
    } else {
      cookies[cookie] = content;
    }
  }
  page = response.body;
  return response;
}

Response Browser::log_in(const std::string& login, const std::string& password, const std::string& next) {
  get("/login");
  return post("/login", {{"csrf", csrf()}, {"login", login}, {"password", password}, {"next", next}});
}

std::string Browser::field(const std::string& name) const {
  const auto at = page.find("name=\"" + name + "\" value=\"");
  if (at == std::string::npos) return {};
  const auto from = at + name.size() + 15;
  return page.substr(from, page.find('"', from) - from);
}

std::string Browser::csrf() const { return field("csrf"); }

std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

std::string set_cookie(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers)
    if (key == "Set-Cookie" && value.rfind(name + "=", 0) == 0) return value;
  return {};
}

}  // namespace shopadmin::web::test
