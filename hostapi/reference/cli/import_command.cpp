/* shopadmin import orders FILE */
#include <unistd.h>

#include <iostream>

#include "cli/command.hpp"
#include "orders/import.hpp"

namespace shopadmin::cli {

namespace {
struct Importing {
  std::filesystem::path file, payments;
  std::string format, shop = "main";
  bool skip_bad = false;
};

void show_progress(std::size_t done, std::size_t all) {
  const std::size_t width = 40, filled = all ? done * width / all : width;
  std::cerr << "\r[" << std::string(filled, '#') << std::string(width - filled, '.') << "] " << done << " of " << all << " orders" << (done == all ? "\n" : "") << std::flush;
}

/* Manifests say who looks after a payment method; given with --plugin or known from an earlier start. */
std::vector<Manifest> known_manifests(App& app) {
  std::set<std::filesystem::path> directories(app.options.plugins.begin(), app.options.plugins.end());
  for (const auto& state : app.plugins.states()) directories.insert(state.directory);
  std::vector<Manifest> manifests;
  for (const auto& directory : directories) {
    auto manifest = read_manifest(directory);
    const bool twice = manifest && std::any_of(manifests.begin(), manifests.end(), [&](const Manifest& other) { return other.id == manifest->id; });
    if (manifest && !twice) manifests.push_back(*manifest);
  }
  return manifests;
}

Result<OrdersFile> read_file(const Importing& importing) {
  const auto bytes = read_bytes(importing.file);
  if (!bytes) return bytes.problem();
  auto format = importing.format;
  if (format.empty()) format = importing.file.extension() == ".json" || importing.file.stem().extension() == ".json" ? "json" : "csv";
  auto file = format == "json" ? read_orders_json(*bytes, importing.shop) : read_orders_csv(*bytes, importing.shop);
  if (!file || importing.payments.empty()) return file;
  const auto payments_bytes = read_bytes(importing.payments);
  if (!payments_bytes) return payments_bytes.problem();
  const auto payments = read_payments(*payments_bytes);
  if (!payments) return payments.problem();
  add_payments(*file, *payments);
  return file;
}

json::array bad_document(const std::vector<BadRow>& bad) {
  json::array rows;
  for (const auto& row : bad) rows.push_back({{"line", row.line}, {"reason", row.reason}});
  return rows;
}

void tell_bad(const std::string& file, const std::vector<BadRow>& bad) {
  for (const auto& row : bad) std::cerr << file << ":" << row.line << ": " << row.reason << "\n";
}

std::vector<BadRow> bad_from(const std::string& details) {
  std::vector<BadRow> bad;
  const auto parsed = parse_document(details, "details");
  if (parsed && parsed->is_array())
    for (const auto& row : parsed->get_array()) bad.push_back({whole_of(row.as_object(), "line"), text_of(row.as_object(), "reason")});
  return bad;
}

int import_file(Command& command, const Importing& importing) {
  auto file = read_file(importing);
  if (!file) return fail({file.kind(), importing.file.string() + ": " + file.message(), ""});
  auto app = open_app(command);
  if (!app) return 1;
  const auto rows = file->rows, skipped = file->cancellations_skipped;
  const bool bar = ::isatty(STDERR_FILENO) && !command.json_output;
  const auto summary = import_orders(app->database, *app->clock, app->queue, known_manifests(*app), std::move(*file), importing.skip_bad,
                                     bar ? show_progress : std::function<void(std::size_t, std::size_t)>{});
  const auto bad = summary ? summary->bad : bad_from(summary.problem().details);
  if (command.json_output) {
    print_json({{"imported", summary.ok()}, {"rows", rows}, {"orders", summary ? summary->orders : 0}, {"lines", summary ? summary->lines : 0},
                {"tasks", summary ? summary->tasks : 0}, {"cancellations_skipped", skipped}, {"bad", bad_document(bad)}});
  }
  tell_bad(importing.file.string(), bad);
  if (!summary) return fail(summary.problem());
  AuditEntry entry;
  entry.event = "orders.import";
  entry.details = {{"file", importing.file.filename().string()}, {"orders", summary->orders}, {"lines", summary->lines}};
  app->audit.write(cli_caller(), std::move(entry));
  if (!command.json_output) {
    std::cout << "Imported " << summary->orders << " orders with " << summary->lines << " lines; " << summary->tasks << " payments queued for their plugin";
    if (skipped) std::cout << "; " << skipped << " rows of cancellations skipped";
    if (!bad.empty()) std::cout << "; " << bad.size() << " bad rows left out";
    std::cout << ".\n";
  }
  return 0;
}
}  // namespace

void add_import(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("import", "Import from files");
  group->require_subcommand(1);
  auto* sub = group->add_subcommand("orders", "Import orders: all of the file or, if a row is bad, nothing");
  sub->footer("Example:\n  shopadmin import orders orders.json");
  auto importing = std::make_shared<Importing>();
  plugin_option(*sub, command);
  sub->add_option("file", importing->file, "CSV (own columns or Online-Retail form) or JSON; .gz too")->required();
  sub->add_option("--format", importing->format, "csv or json; default: by the file's name")->check(CLI::IsMember({"csv", "json"}));
  sub->add_option("--payments", importing->payments, "JSON: order number -> {method, reference, charge_id, at_checkout}");
  sub->add_option("--shop", importing->shop, "Shop the orders belong to")->capture_default_str();
  sub->add_flag("--skip-bad", importing->skip_bad, "Import the good orders although others are bad");
  sub->callback([&command, importing] { command.run = [&command, importing] { return import_file(command, *importing); }; });
}

}  // namespace shopadmin::cli
