// The real amazonpay-sandbox as a child process with a folder of its own, for the tests marked [service]. Stopped and removed by the destructor.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "amazon/client.hpp"

namespace wire_tests {

struct Merchant {
  std::string public_key_id;
  std::string private_pem;
  std::string region;
  std::string merchant_id;
  std::string store_id;
};

struct PaidOrder {
  std::string permission_id;
  std::string charge_id;
};

class RunningSandbox {
 public:
  RunningSandbox();
  ~RunningSandbox();

  void stop();  // SIGTERM and wait: from now on nobody listens

  // The control interface; throws if the answer is not 2xx.
  boost::json::value control(const std::string& method, const std::string& path, const boost::json::object& body = {}) const;
  Merchant merchant(const boost::json::object& wishes = {}) const;
  PaidOrder order(const Merchant& merchant, const std::string& amount, const std::string& state, const std::string& environment = "") const;
  void fault(const boost::json::object& fault) const;
  std::int64_t refunded_minor(const std::string& permission_id, const char* currency = "EUR") const;

  // Settings that fit this merchant and this sandbox.
  amazonpay::amazon::Account account(const Merchant& merchant) const;
  amazonpay::amazon::Client client(const Merchant& merchant, amazonpay::amazon::Terms terms = {}) const;

 private:
  std::filesystem::path folder_;
  int pid_ = 0;
  int port_ = 0;
  int control_port_ = 0;
  std::string ca_;
};

}  // namespace wire_tests
