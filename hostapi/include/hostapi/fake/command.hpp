// What the host's command line does with a plugin, for tests: arguments as texts in, the document or the plugin's sentence out, over the real C border.
// Thread rules: as the plugin's own.
#pragma once
#include <hostapi/sdk.hpp>

#include <string>

namespace hostapi::fake {

namespace json = boost::json;

inline Result<json::value> run_command(const hostapi_plugin& plugin, const hostapi_call* call, const std::string& command, const json::object& arguments = {}) {
  const auto* table = static_cast<const hostapi_command_v1*>(plugin.contribution(plugin.self, HOSTAPI_CONTRIBUTION_COMMAND));
  if (table == nullptr) return Failure{Kind::unsupported, "the plugin has no commands"};
  const std::string text = json::serialize(arguments);
  sdk::StringSink answer;
  const auto status = table->run(plugin.self, call, command.c_str(), sdk::text(text), answer.raw());
  boost::system::error_code error;
  const json::value document = answer.value().empty() ? json::value(json::object{}) : json::parse(answer.value(), error);
  const auto* object = error ? nullptr : document.if_object();
  if (status != HOSTAPI_OK) {
    const auto* message = object ? object->if_contains("message") : nullptr;
    return Failure{sdk::to_kind(status), message && message->is_string() ? std::string(message->get_string()) : answer.value()};
  }
  if (object == nullptr) return Failure{Kind::internal, "the answer of the command is not a JSON object"};
  return document;
}

}  // namespace hostapi::fake
