/* Texts in the reader's language. The web builds an implementation on gettext and ICU and installs it with `app.texts.use(...)`; until then PlainTexts
 * answers English, which is enough for the command line and the tests. Any thread. */
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "document.hpp"
#include "result.hpp"

namespace shopadmin {

class Texts {
 public:
  virtual ~Texts() = default;
  /* domain: "shopadmin" or the plugin's (manifest `domain`). message_id is English with {name} places; args may hold "count" for plurals. */
  virtual std::string translate(const std::string& locale, const std::string& domain, const std::string& message_id, const json::object& args) const = 0;
  /* kind "money" {"minor","currency"}, "time" and "date" {"unix_ms","zone"} (zone: of the reader, empty: the shop's), "number" {"value"} */
  virtual std::string format(const std::string& locale, const std::string& kind, const json::object& value) const = 0;
};

class PlainTexts : public Texts {
 public:
  std::string translate(const std::string& locale, const std::string& domain, const std::string& message_id, const json::object& args) const override;
  std::string format(const std::string& locale, const std::string& kind, const json::object& value) const override;
};

/* The texts in use; may be replaced while calls run. */
class TextsInUse : public Texts {
 public:
  void use(std::shared_ptr<const Texts> texts);
  std::string translate(const std::string& locale, const std::string& domain, const std::string& message_id, const json::object& args) const override;
  std::string format(const std::string& locale, const std::string& kind, const json::object& value) const override;

 private:
  std::shared_ptr<const Texts> get() const;
  mutable std::mutex lock_;
  std::shared_ptr<const Texts> texts_ = std::make_shared<PlainTexts>();
};

int minor_digits(const std::string& currency);                          /* 2, or 0 for JPY and the like */
std::string fill_places(const std::string& text, const json::object& args); /* "{name}" replaced by args["name"] */

/* A Problem whose sentence holds values. The message is English for logs and the command line; details keep id and values, so that the web says it in
 * the reader's language. */
Problem sentence(Kind kind, const std::string& message_id, json::object args);

}  // namespace shopadmin
