// SPDX-License-Identifier: Apache-2.0
// What a store holds under which key.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "command.hpp"
#include "engine_request.hpp"

namespace counterseal::cli {

/// By kind, then by key.
using key_counts = std::map<std::string, std::map<std::string, std::int64_t>>;

struct counted_keys {
    std::string active;
    std::vector<std::string> ids;
    key_counts counts;
};

[[nodiscard]] counted_keys count_keys(engine& on);

/// "3 factor, 1 canary" of one key; empty: nothing is under it.
[[nodiscard]] std::string held_by(const key_counts& counts, const std::string& id);

/// The commands `keys status` and `keys reseal`.
void add_rotation(commands& to, CLI::App& keys);

}  // namespace counterseal::cli
