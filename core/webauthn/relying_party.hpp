// SPDX-License-Identifier: Apache-2.0
// What a relying party expects of every ceremony, read once from its settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/enroll/problem.hpp"
#include "core/webauthn/authentication.hpp"
#include "core/webauthn/registration.hpp"

namespace counterseal::core {

enum class requirement : std::uint8_t { required, preferred, discouraged };

/// As WebAuthn writes it.
[[nodiscard]] const char* name_of(requirement what) noexcept;

/// Views are of this object.
struct relying_party {
    std::string rp_id;
    std::string rp_name;  // empty: the RP ID
    std::vector<std::string> origins;
    std::vector<std::string> top_origins;
    bool subdomains = false;
    bool any_port = false;
    bool cross_origin = false;
    requirement user_verification = requirement::preferred;
    bool backup_eligible_allowed = true;
    std::vector<std::int64_t> algorithms{std::begin(default_algorithms), std::end(default_algorithms)};
    std::optional<trust_anchors> anchors;
    bool attestation_required = false;
    std::string appid;
    std::string appid_exclude;
    bool backup_eligibility_may_rise = false;
    bool sign_count_may_stay = false;
    bool may_initialize_uv = false;
    std::uint32_t quirks = 0;

    [[nodiscard]] ceremony_rules rules_for(bytes_view challenge) const noexcept;
    [[nodiscard]] registration_rules registration_rules_for(bytes_view challenge) const noexcept;
    [[nodiscard]] authentication_rules authentication_rules_for(bytes_view challenge) const noexcept;
};

/// From settings in JSON, of which only rp_id must be there. Nothing: `why` tells the member and its rule. Throws
/// crypto_failure.
[[nodiscard]] std::optional<relying_party> read_relying_party(const crypto& by, std::string_view settings,
                                                              problem& why);

}  // namespace counterseal::core
