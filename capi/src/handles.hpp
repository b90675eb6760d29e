// SPDX-License-Identifier: Apache-2.0
// The handles that more than one header takes, and how texts and problems reach the caller.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "capi/src/guard.hpp"
#include "core/crypto/crypto.hpp"
#include "core/enroll/seed.hpp"
#include "counterseal/crypto.h"
#include "counterseal/seed.h"

struct cseal_crypto {
    std::shared_ptr<const counterseal::core::crypto> provider;  // relying parties and prepared keys hold it too
};

struct cseal_seed {
    counterseal::core::seed value;
};

namespace counterseal::capi {

/// A byte or text output: zeroes it before anything is looked at, and writes it at the end.
template <class Unit>
class output {
public:
    output(Unit* data, std::size_t cap, std::size_t* len) noexcept : data_{data}, cap_{cap}, len_{len}
    {
        clear_output(data, cap);
        if (len != nullptr) {
            *len = 0;
        }
    }

    [[nodiscard]] bool usable() const noexcept { return readable(data_, cap_) && len_ != nullptr; }

    /// All of these need usable().
    template <class Source>
    [[nodiscard]] bool has_room(const Source& from) const noexcept
    {
        return from.size() <= cap_;
    }
    template <class Source>
    void tell_length(const Source& from) noexcept
    {
        *len_ = from.size();
    }

    /// ok or e_capacity.
    template <class Source>
    [[nodiscard]] status write(const Source& from) noexcept
    {
        tell_length(from);
        if (!has_room(from)) {
            return status::e_capacity;
        }
        std::copy(from.begin(), from.end(), data_);
        return status::ok;
    }

private:
    Unit* data_;
    std::size_t cap_;
    std::size_t* len_;
};

/// sizeof in release 0.1; a constant of the ABI.
inline constexpr std::size_t problem_first_size = 256;

/// False where `out` is a struct that no caller could have meant. NULL is fine: nobody wants to know.
[[nodiscard]] bool start_problem(cseal_problem* out) noexcept;

/// Tells the caller, and gives the status to return.
status tell(const core::problem& from, cseal_problem* out) noexcept;

}  // namespace counterseal::capi
