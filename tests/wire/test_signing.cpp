// The worked example and the published vectors of the API reference, 2.7 and 2.8.
#include <catch2/catch.hpp>

#include "amazon/signing.hpp"
#include "keys.hpp"

using namespace amazonpay::amazon;

namespace {

const std::string unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const std::string odd = "@#$%^&+=/,?><`\";:\\|][{} ";
const std::string ethiopic = "\xE1\x88\xB4";  // U+1234
const std::string signed_body = R"({"captureAmount":{"amount":"14.00","currencyCode":"EUR"},"softDescriptor":"Demo Shop"})";

SignedRequest example(std::string method, std::string path, bool with_key, std::string body = {}, NamedValues query = {}) {
  SignedRequest request{std::move(method), std::move(path), std::move(query), {}, std::move(body)};
  request.headers = {{"x-amz-pay-region", "eu"},
                     {"Accept", "application/json"},
                     {"content-type", " application/json "},
                     {"X-Amz-Pay-Date", "20250310T101500Z"},
                     {"x-amz-pay-host", "pay-api.amazon.eu"}};
  if (with_key) request.headers.push_back({"x-amz-pay-idempotency-key", "a1b2c3d4e5f60718293a4b5c6d7e8f90"});
  return request;
}

SignedRequest capture_example() { return example("POST", "/v2/charges/S02-1234567-7654321-C012345/capture", true, signed_body); }

std::string published_hash(std::string method, std::string path, NamedValues query, std::string region) {
  SignedRequest request{std::move(method), std::move(path), std::move(query), {}, {}};
  request.headers = {{"accept", "application/json"},
                     {"content-type", "application/json"},
                     {"x-amz-pay-date", "20180524T223710Z"},
                     {"x-amz-pay-host", "pay-api.amazon.eu"},
                     {"x-amz-pay-region", std::move(region)}};
  return sha256_hex(canonical_request(request));
}

struct Vector {
  std::string method;
  std::string path;
  NamedValues query;
  std::string upper_region;  // hash with region EU (Java SDK); empty: not published
  std::string lower_region;  // hash with region eu (.NET SDK)
};

const std::vector<Vector> published = {
    {"GET", "/", {}, "bb49552975c396f1e49d5510e1555b8b0627dc491bc61aaefdb561f202ad8020", "13fdf6db844bdfb9e9c0e27a4251ca04e60c29ca2132249c5dd1cb09c26e22f5"},
    {"GET", "///foo//", {}, "", "d8e13e1857bc9b5056cc8ccb2699812faa2c68960e00483b1390fdaf4a991cc4"},
    {"GET", "/" + unreserved, {}, "a0e5dd63e175587f29d51c6b08be5c746a568209ac66ab1f967e0ba515aa80bc",
     "585e034d38ed3d64c0cd77a9f357a4b4a0fc093eebe06f4b06f66845e3543038"},
    {"GET", "/" + ethiopic, {}, "77f6544c8fb336d430895659da1e30415a1558b4b013f4d7926bb3a6275f701d", ""},
    {"GET", "/", {{ethiopic, "bar"}}, "ef1007307504f2ca9f0b6310b04056f5d3d6d18e7bf3d90663133f19ec132ecc",
     "f0597d2fdcf97baf28002461796e916a74e35073b44042296d2ed45bacf6ecf0"},
    {"GET", "/", {{"foo", "bar"}}, "6837f80baf1801c75db8119cffbadc26a89d20adb9cf3f3de4ce0fac31b4ae52", ""},
    {"GET", "/", {{"foo", "b"}, {"foo", "a"}}, "a33266ec31c7f0ca8a0738eb49fb8c81319f14374a0b86d52e6911a9748a6d42",
     "937de37fb8aed8af4214c373580c72f40c525202d1975df6836ba6ed0062b902"},
    {"GET", "/", {{"b", "foo"}, {"a", "foo"}}, "6615ba7ca3734e97b35013f77c74d111ce2fa63ab52be161ad41bcd4b010120f",
     "457de2535eedbd6ef25f5c8ec4653ee885b99838d722189928f4fdf8d3c3ef4f"},
    {"GET", "/", {{"A.1", "foo"}, {"A.2", "foo"}, {"A.10", "foo"}}, "29d908d70c4bb50d62272976787245b52ed52e569fdae56ef3aa6d8979978ee7",
     "43ae5290e6742d30e3822b62b6d759afedafbe01534f778175c336b455d632e7"},
    {"GET", "/", {{"foo", "aha"}, {"foo", "Zoo"}}, "f379cbd2e2fc9d5d50667a07ec22996335f731b474bb8bd366647d05d958c9d5",
     "7a4d89bd832cb93f2102f66bc8d3a0bc5f224c0bb758eab261dcd34a8ed2f117"},
    {"GET", "/", {{unreserved, unreserved}}, "892abddd6e79db3feb5695b318af639c3e863494f6b4df32ec24fff4c1562a73",
     "aa69ca06d93d9220f9aa16314d8556e18e1b0ae39802cd169bd3af6c08cd7164"},
    {"POST", "/", {}, "54156f5badd6da7fa630b2c334c808ad376530001d334ae9960457215aa626d3", "322307b5dae22c3d59350c3de9202a488f337f674c8f430b186282008264bd2b"},
    {"POST", "/", {{"foo", "bar"}}, "cc82525870b2d03666c287fd8b2c0d2fc6fa1693d9f357d27f7cac8cbcc12832",
     "9d61b5abddbfdcaf7810a8e83dfffe0a5d5f272d2676c0550d974d5383e94cd5"},
    {"POST", "/", {{"f oo", "b ar"}}, "99be3aeb19b5a1aebafc807d59f3740d3e604ae31cf928592fa70739ea64bb32",
     "79481e4e38a053f7be8bda701c0d302d39df18bf468578b133c3be8e93fea86a"},
    {"POST", "/", {{odd, odd}}, "66bbbf2b5d6d297a9393abbc0b4f9d62e30666bb0ec0dea8f1d4e45551440e4c",
     "50709f5220d06911feee2d6aa8bf8453c8517f44527c0912e62b905d26c7e08f"},
};

const char* example_public_key = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArrxYMfW0n17R2r6Zj8Z8
hHxsswickyYq64J69OXYeLgYfL7QHF5uUNGRmndslJrvOdZm2uryF5fLXEUNa4r/
/qJEgR4KhUPUbYTjFvhDntDfobMTZybZqLdX3zCurwljlOtFLcrW+uJHt02tE9Xb
MMIl2i7LPndPm0+54SNxTb470ytVMA7VsWCC5b/Jx8rwcYzOImF6hl0M/xo6nDHB
duN0jv3XYBxyJ9sbLehy51KuG2tADwOnzBOfJd9xWHPVUxXTNB8tMTHwR/Fzc9Ay
bq/LUnBlLTzZ7hm1rZfkWH6EgUff39Jw8FONULbgs8fwCwrGuA3yF4d70colKGn5
4QIDAQAB
-----END PUBLIC KEY-----
)";
const char* example_signature =
    "Narbm3UOzadknkiR0cbdYojvOaU9hfP/y/KegDyB3+fHPKlOOYixo5gObu0sD0r/j9PfMLq1m4RvIXtuDffzxKbqltZjF8euU2I9xWTxO1UkLpQfCqwunG3nqOC3guntcGaGKEH6N+PW+17dzU/"
    "hTBvO1PtMtiuR7Dc5mAevWONxYpdDSBqMzz0b6vpTiiCFEZw/LqlgoPJmlGN6dYQoOHPbnZmyQkCUuPvHrYbHR9FCtWkT0Ncb1AG5iTFOWfNJNjmWMxcAHK7MFPRxSomrCYmU1vEQ29hYBH51Sol2"
    "w6slI0V7/B4AF0inia6gzITzBIjUpSaatbuoazrMopvX+g==";
const char* example_signature_v2 =
    "kgjnYOUH+aQgISCIZBNUilvMJPes2bSjZ4TgbnHvovTV44QSLaf+N/IwkZMGZlFcwW1QPhmPD+kb69dKNWlu9CxCnavx5Vc9ElpsMZySFLZVBVa0H5wiFbzokJn6D1ajBQjW4GlkLquJReJxTHWy5bt+"
    "4ZdZAwWDR08jZYFVnOESU29zePxLRWnBAxJWoGCuYv1TtB8sD1vzD9QEob+gunjLzRO09pg2pCDsy7v59gxZc8glRNPJaU9oDkOn2y3KexXaEbx4DgZ46i71G2145YqZL/"
    "JngmJvxJsh78yMz9lLvSaKyLwLiqAWANV+3MwP8RW6HXLCHYIJYLrPKzqsww==";

}  // namespace

TEST_CASE("the worked capture example has the canonical request of the reference") {
  const auto text = canonical_request(capture_example());
  CHECK(text.size() == 410);
  CHECK(text ==
        "POST\n/v2/charges/S02-1234567-7654321-C012345/capture\n\naccept:application/json\ncontent-type:application/json\n"
        "x-amz-pay-date:20250310T101500Z\nx-amz-pay-host:pay-api.amazon.eu\nx-amz-pay-idempotency-key:a1b2c3d4e5f60718293a4b5c6d7e8f90\n"
        "x-amz-pay-region:eu\n\naccept;content-type;x-amz-pay-date;x-amz-pay-host;x-amz-pay-idempotency-key;x-amz-pay-region\n"
        "cc436c0df7a2f6c9450bd5742f93b463ed36e85c606c7b85aa6b57d0e67570b2");
  CHECK(sha256_hex(text) == "aa8a0a4d471dfaceb58a6e6ba48c80b18d6329d7463413a04e6066c6fdc97d39");
}

TEST_CASE("the other synthetic requests of the reference have their published hashes") {
  const std::string refund =
      R"({"chargeId":"S02-1234567-7654321-C012345","refundAmount":{"amount":"5.50","currencyCode":"EUR"},"softDescriptor":"Müller"})";
  CHECK(sha256_hex(refund) == "55fe6b579f6e91cf41dd7a5038e3ad6c756371670ed6ceaa3f57d6b5265ce4b9");
  CHECK(sha256_hex(canonical_request(example("POST", "/sandbox/v2/refunds", true, refund))) ==
        "bff11b8eadb697b56c9194a31a851f001ff54ffde76b67ce84bbc1ebf2388947");
  CHECK(sha256_hex(canonical_request(example("DELETE", "/v2/charges/S02-1234567-7654321-C012345/cancel", false, R"({"cancellationReason":"out of stock"})"))) ==
        "8ea31bfb6a8d7ee1615078a5198995e551751fb386298a74ba78bc02f844904f");
  const NamedValues reports = {{"reportTypes", "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SANDBOX_SETTLEMENT_DATA_"},
                               {"processingStatuses", "COMPLETED,IN_PROGRESS"},
                               {"createdSince", "20250301T000000Z"},
                               {"pageSize", "10"}};
  CHECK(sha256_hex(canonical_request(example("GET", "/v2/reports", false, {}, reports))) == "f4591a60684408151ba6765cf74e37c24efc1ae453f6feedea2838bf40ed2ca6");
}

TEST_CASE("payloads hash as the reference says, byte by byte") {
  CHECK(signed_body.size() == 86);
  CHECK(sha256_hex(signed_body) == "cc436c0df7a2f6c9450bd5742f93b463ed36e85c606c7b85aa6b57d0e67570b2");
  CHECK(sha256_hex(R"({"cancellationReason":"out of stock"})") == "d78f71e53261c9f87a37c3dfdfd2e2f27ba395046ce1f75b80caee0fcbd52516");
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("the checkout button's payload is signed by the same rule") {
  const std::string payload =
      R"({"storeId":"amzn1.application-oa2-client.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","webCheckoutDetails":{"checkoutReviewReturnUrl":"https://localhost/test/CheckoutReview.php",)"
      R"("checkoutResultReturnUrl":"https://localhost/test/CheckoutResult.php"}})";
  const std::string hash = "8dec52d799607be40f82d5c8e7ecb6c171e6591c41b1111a576b16076c89381c";
  CHECK(string_to_sign(Algorithm::rsassa_pss, payload) == "AMZN-PAY-RSASSA-PSS\n" + hash);
  CHECK(string_to_sign(Algorithm::rsassa_pss_v2, payload) == "AMZN-PAY-RSASSA-PSS-V2\n" + hash);
}

TEST_CASE("every vector of the reference, signed by us with both algorithms, verifies with the exact salt and with no other") {
  const auto key = PrivateKey::parse(Secret(wire_tests::first_key().private_pem));
  REQUIRE(key);
  for (const auto& vector : published) {
    CAPTURE(vector.method, vector.path);
    for (const auto algorithm : {Algorithm::rsassa_pss, Algorithm::rsassa_pss_v2}) {
      const auto text = std::string(algorithm_name(algorithm)) + "\n" + (vector.lower_region.empty() ? vector.upper_region : vector.lower_region);
      const auto signature = key->sign(algorithm, text);
      REQUIRE(signature);
      CHECK(wire_tests::verifies(wire_tests::first_key().public_pem, salt_length(algorithm), text, *signature));
      CHECK_FALSE(wire_tests::verifies(wire_tests::first_key().public_pem, 52 - salt_length(algorithm), text, *signature));
    }
  }
}

TEST_CASE("the published vectors of the SDKs are met in both spellings of the region") {
  for (const auto& vector : published) {
    CAPTURE(vector.method, vector.path, canonical_query(vector.query));
    if (!vector.upper_region.empty()) CHECK(published_hash(vector.method, vector.path, vector.query, "EU") == vector.upper_region);
    if (!vector.lower_region.empty()) CHECK(published_hash(vector.method, vector.path, vector.query, "eu") == vector.lower_region);
  }
}

TEST_CASE("paths collapse slashes and are percent-encoded without a plus") {
  CHECK(canonical_path("") == "/");
  CHECK(canonical_path("//") == "/");
  CHECK(canonical_path("///foo//") == "/foo/");
  CHECK(canonical_path("/ /foo") == "/%20/foo");
  CHECK(percent_encoded("*") == "%2A");
  CHECK(percent_encoded("a b+c") == "a%20b%2Bc");
  CHECK(percent_encoded("~") == "~");
  CHECK(percent_encoded(std::string("\0\xff", 2)) == "%00%FF");
  CHECK(canonical_query({{"a", ""}}) == "a=");
}

TEST_CASE("header values are trimmed, collapsed and joined, names are lower case and sorted") {
  const NamedValues headers = {{"X-B", "  two   words\r\n here "}, {"x-a", "1"}, {"x-b", "more"}};
  CHECK(canonical_headers(headers) == "x-a:1\nx-b:two words here,more\n");
  CHECK(signed_header_names(headers) == "x-a;x-b");
}

TEST_CASE("the published signatures verify over our string to sign, each with its own salt only") {
  const auto v1 = string_to_sign(Algorithm::rsassa_pss, canonical_request(capture_example()));
  const auto v2 = string_to_sign(Algorithm::rsassa_pss_v2, canonical_request(capture_example()));
  CHECK(v1 == "AMZN-PAY-RSASSA-PSS\naa8a0a4d471dfaceb58a6e6ba48c80b18d6329d7463413a04e6066c6fdc97d39");
  CHECK(wire_tests::verifies(example_public_key, 20, v1, example_signature));
  CHECK(wire_tests::verifies(example_public_key, 32, v2, example_signature_v2));
  CHECK_FALSE(wire_tests::verifies(example_public_key, 32, v1, example_signature));
  CHECK_FALSE(wire_tests::verifies(example_public_key, 32, v1, example_signature_v2));
}

TEST_CASE("our own signatures verify with the salt of their algorithm and with no other") {
  const auto key = PrivateKey::parse(Secret(wire_tests::first_key().private_pem));
  REQUIRE(key);
  for (const auto algorithm : {Algorithm::rsassa_pss, Algorithm::rsassa_pss_v2}) {
    const auto text = string_to_sign(algorithm, canonical_request(capture_example()));
    const auto signature = key->sign(algorithm, text);
    REQUIRE(signature);
    CHECK(signature->size() == 344);
    CHECK(wire_tests::verifies(wire_tests::first_key().public_pem, salt_length(algorithm), text, *signature));
    CHECK_FALSE(wire_tests::verifies(wire_tests::first_key().public_pem, 52 - salt_length(algorithm), text, *signature));
    CHECK_FALSE(wire_tests::verifies(wire_tests::second_key().public_pem, salt_length(algorithm), text, *signature));
  }
}

TEST_CASE("the authorization header names algorithm, key, headers and signature") {
  const auto key = PrivateKey::parse(Secret(wire_tests::first_key().private_pem));
  REQUIRE(key);
  const auto header = authorization(*key, Algorithm::rsassa_pss_v2, "SANDBOX-EXAMPLE", capture_example());
  REQUIRE(header);
  const std::string start =
      "AMZN-PAY-RSASSA-PSS-V2 PublicKeyId=SANDBOX-EXAMPLE, "
      "SignedHeaders=accept;content-type;x-amz-pay-date;x-amz-pay-host;x-amz-pay-idempotency-key;x-amz-pay-region, Signature=";
  CHECK(header->substr(0, start.size()) == start);
  CHECK(header->size() == start.size() + 344);
}

TEST_CASE("the algorithm is known by its two names, and empty means the recommended one") {
  CHECK(*parse_algorithm("") == Algorithm::rsassa_pss_v2);
  CHECK(*parse_algorithm("AMZN-PAY-RSASSA-PSS") == Algorithm::rsassa_pss);
  CHECK(*parse_algorithm("AMZN-PAY-RSASSA-PSS-V2") == Algorithm::rsassa_pss_v2);
  CHECK_FALSE(parse_algorithm("RSA"));
}
