// SPDX-License-Identifier: Apache-2.0
// What a store says when it is opened after a power cut.
#pragma once

#include <cstdint>
#include <string>

#include "disk.hpp"

namespace faults {

struct content {
    std::uint64_t fingerprint = 0;  // of all rows of all tables
    std::string fault{};            // what SQLite found wrong
};

/// Opens an image, which is changed by that, with SQLite alone. `whole`: SQLite looks at every page, too.
content look_at(image& what, bool whole);

}  // namespace faults
