# A commit that failed does not stop the sending.
set(source plugin/flows/carry_out.cpp)
set(find [==[  if (!committed) return committed.failure();
  return started;]==])
set(becomes [==[  if (!committed && !started.send) return committed.failure();
  return started;]==])
