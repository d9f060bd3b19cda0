# The intent counts as accepted before Amazon has answered.
set(source plugin/flows/carry_out.cpp)
set(find [==[intent.state = IntentState::sending;]==])
set(becomes [==[intent.state = IntentState::accepted;]==])
