// SPDX-License-Identifier: Apache-2.0
// Why a store cannot go on.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "core/base/status.hpp"

namespace counterseal::core {

/// The transaction is over and left nothing behind, unless the code is e_store_unknown. To pass it on takes no memory.
class store_error : public std::exception {
public:
    /// `retry`: another transaction was in the way, and the whole of this one may be tried again.
    store_error(status code, std::string detail, bool retry = false)
        : code_{code},
          is_retryable_{retry},
          detail_{detail.empty() ? nullptr : std::make_shared<const std::string>(std::move(detail))}
    {
    }
    [[nodiscard]] status code() const noexcept { return code_; }
    [[nodiscard]] bool is_retryable() const noexcept { return is_retryable_; }
    [[nodiscard]] const char* what() const noexcept override { return detail_ == nullptr ? "" : detail_->c_str(); }

    /// The same where the effects may be there after all.
    [[nodiscard]] store_error unknown() const noexcept
    {
        store_error other = *this;
        other.code_ = status::e_store_unknown;
        other.is_retryable_ = false;
        return other;
    }

private:
    status code_;
    bool is_retryable_;
    std::shared_ptr<const std::string> detail_;
};
static_assert(std::is_nothrow_copy_constructible_v<store_error>);

}  // namespace counterseal::core
