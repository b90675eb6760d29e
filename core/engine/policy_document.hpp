// SPDX-License-Identifier: Apache-2.0
// What a tenant demands of a login, as a document: capi/schema/policy.json describes it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/factor.hpp"
#include "core/engine/reason.hpp"
#include "core/enroll/problem.hpp"

namespace counterseal::core {

class crypto;
struct relying_party;

/// A set of types of factors.
class factor_types {
public:
    [[nodiscard]] static constexpr factor_types all() noexcept
    {
        factor_types every;
        every.add(factor_type::totp);
        every.add(factor_type::hotp);
        every.add(factor_type::recovery);
        every.add(factor_type::webauthn);
        return every;
    }
    constexpr void add(factor_type type) noexcept { bits_ |= bit(type); }
    constexpr void remove(factor_type type) noexcept { bits_ &= ~bit(type); }
    constexpr void keep(factor_types others) noexcept { bits_ &= others.bits_; }
    [[nodiscard]] constexpr bool contains(factor_type type) const noexcept { return (bits_ & bit(type)) != 0; }

private:
    [[nodiscard]] static constexpr unsigned bit(factor_type type) noexcept { return 1U << static_cast<unsigned>(type); }

    unsigned bits_ = 0;
};

/// Names that a rule is about; none in the list: all there are.
struct policy_scope {
    std::vector<std::string> names;

    [[nodiscard]] bool covers(std::string_view name) const noexcept;
    [[nodiscard]] bool covers_any(std::span<const std::string> of) const noexcept;
};

struct policy_rule {
    std::string name;
    policy_scope groups;
    policy_scope paths;
    bool is_mfa_required = true;
    factor_types factors = factor_types::all();
    std::int64_t grace_days = 0;
};

struct policy_document {
    std::string text;  // as it was given
    std::vector<policy_rule> rules;
    std::map<std::string, bool, std::less<>> paths;                 // whether a challenge can be answered there
    std::map<std::string, std::int64_t, std::less<>> max_ages_s{};  // of a grant, by action
    std::shared_ptr<const relying_party> party{};                   // of passkeys; nullptr: there are none
    std::shared_ptr<const relying_party> party_alone{};  // the same where a passkey is all: users are verified

    /// How old a grant may be for an action: what the document says, else 12 hours for a login and 5 minutes for
    /// anything else.
    [[nodiscard]] std::int64_t max_age_s(std::string_view action) const;
};

/// Reads a document strictly: whatever it does not know is refused, so that a slip of the pen is never a weaker policy.
/// Nothing where it is refused; `why` names the rule and the member, and holds no more of the text than short names.
/// Throws crypto_failure.
[[nodiscard]] std::optional<policy_document> parse_policy(const crypto& by, std::string_view text, problem& why);

/// The strictest of each part of all rules that match.
struct policy_demand {
    reason why = reason::ok;  // else refused: unknown_path, or no_policy where no rule matches
    bool can_challenge = false;
    bool is_mfa_required = true;
    factor_types factors{};
    std::int64_t grace_days = 0;
};

/// Without a relying party no passkey can be asked for, whatever the rules say.
[[nodiscard]] policy_demand demand_of(const policy_document& policy, std::span<const std::string> groups,
                                      std::string_view path);

}  // namespace counterseal::core
