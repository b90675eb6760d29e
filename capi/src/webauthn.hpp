// SPDX-License-Identifier: Apache-2.0
// The handles of webauthn.h.
#pragma once

#include <memory>
#include <vector>

#include "capi/src/handles.hpp"
#include "core/webauthn/relying_party.hpp"
#include "counterseal/webauthn.h"

struct cseal_webauthn {
    std::shared_ptr<const counterseal::core::crypto> provider;  // outlives what was made of it
    counterseal::core::relying_party value;
};

struct cseal_webauthn_key {
    std::shared_ptr<const counterseal::core::crypto> provider;
    std::vector<std::uint8_t> cose;  // what was prepared, to find it out where a key comes with another record
    counterseal::core::verification_key value;
};
