# SPDX-License-Identifier: Apache-2.0
# What core/crypto, core/enroll and core/yubico stand on. The pure folders of core need none of it.
#
#   counterseal_headers   their headers, as system headers
#   counterseal_shared    how the C library links them: as the system offers them
#   counterseal_archives  how the Python module and the Node addon link them: inside, no symbol visible. Node exports
#                         an OpenSSL of its own, and an addon that asks for libcrypto by name gets that one.

find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(EXPAT REQUIRED)
find_package(nlohmann_json REQUIRED)
find_path(QRCODEGEN_INCLUDE qrcodegen/qrcodegen.hpp REQUIRED)
find_library(QRCODEGEN_LIBRARY qrcodegencpp REQUIRED)
find_path(PROTOZERO_INCLUDE protozero/pbf_reader.hpp REQUIRED)

get_target_property(json_include nlohmann_json::nlohmann_json INTERFACE_INCLUDE_DIRECTORIES)
add_library(counterseal_headers INTERFACE)
target_include_directories(counterseal_headers SYSTEM INTERFACE
  ${OPENSSL_INCLUDE_DIR} ${EXPAT_INCLUDE_DIRS} ${json_include} ${QRCODEGEN_INCLUDE} ${PROTOZERO_INCLUDE})

# Header-only libraries leave their inline functions in our objects. Under names of our own they cannot be mixed up with
# those of another version in a program that links the static library.
target_compile_definitions(counterseal_headers INTERFACE
  nlohmann=counterseal_nlohmann protozero=counterseal_protozero)

add_library(counterseal_shared INTERFACE)
target_link_libraries(counterseal_shared INTERFACE OpenSSL::Crypto EXPAT::EXPAT ${QRCODEGEN_LIBRARY})

add_library(counterseal_archives INTERFACE)
foreach(name crypto expat qrcodegencpp)
  set(file ${CMAKE_STATIC_LIBRARY_PREFIX}${name}${CMAKE_STATIC_LIBRARY_SUFFIX})
  find_library(COUNTERSEAL_ARCHIVE_${name} ${file})
  if(NOT COUNTERSEAL_ARCHIVE_${name})
    if(COUNTERSEAL_PYTHON OR COUNTERSEAL_NODE)
      message(FATAL_ERROR "${file} is needed: the modules carry their libraries inside")
    endif()
    continue()
  endif()
  target_link_libraries(counterseal_archives INTERFACE ${COUNTERSEAL_ARCHIVE_${name}})
endforeach()
find_package(Threads REQUIRED)
target_link_libraries(counterseal_archives INTERFACE Threads::Threads ${CMAKE_DL_LIBS})

if(COUNTERSEAL_ENGINE)
  find_package(SQLite3 3.38 REQUIRED)
  find_package(PostgreSQL REQUIRED)
  find_path(UTF8PROC_INCLUDE utf8proc.h REQUIRED)
  find_library(UTF8PROC_LIBRARY utf8proc REQUIRED)
endif()
