# What others gave back counts only if its id is known.
set(source plugin/domain/limits.cpp)
set(find [==[s.not_ours = max(s.not_ours, not_negative(charge.refunded - s.settled - s.on_the_way - maybe_there));]==])
set(becomes [==[(void)maybe_there;]==])
