#include "host/pasted_credentials.hpp"

#include <boost/json.hpp>

#include <cctype>

namespace amazonpay::host {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_paste = 64 * 1024;
constexpr int deepest = 4;

// "Merchant ID", "merchantId", "merchant_id" and "merchant-id" are one name.
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const unsigned char c : name)
    if (std::isalnum(c) != 0) plain += static_cast<char>(std::tolower(c));
  return plain;
}

std::string trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  return from == text.npos ? std::string() : std::string(text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

struct Alias {
  const char* name;
  const char* field;
};
constexpr Alias aliases[] = {
    {"merchantid", "merchant_id"}, {"sellerid", "merchant_id"}, {"merchantaccountid", "merchant_id"},
    {"storeid", "store_id"}, {"clientid", "store_id"}, {"applicationid", "store_id"},
    {"publickeyid", "public_key_id"}, {"apikeyid", "public_key_id"}, {"keyid", "public_key_id"},
    {"privatekey", "private_key"}, {"privatekeypem", "private_key"}, {"secretkeypem", "private_key"},
    {"region", "region"}, {"paymentregion", "region"}, {"marketplace", "region"}, {"ledgercurrency", "ledger_currency"}, {"currency", "ledger_currency"},
    {"environment", "environment"}, {"algorithm", "algorithm"},
    {"serviceurl", "service_url"}, {"cafile", "ca_file"}, {"notificationcerthost", "notification_cert_host"},
};

const char* field_of(const std::string& name) {
  for (const auto& alias : aliases)
    if (name == alias.name) return alias.field;
  return nullptr;
}

std::string region_of(const std::string& said) {
  const auto name = plain_name(said);
  for (const char* one : {"eu", "de", "uk", "gb", "europe", "eur", "gbp", "emea"})
    if (name == one) return "eu";
  for (const char* one : {"na", "us", "usa", "unitedstates", "northamerica", "usd"})
    if (name == one) return "na";
  for (const char* one : {"jp", "fe", "japan", "jpy"})
    if (name == one) return "jp";
  return {};
}

struct Found {
  PastedCredentials& out;
  std::string ledger_currency;
  bool old_interface = false;  // keys of MWS, which Amazon Pay v2 does not take

  void take(std::string_view raw_name, json::string& raw_value) {
    const auto name = plain_name(raw_name);
    old_interface = old_interface || name == "accesskey" || name == "accesskeyid" || name == "mwsaccesskey" || name == "secretkey" || name == "mwssecretkey";
    const auto* field = field_of(name);
    if (field == nullptr) return;
    const std::string_view id(field);
    if (id == "private_key") {
      if (out.private_key.empty()) out.private_key = amazon::Secret(std::string_view(raw_value));
      OPENSSL_cleanse(raw_value.data(), raw_value.size());
      return;
    }
    auto value = trimmed(raw_value);
    if (name == "clientid" && !value.starts_with("amzn1.application-oa2-client.")) return;  // another kind of client
    if (id == "region") value = region_of(value);
    if (id == "environment") value = plain_name(value) == "live" || plain_name(value) == "production" ? "live" : "sandbox";
    if (value.empty()) return;
    if (id == "ledger_currency") ledger_currency = value;
    else out.fields.emplace(field, value);
  }

  void walk(json::value& value, int depth) {
    if (depth > deepest) return;
    if (value.is_array())
      for (auto& one : value.get_array()) walk(one, depth + 1);
    if (!value.is_object()) return;
    for (auto& member : value.get_object()) {
      if (member.value().is_string()) take(member.key(), member.value().get_string());
      else walk(member.value(), depth + 1);
    }
  }
};

PastedCredentials with_problem(const char* sentence) {
  PastedCredentials out;
  out.problem = {sentence};
  return out;
}

}  // namespace

PastedCredentials read_pasted(std::string_view text) {
  PastedCredentials out;
  if (text.size() > longest_paste) return with_problem(tr("This is too long to be what Seller Central gives. Paste only the JSON, or the private key."));
  const auto from = text.find('{'), to = text.rfind('}');
  if (from == text.npos || to == text.npos || to < from) {
    if (trimmed(text).empty()) return out;
    if (text.find("-----BEGIN") == text.npos) return with_problem(tr("This is neither JSON nor a private key. In Seller Central, Integration Central, choose to copy the keys as JSON and paste all of it, from the first brace to the last."));
    out.private_key = amazon::Secret(text);
    return out;
  }
  boost::system::error_code error;
  auto value = json::parse(text.substr(from, to - from + 1), error);
  if (error) return with_problem(tr("The JSON is not complete or was changed. Copy it again in Seller Central and paste all of it, from the first brace to the last."));
  Found found{out, {}};
  found.walk(value, 0);
  if (out.fields.count("region") == 0)
    if (const auto region = region_of(found.ledger_currency); !region.empty()) out.fields["region"] = region;
  if (out.fields.count("public_key_id") == 0 && found.old_interface)
    return with_problem(tr("These are keys of the old interface (MWS), which Amazon Pay does not take any more. In Seller Central, Integration Central, create keys for the API of Amazon Pay (CV2) and paste those."));
  if (out.fields.empty() && out.private_key.empty())
    return with_problem(tr("This JSON holds none of the values that are needed: merchant ID, store ID, public key ID, private key. Copy it again in Seller Central, Integration Central."));
  return out;
}

}  // namespace amazonpay::host
