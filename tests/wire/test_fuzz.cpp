// Mutated answers: whatever comes over the wire, the readers answer a value or a failure, and never throw, crash or make money of nothing.
#include <catch2/catch.hpp>

#include <random>

#include "amazon/errors.hpp"
#include "amazon/wire.hpp"
#include "amazon/wire_checkout.hpp"
#include "amazon/wire_reports.hpp"
#include "samples.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;

namespace {

// Made at the first use: the samples are values of another source.
const std::vector<std::string>& seeds() {
  static const std::vector<std::string> all = {
      permission_sample, authorized_charge_sample, captured_charge_sample, refund_sample, session_sample,
      R"({"reports":[{"reportId":"1","processingStatus":"COMPLETED","reportDocumentId":null,"startTime":"20250301T000000Z"}],"nextToken":null})",
      R"({"reportSchedules":[{"reportScheduleId":"6","reportType":"_A_","scheduleFrequency":"PT5M","nextReportCreationTime":"20250301T000000Z"}]})",
      R"({"disbursements":[{"settlementId":"1","amount":"14.00","currencyCode":"EUR","transactionTime":"2025-03-07T17:08:26.717Z"}],"nextToken":"x"})",
      R"({"reportDocumentId":"d","url":"https://127.0.0.1/x","compressionAlgorithm":"N/A"})",
      R"({"reasonCode":"InvalidChargeStatus","message":"text"})",
      R"({"chargePermissionId":"S02-1","deliveryDetails":[{"trackingNumber":"1","carrierCode":"UPS"}]})",
  };
  return all;
}

const std::vector<std::string> pieces = {"null", "\"\"", "{}", "[]", "-1", "1e999", "0.1", "99999999999999999999", "true", "\"\\u0000\"", "\"\xC3\"",
                                         "\"EUR\"", "\"JPY\"", "\"14.001\"", "{\"amount\":", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["};

// One to four changes: a byte turned, a part cut, doubled or replaced, a value of another sort.
std::string mutated(std::string text, std::minstd_rand& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (auto changes = 1 + below(4); changes > 0; --changes) {
    const auto at = below(text.size() + 1);
    const auto length = below(std::min<std::size_t>(40, text.size() - at) + 1);
    switch (below(6)) {
      case 0: if (at < text.size()) text[at] = static_cast<char>(below(256)); break;
      case 1: text.erase(at, length); break;
      case 2: text.insert(at, text.substr(at, length)); break;
      case 3: text.replace(at, length, pieces[below(pieces.size())]); break;
      case 4: text.resize(at); break;
      default: {
        const auto colon = text.find(':', at);
        const auto end = colon == text.npos ? text.npos : text.find_first_of(",}", colon);
        if (end != text.npos) text.replace(colon + 1, end - colon - 1, pieces[below(pieces.size())]);
      }
    }
  }
  return text;
}

template <class T>
bool sound(const Result<T>& result) {
  return result.ok() || (!result.message().empty() && result.kind() == Kind::invalid);
}

bool all_read(const std::string& text, int& read) {
  const auto sandbox = Environment::sandbox;
  const auto charge = read_charge(text, sandbox);
  const auto refund = read_refund(text, sandbox);
  const auto permission = read_permission(text, sandbox);
  const auto checkout = read_checkout(text, sandbox);
  const auto page = read_report_page(text, sandbox);
  const auto disbursements = read_disbursements(text, sandbox);
  const auto report = read_report(text, sandbox);
  const auto schedules = read_schedules(text, sandbox);
  const auto link = read_document_link(text, sandbox);
  read += charge.ok() + refund.ok() + permission.ok() + checkout.ok() + page.ok() + disbursements.ok() + report.ok() + schedules.ok() + link.ok();
  bool good = sound(charge) && sound(refund) && sound(permission) && sound(checkout) && sound(page) && sound(disbursements) && sound(report);
  good = good && sound(schedules) && sound(link) && sound(read_session(text, sandbox)) && sound(read_schedule(text, sandbox));
  good = good && sound(read_tracker(text, sandbox)) && sound(read_report_id(text, sandbox)) && sound(read_buyer(text, sandbox));
  // What was read as money is money of one currency and never below zero.
  if (charge) {
    const auto currency = charge->amount.currency();
    good = good && charge->captured.currency() == currency && charge->refunded.currency() == currency && charge->amount.minor() >= 0 && charge->captured.minor() >= 0;
  }
  if (refund) good = good && refund->amount.minor() >= 0;
  HttpOutcome outcome;
  outcome.delivery = Delivery::answered;
  outcome.body = text;
  for (int status : {302, 400, 403, 404, 422, 429, 500}) {
    outcome.status = status;
    const auto failure = failure_of(outcome, true);
    good = good && !failure.message.empty() && !failure.code.empty() && failure.message.size() <= 400;
  }
  return good;
}

}  // namespace

TEST_CASE("ten thousand damaged answers are read or refused, never thrown") {
  std::minstd_rand random(20250310);
  int read = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto text = mutated(seeds()[static_cast<std::size_t>(i) % seeds().size()], random);
    bool good = false;
    REQUIRE_NOTHROW(good = all_read(text, read));
    if (!good) {
      CAPTURE(i, text);
      REQUIRE(good);
    }
  }
  CHECK(read > 500);  // the changes are small enough that some pass, so the readers get far
}
