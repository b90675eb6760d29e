// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/schema.hpp"

namespace counterseal::core {

/// The engine's tables, version by version. Every key starts with the tenant.
[[nodiscard]] migrations engine_tables() noexcept;

}  // namespace counterseal::core
