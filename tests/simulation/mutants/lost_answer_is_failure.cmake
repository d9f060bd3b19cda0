# A call without a usable answer is booked as refused.
set(source plugin/flows/carry_out.cpp)
set(find [==[      intent.state = IntentState::uncertain;
      intent.may_have_arrived = true;
      again =]==])
set(becomes [==[      intent.state = IntentState::refused;
      if (false) again =]==])
