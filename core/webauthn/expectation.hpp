// SPDX-License-Identifier: Apache-2.0
// What the server kept of one ceremony since it made the options, in JSON: never anything out of the response.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/enroll/problem.hpp"
#include "core/webauthn/relying_party.hpp"

namespace counterseal::core {

struct registration_expectation {
    std::vector<std::uint8_t> challenge;
    bool conditional = false;
    std::int64_t at_s = -1;  // not told
    std::vector<std::vector<std::uint8_t>> taken;
};

struct authentication_expectation {
    std::vector<std::uint8_t> challenge;
    std::vector<std::vector<std::uint8_t>> allowed;
    std::vector<std::uint8_t> user_handle;  // empty: not known
    bool usernameless = false;              // nobody was identified before: the response must say who it is
};

/// Nothing: `why` tells the member and its rule.
[[nodiscard]] std::optional<registration_expectation> read_registration_expectation(std::string_view text,
                                                                                    problem& why);
[[nodiscard]] std::optional<authentication_expectation> read_authentication_expectation(std::string_view text,
                                                                                        problem& why);

/// verify_registration() and verify_authentication() under both sets of rules.
[[nodiscard]] registration verify_registration(const crypto& by, const registration_response& response,
                                               const relying_party& party, const registration_expectation& expected);
[[nodiscard]] authentication verify_authentication(const crypto& by, const authentication_response& response,
                                                   const stored_credential& stored, const relying_party& party,
                                                   const authentication_expectation& expected);

}  // namespace counterseal::core
