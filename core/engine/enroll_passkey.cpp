// SPDX-License-Identifier: Apache-2.0
#include "core/engine/enroll_passkey.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/clock.hpp"
#include "core/engine/end_factor.hpp"
#include "core/enroll/base64url.hpp"
#include "core/enroll/json.hpp"
#include "core/webauthn/answer.hpp"
#include "core/webauthn/options.hpp"
#include "core/webauthn/relying_party.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t challenge_len = 32;
constexpr std::size_t user_handle_len = 32;

/// That of the subject's other passkeys, so that an authenticator takes them for one account; else a new one.
std::vector<std::uint8_t> user_handle_of(const row_seal& with, const crypto& provider, const std::vector<factor>& all)
{
    for (const live_passkey& one : live_passkeys(with, all)) {
        if (!one.what.user_handle.empty()) {
            return one.what.user_handle;
        }
    }
    std::vector<std::uint8_t> made(user_handle_len);
    need(provider.random(made), "there are no random numbers");
    return made;
}

json request_of(const passkey_request& request, const pending_passkey& made, const std::vector<live_passkey>& known,
                std::int64_t left_us)
{
    json out = {{"challenge", to_base64url<std::string>(made.challenge)},
                {"user_id", to_base64url<std::string>(made.user_handle)},
                {"user_name", request.user_name},
                {"exclude", descriptors_of(known)},
                {"timeout_s", std::clamp<std::int64_t>(left_us / second_us, 1, 300)}};
    const auto add = [&](const char* name, std::string_view value) {
        if (!value.empty()) {
            out[name] = value;
        }
    };
    add("user_display_name", request.display_name);
    add("resident_key", request.resident_key);
    add("attachment", request.attachment);
    add("attestation", request.attestation);
    return out;
}

}  // namespace

passkey_enrollment enroll_passkey(transaction& in, const row_seal& with, const crypto& provider, policy_cache& policies,
                                  std::string_view tenant, std::string_view subject, const passkey_request& request,
                                  std::int64_t now_us)
{
    const std::shared_ptr<const policy> in_force = policies.newest(in, with, tenant);
    if (!in_force || in_force->document.party == nullptr) {
        return {status::e_argument, "tenant must have a policy with a relying_party"};
    }
    savepoint before(in);
    pending_start start = start_pending(in, with, tenant, subject, factor_type::webauthn, request.common, now_us);
    if (start.code != status::ok) {
        return {start.code, start.rule};
    }
    pending_passkey what;
    factor made;
    if (start.found) {
        made = *std::move(start.found);
        what = open_pending_passkey(with, made);
    }
    const bool is_new = what.challenge.empty();
    if (is_new) {
        made = new_pending(with, provider, tenant, subject, factor_type::webauthn, request.common, now_us);
        what.challenge.resize(challenge_len);
        need(provider.random(what.challenge), "there are no random numbers");
        what.user_handle = user_handle_of(with, provider, start.all);
    }
    problem why;
    std::optional<std::string> options = registration_options(
        provider, *in_force->document.party,
        request_of(request, what, live_passkeys(with, start.all), expires_us(made) - now_us).dump(), why);
    if (!options) {
        before.undo();
        return {why.code, why.text};
    }
    if (is_new) {
        seal_pending_passkey(with, made, what);
        insert_pending(in, with, made);
    }
    return {status::ok, {}, made.key.factor, *std::move(options), expires_us(made)};
}

taken_registration take_registration(transaction& in, const row_seal& with, policy_cache& policies,
                                     const factor_key& key, std::int64_t now_us)
{
    const store_time time = tell_time(in, now_us);
    if (!lock_known_subject(in, with, key.tenant, key.subject)) {
        return {status::wrong};
    }
    std::optional<factor> found = load_factor(in, with, key);
    if (!found || found->type != factor_type::webauthn) {
        return {status::wrong};
    }
    if (found->state != factor_state::pending) {
        return {found->state == factor_state::active ? status::wrong : status::revoked};
    }
    if (expires_us(*found) != 0 && expires_us(*found) <= time.locked_us) {
        return {status::expired};
    }
    const std::shared_ptr<const policy> in_force = policies.newest(in, with, key.tenant);
    pending_passkey what = open_pending_passkey(with, *found);
    if (what.challenge.empty() || !in_force || in_force->document.party == nullptr) {
        return {status::wrong};
    }
    taken_registration out;
    out.expected.challenge = std::exchange(what.challenge, {});
    out.expected.at_s = now_us / second_us;
    out.party = in_force->document.party;
    seal_pending_passkey(with, *found, what);
    update_factor(in, with, *found);
    return out;
}

factor_verdict settle_registration(transaction& in, const row_seal& with, const factor_key& key,
                                   const registration& checked, const std::vector<std::string>& transports,
                                   std::int64_t now_us)
{
    static_cast<void>(tell_time(in, now_us));
    if (!lock_known_subject(in, with, key.tenant, key.subject)) {
        return {status::wrong};
    }
    std::optional<factor> found = load_factor(in, with, key);
    if (!found || found->state != factor_state::pending) {
        return {status::wrong};  // ended meanwhile
    }
    refusal why = checked.reason;
    if (why == refusal::none && !enter_credential(in, key, checked.record.id)) {
        why = refusal::credential_id_taken;
    }
    if (why != refusal::none) {
        end_factor(in, with, *found, now_us);
        event ended = event_of(*found, "factor.revoked", now_us, "the registration was refused");
        ended.detail = json{{"refusal", facts_of(why).name}, {"step", facts_of(why).registration_step}}.dump();
        append_event(in, with, std::move(ended));
        return {status::wrong};
    }
    const pending_passkey begun = open_pending_passkey(with, *found);
    const std::int64_t before = found->hot.last_value;
    found->hot.last_value = checked.record.sign_count;
    seal_passkey(with, *found, {keep(checked, transports), begun.user_handle});
    const json detail = {
        {"value", checked.record.sign_count},     {"format", checked.format},
        {"trust", name_of(checked.trust)},        {"aaguid", to_base64url<std::string>(checked.record.aaguid)},
        {"user_verified", checked.user_verified}, {"backup_eligible", checked.backup_eligible},
        {"backup_state", checked.backup_state}};
    activate_factor(in, with, *found, before, detail.dump(), now_us);
    return {status::ok, found->hot.last_value, 0, 0, key.factor, factor_type::webauthn};
}

}  // namespace counterseal::core
