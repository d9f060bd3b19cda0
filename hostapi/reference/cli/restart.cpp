#include "cli/restart.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "log.hpp"

namespace shopadmin::cli {

namespace {
constexpr const char* listener_name = "SHOPADMIN_LISTENER";
volatile sig_atomic_t stop_came = 0;

void note_stop(int) { stop_came = 1; }

/* The words this program was started with. */
std::vector<std::string> own_words() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  std::vector<std::string> words;
  for (std::string word; std::getline(text, word, '\0');) words.push_back(word);
  return words;
}

/* Where the program lies now: a package may have put a newer one there. */
std::string own_path() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error).string();
  const std::string gone = " (deleted)";
  if (path.size() > gone.size() && path.compare(path.size() - gone.size(), gone.size(), gone) == 0) path.resize(path.size() - gone.size());
  return path;
}
}  // namespace

Restart::Restart(App& app) : app_(app) {}
Restart::~Restart() { rest(); }

int Restart::inherited_listener() {
  const char* text = std::getenv(listener_name);
  const int listener = text ? std::atoi(text) : -1;
  ::unsetenv(listener_name);
  if (listener < 3 || ::fcntl(listener, F_SETFD, FD_CLOEXEC) != 0) return -1;
  return listener;
}

void Restart::watch() {
  standing_ = app_.installed.standing();
  thread_ = std::thread([this] { look(); });
}

void Restart::look() {
  std::unique_lock hold(lock_);
  while (!bell_.wait_for(hold, std::chrono::seconds(1), [this] { return ends_; })) {
    if (app_.installed.standing() == standing_) continue;
    hold.unlock();
    drain();
    return;
  }
}

/* The workers first, while the pages still answer. */
void Restart::drain() {
  log_event(Level::info, "PLUGINS_CHANGED", {{"drain_s", drain_s}});
  auto done = std::make_shared<std::promise<void>>();
  drained_ = done->get_future().share();
  std::thread([this, done] {
    app_.stop_workers();
    done->set_value();
  }).detach(); /* when it takes too long exec ends it */
  for (int waited = 0; waited < drain_s * 10 && drained_.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready; ++waited) {}
  overdue_ = drained_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
  if (overdue_) log_event(Level::warn, "PLUGINS_DRAIN_OVERDUE", {{"drain_s", drain_s}});
  struct sigaction action {};
  action.sa_handler = note_stop;
  const std::lock_guard hold(hand_over->lock);
  if (!hand_over->stop) return; /* it ends anyway */
  asked_ = true;
  for (const int signal : {SIGTERM, SIGINT}) ::sigaction(signal, &action, nullptr);
  hand_over->stop();
}

void Restart::hear_stops() {
  if (!asked_) return;
  struct sigaction action {};
  action.sa_handler = note_stop; /* the web gave the signals back when it ended */
  for (const int signal : {SIGTERM, SIGINT}) ::sigaction(signal, &action, nullptr);
}

void Restart::rest() {
  {
    const std::lock_guard hold(lock_);
    ends_ = true;
  }
  bell_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (drained_.valid()) drained_.wait();
}

bool Restart::wanted() const {
  sigset_t pending;
  sigpending(&pending);
  return asked_ && !stop_came && !sigismember(&pending, SIGTERM) && !sigismember(&pending, SIGINT);
}

void Restart::go() {
  const auto path = own_path();
  const auto words = own_words();
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (hand_over->kept >= 0) {
    ::fcntl(hand_over->kept, F_SETFD, 0);
    ::setenv(listener_name, std::to_string(hand_over->kept).c_str(), 1);
  }
  log_event(Level::info, "SERVE_STARTS_ANEW", {{"program", path}});
  ::execv(path.c_str(), arguments.data());
  log_event(Level::error, "SERVE_NOT_STARTED_ANEW", {{"program", path}, {"error", std::error_code(errno, std::generic_category()).message()}});
}

}  // namespace shopadmin::cli
