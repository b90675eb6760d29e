# SPDX-License-Identifier: Apache-2.0
# Flags of every target: language, warnings, hardening, sanitizers. Nothing here depends on the machine that builds.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(counterseal_options INTERFACE)
target_compile_options(counterseal_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wimplicit-fallthrough
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(COUNTERSEAL_WERROR)
  target_compile_options(counterseal_options INTERFACE -Werror)
endif()

if(COUNTERSEAL_SANITIZE)
  target_compile_options(counterseal_options INTERFACE
    -fsanitize=${COUNTERSEAL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(counterseal_options INTERFACE -fsanitize=${COUNTERSEAL_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # A report has lines; where each variable lives is for debuggers, and costs half of the build.
    target_compile_options(counterseal_options INTERFACE -fno-var-tracking)
  endif()
else()
  target_compile_options(counterseal_options INTERFACE -fstack-protector-strong)
  target_compile_options(counterseal_options INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(counterseal_options INTERFACE -fcf-protection=full)
  endif()
  if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    target_link_options(counterseal_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
  endif()
endif()

if(COUNTERSEAL_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    message(FATAL_ERROR "libFuzzer comes with clang: use the preset `fuzz`")
  endif()
  # Regions are counted in the very build that is fuzzed; one build serves both.
  target_compile_options(counterseal_options INTERFACE
    -fprofile-instr-generate -fcoverage-mapping -fcoverage-compilation-dir=.)
  target_link_options(counterseal_options INTERFACE -fprofile-instr-generate)
endif()
