#pragma once
// The real binary in a process of its own over a data folder, and a small HTTP client; for tests that kill it or need TLS. The users of this
// header define SANDBOX_BINARY and link libcurl. One thread at a time for each Process; fetch() is any-thread.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <boost/json.hpp>
#include <curl/curl.h>

#include "signature.hpp"

namespace sandbox_test {

class Process {
public:
    explicit Process(std::filesystem::path data) : data_(std::move(data)) { start(); }
    ~Process() { end(SIGTERM); }

    void start() {
        std::filesystem::remove(data_ / "endpoint.json");
        pid_ = ::fork();
        if (pid_ == 0) {
            const int nowhere = ::open("/dev/null", O_WRONLY);
            ::dup2(nowhere, 1);
            ::execl(SANDBOX_BINARY, SANDBOX_BINARY, "serve", "--data", data_.c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        for (int tries = 0; tries < 400 && !std::filesystem::exists(data_ / "endpoint.json"); ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(25));
        std::ifstream file(data_ / "endpoint.json");
        std::stringstream text;
        text << file.rdbuf();
        endpoint_ = boost::json::parse(text.str());
    }

    int end(int signal) {
        if (pid_ <= 0) return 0;
        int status = 0;
        ::kill(pid_, signal);
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return status;
    }

    std::string api() const { return "https://localhost:" + std::to_string(endpoint_.at("port").as_int64()); }
    std::string control() const { return "http://127.0.0.1:" + std::to_string(endpoint_.at("control_port").as_int64()); }
    std::string ca() const { return std::string(endpoint_.at("ca").as_string()); }

private:
    std::filesystem::path data_;
    pid_t pid_ = -1;
    boost::json::value endpoint_;
};

inline std::size_t collect(char* data, std::size_t size, std::size_t count, void* out) {
    static_cast<std::string*>(out)->append(data, size * count);
    return size * count;
}

struct Reply {
    CURLcode code;
    long status = 0;
    std::string body;
};

inline Reply fetch(const std::string& url, const sandbox::HttpRequest& request, const std::string& ca, long tls_version = CURL_SSLVERSION_DEFAULT) {
    CURL* curl = curl_easy_init();
    curl_slist* headers = curl_slist_append(nullptr, "Expect:");
    for (const auto& [name, value] : request.headers) headers = curl_slist_append(headers, (name + ": " + value).c_str());
    Reply reply{};
    curl_easy_setopt(curl, CURLOPT_URL, (url + request.target).c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.body.empty()) curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    if (!request.body.empty()) curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (!ca.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, tls_version);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
    reply.code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return reply;
}

}  // namespace sandbox_test
