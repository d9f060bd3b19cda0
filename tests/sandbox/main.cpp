// amazonpay-sandbox serve --data DIR: the local Amazon Pay API v2. See README.md.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include <CLI/CLI.hpp>

#include "control.hpp"
#include "notification_sender.hpp"
#include "pages.hpp"
#include "server.hpp"
#include "views.hpp"

namespace {

// Written beside and renamed, so that whoever waits for the file never reads half of it.
void announce(const std::filesystem::path& data_dir, const sandbox::Server& server, const sandbox::CertificateFiles& certificate) {
    const auto target = data_dir / "endpoint.json", draft = data_dir / "endpoint.json.new";
    std::ofstream file(draft);
    file << boost::json::serialize(boost::json::object{
                {"port", server.port()}, {"control_port", server.control_port()}, {"ca", std::filesystem::absolute(certificate.ca).string()}})
         << "\n";
    file.close();
    if (!file) throw std::runtime_error("cannot write " + draft.string() + "; check that the folder is writable");
    std::filesystem::rename(draft, target);
}

int serve(const std::filesystem::path& data_dir, std::uint16_t port, std::uint16_t control_port, std::int64_t refund_delay_ms) {
    std::filesystem::create_directories(data_dir);
    const auto endpoint = data_dir / "endpoint.json";
    std::filesystem::remove(endpoint);
    const auto certificate = sandbox::ensure_certificates(data_dir);
    sandbox::Store store((data_dir / "sandbox.sqlite").string());
    sandbox::Gateway gateway(store);
    sandbox::Control control(gateway);
    if (refund_delay_ms >= 0) {
        auto settings = gateway.bank().settings();
        settings.refund_delay_ms = refund_delay_ms;
        gateway.bank().change_settings(settings);
    }
    sandbox::Pages pages(gateway, control);
    const sandbox::Signer signer(certificate);
    const auto answer_api = [&](const sandbox::HttpRequest& request) {
        if (auto answer = sandbox::answer_as_sns(request, gateway, signer)) return std::move(*answer);
        return gateway.handle(request);
    };
    const auto answer_control = [&](const sandbox::HttpRequest& request) {
        if (!sandbox::from_this_machine(request)) return sandbox::refuse_stranger();
        return request.path().starts_with("/control") ? control.handle(request) : pages.handle(request);
    };
    sandbox::Server server(certificate, port, control_port, answer_api, answer_control);
    gateway.notifications().set_address("localhost:" + std::to_string(server.port()), signer);
    sandbox::set_checkout_page("http://localhost:" + std::to_string(server.control_port()) + "/checkout/");
    const sandbox::NotificationSender sender(gateway, signer);
    announce(data_dir, server, certificate);
    std::printf("amazonpay-sandbox: API at https://127.0.0.1:%d, control at http://127.0.0.1:%d, CA in %s\n", server.port(),
                server.control_port(), certificate.ca.c_str());
    std::fflush(stdout);
    server.run(4);
    std::filesystem::remove(endpoint);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("A local Amazon Pay API v2 for tests and demos.");
    app.require_subcommand(1);
    std::string data_dir;
    std::uint16_t port = 0, control_port = 0;
    std::int64_t refund_delay_ms = -1;
    auto* serve_command = app.add_subcommand("serve", "Serve on 127.0.0.1 until SIGTERM or SIGINT");
    serve_command->add_option("--data", data_dir, "Folder for the database and the test certificate")->required();
    serve_command->add_option("--port", port, "Port of the API (0 = a free one)");
    serve_command->add_option("--control-port", control_port, "Port of the control interface (0 = a free one)");
    serve_command->add_option("--refund-delay-ms", refund_delay_ms, "Time until a refund is settled (30000 unless changed before)");
    CLI11_PARSE(app, argc, argv);
    try {
        return serve(data_dir, port, control_port, refund_delay_ms);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "amazonpay-sandbox: %s\n", error.what());
        return 1;
    }
}
