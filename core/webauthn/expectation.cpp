// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/expectation.hpp"

#include <utility>

#include "core/webauthn/document.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t expectation_max = std::size_t{2} * 1024 * 1024;
constexpr std::size_t credentials_max = 1000;
constexpr std::size_t user_handle_max = 64;

std::vector<bytes_view> views_of(const std::vector<std::vector<std::uint8_t>>& all)
{
    return {all.begin(), all.end()};
}

}  // namespace

std::optional<registration_expectation> read_registration_expectation(std::string_view text, problem& why)
{
    document from(text, expectation_max, "expected");
    registration_expectation out;
    out.challenge = from.bytes("challenge", challenge_min, challenge_max);
    out.conditional = from.flag("conditional", false);
    out.at_s = from.time_if("at").value_or(-1);
    out.taken = from.all_bytes("taken", credentials_max, 1, credential_id_max);
    why = from.finish();
    return why.code == status::ok ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<authentication_expectation> read_authentication_expectation(std::string_view text, problem& why)
{
    document from(text, expectation_max, "expected");
    authentication_expectation out;
    out.challenge = from.bytes("challenge", challenge_min, challenge_max);
    out.allowed = from.all_bytes("allow", credentials_max, 1, credential_id_max);
    out.user_handle = from.bytes_if("user_handle", 1, user_handle_max).value_or(std::vector<std::uint8_t>());
    out.usernameless = from.flag("usernameless", false);
    if (out.usernameless && out.user_handle.empty()) {
        from.refuse("usernameless", "needs user_handle: that of the user whose credential it is");
    }
    why = from.finish();
    return why.code == status::ok ? std::optional(std::move(out)) : std::nullopt;
}

registration verify_registration(const crypto& by, const registration_response& response, const relying_party& party,
                                 const registration_expectation& expected)
{
    const std::vector<bytes_view> taken = views_of(expected.taken);
    registration_rules rules = party.registration_rules_for(expected.challenge);
    rules.conditional = expected.conditional;
    rules.at_s = expected.at_s;
    rules.taken = taken;
    return verify_registration(by, response, rules);
}

authentication verify_authentication(const crypto& by, const authentication_response& response,
                                     const stored_credential& stored, const relying_party& party,
                                     const authentication_expectation& expected)
{
    const std::vector<bytes_view> allowed = views_of(expected.allowed);
    authentication_rules rules = party.authentication_rules_for(expected.challenge);
    rules.allowed = allowed;
    rules.user_handle = expected.user_handle;
    rules.is_user_identified = !expected.usernameless;
    return verify_authentication(by, response, stored, rules);
}

}  // namespace counterseal::core
