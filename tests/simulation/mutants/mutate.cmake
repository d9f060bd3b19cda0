# cmake -D MUTANT=<file> -D ROOT=<repository> -D OUT=<copy> -P mutate.cmake
# Copies one source with one place changed; fails if that place is not there exactly once, so that no mutant silently becomes the original.
include(${MUTANT})
file(READ ${ROOT}/${source} text)
string(FIND "${text}" "${find}" first)
string(FIND "${text}" "${find}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR "${MUTANT}: the text to change stands in ${source} not exactly once. Adapt the mutant to the source.")
endif()
string(REPLACE "${find}" "${becomes}" text "${text}")
file(WRITE ${OUT} "${text}")
