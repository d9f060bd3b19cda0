# A refund that Amazon declined is shown as done.
set(source plugin/domain/apply.cpp)
set(find [==[else if (refund.state == RefundState::declined) state = IntentState::declined;]==])
set(becomes [==[else if (refund.state == RefundState::declined) state = IntentState::done;]==])
