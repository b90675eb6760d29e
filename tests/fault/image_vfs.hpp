// SPDX-License-Identifier: Apache-2.0
// A file system of SQLite's in memory that holds the files of one store: opening an image costs no system call.
#pragma once

#include "disk.hpp"

namespace faults {

inline constexpr const char* image_vfs_name = "image";

void register_image_vfs();

/// What this thread opens as "store" from now on. It is changed by whoever recovers it.
void mount(image* what) noexcept;

}  // namespace faults
