#include "amazon/notification_address.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <vector>

#include "amazon/notification.hpp"

namespace amazonpay::amazon {
namespace {

constexpr std::size_t longest_url = 2048;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_name(char c) { return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.'; }

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_end(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() || text.substr(text.size() - suffix.size()) != suffix) return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::vector<std::string_view> parts(std::string_view text, char separator) {
  std::vector<std::string_view> all;
  for (;;) {
    const auto at = text.find(separator);
    all.push_back(text.substr(0, at));
    if (at == text.npos) return all;
    text.remove_prefix(at + 1);
  }
}

// host and the rest that begins with '/'.
struct Split {
  std::string_view host, rest;
};
std::optional<Split> split(std::string_view url) {
  if (url.size() > longest_url || !take(url, "https://")) return std::nullopt;
  const auto slash = url.find('/');
  if (slash == url.npos) return std::nullopt;
  return Split{url.substr(0, slash), url.substr(slash)};
}

int value_of(char c) { return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

// Only plain characters and good escapes of printable ASCII.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_name(text[i]) || text[i] == ':') {
      out += text[i];
      continue;
    }
    if (text[i] != '%' || i + 2 >= text.size()) return std::nullopt;
    const int high = value_of(text[i + 1]), low = value_of(text[i + 2]);
    if (high < 2 || high > 7 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

bool is_region(std::string_view text) {
  const auto all = parts(text, '-');
  if (all.size() < 3 || all.size() > 5) return false;
  const auto word = [](std::string_view part, std::size_t least, std::size_t most) {
    return part.size() >= least && part.size() <= most && std::all_of(part.begin(), part.end(), is_lower);
  };
  if (!word(all.front(), 2, 4)) return false;
  for (std::size_t i = 1; i + 1 < all.size(); ++i)
    if (!word(all[i], 2, 12)) return false;
  return !all.back().empty() && all.back().size() <= 2 && std::all_of(all.back().begin(), all.back().end(), is_digit);
}

bool is_certificate_host(std::string_view host, std::string_view test_host) {
  if (!test_host.empty()) return host == test_host;
  if (!take(host, "sns.")) return false;
  const bool china = host.substr(0, 3) == "cn-";
  return take_end(host, china ? ".amazonaws.com.cn" : ".amazonaws.com") && is_region(host);
}

bool is_certificate_url(std::string_view url, std::string_view test_host) {
  auto address = split(url);
  if (!address || !is_certificate_host(address->host, test_host)) return false;
  if (!take(address->rest, "/SimpleNotificationService-") || !take_end(address->rest, ".pem")) return false;
  return address->rest.size() == 32 && std::all_of(address->rest.begin(), address->rest.end(), is_hex);
}

bool is_subscribe_url(const Envelope& envelope, std::string_view test_host) {
  auto address = split(envelope.subscribe_url);
  if (!address || !is_certificate_host(address->host, test_host) || !take(address->rest, "/?")) return false;
  std::map<std::string, std::string> query;
  for (const auto part : parts(address->rest, '&')) {
    const auto equals = part.find('=');
    if (equals == part.npos) return false;
    const auto value = decoded(part.substr(equals + 1));
    if (!value || !query.emplace(part.substr(0, equals), *value).second) return false;
  }
  return query == std::map<std::string, std::string>{{"Action", "ConfirmSubscription"}, {"TopicArn", envelope.topic}, {"Token", envelope.token}};
}

bool is_topic(std::string_view text) {
  const auto all = parts(text, ':');
  if (text.size() > 400 || all.size() != 6 || all[0] != "arn" || all[2] != "sns") return false;
  if (all[1] != "aws" && all[1] != "aws-cn" && all[1] != "aws-us-gov") return false;
  const bool account = all[4].size() == 12 && std::all_of(all[4].begin(), all[4].end(), is_digit);
  return is_region(all[3]) && account && !all[5].empty() && all[5].size() <= 256 && std::all_of(all[5].begin(), all[5].end(), is_name);
}

}  // namespace amazonpay::amazon
