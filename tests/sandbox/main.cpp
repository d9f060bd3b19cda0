// The command line of amazonpay-sandbox. See README.md.
#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "command_tree.hpp"
#include "serve.hpp"

namespace {

constexpr const char* hints = R"(The sandbox has to be running: amazonpay-sandbox serve --data DIR
Its ports stand in DIR/endpoint.json; here they are CONTROL (control interface and pages) and API.

1. An account with a key pair (the answer holds public_key_id, private_key_pem, merchant_id, store_id):
     curl -s CONTROL/control/keypair -d '{"region":"eu"}' > account.json

2. A paid order, as if a buyer had been to the shop (the answer holds charge_permission_id and charge_id):
     curl -s CONTROL/control/orders -d '{"public_key_id":"SANDBOX-...","amount":"80.00","merchant_reference_id":"10042"}'

3. The first signed call, with the official Node SDK:
     npm install @amazonpay/amazon-pay-api-sdk-nodejs
     NODE_EXTRA_CA_CERTS=CA node call.js S02-...-C...

   call.js:
     const fs = require("fs"), sdk = require("@amazonpay/amazon-pay-api-sdk-nodejs");
     const account = JSON.parse(fs.readFileSync("account.json"));
     const client = new sdk.WebStoreClient({ publicKeyId: account.public_key_id, privateKey: account.private_key_pem,
       region: "eu", algorithm: "AMZN-PAY-RSASSA-PSS-V2", overrideServiceUrl: "API" });
     client.getCharge(process.argv[2]).then((answer) => console.log(answer.data));

4. Notifications to your shop, signed like SNS (certificates: https://API, trusted through CA):
     curl -s CONTROL/control/notifications -d '{"public_key_id":"SANDBOX-...","url":"http://127.0.0.1:8080/notify"}'

5. In a browser: CONTROL/ (transactions as in Seller Central, checkout, new orders by hand)
)";

std::string replaced(std::string text, const std::string& word, const std::string& by) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size())) text.replace(at, word.size(), by);
    return text;
}

// With the folder of a running sandbox its real addresses are filled in.
int example(const std::string& data_dir) {
    std::string text = hints;
    if (!data_dir.empty()) {
        std::ifstream file(data_dir + "/endpoint.json");
        std::stringstream read;
        read << file.rdbuf();
        boost::json::error_code error;
        const auto endpoint = boost::json::parse(read.str(), error);
        if (error || !endpoint.is_object())
            throw std::runtime_error("no sandbox is running on " + data_dir + ": there is no endpoint.json; start one with: amazonpay-sandbox serve --data " + data_dir);
        text = replaced(text, "CONTROL", "http://127.0.0.1:" + std::to_string(endpoint.at("control_port").as_int64()));
        text = replaced(text, "\"API\"", "\"localhost:" + std::to_string(endpoint.at("port").as_int64()) + "\"");
        text = replaced(text, "and API.", "and https://localhost:" + std::to_string(endpoint.at("port").as_int64()) + ".");
        text = replaced(text, "https://API", "https://localhost:" + std::to_string(endpoint.at("port").as_int64()));
        text = replaced(text, "CA node", std::string(endpoint.at("ca").as_string()) + " node");
        text = replaced(text, "through CA", "through " + std::string(endpoint.at("ca").as_string()));
    }
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("A local Amazon Pay API v2 for tests and demos: it moves no real money and needs no network.\n"
                 "See `serve --help` for all options and `example` for the first steps.", "amazonpay-sandbox");
    app.require_subcommand(1);
    app.set_version_flag("--version", "amazonpay-sandbox " SANDBOX_VERSION);

    // Ranges are checked but not shown: the unit stands in the help, the range in the refusal.
    const auto port_range = CLI::Range(0, 65535).description("");
    const auto delay_range = CLI::Range(std::int64_t{0}, std::int64_t{30} * 86400 * 1000).description("");

    sandbox::ServeOptions options;
    auto* serve_command = app.add_subcommand("serve", "Serve API, control interface and pages on 127.0.0.1 until SIGTERM or SIGINT (Ctrl-C).\n"
                                                      "When ready it writes DIR/endpoint.json: {\"port\",\"control_port\",\"ca\"}.");
    serve_command->add_option("--data", options.data_dir, "Folder of the database and the test certificates; made when missing")->required()->type_name("DIR");
    serve_command->add_option("--port", options.port, "Port of the API, HTTPS (0 = a free one)")->check(port_range)->type_name("PORT")->capture_default_str();
    serve_command->add_option("--control-port", options.control_port, "Port of the control interface and the pages, HTTP (0 = a free one)")
        ->check(port_range)->type_name("PORT")->capture_default_str();
    const auto delay = [&](const char* name, std::int64_t& value, const char* text) {
        serve_command->add_option(name, value, text)->check(delay_range)->type_name("MILLISECONDS");
    };
    delay("--refund-delay-ms", options.refund_delay_ms, "Time of the virtual clock until a refund is settled; kept in DIR (30000 at first)");
    delay("--pending-delay-ms", options.pending_delay_ms, "Time of the virtual clock until a pending charge or capture has its result; kept in DIR (30000 at first)");
    delay("--notification-delay-ms", options.notification_delay_ms,
          "Real time between a change and its notification, for subscriptions made from now on without an own delay_ms; kept in DIR (1000 at first)");

    std::string example_dir;
    auto* example_command = app.add_subcommand("example", "Print the first steps: an account, an order, a signed call with the Node SDK, notifications");
    example_command->add_option("--data", example_dir, "Folder of a running sandbox: prints its real addresses")->type_name("DIR");
    serve_command->footer("Example:\n  amazonpay-sandbox serve --data ~/sandbox --port 9443 --control-port 9080");
    example_command->footer("Example:\n  amazonpay-sandbox example --data ~/sandbox");
    describe::add_describe_option(app);
    CLI11_PARSE(app, argc, argv);
    try {
        return serve_command->parsed() ? sandbox::serve(options) : example(example_dir);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "amazonpay-sandbox: %s\n", error.what());
        return 1;
    }
}
