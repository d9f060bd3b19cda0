#include "tls_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace wire_tests {
namespace {

int listen_on_free_port(int& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 16) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  port = ntohs(address.sin_port);
  return fd;
}

struct Identity {
  EVP_PKEY* key;
  X509* certificate;
};

// One self-signed certificate for 127.0.0.1 for all servers of this process.
const Identity& identity() {
  static const Identity made = [] {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_set_pubkey(certificate, key);
    for (const auto& [id, value] : {std::pair{NID_subject_alt_name, "IP:127.0.0.1"}, std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
      X509_add_ext(certificate, extension, -1);
      X509_EXTENSION_free(extension);
    }
    if (X509_sign(certificate, key, EVP_sha256()) == 0) throw std::runtime_error("no certificate");
    return Identity{key, certificate};
  }();
  return made;
}

bool is_whole(const std::string& request) {
  const auto end = request.find("\r\n\r\n");
  if (end == request.npos) return false;
  const auto length = request.find("Content-Length: ");
  const std::size_t body = length == request.npos || length > end ? 0 : std::stoul(request.substr(length + 16));
  return request.size() >= end + 4 + body;
}

}  // namespace

std::string http_answer(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

int unused_port() {
  int port = 0;
  ::close(listen_on_free_port(port));
  return port;
}

TlsServer::TlsServer(std::vector<Act> script) : script_(std::move(script)) {
  listener_ = listen_on_free_port(port_);
  ca_file_ = std::filesystem::temp_directory_path() / ("amazonpay-wire-" + std::to_string(::getpid()) + "-" + std::to_string(port_) + ".pem");
  std::FILE* file = std::fopen(ca_file_.c_str(), "w");
  if (!file || PEM_write_X509(file, identity().certificate) != 1) throw std::runtime_error("no authority file");
  std::fclose(file);
  thread_ = std::thread([this] { serve(); });
}

TlsServer::~TlsServer() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
  std::error_code ignored;
  std::filesystem::remove(ca_file_, ignored);
}

std::vector<std::string> TlsServer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

Act TlsServer::next() {
  const auto place = std::min(acts_done_++, script_.size() - 1);
  return script_[place];
}

void TlsServer::serve() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, identity().certificate);
  SSL_CTX_use_PrivateKey(context, identity().key);
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) != 1) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++connections_;
    serve_connection(socket, context);
    ::close(socket);
  }
  SSL_CTX_free(context);
}

void TlsServer::serve_connection(int socket, void* context) {
  const timeval patience{0, 20'000};
  Act act = next();
  if (act.what == Act::refuse_handshake) return;
  SSL* ssl = SSL_new(static_cast<SSL_CTX*>(context));
  SSL_set_fd(ssl, socket);
  bool open = SSL_accept(ssl) == 1;
  if (open) ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string request;
  while (open && !stopping_) {
    char buffer[4096];
    const int size = SSL_read(ssl, buffer, sizeof buffer);
    if (size <= 0) {
      open = SSL_get_error(ssl, size) == SSL_ERROR_WANT_READ;
      // Another connection waits and this one is idle: serve that one.
      pollfd waiting{listener_, POLLIN, 0};
      if (request.empty() && ::poll(&waiting, 1, 0) == 1) open = false;
      continue;
    }
    request.append(buffer, static_cast<std::size_t>(size));
    if (!is_whole(request)) continue;
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    request.clear();
    for (int waited = 0; waited < act.delay_ms && !stopping_; waited += 10) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (act.what != Act::close_read) SSL_write(ssl, act.text.data(), static_cast<int>(act.text.size()));
    open = act.what == Act::answer;
    if (open) act = next();
  }
  SSL_shutdown(ssl);
  SSL_free(ssl);
}

}  // namespace wire_tests
