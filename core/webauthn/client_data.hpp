// SPDX-License-Identifier: Apache-2.0
// Client data (WebAuthn Level 3 section 5.8.1): what the browser says, of which the authenticator signs the hash.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/bytes.hpp"

namespace counterseal::core {

/// Longer client data is refused unread: a browser's has some hundred bytes.
inline constexpr std::size_t client_data_max = std::size_t{64} * 1024;

enum class given : std::uint8_t { absent, good, of_another_type };

struct client_data {
    std::string type;       // empty: absent, or no text
    std::string challenge;  // as it was written: base64url
    std::string origin;
    given cross_origin_given = given::absent;
    bool cross_origin = false;
    given top_origin_given = given::absent;
    std::string top_origin;
};

enum class client_data_fault : std::uint8_t {
    none,
    encoding,  // no UTF-8
    object,    // no JSON object, or one in which a name stands twice
};

struct client_data_reading {
    client_data_fault fault;
    client_data data;
};

/// Reads the raw bytes. A byte order mark in front is dropped, as the decoder of section 7.1 step 5 does; bytes that
/// are no UTF-8 are refused, where that decoder would put others in their place.
[[nodiscard]] client_data_reading read_client_data(bytes_view bytes);

}  // namespace counterseal::core
