// SPDX-License-Identifier: Apache-2.0
// Checkpoints (C2SP tlog-checkpoint): the head of a tree as the text of a signed note.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/sha256.hpp"

namespace counterseal::core {

struct checkpoint {
    std::string origin;  // which log it is: one line, not empty
    std::uint64_t size = 0;
    sha256_digest root{};

    [[nodiscard]] std::string text() const;

    /// Nothing: it is none. Lines behind the third one are for others and ignored, but none of them is empty.
    [[nodiscard]] static std::optional<checkpoint> from_text(std::string_view text);

    [[nodiscard]] bool operator==(const checkpoint&) const = default;
};

}  // namespace counterseal::core
