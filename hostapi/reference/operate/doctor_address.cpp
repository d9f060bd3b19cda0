/* The doctor's look at the shop from outside: its public address, asked as Amazon would (its webhook lies there, too). */
#include <curl/curl.h>

#include <cstdlib>
#include <ctime>
#include <memory>

#include "clock.hpp"
#include "operate/doctor.hpp"

namespace shopadmin {

namespace {
struct Heard {
  std::string body, date;
};

size_t hear(char* data, size_t size, size_t count, void* to) {
  auto& body = static_cast<Heard*>(to)->body;
  if (body.size() < 4096) body.append(data, std::min<size_t>(size * count, 4096));
  return size * count;
}

size_t hear_header(char* data, size_t size, size_t count, void* to) {
  const std::string line(data, size * count);
  if (line.size() > 5 && (line.rfind("Date:", 0) == 0 || line.rfind("date:", 0) == 0)) static_cast<Heard*>(to)->date = line.substr(5);
  return size * count;
}

Diagnosis failure(CURLcode code, const std::string& url) {
  const std::string why = curl_easy_strerror(code);
  if (code == CURLE_COULDNT_RESOLVE_HOST) return {"address", "stop", "The name in " + url + " is not known: " + why + ".", "Check the DNS entry of the shop and the resolver of this machine (/etc/resolv.conf)."};
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CONNECT_ERROR) return {"address", "stop", "TLS of " + url + " does not hold: " + why + ".", "Renew the certificate, serve its whole chain, and check that the name is in it: neither browsers nor Amazon's notifications come through."};
  if (code == CURLE_OPERATION_TIMEDOUT || code == CURLE_COULDNT_CONNECT) return {"address", "stop", url + " cannot be reached from here: " + why + ".", "Check proxy and firewall. If only this machine cannot reach it, ask from outside."};
  return {"address", "stop", url + " cannot be asked: " + why + ".", "Check the address given with --url."};
}

void compare_clock(const std::string& date, std::vector<Diagnosis>& found) {
  const auto there = curl_getdate(date.c_str(), nullptr);
  if (there < 0) return;
  const auto apart = std::llabs(static_cast<long long>(Clock().now_ms() / 1000 - there));
  if (apart > 60) found.push_back({"clock", "wait", "The public address' clock and this machine's are " + std::to_string(apart) + " s apart.", "Let both follow a time server."});
}
}  // namespace

void diagnose_address(const std::string& url, std::vector<Diagnosis>& found) {
  const bool tls = url.rfind("https://", 0) == 0;
  if (!tls && url.rfind("http://", 0) != 0) return found.push_back({"address", "stop", "\"" + url + "\" is no address.", "Give it as https://shop.example."});
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), &curl_easy_cleanup);
  Heard heard;
  const auto asked = url + (url.back() == '/' ? "health" : "/health");
  curl_easy_setopt(handle.get(), CURLOPT_URL, asked.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, 5L);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, 15L);
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, hear);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &heard);
  curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, hear_header);
  curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &heard);
  if (const auto code = curl_easy_perform(handle.get()); code != CURLE_OK) return found.push_back(failure(code, url));
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200 || heard.body.find("\"alive\":true") == std::string::npos)
    found.push_back({"address", "stop", asked + " answers " + std::to_string(status) + ", and not what shopadmin says.", "The proxy leads elsewhere: it must pass / and /webhooks/ to shopadmin."});
  else if (!tls) found.push_back({"address", "wait", url + " answers, without TLS.", "Payment services send notifications over HTTPS only: put a certificate before it."});
  else found.push_back({"address", "good", url + " answers over TLS; its webhooks lie under " + url + (url.back() == '/' ? "" : "/") + "webhooks/.", ""});
  compare_clock(heard.date, found);
}

}  // namespace shopadmin
