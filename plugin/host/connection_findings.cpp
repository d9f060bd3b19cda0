#include "host/connection_findings.hpp"

#include <algorithm>

#include "amazon/client.hpp"
#include "host/connection.hpp"

namespace amazonpay::host {
namespace {

constexpr std::string_view store_prefix = "amzn1.application-oa2-client.";
constexpr std::size_t store_digits = 32;
constexpr std::int64_t clock_matters_ms = 60'000;

std::string value_of(const ConnectionFields& fields, const char* name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

bool all(std::string_view text, bool (*fits)(char)) { return std::all_of(text.begin(), text.end(), fits); }

Text merchant_problem(const std::string& id) {
  if (id.empty()) return {tr("Enter the merchant ID. Seller Central shows it in Integration Central, at the top.")};
  const bool capitals = all(id, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  if (!capitals) return {tr("A merchant ID consists of capital letters and digits only. Copy it again from Seller Central, Integration Central.")};
  if (id.size() < 10 || id.size() > 20) return {tr("This has {count} character, a merchant ID has 10 to 20. Copy it again from Seller Central, Integration Central.|This has {count} characters, a merchant ID has 10 to 20. Copy it again from Seller Central, Integration Central."), {{"count", static_cast<std::int64_t>(id.size())}}};
  return {};
}

Text store_problem(const std::string& id) {
  if (id.empty()) return {tr("Enter the store ID. Seller Central shows it in Integration Central, under the name of the store.")};
  if (!id.starts_with(store_prefix)) return {tr("A store ID begins with amzn1.application-oa2-client. and not like this. Copy it again from Seller Central, Integration Central.")};
  const auto rest = std::string_view(id).substr(store_prefix.size());
  if (rest.size() != store_digits)
    return {tr("{count} character after the last dot, Amazon’s have 32. Copy it again from Seller Central, Integration Central.|{count} characters after the last dot, Amazon’s have 32. Copy it again from Seller Central, Integration Central."), {{"count", static_cast<std::int64_t>(rest.size())}}};
  const bool hex = all(rest, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return hex ? Text{} : Text{tr("After the last dot only the digits 0 to 9 and a to f occur. Copy it again from Seller Central, Integration Central.")};
}

Text key_id_problem(const std::string& id) {
  if (id.empty()) return {tr("Enter the public key ID that Seller Central shows beside the public key.")};
  const bool plain = id.size() >= 10 && id.size() <= 60 && all(id, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return plain ? Text{} : Text{tr("A public key ID has 10 to 60 letters, digits and dashes. Copy it again from Seller Central, beside the public key.")};
}

ConnectionFinding key_id_finding(const ConnectionFields& fields) {
  const auto id = value_of(fields, "public_key_id");
  if (auto problem = key_id_problem(id); !problem.empty()) return {"public_key_id", "stop", std::move(problem)};
  const bool decides = amazon::environment_of(id, "").has_value();
  if (!decides) return {"public_key_id", "good", {tr("An older key ID, which serves sandbox and live; the environment is the one in the settings.")}};
  const bool live = amazon::environment_of(id, "") == Environment::live;
  return {"public_key_id", "good", {live ? tr("Starts with LIVE: this is the live account, real money.") : tr("Starts with SANDBOX: test payments only, no real money.")}};
}

ConnectionFinding reached(const amazon::ConnectionTest& test) {
  const auto ms = std::max<std::int64_t>(test.elapsed_ms, 1), difference_ms = test.clock_difference_ms.value_or(0);
  std::map<std::string, TextValue> args{{"host", test.host}, {"ms", ms}};
  if (!test.clock_difference_ms) return {"region", "good", {tr("{host} answers in {ms} ms."), args}};
  if (difference_ms == 0) return {"region", "good", {tr("{host} answers in {ms} ms, the clocks agree."), args}};
  args["count"] = std::abs(difference_ms) / 1'000;
  const bool matters = std::abs(difference_ms) > clock_matters_ms;
  const char* sentence = difference_ms > 0 ? tr("{host} answers in {ms} ms; the clock of this server is {count} second ahead.|{host} answers in {ms} ms; the clock of this server is {count} seconds ahead.")
                                           : tr("{host} answers in {ms} ms; the clock of this server is {count} second behind.|{host} answers in {ms} ms; the clock of this server is {count} seconds behind.");
  return {"region", matters ? "wait" : "good", {sentence, std::move(args)}};
}

void add_outcome(const amazon::ConnectionTest& test, std::vector<ConnectionFinding>& findings) {
  if (test.accepted) {
    findings.push_back(reached(test));
    findings.push_back({"private_key", "good", {tr("Belongs to this public key ID: Amazon accepted a signed test call.")}});
    return;
  }
  if (test.reachable && test.field != "region") findings.push_back(reached(test));
  Text text{test.message};
  if (!test.code.empty() && test.reachable) text = {tr("{message} (Amazon says {code}.)"), {{"message", test.message}, {"code", test.code}}};
  findings.push_back({test.field.empty() && !test.reachable ? "region" : test.field, test.reachable ? "stop" : "wait", std::move(text)});
}

}  // namespace

bool Examination::good() const { return accepted && first_bad() == nullptr; }

const ConnectionFinding* Examination::first_bad() const {
  const auto bad = std::find_if(findings.begin(), findings.end(), [](const auto& one) { return one.level == "stop"; });
  return bad == findings.end() ? nullptr : &*bad;
}

std::vector<ConnectionFinding> check_forms(const ConnectionFields& fields, bool has_key) {
  std::vector<ConnectionFinding> findings;
  auto merchant = merchant_problem(value_of(fields, "merchant_id")), store = store_problem(value_of(fields, "store_id"));
  findings.push_back(merchant.empty() ? ConnectionFinding{"merchant_id", "good", {tr("Has the form of a merchant ID. Notifications prove it: one about another account is put aside.")}} : ConnectionFinding{"merchant_id", "stop", std::move(merchant)});
  findings.push_back(store.empty() ? ConnectionFinding{"store_id", "good", {tr("Has the form of a store ID.")}} : ConnectionFinding{"store_id", "stop", std::move(store)});
  findings.push_back(key_id_finding(fields));
  if (!has_key) findings.push_back({"private_key", "stop", {tr("No private key is stored. Paste the PEM file that belongs to the public key, or make a key pair here.")}});
  return findings;
}

Examination examine(const hostapi::sdk::Session& session, const ConnectionFields& fields, amazon::Secret key) {
  Examination result;
  result.findings = check_forms(fields, !key.empty());
  if (value_of(fields, "public_key_id").empty() || key.empty()) return result;
  json::object values;
  for (const auto& [name, value] : fields) values[name] = value;
  auto connection = amazon::Connection::open(account_of(values, std::move(key)));
  if (!connection) {
    const auto& field = connection.failure().code;
    std::erase_if(result.findings, [&](const auto& one) { return one.field == field; });
    result.findings.push_back({field, "stop", {connection.message()}});
    return result;
  }
  const auto test = amazon::Client(*connection, terms_of(session)).test_connection();
  result.asked = true, result.answered = test.reachable, result.accepted = test.accepted;
  if (!test.accepted && !test.field.empty()) std::erase_if(result.findings, [&](const auto& one) { return one.field == test.field && one.level == "good"; });
  add_outcome(test, result.findings);
  return result;
}

}  // namespace amazonpay::host
