# SPDX-License-Identifier: Apache-2.0
# The one place for compiler options: every target of the project links moe::options.

add_library(moe_options INTERFACE)
add_library(moe::options ALIAS moe_options)
target_include_directories(moe_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(moe_options INTERFACE
    QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_CONTEXTLESS_CONNECT QT_NO_FOREACH QT_USE_QSTRINGBUILDER QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    QT_NO_JAVA_STYLE_ITERATORS QT_STRICT_QLIST_ITERATORS
    MOE_VERSION="${PROJECT_VERSION}")
target_compile_options(moe_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused
    -Wimplicit-fallthrough -Wundef -ffunction-sections -fdata-sections
    $<$<BOOL:${MOE_WERROR}>:-Werror>
    # GCC 14 reports false positives of these inside coroutine frames and std::expected.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-mismatched-new-delete>)
target_link_options(moe_options INTERFACE -Wl,--gc-sections)

if(MOE_SANITIZE STREQUAL "address")
    target_compile_options(moe_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
        -fno-omit-frame-pointer)
    target_link_options(moe_options INTERFACE -fsanitize=address,undefined)
elseif(MOE_SANITIZE STREQUAL "thread")
    target_compile_options(moe_options INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
    target_link_options(moe_options INTERFACE -fsanitize=thread)
endif()
if(MOE_FUZZ)
    target_compile_options(moe_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
    target_link_options(moe_options INTERFACE -fsanitize=address,undefined)
endif()

# One precompiled header for all targets: it belongs to the first one that asks.
function(moe_precompile target)
    if(NOT TARGET moe_pch)
        file(WRITE ${CMAKE_BINARY_DIR}/pch.cpp "")
        add_library(moe_pch STATIC ${CMAKE_BINARY_DIR}/pch.cpp)
        target_link_libraries(moe_pch PRIVATE moe::options Qt6::Core)
        set_target_properties(moe_pch PROPERTIES AUTOMOC OFF)
        target_precompile_headers(moe_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.h)
    endif()
    target_precompile_headers(${target} REUSE_FROM moe_pch)
endfunction()

# moe_library(<name> SOURCES … LINKS …): a static library moe_<name>, known as moe::<name>.
function(moe_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    add_library(moe_${name} STATIC ${ARG_SOURCES})
    add_library(moe::${name} ALIAS moe_${name})
    target_link_libraries(moe_${name} PUBLIC moe::options Qt6::Core ${ARG_LINKS})
    moe_precompile(moe_${name})
endfunction()

# The tests that use several threads: labelled "threads", built by the target thread_tests, run under the thread
# sanitizer. Not tst_epolldispatcher: it wakes Qt's own queue, whose locks the sanitizer does not see.
set(MOE_THREAD_TESTS tst_async tst_auditfolder tst_auditlog tst_budgetthreads
    tst_databasewatch tst_dbexecutor tst_dispatcher tst_keydirectory tst_keystore tst_log
    tst_logoutput tst_mcpsessions tst_metrics tst_passwordhasher tst_passwordthreads tst_prober tst_ratelimiter
    tst_sessiondirectory tst_setuptoken tst_signinthrottle tst_usagejournal tst_usagewriter tst_workerpool)
add_custom_target(thread_tests)
add_custom_target(fuzz_targets)

# A test says so in a line of its own if it cannot run at all.
set(MOE_SKIPPED "(^|\n)SKIPPED WHOLE TEST")

# moe_test(<name> SOURCES … LINKS …): a Qt Test program, registered with ctest under its own name.
function(moe_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
    if(MOE_FUZZ)
        return()
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE moe::options Qt6::Core Qt6::Test ${ARG_LINKS})
    moe_precompile(${name})
    if(name IN_LIST MOE_THREAD_TESTS)
        list(APPEND ARG_LABELS threads)
        add_dependencies(thread_tests ${name})
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} SKIP_REGULAR_EXPRESSION "${MOE_SKIPPED}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1;UBSAN_OPTIONS=print_stacktrace=1;TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp:halt_on_error=1"
        LABELS "${ARG_LABELS}")
endfunction()

# moe_fuzz(<name> SOURCES … LINKS …): a libFuzzer target, built by the fuzz preset only.
function(moe_fuzz name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    if(NOT MOE_FUZZ)
        return()
    endif()
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE moe::options Qt6::Core ${ARG_LINKS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz_targets ${name})
endfunction()
