// What a notification of Amazon does. receive() is called by the webhook once the signature was found good: it stores and answers, nothing else; a repeated
// message is counted and changes nothing. handle_notification() runs in a task: it finds the order of the object, reads everything of it again and commits
// what Amazon shows now. What cannot be placed is quarantined or becomes an orphan; nothing is lost.
#pragma once
#include "domain/notification.hpp"
#include "flows/flow.hpp"

namespace amazonpay::flows {

// Stores the notification with its task. A quarantined one (problem already set by the webhook: other merchant, topic not confirmed, unknown type) gets none.
// unavailable: not stored, Amazon must send it again.
Result<> receive(const Ports& ports, Notification notification);

// Works off one stored notification; repeats are harmless. Answers how long to wait before the next try, because the order may come into the shop a moment
// after its notification; 0: done.
Result<std::int64_t> handle_notification(const Ports& ports, const std::string& key);

// The task "notification": that of one, or the turn of a slot, oldest first, as many as fit in it. Answers as above.
Result<std::int64_t> handle_notifications(const Ports& ports, const ports::Task& task);

// A person looked at a quarantined one: it is worked off again, or set aside with a note.
Result<> replay_notification(const Ports& ports, const std::string& key, const Actor& who);
// One that waited for its topic, read again now that the topic counts: worked off, or in quarantine for its real reason (judged.key, state and problem).
Result<> judge_notification(const Ports& ports, const Notification& judged, const Actor& who);
Result<> dismiss_notification(const Ports& ports, const std::string& key, const Actor& who, const std::string& note);

// Stored notifications whose task went missing get it again.
Result<> recover_notifications(const Ports& ports, std::int64_t received_before_ms, int limit);

}  // namespace amazonpay::flows
