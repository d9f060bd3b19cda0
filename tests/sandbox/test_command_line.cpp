#include <catch2/catch.hpp>

#include <cstdio>

#include "test_process.hpp"
#include "test_shop.hpp"

using namespace sandbox_test;

namespace {

struct Output {
    int status = 0;
    std::string text;
};

// Standard output and error together.
Output run(const std::string& arguments) {
    Output output;
    std::FILE* pipe = ::popen((std::string(SANDBOX_BINARY) + " " + arguments + " 2>&1").c_str(), "r");
    REQUIRE(pipe);
    char buffer[4096];
    for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.text.append(buffer, size);
    const int status = ::pclose(pipe);
    output.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return output;
}

bool says(const Output& output, const std::string& words) {
    UNSCOPED_INFO(output.text);
    return output.text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("help, version and example say what a stranger needs") {
    const auto help = run("--help");
    CHECK(help.status == 0);
    CHECK(says(help, "serve"));
    CHECK(says(help, "example"));
    CHECK(says(run("--version"), "amazonpay-sandbox 0."));
    const auto serve_help = run("serve --help");
    for (const auto* option : {"--data DIR", "--port", "--control-port", "--refund-delay-ms MILLISECONDS", "--pending-delay-ms", "--notification-delay-ms"})
        CHECK(says(serve_help, option));
    CHECK(says(run("example"), "NODE_EXTRA_CA_CERTS"));
    TempFolder folder;
    const Process process(folder.path());
    CHECK(says(run("example --data " + folder.path().string()), process.control() + "/control/keypair"));
}

TEST_CASE("what is wrong on the command line is said in a sentence") {
    TempFolder folder;
    const auto refused = [](const std::string& arguments, const std::string& words) {
        const auto output = run(arguments);
        CHECK(output.status != 0);
        CHECK(says(output, words));
    };
    refused("", "A subcommand is required");
    refused("serve", "--data is required");
    refused("serve --data x --port 70000", "70000 not in range");
    refused("serve --data x --refund-delay-ms -5", "not in range");
    refused("serve --data x --no-such-option", "--no-such-option");
    refused("serve --data /dev/null/folder", "cannot make the folder /dev/null/folder");
    refused("example --data " + folder.path().string(), "no sandbox is running on");
    const Process process(folder.path());
    TempFolder other;
    refused("serve --data " + other.path().string() + " --port " + process.api().substr(process.api().rfind(':') + 1), "choose another port or 0");
    refused("serve --data " + folder.path().string(), "another amazonpay-sandbox is running on");
    CHECK(std::filesystem::exists(folder.path() / "endpoint.json"));  // the one that runs is left alone
}

TEST_CASE("a data folder of an older version, without signing certificates, keeps its orders") {
    TempFolder folder;
    Process process(folder.path());
    const auto answer = fetch(process.control(), {"POST", "/control/keypair", {}, "{}"}, {});
    const auto key_id = std::string(boost::json::parse(answer.body).at("public_key_id").as_string());
    process.end(SIGTERM);
    for (const auto* name : {"signer.key", "signer.pem", "signer-expired.pem", "signer-self-signed.pem"}) std::filesystem::remove(folder.path() / name);
    process.start();
    CHECK(std::filesystem::exists(folder.path() / "signer.pem"));
    CHECK(fetch(process.control(), {"POST", "/control/orders", {}, R"({"public_key_id":")" + key_id + R"(","amount":"1.00"})"}, {}).status == 200);
    CHECK(fetch(process.api(), {"GET", "/v2/charges/x", {}, ""}, process.ca()).status == 403);  // TLS holds with the new authority
}
