// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/authentication.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/webauthn/quirk.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t user_handle_max = 64;  // section 5.4.3

bool contains(std::span<const bytes_view> list, bytes_view id) noexcept
{
    return std::ranges::any_of(list, [&](bytes_view one) { return are_equal(one, id); });
}

/// One ceremony: each function is a run of steps, and the first refusal ends it.
class ceremony {
public:
    ceremony(const crypto& by, const authentication_response& response, const stored_credential& stored,
             const authentication_rules& rules, authentication& out)
        : by_{by}, sha256_(by), response_{response}, stored_{stored}, rules_{rules}, out_{out}
    {
    }

    refusal run()
    {
        if (!rules_.allowed.empty() && !contains(rules_.allowed, response_.credential_id)) {
            return refusal::credential_not_allowed;  // step 5
        }
        if (const refusal why = check_user(); why != refusal::none) {
            return why;
        }
        // Steps 8 to 14.
        client_data client;
        std::size_t origin_at = 0;
        const refusal why =
            check_client_data(response_.client_data, "webauthn.get", rules_.ceremony, client, origin_at);
        out_.origin = std::move(client.origin);
        if (why != refusal::none) {
            return why;
        }
        out_.expected_origin = origin_at;
        return check_data();
    }

private:
    /// Step 6. Who answers is whoever has the credential of the record: the caller looked the record up by the
    /// identifier in the response, and of the user by the handle.
    refusal check_user() const noexcept
    {
        const bytes_view handle = response_.user_handle.value_or(bytes_view());
        if (handle.empty() && !rules_.is_user_identified) {
            return refusal::user_handle_missing;
        }
        if (!handle.empty() && !rules_.user_handle.empty() && !are_equal(handle, rules_.user_handle)) {
            return refusal::user_handle;
        }
        return are_equal(response_.credential_id, stored_.id) ? refusal::none : refusal::user_credential;
    }

    /// Steps 15 to 19.
    refusal check_data()
    {
        if (response_.authenticator_bytes.size() > authenticator_data_max) {
            return refusal::authenticator_data;
        }
        const std::optional<authenticator_data> data =
            read_authenticator_data(response_.authenticator_bytes, rules_.ceremony.quirks);
        if (!data) {
            return refusal::authenticator_data;
        }
        out_.user_present = data->user_present;
        out_.user_verified = data->user_verified;
        out_.backup_eligible = data->backup_eligible;
        out_.backup_state = data->backup_state;
        if (!is_for_us(*data)) {
            return refusal::rp_id;
        }
        if (const refusal why = check_flags(*data, true, rules_.ceremony); why != refusal::none) {
            return why;
        }
        if (stored_.backup_eligible && *stored_.backup_eligible != data->backup_eligible &&
            (*stored_.backup_eligible || !rules_.backup_eligibility_may_rise)) {
            return refusal::backup_eligibility_changed;
        }
        if (const refusal why = check_signature(); why != refusal::none) {
            return why;
        }
        return count(*data);
    }

    bool is_for_us(const authenticator_data& data)
    {
        if (are_equal(data.rp_id_hash, sha256_.of({bytes_of(rules_.ceremony.rp_id)}))) {
            return true;
        }
        out_.is_appid =
            !rules_.appid.empty() && stored_.is_u2f && are_equal(data.rp_id_hash, sha256_.of({bytes_of(rules_.appid)}));
        return out_.is_appid;
    }

    /// Steps 20 and 21.
    refusal check_signature()
    {
        std::optional<verification_key> built;
        if (stored_.kept == nullptr) {
            // A key that a quirk let in was stored as it came.
            const cose_reading read = read_cose_key(stored_.public_key, all_quirks);
            if (read.fault == cose_fault::spki) {
                return refusal::stored_key_spki;
            }
            if (read.fault == cose_fault::none) {
                built = prepare(by_, read.key).key;
            }
            if (!built) {
                return refusal::stored_key;
            }
        }
        const sha256_digest client_data_hash = sha256_.of({response_.client_data});
        std::vector<std::uint8_t> message;
        message.reserve(response_.authenticator_bytes.size() + client_data_hash.size());
        message.insert(message.end(), response_.authenticator_bytes.begin(), response_.authenticator_bytes.end());
        message.insert(message.end(), client_data_hash.begin(), client_data_hash.end());
        if (response_.signature.size() > signature_max) {
            return refusal::signature;
        }
        switch (built ? std::move(*built).verify_once(message, response_.signature)
                      : stored_.kept->verify(message, response_.signature)) {
            case status::ok: out_.is_signature_valid = true; return refusal::none;
            case status::malformed: return refusal::signature_encoding;
            case status::wrong: return refusal::signature;
            default: return refusal::provider;
        }
    }

    /// Steps 22 to 24. Nothing of the state is set before all has been checked.
    refusal count(const authenticator_data& data) noexcept
    {
        if (data.sign_count != 0 || stored_.sign_count != 0) {
            out_.sign_count =
                data.sign_count > stored_.sign_count ? sign_count_verdict::rose : sign_count_verdict::did_not_rise;
        }
        if (out_.sign_count == sign_count_verdict::did_not_rise && !rules_.sign_count_may_stay) {
            return refusal::sign_count;
        }
        out_.state.sign_count = std::max(data.sign_count, stored_.sign_count);
        out_.state.uv_initialized = stored_.uv_initialized || (rules_.may_initialize_uv && data.user_verified);
        out_.state.backup_eligible = data.backup_eligible;
        out_.state.backup_state = data.backup_state;
        return refusal::none;
    }

    const crypto& by_;
    sha256_hash sha256_;
    const authentication_response& response_;
    const stored_credential& stored_;
    const authentication_rules& rules_;
    authentication& out_;
};

}  // namespace

verdict_on_options check(const authentication_rules& rules) noexcept
{
    if (const verdict_on_options fault = check(rules.ceremony); fault.rule != nullptr) {
        return fault;
    }
    if (rules.user_handle.size() > user_handle_max) {
        return {status::e_range, "user_handle must have 1 to 64 bytes"};
    }
    if (!rules.is_user_identified && rules.user_handle.empty()) {
        return {status::e_argument, "user_handle is needed where nobody was identified before"};
    }
    if (!rules.appid.empty() && !rules.appid.starts_with("https://")) {
        return {status::e_argument, "appid must be an https URL"};
    }
    return {status::ok, nullptr};
}

authentication verify_authentication(const crypto& by, const authentication_response& response,
                                     const stored_credential& stored, const authentication_rules& rules)
{
    authentication out;
    if (const verdict_on_options fault = check(rules); fault.rule != nullptr) {
        out.reason = refusal::rules;
        out.misuse = fault.code;
        out.broken_rule = fault.rule;
        return out;
    }
    try {
        out.reason = ceremony(by, response, stored, rules, out).run();
    } catch (const crypto_failure&) {
        out.reason = refusal::provider;
    }
    return out;
}

}  // namespace counterseal::core
