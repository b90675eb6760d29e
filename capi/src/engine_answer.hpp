// SPDX-License-Identifier: Apache-2.0
// What an operation answers, and how it says that a request breaks a rule.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "core/base/status.hpp"
#include "core/enroll/secure.hpp"
#include "counterseal/engine.h"

struct cseal_engine_answer {
    counterseal::core::status code = counterseal::core::status::ok;
    std::string json = "{}";
    counterseal::core::secure_bytes secret{};
};

namespace counterseal::capi {

using engine_answer = cseal_engine_answer;
using core::status;

/// Nothing was done. `argument` is a member of the request; empty: the request as a whole.
class request_error : public std::exception {
public:
    request_error(status code, std::string argument, std::string rule)
        : code_{code}, argument_{std::move(argument)}, rule_{std::move(rule)}
    {
    }
    [[nodiscard]] status code() const noexcept { return code_; }
    [[nodiscard]] const std::string& argument() const noexcept { return argument_; }
    [[nodiscard]] const char* what() const noexcept override { return rule_.c_str(); }

private:
    status code_;
    std::string argument_;
    std::string rule_;
};

/// {"error": {"argument": ..., "rule": ...}}, with a null where `argument` is empty.
[[nodiscard]] engine_answer error_answer(status code, const std::string& argument, const char* rule);

}  // namespace counterseal::capi
