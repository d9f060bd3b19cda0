// A whole shop in a temporary folder with a clock to set, and a browser that talks to its Site without sockets. Used by the tests of the web.
#pragma once

#include <map>
#include <memory>

#include "../site.hpp"

namespace shopadmin::web::test {

inline bool says(const std::string& page, const std::string& text) { return page.find(text) != std::string::npos; }

struct Shop {
  Shop();
  ~Shop();
  Order order(const std::string& id, const std::string& buyer);  // two lines, paid otherwise; stored

  std::filesystem::path folder;
  std::shared_ptr<SettableClock> clock;
  std::unique_ptr<App> app;
  std::unique_ptr<Site> site;
};

struct Browser {
  explicit Browser(Shop& shop_) : shop(shop_) {}
  Response get(const std::string& target);
  Response post(const std::string& target, const std::map<std::string, std::string>& form, const std::string& origin = "http://shop.test");
  Response post_body(const std::string& target, const std::string& body, const std::string& origin = "http://shop.test");
  Response log_in(const std::string& login, const std::string& password, const std::string& next = "");
  std::string csrf() const;      // of the last page
  std::string field(const std::string& name) const;

  Shop& shop;
  std::map<std::string, std::string> cookies;
  std::string page, language = "en", referer;

 private:
  Response send(Request request);
};

std::string header(const Response& response, const std::string& name);
std::string set_cookie(const Response& response, const std::string& name);

}  // namespace shopadmin::web::test
