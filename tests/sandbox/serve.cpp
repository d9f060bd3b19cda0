#include "serve.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "notification_sender.hpp"
#include "pages.hpp"
#include "server.hpp"
#include "views.hpp"

namespace sandbox {
namespace {

void make_folder(const std::filesystem::path& data_dir) {
    std::error_code error;
    std::filesystem::create_directories(data_dir, error);
    if (error || !std::filesystem::is_directory(data_dir))
        throw std::runtime_error("cannot make the folder " + data_dir.string() + (error ? ": " + error.message() : std::string()) + "; choose another one with --data");
    if (::access(data_dir.c_str(), W_OK | X_OK) != 0)
        throw std::runtime_error("the folder " + data_dir.string() + " is not writable; choose another one with --data");
}

// Two sandboxes on one folder would answer from one database with two clocks. The lock ends with the process, also with kill -9.
class FolderLock {
public:
    explicit FolderLock(const std::filesystem::path& data_dir) : file_(::open((data_dir / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (file_ < 0) throw std::runtime_error("cannot write " + (data_dir / "lock").string() + "; choose another folder with --data");
        // One that was just told to stop may need a moment.
        for (int tries = 0; tries < 20; ++tries) {
            if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        ::close(file_);
        throw std::runtime_error("another amazonpay-sandbox is running on " + data_dir.string() + "; stop it or choose another folder with --data");
    }
    ~FolderLock() { ::close(file_); }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int file_;
};

// Written beside and renamed, so that whoever waits for the file never reads half of it.
void announce(const std::filesystem::path& data_dir, const Server& server, const CertificateFiles& certificate) {
    const auto target = data_dir / "endpoint.json", draft = data_dir / "endpoint.json.new";
    std::ofstream file(draft);
    file << boost::json::serialize(boost::json::object{
                {"port", server.port()}, {"control_port", server.control_port()}, {"ca", std::filesystem::absolute(certificate.ca).string()}})
         << "\n";
    file.close();
    if (!file) throw std::runtime_error("cannot write " + draft.string() + "; check that the folder is writable");
    std::filesystem::rename(draft, target);
}

void apply(const ServeOptions& options, Gateway& gateway) {
    auto settings = gateway.bank().settings();
    if (options.refund_delay_ms >= 0) settings.refund_delay_ms = options.refund_delay_ms;
    if (options.pending_delay_ms >= 0) settings.pending_delay_ms = options.pending_delay_ms;
    gateway.bank().change_settings(settings);
    if (options.notification_delay_ms >= 0) gateway.store().set_setting("notification_delay_ms", options.notification_delay_ms);
}

}  // namespace

int serve(const ServeOptions& options) {
    const auto& data_dir = options.data_dir;
    make_folder(data_dir);
    const FolderLock lock(data_dir);
    const auto endpoint = data_dir / "endpoint.json";
    std::filesystem::remove(endpoint);
    const auto certificate = ensure_certificates(data_dir);
    const Signer signer(certificate);
    Store store((data_dir / "sandbox.sqlite").string());
    Gateway gateway(store);
    apply(options, gateway);
    Control control(gateway);
    Pages pages(gateway, control);
    pages.trust(std::filesystem::absolute(certificate.ca).string());
    const auto answer_api = [&](const HttpRequest& request) {
        if (auto answer = answer_as_sns(request, gateway, signer)) return std::move(*answer);
        return gateway.handle(request);
    };
    const auto answer_control = [&](const HttpRequest& request) {
        if (!from_this_machine(request)) return refuse_stranger();
        return request.path().starts_with("/control") ? control.handle(request) : pages.handle(request);
    };
    Server server(certificate, static_cast<std::uint16_t>(options.port), static_cast<std::uint16_t>(options.control_port), answer_api, answer_control);
    gateway.notifications().set_address("localhost:" + std::to_string(server.port()), signer);
    set_checkout_page("http://localhost:" + std::to_string(server.control_port()) + "/checkout/");
    const NotificationSender sender(gateway, signer);
    announce(data_dir, server, certificate);
    std::printf("amazonpay-sandbox: API at https://127.0.0.1:%d, control and pages at http://127.0.0.1:%d, CA in %s\n", server.port(),
                server.control_port(), certificate.ca.c_str());
    std::fflush(stdout);
    server.run(static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 4u)));
    std::filesystem::remove(endpoint);
    return 0;
}

}  // namespace sandbox
