// connection-test: the live test of the page Connection for scripts and monitoring. The exit code says whether it was good.
#include "host/commands.hpp"
#include "host/connection_acts.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {

Result<json::value> run_connection_test(Call& call, std::string_view, const json::value& arguments, const Actor&) {
  const auto& session = call.session;
  if (auto allowed = authorise(session, "payment.settings"); !allowed) return allowed.failure();
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  auto place = form_text(arguments, "set");
  if (place.empty()) place = environment_name(sets->in_use().environment);
  if (place != "sandbox" && place != "live" && place != "next") return Failure{Kind::invalid, tr("Name the connection to test: set=sandbox, set=live or set=next (the new key). Without it the one in use is tested.")};
  auto examined = test_place(session, place);
  if (!examined) return examined.failure();
  const Speech speech(session);
  json::array findings;
  std::string text;
  for (const auto& one : examined->findings) {
    auto said = speech.say(one.text);
    text += one.level + "  " + (one.field.empty() ? "-" : one.field) + "  " + said + "\n";
    findings.push_back(json::object{{"field", one.field}, {"level", one.level}, {"text", std::move(said)}});
  }
  return json::value(json::object{{"set", place}, {"good", examined->good()}, {"accepted", examined->accepted}, {"findings", std::move(findings)}, {"text", std::move(text)}, {"exit_code", examined->good() ? 0 : 1}});
}

}  // namespace amazonpay::host
