// libFuzzer's entry to the check of notifications: any bytes, no crash, and nothing is ever taken, because the only certificate there is belongs to no one.
// Not part of the build, because it needs clang:
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -DAMAZONPAY_VERSION='"fuzz"' -Iplugin -Ihostapi/result tests/fuzz/notification_fuzz.cpp
//     plugin/amazon/{notification*,http_client,json,json_source,wire_text}.cpp plugin/domain/money.cpp -lcurl -lcrypto -o notification_fuzz
//   ./notification_fuzz -max_len=4096 -timeout=2 corpus/
#include <cstdint>
#include <cstdlib>

#include "amazon/notification.hpp"
#include "amazon/notification_certificate.hpp"

using namespace amazonpay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::int64_t now_ms = 1763500000000;
  const auto nobody = [&](const std::string&) -> Result<std::string> { return std::string(bytes); };
  static amazon::SigningCertificates certificates;
  for (const amazon::NotificationRules& rules : {amazon::NotificationRules{}, amazon::NotificationRules{"arn:aws:sns:eu-west-1:000000000000:demo-topic", "localhost:1", ""}}) {
    if (amazon::verified(bytes, rules, certificates, nobody, now_ms)) std::abort();
    if (const auto envelope = amazon::read_envelope(bytes, rules, now_ms)) (void)amazon::text_to_sign(*envelope);
    (void)amazon::checked_certificate(std::string(bytes), rules, now_ms);
  }
  amazon::Envelope envelope;
  envelope.message = size == 0 ? "x" : std::string(bytes);
  (void)amazon::read_notification(envelope, "A1EXAMPLESELL0", true);
  return 0;
}
