#include "host/call.hpp"

#include "host/member.hpp"

namespace amazonpay::host {

Result<Actor> actor_of(const hostapi::sdk::Session& session) {
  auto who = session.identity().who();
  if (!who) return who.failure();
  return reading("identity.who", [&] {
    const Members m(*who);
    return Actor{m.needed_text("id"), m.text("name")};
  });
}

Result<> authorise(const hostapi::sdk::Session& session, const char* permission) {
  auto allowed = session.identity().may(permission);
  if (allowed || allowed.kind() != Kind::denied) return allowed;
  return Failure{Kind::denied, Speech(session).say(tr("Your role may not do this. Ask an administrator."))};
}

Failure in_words(const hostapi::sdk::Session& session, Failure failure) {
  if (failure.kind == Kind::refused || failure.kind == Kind::conflict || failure.kind == Kind::invalid || failure.kind == Kind::not_found ||
      failure.kind == Kind::denied)
    failure.message = Speech(session).say(failure.message.c_str());
  return failure;
}

}  // namespace amazonpay::host
