# SPDX-License-Identifier: Apache-2.0
# Headers, libraries, counterseal.pc and the CMake package. Component "devel", so that a wheel can leave it out.

include(CMakePackageConfigHelpers)

set(COUNTERSEAL_LIBRARIES counterseal_static)
if(BUILD_SHARED_LIBS)
  list(APPEND COUNTERSEAL_LIBRARIES counterseal)
endif()

install(TARGETS ${COUNTERSEAL_LIBRARIES} EXPORT counterseal-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT devel
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT devel)
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT devel)
set_target_properties(counterseal_static PROPERTIES OUTPUT_NAME counterseal)

set(COUNTERSEAL_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/counterseal)
install(EXPORT counterseal-targets NAMESPACE counterseal:: DESTINATION ${COUNTERSEAL_CMAKE_DIR} COMPONENT devel)
if(COUNTERSEAL_ENGINE)
  set(COUNTERSEAL_PC_ENGINE " -lsqlite3 -lutf8proc -lpthread -ldl")
endif()
configure_package_config_file(cmake/counterseal-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/counterseal-config.cmake
                              INSTALL_DESTINATION ${COUNTERSEAL_CMAKE_DIR})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/counterseal-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
# Relative to the .pc file, so that the installed tree can be moved; the depth of libdir differs between systems.
file(RELATIVE_PATH COUNTERSEAL_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/counterseal.pc.in ${CMAKE_CURRENT_BINARY_DIR}/counterseal.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/counterseal-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/counterseal-config-version.cmake
        DESTINATION ${COUNTERSEAL_CMAKE_DIR} COMPONENT devel)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/counterseal.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT devel)
