# What others gave back counts only if its id is known.
set(source plugin/domain/limits.cpp)
set(find [==[s.not_ours = max(s.not_ours, shown - dispute.explained);]==])
set(becomes [==[(void)shown;]==])
