// SPDX-License-Identifier: Apache-2.0
// Codes of a batch: numbers, texts of one width, or a list of what people typed.
#pragma once

#include "column.hpp"

namespace counterseal::python {

struct code_column {
    column items;
    std::uint32_t kind = CSEAL_CODES_U32;
    std::size_t width = 1;  // of texts
};

/// Throws TypeError for what is no column. What stands in a list is never an error: what is no text is malformed.
[[nodiscard]] code_column read_codes(PyObject* value);

}  // namespace counterseal::python
