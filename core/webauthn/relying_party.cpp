// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/relying_party.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/base64.hpp"
#include "core/webauthn/document.hpp"
#include "core/webauthn/quirk.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t settings_max = std::size_t{1024} * 1024;
constexpr std::size_t name_max = 256;
constexpr std::size_t origins_max = 100;
constexpr std::size_t origin_max = 512;
constexpr std::size_t appid_max = 2048;
constexpr std::size_t algorithms_max = 32;
constexpr std::size_t anchors_max = 1000;
constexpr std::size_t certificate_text_max = std::size_t{24} * 1024;

std::vector<std::int64_t> read_algorithms(const crypto& by, document& from)
{
    std::vector<std::int64_t> out;
    const auto given = from.array_if("algorithms", algorithms_max);
    if (!given) {
        return {std::begin(default_algorithms), std::end(default_algorithms)};
    }
    for (const json_view one : *given) {
        const std::optional<std::int64_t> id = one.integer();
        const auto scheme = id ? scheme_of(*id) : std::nullopt;
        if (!scheme || !is_provided(by, *scheme)) {
            from.refuse("algorithms", "must be numbers of COSE algorithms that are verified here, such as -7",
                        status::e_unsupported);
            return {};
        }
        // Two numbers for what is the same to a verifier are two algorithms to a client.
        if (std::ranges::find(out, *id) != out.end()) {
            from.refuse("algorithms", "must name each once");
            return {};
        }
        out.push_back(*id);
    }
    if (out.empty()) {
        from.refuse("algorithms", "must name at least one");
    }
    return out;
}

std::optional<trust_anchors> read_anchors(const crypto& by, document& from)
{
    std::vector<std::vector<std::uint8_t>> der;
    for (const std::string& text : from.texts("anchors", anchors_max, certificate_text_max)) {
        std::optional<std::vector<std::uint8_t>> bytes = from_base64(text);
        if (!bytes) {
            from.refuse("anchors", "must be certificates in DER, each as base64");
            return std::nullopt;
        }
        der.push_back(*std::move(bytes));
    }
    if (der.empty()) {
        return std::nullopt;
    }
    const std::vector<bytes_view> views(der.begin(), der.end());
    std::optional<trust_anchors> out = trust_anchors::from_der(by, views);
    if (!out) {
        from.refuse("anchors", "must be certificates in DER, each as base64");
    }
    return out;
}

std::uint32_t read_quirks(document& from)
{
    std::uint32_t bits = 0;
    for (const std::string& name : from.texts("quirks", 32, name_max)) {
        if (name != "ed25519_text_labels") {
            from.refuse("quirks", "must be names of quirks: \"ed25519_text_labels\"", status::e_unsupported);
        }
        bits |= static_cast<std::uint32_t>(quirk::ed25519_text_labels);
    }
    return bits;
}

/// What the core would say at each ceremony is said when the settings are read.
void check_all(document& from, const relying_party& read)
{
    static constexpr std::uint8_t any_challenge[challenge_min] = {};
    if (!from.is_good()) {
        return;
    }
    registration_rules rules = read.registration_rules_for(any_challenge);
    rules.at_s = 1;
    const std::vector<std::string> stand_in = {"https://example.org"};
    if (rules.ceremony.origins.origins.empty()) {  // options need none
        rules.ceremony.origins.origins = stand_in;
    }
    authentication_rules login = read.authentication_rules_for(any_challenge);
    login.ceremony.origins.origins = rules.ceremony.origins.origins;
    login.is_user_identified = true;
    for (const verdict_on_options& fault : {check(rules), check(login)}) {
        if (fault.rule != nullptr) {
            from.take({fault.code, fault.rule});
            return;
        }
    }
}

}  // namespace

const char* name_of(requirement what) noexcept
{
    switch (what) {
        case requirement::required: return "required";
        case requirement::preferred: return "preferred";
        case requirement::discouraged: break;
    }
    return "discouraged";
}

ceremony_rules relying_party::rules_for(bytes_view challenge) const noexcept
{
    return {.challenge = challenge,
            .rp_id = rp_id,
            .origins = {.origins = origins, .subdomains = subdomains, .any_port = any_port},
            .cross_origin = cross_origin,
            .top_origins = top_origins,
            .user_verification_required = user_verification == requirement::required,
            .backup_eligible_allowed = backup_eligible_allowed,
            .quirks = quirks};
}

registration_rules relying_party::registration_rules_for(bytes_view challenge) const noexcept
{
    registration_rules rules{.ceremony = rules_for(challenge)};
    rules.algorithms = algorithms;
    rules.anchors = anchors ? &*anchors : nullptr;
    rules.attestation_required = attestation_required;
    return rules;
}

authentication_rules relying_party::authentication_rules_for(bytes_view challenge) const noexcept
{
    authentication_rules rules{.ceremony = rules_for(challenge)};
    rules.appid = appid;
    rules.backup_eligibility_may_rise = backup_eligibility_may_rise;
    rules.sign_count_may_stay = sign_count_may_stay;
    rules.may_initialize_uv = may_initialize_uv;
    return rules;
}

std::optional<relying_party> read_relying_party(const crypto& by, std::string_view settings, problem& why)
{
    document from(settings, settings_max, "settings");
    relying_party out;
    out.rp_id = from.text("rp_id", name_max);
    out.rp_name = from.text_if("rp_name", name_max).value_or(out.rp_id);
    out.origins = from.texts("origins", origins_max, origin_max);
    out.top_origins = from.texts("top_origins", origins_max, origin_max);
    out.subdomains = from.flag("subdomains", false);
    out.any_port = from.flag("any_port", false);
    out.cross_origin = from.flag("cross_origin", false);
    out.user_verification =
        static_cast<requirement>(from.choice("user_verification", {"required", "preferred", "discouraged"})
                                     .value_or(static_cast<std::size_t>(requirement::preferred)));
    out.backup_eligible_allowed = from.flag("backup_eligible_allowed", true);
    out.algorithms = read_algorithms(by, from);
    out.anchors = read_anchors(by, from);
    out.attestation_required = from.flag("attestation_required", false);
    out.appid = from.text_if("appid", appid_max).value_or("");
    out.appid_exclude = from.text_if("appid_exclude", appid_max).value_or("");
    out.backup_eligibility_may_rise = from.flag("backup_eligibility_may_rise", false);
    out.sign_count_may_stay = from.flag("sign_count_may_stay", false);
    out.may_initialize_uv = from.flag("may_initialize_uv", false);
    out.quirks = read_quirks(from);
    check_all(from, out);
    why = from.finish();
    return why.code == status::ok ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace counterseal::core
