// SPDX-License-Identifier: Apache-2.0
// The journey as the disk saw it, from the making of the store to its closing.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "disk.hpp"
#include "journey.hpp"

namespace faults {

// What marks say: this was acknowledged. 0 is none.
inline constexpr std::uint64_t mark_created = 1;
inline constexpr std::uint64_t mark_prepared = 2;
inline constexpr std::uint64_t mark_of_step = 3;  // of the first one

struct moment {
    std::size_t acknowledged;  // the state that must be there at least
    std::size_t written;       // the one that may be there at most
    std::uint64_t last_mark;
};

struct recorded {
    std::vector<note> notes;
    std::vector<moment> moments;                  // behind each note
    std::map<std::uint64_t, std::size_t> states;  // by fingerprint, in the order in which they were committed
    std::vector<image> images;                    // of each state
    keepsakes kept;
    std::string ring;         // its file
    std::string checkpoints;  // all that the store gave, as a JSON array
};

/// Walks in `folder`. Exits where the walk does not go as it should.
recorded record_journey(const std::string& folder);

/// What the engine says of an image that it opens in `folder`.
struct verdict {
    cseal_status opened = CSEAL_E_INTERNAL;
    cseal_status state = CSEAL_E_INTERNAL;
    cseal_status login[2] = {CSEAL_E_INTERNAL, CSEAL_E_INTERNAL};     // the code of the login, twice
    cseal_status recovery[2] = {CSEAL_E_INTERNAL, CSEAL_E_INTERNAL};  // the recovery code, twice
};
verdict ask_engine(const recorded& of, const image& what, const std::string& folder, const std::string& checkpoints,
                   bool with_recovery);

}  // namespace faults
