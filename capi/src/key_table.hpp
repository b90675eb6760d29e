// SPDX-License-Identifier: Apache-2.0
// What key_table.h and batch.h share: the handle, and how a batch is read.
#pragma once

#include "capi/src/otp.hpp"
#include "core/bulk/batch.hpp"
#include "core/bulk/key_table.hpp"
#include "counterseal/key_table.h"

struct cseal_key_table {
    counterseal::core::key_table rows;
};

namespace counterseal::capi {

[[nodiscard]] options_fault read(const cseal_batch* from, core::batch& into) noexcept;

}  // namespace counterseal::capi
