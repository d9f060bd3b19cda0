/* What the host tests share: temporary folders, a private PostgreSQL cluster (started once per run, in a temporary folder, on a Unix socket only), a fresh
 * host per test on either engine, and sample orders. Every test that touches the database runs on both engines through ON_EACH_ENGINE. */
#pragma once
#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "app.hpp"

namespace testing {

using namespace shopadmin;

inline bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string new_postgresql_database(); /* the address of an empty one */

struct Host {
  explicit Host(const std::string& engine, std::int64_t now_ms = 1'763'500'000'000);
  void reopen(); /* as if the process had been restarted */
  void load_probe(const std::string& variant = "good");

  TempDir data;
  std::shared_ptr<SettableClock> clock;
  AppOptions options;
  std::unique_ptr<App> app;
};

std::filesystem::path probe_folder(const std::string& variant); /* manifest and library of a probe */

/* three lines: 3 x 18.50, 1 x 99.90, 7 x 0.99; discount 10.00, shipping 5.90 */
Order sample_order(const std::string& number, const std::string& method = "probe_pay");
std::string insert(App& app, Order order); /* answers the id */
Caller staff();
ActRequest act(Act what, const std::string& order_id, std::vector<LinePick> lines = {});

std::string command_output(const std::string& command, int* exit_code = nullptr);

}  // namespace testing

#define ON_EACH_ENGINE(engine)                                      \
  for (const std::string engine : {"sqlite", "postgresql"}) \
  DYNAMIC_SECTION("on " << engine)
