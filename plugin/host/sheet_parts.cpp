#include "host/sheet_parts.hpp"

namespace amazonpay::host {

json::object check(const char* role, const char* icon, std::string text) { return {{"role", role}, {"icon", icon}, {"text", std::move(text)}}; }
json::object fact(std::string label, std::string value, bool mono) { return {{"label", std::move(label)}, {"value", std::move(value)}, {"mono", mono}}; }

json::array facts_of(const Picture& p, const Speech& speech) {
  json::array facts{fact(speech.say(tr("Order")), p.payment.order_number)};
  if (!p.buyer.empty()) facts.push_back(fact(speech.say(tr("Buyer")), p.buyer));
  facts.push_back(fact(speech.say(tr("Account")), speech.say(p.test() ? tr("Sandbox: test money only") : tr("Live: real money"))));
  return facts;
}

json::array says_of(const Plan& plan, const Speech& speech) {
  json::array checks;
  for (const auto& text : plan.says) checks.push_back(check("neutral", "info", speech.say(text)));
  return checks;
}

void add_warnings(json::array& checks, const Picture& p, const Speech& speech) {
  if (p.keys_refused()) checks.push_back(check("stop", "key", speech.say(tr("Amazon refuses this shop’s keys. The act is stored now and sent once the connection is mended."))));
  else if (p.sync_failed()) checks.push_back(check("wait", "wait", speech.say(tr("Amazon did not answer last time. The act is stored now and sent later, exactly once."))));
}

json::object sheet_of(const Picture& p, const char* action, std::string title, std::string button, bool danger, const SheetForm& form, FormValues values,
                      const Speech& speech) {
  values.insert(values.begin(), {{"operation_id", form.operation_id}, {"seen", flows::stand_of(p.payment, p.intents)}});
  if (!form.reason.empty()) values.emplace_back("reason", form.reason);
  if (!form.note.empty()) values.emplace_back("note", form.note);
  if (!form.todo_id.empty()) values.emplace_back("todo_id", form.todo_id);
  return {{"title", std::move(title)},
          {"lead", speech.say(tr("Nothing has been sent yet."))},
          {"facts", facts_of(p, speech)},
          {"rows", json::array()},
          {"checks", json::array()},
          {"fine_print", speech.say({tr("Operation {id} · pressing twice does it once"), {{"id", form.operation_id.substr(0, 8)}}})},
          {"action", action},
          {"button", json::object{{"label", std::move(button)}, {"danger", danger}}},
          {"form", form_part(values)}};
}

json::object big(const char* label, Money amount, const Speech& speech) { return {{"label", speech.say(label)}, {"m", speech.m(amount)}}; }

}  // namespace amazonpay::host
