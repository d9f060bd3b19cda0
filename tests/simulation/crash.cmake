# A smoke of the crash harness for each engine; the long forms are called by hand: tests/simulation/crash --kills 200 --lost-answers 20 [--failover].
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
function(add_crash name)
  add_test(NAME crash.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/crash --build ${CMAKE_BINARY_DIR} ${ARGN})
  set_tests_properties(crash.${name} PROPERTIES TIMEOUT 300 PROCESSORS 2 ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1")
endfunction()
add_crash(sqlite --engine sqlite --kills 10 --orders 40 --lost-answers 20)
add_crash(postgresql --engine postgresql --kills 10 --orders 40 --lost-answers 20)
add_crash(failover --engine postgresql --kills 4 --orders 20 --failover)
