// SPDX-License-Identifier: Apache-2.0
// What commands write: once, at the end, to standard output or to a file that only its owner can read.
#pragma once

#include <string>
#include <string_view>

#include "hidden.hpp"

namespace counterseal::cli {

/// Writes all of it, past the buffers of <cstdio>, which nobody wipes.
void write_stdout(std::string_view text);
void write_stderr(std::string_view text) noexcept;

/// Makes a file of mode 0600. An existing one is an error, or replaced as a whole with `force`.
void write_file(const std::string& path, std::string_view text, bool force);

}  // namespace counterseal::cli
