// SPDX-License-Identifier: Apache-2.0
// What the C++ wrapper throws: misuse and failure, never a refusal.
#ifndef COUNTERSEAL_CPP_ERROR_HPP
#define COUNTERSEAL_CPP_ERROR_HPP

#include <stdexcept>
#include <string>

#include "counterseal/base.h"

namespace counterseal {

/// Misuse or failure: a negative status.
class error : public std::runtime_error {
public:
    error(cseal_status code, const std::string& what) : std::runtime_error(what), code_(code) {}

    [[nodiscard]] cseal_status code() const noexcept { return code_; }

    /// The C name, for example "CSEAL_E_RANGE".
    [[nodiscard]] std::string name() const { return std::string("CSEAL_") + cseal_status_name(code_); }

private:
    cseal_status code_;
};

/// A setting that breaks a rule; the text starts with the argument's name.
class config_error : public error {
public:
    using error::error;
};

}  // namespace counterseal

#endif
