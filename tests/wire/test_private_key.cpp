#include <catch2/catch.hpp>

#include <algorithm>
#include <thread>
#include <type_traits>
#include <vector>

#include "amazon/signing.hpp"
#include "keys.hpp"

using namespace amazonpay::amazon;
using Catch::Contains;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

std::string refusal(const std::string& pem) {
  const auto key = PrivateKey::parse(Secret(pem));
  REQUIRE_FALSE(key);
  CHECK(key.kind() == hostapi::Kind::refused);
  return key.message();
}

template <class T, class = void>
struct is_printable : std::false_type {};
template <class T>
struct is_printable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>> : std::true_type {};

}  // namespace

TEST_CASE("a secret cannot be printed, copied by accident or turned into a text") {
  STATIC_REQUIRE_FALSE(is_printable<Secret>::value);
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Secret>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Secret, std::string_view>);
  Secret secret("pem");
  Secret moved = std::move(secret);
  CHECK(moved.reveal() == "pem");
  CHECK(secret.empty());
  CHECK(moved.copy().reveal() == "pem");
}

TEST_CASE("a private key is read as PKCS#8 and as PKCS#1") {
  const auto& pem = wire_tests::first_key();
  for (const auto& text : {pem.private_pem, wire_tests::first_key_pkcs1()}) {
    const auto key = PrivateKey::parse(Secret(text));
    REQUIRE(key);
    CHECK(key->public_pem() == pem.public_pem);
  }
}

TEST_CASE("a private key whose line breaks a form has spoilt is still read") {
  const auto& pem = wire_tests::first_key();
  for (const auto& text : {replaced(pem.private_pem, "\n", "\r\n"), replaced(pem.private_pem, "\n", " "), replaced(pem.private_pem, "\n", "\\n"),
                           replaced(pem.private_pem, "\n", ""), "\n\n  " + pem.private_pem + "\n \n"}) {
    const auto key = PrivateKey::parse(Secret(text));
    REQUIRE(key);
    CHECK(key->public_pem() == pem.public_pem);
  }
}

TEST_CASE("a text that is not the private key is refused with a sentence that says what it is") {
  CHECK_THAT(refusal(""), Contains("No private key"));
  CHECK_THAT(refusal("hello"), Contains("not a PEM RSA key"));
  CHECK_THAT(refusal(wire_tests::first_key().public_pem), Contains("This is the public key"));
  CHECK_THAT(refusal(wire_tests::first_key_encrypted()), Contains("passphrase"));
  CHECK_THAT(refusal(wire_tests::elliptic_key()), Contains("not an RSA key"));
  CHECK_THAT(refusal(wire_tests::small_key()), Contains("too short"));
  CHECK_THAT(refusal("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"), Contains("certificate"));
  CHECK_THAT(refusal("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"), Contains("OpenSSH"));
  CHECK_THAT(refusal(std::string(20'000, 'x')), Contains("too long"));
  const auto& whole = wire_tests::first_key().private_pem;
  CHECK_THAT(refusal(whole.substr(0, whole.size() / 2)), Contains("a part of it is missing"));
  CHECK_THAT(refusal(replaced(whole, "A", "B")), Contains("not a PEM RSA key") || Contains("not an RSA key"));
}

TEST_CASE("a refusal never repeats a part of what was pasted") {
  const std::string half = wire_tests::first_key().private_pem.substr(0, 600);
  const auto message = refusal(half);
  CHECK_THAT(message, !Contains(half.substr(100, 12)));
}

TEST_CASE("one parsed key signs in several threads at once") {
  const auto key = PrivateKey::parse(Secret(wire_tests::first_key().private_pem));
  REQUIRE(key);
  std::vector<int> good(4, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const auto text = "text " + std::to_string(t * 100 + i);
        const auto signature = key->sign(Algorithm::rsassa_pss_v2, text);
        good[t] += signature && wire_tests::verifies(wire_tests::first_key().public_pem, 32, text, *signature);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(std::count(good.begin(), good.end(), 25) == 4);
}
