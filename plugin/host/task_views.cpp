#include "host/task_views.hpp"

#include "host/addresses.hpp"
#include "host/call.hpp"

namespace amazonpay::host {
namespace {

// What the shop says of the order: its buyer's name, in the buyer's language.
struct OrderFacts {
  bool there = false;
  std::string buyer, locale;
};

Result<OrderFacts> order_facts(const hostapi::sdk::Session& session, const std::string& order_id) {
  auto order = session.orders().get(order_id);
  if (!order) return order.kind() == Kind::not_found ? Result<OrderFacts>(OrderFacts{}) : order.failure();
  return reading("the order", [&] {
    const Members m(*order);
    const auto buyer = m.object("buyer");
    return OrderFacts{true, buyer ? buyer->text("name") : std::string(), m.text("locale")};
  });
}

// A closed task says who closed it and why; an open one since when it is there.
std::string when_of(const Todo& todo, const Speech& speech) {
  if (todo.open) return speech.say({tr("since {time}"), {{"time", speech.time(todo.created_ms)}}});
  auto when = speech.say({tr("closed {time}"), {{"time", speech.time(todo.closed_ms)}}});
  if (!todo.closed_by.empty()) when += " · " + todo.closed_by;
  return todo.closed_note.empty() ? when : when + " · " + todo.closed_note;
}

json::value button(const std::string& url, std::string label, const FormValues& values, bool quiet) {
  return json::object{{"url", url}, {"label", std::move(label)}, {"form", form_part(values)}, {"quiet", quiet}};
}

Result<std::string> operation(const hostapi::sdk::Session& session) { return session.core().random_hex(16); }

class Row {
 public:
  Row(const hostapi::sdk::Session& session, const Todo& todo, const Reader& reader, const Speech& speech) : session_(session), todo_(todo), reader_(reader), speech_(speech) {}

  Result<json::object> make() {
    row_ = {{"role", todo_.open ? role_of_severity(todo_.severity) : "neutral"}, {"icon", icon_of(todo_.kind)}, {"title", speech_.say(todo_.title)}, {"text", speech_.say(todo_.text)},
            {"order_number", todo_.order_number}, {"when", when_of(todo_, speech_)}, {"id", todo_.id}};
    if (todo_.open && todo_.due_ms != 0) row_["due"] = speech_.say({tr("by {time} at the latest"), {{"time", speech_.time(todo_.due_ms)}}}), row_["due_iso"] = iso_time(todo_.due_ms);
    if (!todo_.order_id.empty()) {
      auto facts = order_facts(session_, todo_.order_id);
      if (!facts) return facts.failure();
      order_ = *facts;
      if (order_.there) row_["order_url"] = order_address(todo_.order_id);
      row_["buyer"] = order_.buyer, row_["buyer_lang"] = order_.locale;
    }
    if (!todo_.open) return finished();
    row_["who"] = todo_.assigned.id.empty() ? speech_.say(tr("nobody yet")) : todo_.assigned.id == reader_.me.id ? speech_.say({tr("{name} (you)"), {{"name", todo_.assigned.name}}}) : todo_.assigned.name;
    if (auto added = add_acts(); !added) return added.failure();
    add_taking();
    return finished();
  }

 private:
  Result<json::object> finished() {
    row_["acts"] = std::move(acts_);
    return std::move(row_);
  }

  void link(const std::string& href, const char* label) { acts_.push_back(json::object{{"href", href}, {"label", speech_.say(label)}}); }

  Result<> add_acts() {
    switch (todo_.kind) {
      case TodoKind::orphan: return link(page_address("transactions") + "?view=orphans", tr("Look at it")), hostapi::success();
      case TodoKind::quarantine: case TodoKind::notification_gap: return link(page_address("notifications"), tr("Look at it")), hostapi::success();
      case TodoKind::bulk_approval: return link(page_address("bulk") + "?job=" + amazon::percent_encoded(todo_.cause), todo_.asked_by.id == reader_.me.id ? tr("Look at it") : tr("Decide…")), add_own_note(), hostapi::success();
      case TodoKind::keys_refused:
        if (!reader_.connect) return add_order_acts();
        return link(page_address("connection"), tr("Connection")), hostapi::success();
      case TodoKind::approval: return add_approval();
      default: return add_order_acts();
    }
  }

  void add_own_note() {
    if (todo_.asked_by.id == reader_.me.id) row_["own"] = speech_.say(tr("you asked, somebody else must approve"));
    else row_["asked"] = speech_.say({tr("asked by {name}"), {{"name", todo_.asked_by.name}}});
  }

  // The yes or no of the second person, here on the spot; who asked may take it back.
  Result<> add_approval() {
    auto id = operation(session_);
    if (!id) return id.failure();
    add_own_note();
    const FormValues values{{"order_id", todo_.order_id}, {"cause", todo_.cause}, {"operation_id", *id}};
    if (todo_.asked_by.id == reader_.me.id) {
      acts_.push_back(json::object{{"disabled", true}, {"label", speech_.say(tr("Approve"))}});
      if (reader_.refund) acts_.push_back(button("take_back", speech_.say(tr("Take it back")), values, true));
    } else if (reader_.approve) {
      acts_.push_back(button("approve", speech_.say(todo_.amount ? Text{tr("Approve {amount}"), {{"amount", *todo_.amount}}} : Text{tr("Approve")}), values, false));
      row_["reject"] = json::object{{"form", form_part(values)}};
    } else {
      row_["own"] = speech_.say(tr("your role may not approve it"));
    }
    return hostapi::success();
  }

  Result<> add_order_acts() {
    auto picture = draw(session_, todo_.order_id, 1);
    if (!picture && picture.kind() != Kind::not_found) return picture.failure();
    const auto act = picture ? act_of(todo_, *picture, speech_) : TodoAct{};
    if (!act.action.empty() && order_.there) {
      acts_.push_back(json::object{{"sheet", sheet_address(todo_.order_id, act.action)}, {"label", act.label}, {"form", form_part(act.form)}});
    } else if (!act.action.empty()) {
      if (auto added = add_act_without_order(*picture, act); !added) return added;
    } else if (order_.there) {
      link(tab_address(todo_.order_id), tr("Look at it"));
    }
    if (todo_.kind == TodoKind::dispute) acts_.push_back(json::object{{"href", "https://sellercentral.amazon.com/"}, {"out", true}, {"label", speech_.say(tr("Seller Central"))}});
    return closes_with_note(todo_.kind) && reader_.refund ? add_close() : hostapi::success();
  }

  // The order is gone, so its page cannot offer the act: the inbox does, and asks what the sheet would ask.
  Result<> add_act_without_order(const Picture& picture, const TodoAct& act) {
    auto id = operation(session_);
    if (!id) return id.failure();
    auto values = act.form;
    values.insert(values.end(), {{"order_id", todo_.order_id}, {"operation_id", *id}, {"seen", flows::stand_of(picture.payment, picture.intents)}});
    auto one = button(act.action, act.label, values, false);
    auto& object = one.as_object();
    const auto ask = [&](const char* name, std::string label) { object["input"] = json::object{{"name", name}, {"label", std::move(label)}}; };
    const auto or_else = [&](const char* action, std::string label) { object["second"] = json::object{{"url", action}, {"label", std::move(label)}}; };
    if (act.action == "settle_uncertain") {
      object["label"] = speech_.say(tr("Found: book it"));
      ask("amazon_id", speech_.say(tr("Id from Seller Central"))), or_else("send_again", speech_.say(tr("It is not there: send it again")));
    }
    if (act.action == "close_dispute") {
      object["label"] = speech_.say(tr("Lost: this went back to the buyer"));
      ask("amount", speech_.say({tr("What it took, if it was lost, in {currency}"), {{"currency", std::string(picture.payment.currency.code())}}}));
      or_else("dispute_won", speech_.say(tr("Won: nothing went back")));
    }
    acts_.push_back(std::move(one));
    return hostapi::success();
  }

  Result<> add_close() {
    auto id = operation(session_);
    if (!id) return id.failure();
    row_["close"] = json::object{{"form", form_part({{"order_id", todo_.order_id}, {"todo_id", todo_.id}, {"operation_id", *id}})}};
    return hostapi::success();
  }

  void add_taking() {
    const FormValues values{{"todo_id", todo_.id}, {"seen", todo_.assigned.id}};
    if (todo_.assigned.id == reader_.me.id) acts_.push_back(button("give_back", speech_.say(tr("Give it back")), values, true));
    else acts_.push_back(button("take", speech_.say(todo_.assigned.id.empty() ? tr("Take it") : tr("Take it over")), values, true));
  }

  const hostapi::sdk::Session& session_;
  const Todo& todo_;
  const Reader& reader_;
  const Speech& speech_;
  json::object row_;
  json::array acts_;
  OrderFacts order_;
};

}  // namespace

Result<Reader> reader_of(const hostapi::sdk::Session& session) {
  auto me = actor_of(session);
  if (!me) return me.failure();
  return Reader{*me, session.identity().may("payment.refund").ok(), session.identity().may("payment.approve").ok(), session.identity().may("payment.settings").ok()};
}

Result<json::object> task_row(const hostapi::sdk::Session& session, const Todo& todo, const Reader& reader, const Speech& speech) { return Row(session, todo, reader, speech).make(); }

const std::vector<KindGroup>& kind_groups() {
  static const std::vector<KindGroup> groups = {
      {"refund_due", tr("Refund due"), {TodoKind::refund_due, TodoKind::refund_withdrawn, TodoKind::canceled_again}},
      {"refused", tr("Declined or refused"), {TodoKind::refund_declined, TodoKind::refund_refused, TodoKind::act_refused, TodoKind::delivery_refused}},
      {"overdue", tr("Refund overdue"), {TodoKind::refund_overdue}},
      {"expiring", tr("Reservation grows old"), {TodoKind::expiring}},
      {"not_covered", tr("Not covered"), {TodoKind::not_covered}},
      {"drift", tr("Drift"), {TodoKind::drift}},
      {"uncertain", tr("Answer missing"), {TodoKind::uncertain}},
      {"approval", tr("Approval"), {TodoKind::approval, TodoKind::bulk_approval}},
      {"dispute", tr("Dispute"), {TodoKind::dispute}},
      {"orphan", tr("Without an order"), {TodoKind::orphan}},
      {"keys", tr("Keys refused"), {TodoKind::keys_refused}},
      {"notifications", tr("Notifications"), {TodoKind::quarantine, TodoKind::notification_gap}},
  };
  return groups;
}

const KindGroup* kind_group(const std::string& id) {
  for (const auto& group : kind_groups())
    if (id == group.id) return &group;
  return nullptr;
}

bool closes_with_note(TodoKind kind) {
  switch (kind) {
    case TodoKind::approval: case TodoKind::uncertain: case TodoKind::dispute: case TodoKind::orphan: case TodoKind::quarantine: case TodoKind::notification_gap: case TodoKind::bulk_approval: return false;
    default: return true;
  }
}

}  // namespace amazonpay::host
