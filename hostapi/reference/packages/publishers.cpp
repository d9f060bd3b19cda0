#include "packages/publishers.hpp"

#include <algorithm>
#include <regex>

#include "packages/files.hpp"
#include "packages/signature.hpp"

namespace shopadmin {

namespace {
constexpr std::size_t key_bytes_max = 16 * 1024;

std::string without_spaces(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return text;
}
}  // namespace

std::vector<TrustedKey> Publishers::list() const {
  std::vector<TrustedKey> keys;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() != ".pem") continue;
    const auto text = read_whole(entry.path(), key_bytes_max);
    const auto key = text ? public_key_from_pem(*text, entry.path().string()) : Result<std::string>(text.problem());
    if (key) keys.push_back({entry.path().stem().string(), *key});
  }
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return keys;
}

std::string Publishers::name_of(const std::string& public_key) const {
  for (const auto& key : list())
    if (key.public_key == public_key) return key.name;
  return {};
}

Result<TrustedKey> Publishers::add(const std::filesystem::path& key_file, const std::string& given) {
  const auto text = read_whole(key_file, key_bytes_max);
  if (!text) return refused("The key " + key_file.string() + " cannot be read. Give the public key of the publisher, a PEM file.");
  const auto key = public_key_from_pem(*text, key_file.string());
  if (!key) return key.problem();
  auto name = given.empty() ? key_file.filename().string() : given;
  if (given.empty())
    for (const std::string end : {".pem", ".pub"})
      if (name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0) name.resize(name.size() - end.size());
  if (!std::regex_match(name.substr(0, 100), std::regex("[A-Za-z0-9][A-Za-z0-9_.-]{0,60}"))) return refused("\"" + name.substr(0, 60) + "\" cannot be the name of a publisher: use letters, digits, dots, dashes and underscores. Choose one with --name.");
  for (const auto& known : list()) {
    if (known.public_key == *key) return refused("This key is trusted already, as " + known.name + ".");
    if (known.name == name) return refused("There is another key of the name " + name + ". Remove it first, or choose another name with --name.");
  }
  if (auto good = write_whole(folder_ / (name + ".pem"), public_key_pem(*key)); !good) return good.problem();
  return TrustedKey{name, *key};
}

Result<TrustedKey> Publishers::remove(const std::string& which) {
  for (const auto& known : list()) {
    if (known.name != which && without_spaces(fingerprint_of(known.public_key)) != without_spaces(which)) continue;
    std::error_code error;
    if (!std::filesystem::remove(folder_ / (known.name + ".pem"), error)) return refused("The key " + (folder_ / (known.name + ".pem")).string() + " cannot be removed (" + error.message() + ").");
    return known;
  }
  return Problem{Kind::not_found, "No publisher \"" + which.substr(0, 80) + "\" is trusted here. See: shopadmin plugin trust list.", ""};
}

}  // namespace shopadmin
