// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/key_ring.hpp"
#include "counterseal/key_ring.h"

struct cseal_key_ring {
    counterseal::core::key_ring keys;
};
