#include "support.hpp"

#include <pwd.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "log.hpp"
#include "orders/rows.hpp"

namespace testing {

TempDir::TempDir() {
  std::string form = (std::filesystem::temp_directory_path() / "shopadmin-test-XXXXXX").string();
  if (!::mkdtemp(form.data())) throw std::runtime_error("no temporary folder");
  path_ = form;
}

TempDir::~TempDir() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string command_output(const std::string& command, int* exit_code) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string output;
  char buffer[4096];
  for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, got);
  const int status = ::pclose(pipe);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  if (exit_code) *exit_code = code;
  else if (code != 0) throw std::runtime_error(command + " failed: " + output);
  return output;
}

namespace {
const std::string postgresql_bin = "/usr/lib/postgresql/15/bin/";

/* initdb refuses to run as root, so root runs it as the user postgres. */
class Cluster {
 public:
  Cluster() {
    const bool root = ::geteuid() == 0;
    if (root) {
      const auto* user = ::getpwnam("postgres");
      if (!user || ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("the tests need the user postgres (package postgresql-15)");
      as_user_ = "runuser -u postgres -- ";
    }
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    const auto data = (folder_.path() / "data").string();
    command_output("cd / && " + as_user_ + postgresql_bin + "initdb -D " + data + " -A trust -U postgres --no-sync --no-locale -E UTF8");
    command_output("cd / && " + as_user_ + postgresql_bin + "pg_ctl -D " + data + " -l " + data + "/log -w -o \"-c listen_addresses='' -k " + folder_.path().string() +
                   " -c fsync=off -c max_connections=200\" start >/dev/null");
  }
  ~Cluster() {
    int code = 0;
    command_output("cd / && " + as_user_ + postgresql_bin + "pg_ctl -D " + (folder_.path() / "data").string() + " -m immediate stop", &code);
  }
  std::string fresh() {
    static std::atomic<int> number{0};
    const auto name = "t" + std::to_string(::getpid()) + "_" + std::to_string(++number);
    command_output("createdb -h " + folder_.path().string() + " -U postgres " + name);
    return "postgresql://postgres@/" + name + "?host=" + folder_.path().string();
  }

 private:
  TempDir folder_;
  std::string as_user_;
};
}  // namespace

std::string new_postgresql_database() {
  static Cluster cluster;
  return cluster.fresh();
}

Host::Host(const std::string& engine, std::int64_t now_ms) : clock(std::make_shared<SettableClock>(now_ms)) {
  log_to([](const std::string&) {}); /* tests that look at the log set their own */
  options.data = data.path() / "data";
  options.clock = clock;
  options.connections = 6;
  if (engine == "postgresql") options.database = new_postgresql_database();
  reopen();
}

void Host::reopen() {
  app.reset();
  auto opened = App::open(options);
  if (!opened) throw std::runtime_error(opened.message());
  app = std::move(*opened);
}

void Host::load_probe(const std::string& variant) {
  auto outcome = app->plugins.load(probe_folder(variant));
  if (!outcome) throw std::runtime_error(outcome.message());
}

std::filesystem::path probe_folder(const std::string& variant) { return std::filesystem::path(PROBE_FOLDER) / variant; }

Order sample_order(const std::string& number, const std::string& method) {
  Order order;
  order.id = "o-" + number, order.number = number, order.shop_id = "main", order.state = "new", order.currency = "EUR", order.locale = "de";
  order.created_ms = 1'763'400'000'000, order.buyer_name = "Änne Müller", order.buyer_email = "aenne@example.com", order.buyer_phone = "+49 1";
  order.billing.name = order.buyer_name, order.billing.line1 = "Weg 1", order.billing.city = "Köln", order.billing.country_code = "DE";
  order.payment_method = method, order.payment_reference = "S02-1111111-" + number, order.at_checkout = "authorize";
  order.discount_minor = 1000, order.shipping_minor = 590, order.shipping_tax_rate_bp = 1900;
  const auto line = [](const char* id, const char* title, std::int64_t quantity, std::int64_t price, std::int64_t rate) {
    OrderLine made;
    made.id = id, made.sku = std::string("SKU-") + id, made.title = title, made.ordered = quantity, made.unit_price_minor = price, made.tax_rate_bp = rate;
    return made;
  };
  order.lines = {line("1", "Mug", 3, 1850, 1900), line("2", "Lamp", 1, 9990, 1900), line("3", "Card", 7, 99, 700)};
  return order;
}

std::string insert(App& app, Order order) {
  auto done = app.database.write([&](Sql& sql) {
    insert_order(sql, order, app.clock->now_ms());
    return Result<void>{};
  });
  if (!done) throw std::runtime_error(done.message());
  return order.id;
}

Caller staff() {
  Caller caller;
  caller.id = "u-1", caller.name = "Sam Staff", caller.role = "staff";
  return caller;
}

ActRequest act(Act what, const std::string& order_id, std::vector<LinePick> lines) {
  ActRequest request;
  request.act = what, request.order_id = order_id, request.lines = std::move(lines), request.operation_id = random_hex(16);
  return request;
}

}  // namespace testing
