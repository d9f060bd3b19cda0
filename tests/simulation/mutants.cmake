# Planted bugs: each program has one source with one place changed (mutants/*.cmake) in front of the library it comes from. The simulation must find each of
# them within 1,000 seeds. They are built without debug information and share every other object.
file(GLOB mutants CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/mutants/*.cmake)
list(FILTER mutants EXCLUDE REGEX "/mutate\\.cmake$")
foreach(mutant ${mutants})
  get_filename_component(name ${mutant} NAME_WE)
  include(${mutant})
  get_filename_component(part ${source} DIRECTORY)
  string(REPLACE "/" "_" target ${part})  # plugin/flows: plugin_flows
  set_source_files_properties(${PROJECT_SOURCE_DIR}/${source} TARGET_DIRECTORY ${target} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set(copy ${CMAKE_CURRENT_BINARY_DIR}/mutants/${name}.cpp)
  add_custom_command(OUTPUT ${copy}
    COMMAND ${CMAKE_COMMAND} -D MUTANT=${mutant} -D ROOT=${PROJECT_SOURCE_DIR} -D OUT=${copy} -P ${CMAKE_CURRENT_LIST_DIR}/mutants/mutate.cmake
    DEPENDS ${mutant} ${PROJECT_SOURCE_DIR}/${source} ${CMAKE_CURRENT_LIST_DIR}/mutants/mutate.cmake)
  add_executable(mutant_${name} ${copy})
  target_compile_options(mutant_${name} PRIVATE -g0)
  target_link_options(mutant_${name} PRIVATE LINKER:--strip-all)
  target_link_libraries(mutant_${name} PRIVATE simulation_world)
  add_test(NAME simulation.finds.${name} COMMAND mutant_${name} --seeds 1000 --must-break)
  set_tests_properties(simulation.finds.${name} PROPERTIES TIMEOUT 120)
endforeach()
