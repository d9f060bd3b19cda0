#include "reports.hpp"

#include <array>

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "crypto.hpp"
#include "query.hpp"
#include "report_files.hpp"

namespace sandbox {
namespace {

#define FLAT_FILE "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_"

constexpr std::array<ReportType, 8> report_types{{
    {FLAT_FILE "SETTLEMENT_DATA_", false, false, false, true},
    {FLAT_FILE "SANDBOX_SETTLEMENT_DATA_", true, true, true, false},
    {FLAT_FILE "ORDER_REFERENCE_DATA_", true, true, false, true},
    {FLAT_FILE "BILLING_AGREEMENT_DATA_", true, true, false, true},
    {FLAT_FILE "AUTHORIZATION_DATA_", true, true, false, true},
    {FLAT_FILE "CAPTURE_DATA_", false, true, false, true},
    {FLAT_FILE "REFUND_DATA_", true, true, false, true},
    {"_GET_CSV_CUSTOM_OFFAMAZONPAYMENTS_MULTI_CURRENCY_PAYMENTS_DATA_", true, false, false, true},
}};

constexpr std::int64_t most_missed_reports = 50;

std::string unused_number(Store& store) {
    while (true) {
        auto id = "5" + random_digits(10);
        if (store.kind_of(id).empty()) return id;
    }
}

std::string proof(const std::string& document_id, const std::string& expires) {
    static const std::string secret = random_hex(64);
    const auto text = document_id + "|" + expires;
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes, &size);
    return sha256_hex({reinterpret_cast<const char*>(bytes), size});
}

}  // namespace

const ReportType* find_report_type(const std::string& name) {
    for (const auto& type : report_types)
        if (name == type.name) return &type;
    return nullptr;
}

std::optional<std::int64_t> frequency_ms(const std::string& frequency) {
    struct Known {
        std::string_view name;
        std::int64_t ms;
    };
    constexpr std::int64_t minute = 60 * second_ms;
    constexpr std::array<Known, 18> known{{{"PT5M", 5 * minute}, {"PT15M", 15 * minute}, {"PT30M", 30 * minute}, {"PT1H", hour_ms},
                                           {"PT2H", 2 * hour_ms}, {"PT4H", 4 * hour_ms}, {"PT8H", 8 * hour_ms}, {"PT12H", 12 * hour_ms},
                                           {"PT24H", day_ms}, {"PT84H", 84 * hour_ms}, {"P1D", day_ms}, {"P2D", 2 * day_ms}, {"P3D", 3 * day_ms},
                                           {"P7D", 7 * day_ms}, {"P14D", 14 * day_ms}, {"P15D", 15 * day_ms}, {"P18D", 18 * day_ms},
                                           {"P30D", 30 * day_ms}}};
    for (const auto& each : known)
        if (each.name == frequency) return each.ms;
    return std::nullopt;
}

Report open_report(Bank& bank, const std::string& merchant_id, const std::string& environment, const std::string& type, std::int64_t start_ms,
                   std::int64_t end_ms, std::int64_t at_ms) {
    Report report;
    report.id = unused_number(bank.store());
    report.merchant_id = merchant_id;
    report.environment = environment;
    report.parent_id = account_scope(merchant_id, environment);
    report.state = "IN_PROGRESS";
    report.type = type;
    report.start_ms = start_ms;
    report.end_ms = end_ms;
    report.created_ms = report.started_ms = report.updated_ms = at_ms;
    report.due_ms = at_ms + bank.settings().report_delay_ms;
    bank.store().put(report);
    return report;
}

Report report_settlement(Bank& bank, const Settlement& settlement) {
    auto report = open_report(bank, settlement.merchant_id, settlement.environment, FLAT_FILE "SETTLEMENT_DATA_", settlement.start_ms,
                              settlement.end_ms, settlement.created_ms);
    report.settlement_id = settlement.id;
    bank.store().put(report);
    return report;
}

void finish_report(Bank& bank, Report report) {
    auto& store = bank.store();
    const auto file = report_file(bank, report);
    report.finished_ms = report.updated_ms = report.due_ms;
    report.due_ms = 0;
    report.state = file ? "COMPLETED" : "CANCELLED";
    if (file) {
        ReportDocument document;
        document.id = report.document_id = "amzn1.tortuga.0." + random_uuid() + ".T" + random_capitals(13);
        document.merchant_id = report.merchant_id;
        document.environment = report.environment;
        document.parent_id = report.id;
        document.created_ms = report.created_ms;
        document.text = *file;
        store.put(document);
    }
    store.put(report);
}

void run_schedule(Bank& bank, ReportSchedule schedule) {
    const auto period = *frequency_ms(schedule.frequency);
    const auto missed = (bank.now_ms() - schedule.due_ms) / period;
    if (missed > most_missed_reports) schedule.due_ms += (missed - most_missed_reports) * period;
    open_report(bank, schedule.merchant_id, schedule.environment, schedule.type, schedule.due_ms - period, schedule.due_ms, schedule.due_ms);
    schedule.due_ms += period;
    bank.store().put(schedule);
}

std::string download_link(const std::string& host, const std::string& document_id, std::int64_t life_ms) {
    const auto expires = std::to_string(wall_clock_ms() + life_ms);
    return "https://" + host + std::string(download_path) + document_id + "?expires=" + expires + "&token=" + proof(document_id, expires);
}

std::string download(Store& store, std::string_view path, std::string_view raw_query) {
    const Query query(raw_query);
    const auto document_id = path.starts_with(download_path) ? std::string(path.substr(download_path.size())) : std::string();
    const auto expected = proof(document_id, query.text("expires")), given = query.text("token");
    if (given.size() != expected.size() || CRYPTO_memcmp(given.data(), expected.data(), given.size()) != 0)
        throw ApiError(403, "AccessDenied", "The link is not one of this service.");
    if (wall_clock_ms() > std::stoll(query.text("expires"))) throw ApiError(403, "AccessDenied", "Request has expired");
    const auto document = store.find<ReportDocument>(document_id);
    if (!document) throw ApiError(403, "AccessDenied", "The link is not one of this service.");
    return document->text;
}

}  // namespace sandbox
