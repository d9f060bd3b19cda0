#include <catch2/catch.hpp>

#include "error.hpp"
#include "signature.hpp"

// The published and the synthetic vectors of the signing rules: canonical requests by hash, signatures by verification.
using namespace sandbox;

namespace {

const std::string public_key_pem = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArrxYMfW0n17R2r6Zj8Z8
hHxsswickyYq64J69OXYeLgYfL7QHF5uUNGRmndslJrvOdZm2uryF5fLXEUNa4r/
/qJEgR4KhUPUbYTjFvhDntDfobMTZybZqLdX3zCurwljlOtFLcrW+uJHt02tE9Xb
MMIl2i7LPndPm0+54SNxTb470ytVMA7VsWCC5b/Jx8rwcYzOImF6hl0M/xo6nDHB
duN0jv3XYBxyJ9sbLehy51KuG2tADwOnzBOfJd9xWHPVUxXTNB8tMTHwR/Fzc9Ay
bq/LUnBlLTzZ7hm1rZfkWH6EgUff39Jw8FONULbgs8fwCwrGuA3yF4d70colKGn5
4QIDAQAB
-----END PUBLIC KEY-----
)";
const std::string salt_20 =
    "Narbm3UOzadknkiR0cbdYojvOaU9hfP/y/KegDyB3+fHPKlOOYixo5gObu0sD0r/j9PfMLq1m4RvIXtuDffzxKbqltZjF8euU2I9xWTxO1UkLpQfCqwunG3n"
    "qOC3guntcGaGKEH6N+PW+17dzU/hTBvO1PtMtiuR7Dc5mAevWONxYpdDSBqMzz0b6vpTiiCFEZw/LqlgoPJmlGN6dYQoOHPbnZmyQkCUuPvHrYbHR9FCtWkT"
    "0Ncb1AG5iTFOWfNJNjmWMxcAHK7MFPRxSomrCYmU1vEQ29hYBH51Sol2w6slI0V7/B4AF0inia6gzITzBIjUpSaatbuoazrMopvX+g==";
const std::string salt_32 =
    "kgjnYOUH+aQgISCIZBNUilvMJPes2bSjZ4TgbnHvovTV44QSLaf+N/IwkZMGZlFcwW1QPhmPD+kb69dKNWlu9CxCnavx5Vc9ElpsMZySFLZVBVa0H5wiFbzo"
    "kJn6D1ajBQjW4GlkLquJReJxTHWy5bt+4ZdZAwWDR08jZYFVnOESU29zePxLRWnBAxJWoGCuYv1TtB8sD1vzD9QEob+gunjLzRO09pg2pCDsy7v59gxZc8gl"
    "RNPJaU9oDkOn2y3KexXaEbx4DgZ46i71G2145YqZL/JngmJvxJsh78yMz9lLvSaKyLwLiqAWANV+3MwP8RW6HXLCHYIJYLrPKzqsww==";

const std::vector<std::string> five{"accept", "content-type", "x-amz-pay-date", "x-amz-pay-host", "x-amz-pay-region"};

HttpRequest request(const std::string& method, const std::string& target, const std::string& body, const std::string& date,
                    const std::string& region) {
    return {method, target, {{"accept", "application/json"}, {"content-type", "application/json"}, {"x-amz-pay-date", date},
                             {"x-amz-pay-host", "pay-api.amazon.eu"}, {"x-amz-pay-region", region}}, body};
}

std::string hash_of(const HttpRequest& request, const std::vector<std::string>& names) {
    return sha256_hex(canonical_request(request, canonical_path(request.path()), canonical_query(request.query()), names));
}

HttpRequest worked_example() {
    auto capture = request("POST", "/v2/charges/S02-1234567-7654321-C012345/capture",
                           R"({"captureAmount":{"amount":"14.00","currencyCode":"EUR"},"softDescriptor":"Demo Shop"})", "20250310T101500Z", "eu");
    capture.headers.emplace_back("x-amz-pay-idempotency-key", "a1b2c3d4e5f60718293a4b5c6d7e8f90");
    return capture;
}

Authorization authorize(HttpRequest& request, const std::string& algorithm, const std::string& signature) {
    request.headers.emplace_back("authorization", algorithm + " PublicKeyId=SANDBOX-A, SignedHeaders=accept;content-type;x-amz-pay-date;"
                                 "x-amz-pay-host;x-amz-pay-idempotency-key;x-amz-pay-region, Signature=" + signature);
    return parse_authorization(request);
}

std::string refusal(const HttpRequest& request, const Authorization& authorization) {
    try {
        verify_signature(request, authorization, read_public_key(public_key_pem));
    } catch (const ApiError& error) {
        return error.reason_code;
    }
    return "";
}

struct Vector {
    const char* method;
    const char* target;
    const char* hash_upper;  // region EU
    const char* hash_lower;  // region eu
};

const Vector published[] = {
    {"GET", "/",
     "bb49552975c396f1e49d5510e1555b8b0627dc491bc61aaefdb561f202ad8020", "13fdf6db844bdfb9e9c0e27a4251ca04e60c29ca2132249c5dd1cb09c26e22f5"},
    {"GET", "///foo//",
     "", "d8e13e1857bc9b5056cc8ccb2699812faa2c68960e00483b1390fdaf4a991cc4"},
    {"GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
     "a0e5dd63e175587f29d51c6b08be5c746a568209ac66ab1f967e0ba515aa80bc", "585e034d38ed3d64c0cd77a9f357a4b4a0fc093eebe06f4b06f66845e3543038"},
    {"GET", "/\xE1\x88\xB4",
     "77f6544c8fb336d430895659da1e30415a1558b4b013f4d7926bb3a6275f701d", ""},
    {"GET", "/?%E1%88%B4=bar",
     "ef1007307504f2ca9f0b6310b04056f5d3d6d18e7bf3d90663133f19ec132ecc", "f0597d2fdcf97baf28002461796e916a74e35073b44042296d2ed45bacf6ecf0"},
    {"GET", "/?foo=bar",
     "6837f80baf1801c75db8119cffbadc26a89d20adb9cf3f3de4ce0fac31b4ae52", ""},
    {"GET", "/?foo=b&foo=a",
     "a33266ec31c7f0ca8a0738eb49fb8c81319f14374a0b86d52e6911a9748a6d42", "937de37fb8aed8af4214c373580c72f40c525202d1975df6836ba6ed0062b902"},
    {"GET", "/?b=foo&a=foo",
     "6615ba7ca3734e97b35013f77c74d111ce2fa63ab52be161ad41bcd4b010120f", "457de2535eedbd6ef25f5c8ec4653ee885b99838d722189928f4fdf8d3c3ef4f"},
    {"GET", "/?A.2=foo&A.10=foo&A.1=foo",
     "29d908d70c4bb50d62272976787245b52ed52e569fdae56ef3aa6d8979978ee7", "43ae5290e6742d30e3822b62b6d759afedafbe01534f778175c336b455d632e7"},
    {"GET", "/?foo=aha&foo=Zoo",
     "f379cbd2e2fc9d5d50667a07ec22996335f731b474bb8bd366647d05d958c9d5", "7a4d89bd832cb93f2102f66bc8d3a0bc5f224c0bb758eab261dcd34a8ed2f117"},
    {"GET", "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
     "892abddd6e79db3feb5695b318af639c3e863494f6b4df32ec24fff4c1562a73", "aa69ca06d93d9220f9aa16314d8556e18e1b0ae39802cd169bd3af6c08cd7164"},
    {"POST", "/",
     "54156f5badd6da7fa630b2c334c808ad376530001d334ae9960457215aa626d3", "322307b5dae22c3d59350c3de9202a488f337f674c8f430b186282008264bd2b"},
    {"POST", "/?foo=bar",
     "cc82525870b2d03666c287fd8b2c0d2fc6fa1693d9f357d27f7cac8cbcc12832", "9d61b5abddbfdcaf7810a8e83dfffe0a5d5f272d2676c0550d974d5383e94cd5"},
    {"POST", "/?f%20oo=b%20ar",
     "99be3aeb19b5a1aebafc807d59f3740d3e604ae31cf928592fa70739ea64bb32", "79481e4e38a053f7be8bda701c0d302d39df18bf468578b133c3be8e93fea86a"},
    {"POST", "/?%40%23%24%25%5E%26%2B%3D%2F%2C%3F%3E%3C%60%22%3B%3A%5C%7C%5D%5B%7B%7D%20=%40%23%24%25%5E%26%2B%3D%2F%2C%3F%3E%3C%60%22%3B%3A%5C%7C%5D%5B%7B%7D%20",
     "66bbbf2b5d6d297a9393abbc0b4f9d62e30666bb0ec0dea8f1d4e45551440e4c", "50709f5220d06911feee2d6aa8bf8453c8517f44527c0912e62b905d26c7e08f"},
};

}  // namespace

TEST_CASE("the published canonical request vectors give their hashes") {
    for (const auto& vector : published)
        for (const auto& [region, hash] : {std::pair{"EU", vector.hash_upper}, std::pair{"eu", vector.hash_lower}}) {
            if (!*hash) continue;  // not published for this region
            INFO(vector.method << " " << vector.target << " " << region);
            CHECK(hash_of(request(vector.method, vector.target, "", "20180524T223710Z", region), five) == hash);
        }
}

TEST_CASE("the worked examples give their hashes") {
    auto names = five;
    names.insert(names.end() - 1, "x-amz-pay-idempotency-key");
    CHECK(hash_of(worked_example(), names) == "aa8a0a4d471dfaceb58a6e6ba48c80b18d6329d7463413a04e6066c6fdc97d39");

    auto refund = request("POST", "/sandbox/v2/refunds",
                          R"({"chargeId":"S02-1234567-7654321-C012345","refundAmount":{"amount":"5.50","currencyCode":"EUR"},"softDescriptor":"Müller"})",
                          "20250310T101500Z", "eu");
    refund.headers.emplace_back("x-amz-pay-idempotency-key", "a1b2c3d4e5f60718293a4b5c6d7e8f90");
    CHECK(hash_of(refund, names) == "bff11b8eadb697b56c9194a31a851f001ff54ffde76b67ce84bbc1ebf2388947");

    const auto cancel = request("DELETE", "/v2/charges/S02-1234567-7654321-C012345/cancel", R"({"cancellationReason":"out of stock"})",
                                "20250310T101500Z", "eu");
    CHECK(hash_of(cancel, five) == "8ea31bfb6a8d7ee1615078a5198995e551751fb386298a74ba78bc02f844904f");

    const auto reports = request("GET", "/v2/reports?reportTypes=_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SANDBOX_SETTLEMENT_DATA_&pageSize=10"
                                 "&processingStatuses=COMPLETED,IN_PROGRESS&createdSince=20250301T000000Z", "", "20250310T101500Z", "eu");
    CHECK(hash_of(reports, five) == "f4591a60684408151ba6765cf74e37c24efc1ae453f6feedea2838bf40ed2ca6");
}

TEST_CASE("the published signatures verify with the salt their algorithm names and with no other") {
    auto first = worked_example(), second = worked_example(), crossed = worked_example();
    CHECK(refusal(first, authorize(first, "AMZN-PAY-RSASSA-PSS", salt_20)) == "");
    CHECK(refusal(second, authorize(second, "AMZN-PAY-RSASSA-PSS-V2", salt_32)) == "");
    // The algorithm name is part of the signed text, so check the bare signature as well.
    const auto key = read_public_key(public_key_pem);
    const std::string text = "AMZN-PAY-RSASSA-PSS\naa8a0a4d471dfaceb58a6e6ba48c80b18d6329d7463413a04e6066c6fdc97d39";
    CHECK(verify_pss(key, 20, text, *base64_decode(salt_20)));
    CHECK_FALSE(verify_pss(key, 32, text, *base64_decode(salt_20)));
    CHECK(refusal(crossed, authorize(crossed, "AMZN-PAY-RSASSA-PSS-V2", salt_20)) == "InvalidRequestSignature");
}

TEST_CASE("one changed byte anywhere in the signed parts is refused") {
    const auto changed = [](auto change) {
        auto forged = worked_example();
        const auto authorization = authorize(forged, "AMZN-PAY-RSASSA-PSS-V2", salt_32);
        change(forged);
        return refusal(forged, authorization);
    };
    CHECK(changed([](HttpRequest& r) { r.body[28] = '9'; }) == "InvalidRequestSignature");
    CHECK(changed([](HttpRequest& r) { r.method = "PATCH"; }) == "InvalidRequestSignature");
    CHECK(changed([](HttpRequest& r) { r.target[20] = '9'; }) == "InvalidRequestSignature");
    CHECK(changed([](HttpRequest& r) { r.target += "?a=b"; }) == "InvalidRequestSignature");
    CHECK(changed([](HttpRequest& r) { r.headers[2].second = "20250310T101501Z"; }) == "InvalidRequestSignature");
    CHECK(changed([](HttpRequest& r) { r.headers[4].second = "EU"; }) == "InvalidRequestSignature");
    CHECK(changed([](HttpRequest& r) { r.headers[5].second[0] = 'b'; }) == "InvalidRequestSignature");
    CHECK(changed([](HttpRequest& r) { r.headers.erase(r.headers.begin() + 4); }) == "MissingHeader");
}

TEST_CASE("an authorization header that cannot be read is refused as bad authentication") {
    for (const char* text : {"", "Basic abc", "AMZN-PAY-RSASSA-PSS-V3 PublicKeyId=a, SignedHeaders=b, Signature=c", "AMZN-PAY-RSASSA-PSS-V2",
                             "AMZN-PAY-RSASSA-PSS-V2 PublicKeyId=a, Signature=c", "AMZN-PAY-RSASSA-PSS-V2 PublicKeyId=a, PublicKeyId=b, SignedHeaders=b, Signature=c"}) {
        INFO(text);
        auto bad = worked_example();
        if (*text) bad.headers.emplace_back("authorization", text);
        CHECK_THROWS_AS(parse_authorization(bad), ApiError);
    }
}

TEST_CASE("paths are encoded like the strict SDKs do") {
    CHECK(canonical_path("") == "/");
    CHECK(canonical_path("//") == "/");
    CHECK(canonical_path("///foo//") == "/foo/");
    CHECK(canonical_path("/ /foo") == "/%20/foo");
}
