// Keeps SIGPIPE away from the host while this thread writes to a TLS connection that the other side has closed. libcurl with NOSIGNAL leaves that
// to us, and a host that does not ignore the signal would be killed by it. Used by http_client.cpp around every use of libcurl that may write.
// Touches only the calling thread; a SIGPIPE that was pending or blocked before stays as it was.
#pragma once
#include <csignal>
#include <ctime>

namespace amazonpay::amazon {

class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const timespec now{0, 0};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &now);  // takes the one we may have caused
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

}  // namespace amazonpay::amazon
