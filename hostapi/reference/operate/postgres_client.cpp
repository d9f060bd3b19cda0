#include "operate/postgres_client.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>

extern char** environ;

namespace shopadmin {

namespace {
using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

Options parsed(const std::string& url) { return {PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree}; }

std::vector<std::string> environment_for(const std::string& url) {
  std::vector<std::string> environment;
  for (char** one = environ; *one; ++one)
    if (std::strncmp(*one, "PG", 2) != 0 || std::strncmp(*one, "PGPASSFILE", 10) == 0) environment.emplace_back(*one);
  const auto options = parsed(url);
  for (const auto* option = options.get(); option && option->keyword; ++option)
    if (option->val && option->envvar) environment.push_back(std::string(option->envvar) + "=" + option->val);
  return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> raw;
  for (auto& text : texts) raw.push_back(text.data());
  raw.push_back(nullptr);
  return raw;
}

/* The last 2 KB of what it says. */
std::string drain(int from) {
  std::string said;
  std::array<char, 4096> some{};
  for (ssize_t size = 0; (size = ::read(from, some.data(), some.size())) > 0;) {
    said.append(some.data(), static_cast<std::size_t>(size));
    if (said.size() > 8192) said.erase(0, said.size() - 2048);
  }
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return said;
}
}  // namespace

std::string postgres_database_name(const std::string& url) {
  const auto options = parsed(url);
  std::string user;
  for (const auto* option = options.get(); option && option->keyword; ++option) {
    if (option->val && std::string(option->keyword) == "dbname") return option->val;
    if (option->val && std::string(option->keyword) == "user") user = option->val;
  }
  return user.empty() ? "postgres" : user;
}

Result<void> run_postgres_client(const std::string& url, const std::string& program, const std::vector<std::string>& arguments) {
  auto environment = environment_for(url);
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto argument_pointers = pointers(words), environment_pointers = pointers(environment);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return Problem{Kind::unavailable, std::string("No pipe for ") + program + ": " + std::strerror(errno) + ".", ""};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
  pid_t child = -1;
  const int outcome = ::posix_spawnp(&child, program.c_str(), &actions, nullptr, argument_pointers.data(), environment_pointers.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  if (outcome != 0) {
    ::close(pipe[0]);
    return Problem{Kind::unavailable, program + " cannot be started: " + std::strerror(outcome) + ". Install PostgreSQL's client of the server's version (Debian: postgresql-client).", ""};
  }
  const auto said = drain(pipe[0]);
  ::close(pipe[0]);
  int state = 0;
  while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {}
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return {};
  return Problem{Kind::unavailable, program + " failed: " + (said.empty() ? "it gave no reason" : said), ""};
}

}  // namespace shopadmin
