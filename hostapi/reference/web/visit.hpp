// One request on its way through the pages: what was asked, who asks, in which language. Plain values plus Say, the words and figures of that language.
// Used by every page. Lives on the handler's thread for one request.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "../accounts/accounts.hpp"
#include "../document.hpp"
#include "catalogue_texts.hpp"
#include "http_form.hpp"
#include "http_server.hpp"

namespace shopadmin::web {

// Texts of one reader. tr() and tr_n() also mark the message for the catalogue: their ids are English with {name} places.
class Say {
 public:
  // zone: of the reader; empty: the shop's.
  Say(const CatalogueTexts& texts, std::string locale, std::string zone = "")
      : texts_(&texts), locale_(std::move(locale)), zone_(std::move(zone)) {}

  std::string tr(std::string_view message, const json::object& args = {}) const { return texts_->translate(locale_, domain_, message, args); }
  std::string tr_n(std::string_view one, std::string_view many, std::int64_t count, const json::object& args = {}) const {
    return texts_->translate_plural(locale_, domain_, one, many, count, args);
  }
  // For ids that come from elsewhere (a table, the core, a manifest) and are marked there.
  std::string known(std::string_view message, const json::object& args = {}) const;
  std::string known(const Problem& problem) const;  // with the values of sentence(), if it holds some
  std::string in_domain(std::string_view domain, std::string_view message, const json::object& args = {}) const;

  json::object m(std::int64_t minor, std::string_view currency) const;
  std::string money(std::int64_t minor, std::string_view currency) const { return texts_->money(locale_, minor, currency); }
  std::string number(std::int64_t value) const { return texts_->number(locale_, value); }
  // A counter that was counted up to counted_most + 1; nothing for none.
  std::string counted(std::int64_t count) const {
    if (count > counted_most) return tr("{number}+", {{"number", number(counted_most)}});
    return count > 0 ? number(count) : "";
  }
  std::string date(std::int64_t ms) const { return texts_->date(locale_, ms, zone_); }
  std::string short_date(std::int64_t ms) const { return texts_->short_date(locale_, ms, zone_); }
  std::string time(std::int64_t ms) const { return texts_->time(locale_, ms, zone_); }
  std::string short_time(std::int64_t ms) const { return texts_->short_time(locale_, ms, zone_); }
  std::string percent(std::int64_t basis_points) const;
  const std::string& locale() const { return locale_; }
  const std::string& zone() const { return zone_; }
  const TimeZones& zones() const { return texts_->zones(); }
  int year(std::int64_t ms) const { return zones().civil(zone_, ms).year; }

 private:
  const CatalogueTexts* texts_;
  std::string locale_, zone_, domain_ = "shopadmin";
};

struct Flash {
  std::string role, text;  // role: good, wait, stop
};

struct Visit {
  const Request& request;
  Form query, form;
  std::optional<Session> session;
  std::string token, theme, trace_id;
  Say say;
  std::optional<Flash> flash;
  bool post = false;

  const User& user() const { return session->user; }
  Caller caller() const {
    Caller who = session->caller(trace_id);
    who.locale = say.locale(), who.zone = say.zone();
    return who;
  }
};

// "good" → the icon of a message box.
std::string icon_of(std::string_view role);

// "administrator" in the reader's language.
std::string role_label(const Say& say, const std::string& role);

// A list item with hidden form values.
inline json::object hidden(std::string_view name, std::string_view value) { return {{"name", name}, {"value", value}}; }

}  // namespace shopadmin::web
