// SPDX-License-Identifier: Apache-2.0
// Why a store cannot go on.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "core/base/status.hpp"

namespace counterseal::core {

/// The transaction is over and left nothing behind, unless the code is e_store_unknown.
class store_error : public std::exception {
public:
    /// `retry`: another transaction was in the way, and the whole of this one may be tried again.
    store_error(status code, std::string detail, bool retry = false)
        : code_{code}, is_retryable_{retry}, detail_{std::move(detail)}
    {
    }
    [[nodiscard]] status code() const noexcept { return code_; }
    [[nodiscard]] bool is_retryable() const noexcept { return is_retryable_; }
    [[nodiscard]] const char* what() const noexcept override { return detail_.c_str(); }

private:
    status code_;
    bool is_retryable_;
    std::string detail_;
};

}  // namespace counterseal::core
