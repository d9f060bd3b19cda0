# The intent counts as accepted before Amazon has answered.
set(source plugin/flows/carry_out.cpp)
set(find [==[started.intent.state = IntentState::sending;]==])
set(becomes [==[started.intent.state = IntentState::accepted;]==])
