# What was sent already can still be taken back.
set(source plugin/flows/controls.cpp)
set(find [==[moves_money(i) && never_sent(i);]==])
set(becomes [==[moves_money(i) && is_open(i.state);]==])
