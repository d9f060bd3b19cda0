# Refunds that Amazon has not answered do not count against the limit.
set(source plugin/domain/limits.cpp)
set(find [==[if (!known) unanswered.push_back(&intent);]==])
set(becomes [==[if (!known && intent.state == IntentState::accepted) unanswered.push_back(&intent);]==])
