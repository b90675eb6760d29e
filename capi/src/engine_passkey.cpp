// SPDX-License-Identifier: Apache-2.0
// Operations on passkeys: registered, asked for, answered, taken over from elsewhere.
#include "capi/src/engine_passkey.hpp"

#include "capi/src/engine_enrollee.hpp"
#include "capi/src/engine_verdict.hpp"
#include "core/engine/ask_passkey.hpp"
#include "core/engine/enroll_passkey.hpp"
#include "core/engine/verify_passkey.hpp"
#include "core/enroll/base64url.hpp"
#include "core/webauthn/response_json.hpp"

namespace counterseal::capi {
namespace {

using core::json;
using core::reason;

constexpr std::size_t longest_name = 256;
constexpr std::size_t longest_question = 4096;

/// Taken, checked, settled: nothing is checked before what was taken is durable.
template <class Take>
engine_answer answer_with(engine_call& c, const core::challenge_answer& answer, const core::authentication_json& given,
                          Take&& take)
{
    const core::decision_means by = c.means();
    const core::taken_answer taken = c.write([&](core::transaction& t) { return take(t, by); });
    if (taken.refused) {
        return decision_answer(c, *taken.refused);
    }
    const core::authentication checked = core::check_answer(by.provider, taken, given.raw());
    return decision_answer(c, c.write([&](core::transaction& t) {
        return core::settle_answer(t, by, answer, taken, given.raw(), checked, c.now_us);
    }));
}

engine_answer question_answer(const core::passkey_question& made)
{
    const bool is_made = made.why == reason::ok;
    return make_answer(is_made ? status::ok : status::deny, {{"reason", core::name_of(made.why)},
                                                             {"challenge_id", text_or_null(made.challenge_id)},
                                                             {"options", is_made ? json::parse(made.options) : json()},
                                                             {"expires_us", time_or_null(made.expires_us)}});
}

}  // namespace

std::optional<engine_answer> confirm_passkey(engine_call& c, const core::factor_key& key)
{
    if (!c.secret_text().starts_with('{')) {
        return std::nullopt;
    }
    const core::registration_json given = core::read_registration_json(c.secret_text());
    if (given.reason != core::refusal::none) {
        return std::nullopt;
    }
    const core::taken_registration taken =
        c.write([&](core::transaction& t) { return core::take_registration(t, c.seal, c.policies, key, c.now_us); });
    if (taken.refused != status::ok) {
        return verdict_answer({taken.refused});
    }
    const core::registration checked =
        core::verify_registration(c.on.provider(), given.raw(), *taken.party, taken.expected);
    core::need(checked.reason == core::refusal::provider ? status::e_crypto : status::ok,
               "the cryptographic provider failed");
    return verdict_answer(c.write([&](core::transaction& t) {
        return core::settle_registration(t, c.seal, key, checked, given.transports, c.now_us);
    }));
}

std::optional<engine_answer> answer_by_passkey(engine_call& c, const core::challenge_answer& answer)
{
    if (!c.secret_text().starts_with('{')) {
        return std::nullopt;
    }
    const core::authentication_json given = core::read_authentication_json(c.secret_text());
    if (given.reason != core::refusal::none) {
        return std::nullopt;
    }
    return answer_with(c, answer, given, [&](core::transaction& t, const core::decision_means& by) {
        return core::take_passkey_answer(t, by, answer, given.credential_id, c.now_us);
    });
}

engine_answer run_enroll_passkey(engine_call& c)
{
    const enrollee who(c);
    const std::string label = c.in.text_or("label", "");
    const std::string replaces = c.in.text_or("replaces", "");
    const std::string key = c.in.text_or("idempotency_key", "");
    const std::string user_name = c.in.text_or("user_name", who.subject.c_str(), longest_name);
    const std::string display_name = c.in.text_or("user_display_name", "", longest_name);
    const std::string resident = c.in.text_or("resident_key", "");
    const std::string attachment = c.in.text_or("attachment", "");
    const std::string attestation = c.in.text_or("attestation", "");
    const core::passkey_request what{.common = who.pending(label, replaces, key),
                                     .user_name = user_name,
                                     .display_name = display_name,
                                     .resident_key = resident,
                                     .attachment = attachment,
                                     .attestation = attestation};
    const auto made = c.write([&](core::transaction& t) -> std::optional<core::passkey_enrollment> {
        if (!who.may_enroll(t, c, true)) {
            return std::nullopt;
        }
        core::passkey_enrollment one =
            core::enroll_passkey(t, c.seal, c.on.provider(), c.policies, c.tenant, who.subject, what, c.now_us);
        if (one.code != status::ok) {
            refuse_rule(one.code, one.rule);  // before anything is durable
        }
        return one;
    });
    if (!made) {
        return step_up();
    }
    return make_answer(
        status::ok,
        {{"factor_id", made->factor}, {"options", json::parse(made->options)}, {"expires_us", made->expires_us}});
}

engine_answer run_begin_passkey(engine_call& c)
{
    const core::secure_bytes session = c.session(true);
    const core::decision_means by = c.means();
    c.need_no_secret();
    if (!c.in.has("subject")) {
        const std::string path = c.in.text("path");
        const std::string action = c.in.text_or("action", "login");
        return question_answer(c.read([&](core::transaction& t) {
            return core::ask_any_passkey(t, by, c.tenant, session, path, action, c.now_us);
        }));
    }
    const std::string subject = c.subject();
    const std::string challenge = c.in.id("challenge_id");
    const std::string factor = c.in.id_if("factor_id").value_or("");
    return question_answer(c.read([&](core::transaction& t) {
        return core::ask_passkey(t, by, c.tenant, subject, challenge, session, factor, c.now_us);
    }));
}

engine_answer run_passkey_owner(engine_call& c)
{
    const auto id = core::read_credential_id(c.secret_text());
    c.in.finish();
    const std::optional<core::factor_key> found =
        id ? c.read([&](core::transaction& t) { return core::find_credential(t, c.tenant, *id); }) : std::nullopt;
    return make_answer(status::ok, {{"subject", found ? json(found->subject) : json()},
                                    {"factor_id", found ? json(found->factor) : json()}});
}

engine_answer run_verify_passkey(engine_call& c)
{
    const std::string subject = c.subject();
    const std::string challenge = c.in.id("challenge_id", longest_question);
    const core::secure_bytes session = c.session(true);
    const std::vector<std::string> groups = c.in.texts("groups");
    const std::string state = c.in.text_or("status", "active");
    const core::authentication_json given = core::read_authentication_json(c.secret_text());
    if (given.reason != core::refusal::none) {
        c.in.finish();  // nothing is asked of the store
        return decision_answer(c, {.code = status::deny, .why = reason::malformed});
    }
    const core::passkey_login login{.tenant = c.tenant,
                                    .subject = subject,
                                    .challenge_id = challenge,
                                    .session = session,
                                    .groups = groups,
                                    .status = state};
    const core::challenge_answer answer{
        .tenant = c.tenant, .subject = subject, .challenge_id = challenge, .session = session, .factor_id = {}};
    return answer_with(c, answer, given, [&](core::transaction& t, const core::decision_means& by) {
        return core::take_passkey_login(t, by, login, given.credential_id, c.now_us);
    });
}

engine_answer run_import_passkey(engine_call& c)
{
    const std::string subject = c.subject();
    const std::string record = core::json_text(c.in.object("credential"));
    const std::string handle = c.in.text_or("user_handle", "");
    const auto user_handle = core::from_base64url(handle);
    if (!user_handle) {
        c.in.refuse("user_handle", "must be base64url without padding");
    }
    const std::string label = c.in.text_or("label", "");
    const std::string provenance = c.in.text("provenance");
    const std::string actor = c.in.text_or("actor", "");
    const core::passkey_import what{.record = record,
                                    .user_handle = *user_handle,
                                    .label = label,
                                    .provenance = provenance,
                                    .actor = actor,
                                    .dry_run = c.in.flag("dry_run", false)};
    c.need_no_secret();
    const core::passkey_import_result made = c.write([&](core::transaction& t) {
        core::passkey_import_result one =
            core::import_passkey(t, c.seal, c.on.provider(), c.tenant, subject, what, c.now_us);
        if (one.code != status::ok) {
            refuse_rule(one.code, one.rule);
        }
        return one;
    });
    return make_answer(status::ok, {{"factor_id", text_or_null(made.factor)}, {"warnings", made.warnings}});
}

}  // namespace counterseal::capi
