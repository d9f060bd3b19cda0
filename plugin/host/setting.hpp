// One value of the settings by its name; empty if it is not set. In-call.
#pragma once
#include <hostapi/sdk.hpp>

#include "host/member.hpp"

namespace amazonpay::host {

inline Result<std::string> setting_of(const hostapi::sdk::Session& session, const char* name) {
  auto document = session.settings().get();
  if (!document) return document.failure();
  return reading("the settings", [&] {
    const Members settings(*document);
    const auto values = settings.object("values");
    return values ? values->text(name) : std::string();
  });
}

}  // namespace amazonpay::host
