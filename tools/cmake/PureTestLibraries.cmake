# SPDX-License-Identifier: Apache-2.0
# What the tests of the pure core stand on, where no library of the target system is at hand: GoogleTest is built from
# its sources, and nlohmann's JSON is nothing but headers.

set(COUNTERSEAL_GOOGLETEST /usr/src/googletest CACHE PATH "Sources of GoogleTest, for COUNTERSEAL_PURE")
add_subdirectory(${COUNTERSEAL_GOOGLETEST} ${CMAKE_CURRENT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)

# By a link, since the folder beside these headers belongs to the system that builds.
find_path(COUNTERSEAL_JSON nlohmann/json.hpp REQUIRED NO_CMAKE_FIND_ROOT_PATH)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/include)
file(CREATE_LINK ${COUNTERSEAL_JSON}/nlohmann ${CMAKE_CURRENT_BINARY_DIR}/include/nlohmann SYMBOLIC)
add_library(nlohmann_json INTERFACE)
add_library(nlohmann_json::nlohmann_json ALIAS nlohmann_json)
target_include_directories(nlohmann_json SYSTEM INTERFACE ${CMAKE_CURRENT_BINARY_DIR}/include)
