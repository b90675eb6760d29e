// SPDX-License-Identifier: Apache-2.0
// Keys of a batch: one buffer of keys of one length, which is read where it lies, or a sequence of buffers.
#pragma once

#include <vector>

#include "column.hpp"

namespace counterseal::python {

struct held_keys {
    key_column keys;
    std::size_t n = 0;
    held_buffer held{};
    own_memory own{nullptr, {0}};
    std::vector<std::uint32_t> lens{};
};

/// Reads `keys`; null is none. `key_len` may be null or None: as long as the hash, which is what RFC 4226 section 4 and
/// RFC 6238 section 5.1 advise.
[[nodiscard]] held_keys read_keys(PyObject* keys, PyObject* key_len, algorithm hash);

}  // namespace counterseal::python
