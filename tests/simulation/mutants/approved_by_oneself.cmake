# Whoever asked for it may approve it.
set(source plugin/flows/decide_intent.cpp)
set(find [==[if (intent.who.id == act.who.id) return]==])
set(becomes [==[if (act.who.id.empty()) return]==])
