// SPDX-License-Identifier: Apache-2.0
#include "core/engine/verify_passkey.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/answering.hpp"
#include "core/engine/ask_passkey.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/event.hpp"
#include "core/engine/pending.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

/// What refused a ceremony, for the event.
json detail_of(refusal why)
{
    return {{"refusal", facts_of(why).name}, {"step", facts_of(why).authentication_step}};
}

decision nobody()
{
    return {.code = status::deny, .why = reason::wrong_challenge};
}

/// The factor of `all` that has the credential; nothing: none of them.
std::optional<live_passkey> passkey_of(const row_seal& with, const std::vector<factor>& all, bytes_view credential)
{
    for (live_passkey& one : live_passkeys(with, all)) {
        if (std::ranges::equal(one.what.record.id, credential)) {
            return std::move(one);
        }
    }
    return std::nullopt;
}

void keep_found(taken_answer& out, live_passkey found, std::vector<std::uint8_t> signed_value)
{
    out.of = std::move(found.of);
    out.stored = std::move(found.what);
    out.expected.challenge = std::move(signed_value);
    out.expected.user_handle = out.stored.user_handle;
    out.expected.usernameless = out.is_usernameless;
}

/// Methods as in RFC 8176: the kind of key, that somebody was there, and that it asked who.
std::vector<std::string> methods_of(const authentication& checked)
{
    std::vector<std::string> out = {checked.backup_eligible ? "swk" : "hwk"};
    if (checked.user_present) {
        out.emplace_back("user");
    }
    if (checked.user_verified) {
        out.emplace_back("mfa");
    }
    return out;
}

/// Of one that was accepted: what to store of the passkey, where that is something else than before.
bool store_use(transaction& in, const row_seal& with, factor of, passkey what, const credential_state& now)
{
    kept_credential& record = what.record;
    const kept_credential was = record;
    record.take(now);
    if (record == was) {
        return true;
    }
    const std::int64_t before = of.hot.last_value;
    of.hot.last_value = now.sign_count;
    seal_passkey(with, of, what);
    return update_used_factor(in, with, of, before);
}

void log_accepted(transaction& in, const row_seal& with, const factor& of, const authentication& checked,
                  std::int64_t now_us)
{
    event done = event_of(of, "factor.accepted", now_us);
    done.detail = json{{"purpose", "login"},
                       {"value", checked.state.sign_count},
                       {"user_verified", checked.user_verified},
                       {"backup_eligible", checked.backup_eligible},
                       {"backup_state", checked.backup_state}}
                      .dump();
    append_event(in, with, std::move(done));
}

/// The question as it is now: still open, of this epoch, allowed.
reason ask_again(answering& one, const taken_answer& taken, const challenge_answer& answer)
{
    if (taken.is_usernameless) {
        one.recall(taken.about);
        return one.ask_policy();
    }
    if (const reason why = one.recall(answer.challenge_id); why != reason::ok) {
        return why;
    }
    one.has_reserved();
    return one.asked()->hot.is_open ? one.ask_policy() : reason::challenge_dead;
}

}  // namespace

taken_answer take_passkey_answer(transaction& in, const decision_means& by, const challenge_answer& answer,
                                 bytes_view credential, std::int64_t now_us)
{
    check_session(answer.session);
    const store_time time = tell_time(in, now_us);
    const std::optional<subject> who = lock_known_subject(in, by.with, answer.tenant, answer.subject);
    taken_answer out;
    if (!who) {
        out.refused = nobody();
        return out;
    }
    answering one(in, by, *who, answer.session, time);
    std::vector<factor> factors;
    if (const reason why = one.admit(answer, factors); why != reason::ok) {
        out.refused = one.refuse(why);
        return out;
    }
    std::optional<live_passkey> found = passkey_of(by.with, factors, credential);
    if (!found) {
        out.refused = one.refuse(reason::passkey_refused, {}, 0, detail_of(refusal::credential_not_allowed));
        return out;
    }
    keep_found(out, *std::move(found), signed_challenge(by.with, *one.asked()));
    out.party = one.document().party;
    return out;
}

taken_answer take_passkey_login(transaction& in, const decision_means& by, const passkey_login& login,
                                bytes_view credential, std::int64_t now_us)
{
    const store_time time = tell_time(in, now_us);
    taken_answer out;
    out.is_usernameless = true;
    const std::optional<open_question> asked = read_question(by.with, login.tenant, login.session, login.challenge_id);
    if (!asked) {
        out.refused = nobody();
        return out;
    }
    const std::optional<subject> who = lock_known_subject(in, by.with, login.tenant, login.subject);
    const bool is_taken = take_answer(in, by.with, login.tenant, *asked, time.locked_us);  // for good, whoever it is
    if (!who) {
        out.refused = nobody();
        return out;
    }
    out.about = {asked->path, asked->action, {login.groups.begin(), login.groups.end()}, {}};
    answering one(in, by, *who, login.session, time);
    one.recall(out.about);
    std::vector<factor> factors;
    reason why = login.status != active_status ? reason::subject_disabled
                 : !is_taken                   ? reason::challenge_dead
                                               : one.ask_policy();
    why = why == reason::ok ? one.choose({}, factors) : why;
    if (why != reason::ok) {
        out.refused = one.refuse(why);
        return out;
    }
    std::optional<live_passkey> found = passkey_of(by.with, factors, credential);
    if (!found || found->what.user_handle.empty()) {
        const refusal missing = found ? refusal::user_handle_missing : refusal::user_credential;
        out.refused = one.refuse(reason::passkey_refused, {}, 0, detail_of(missing));
        return out;
    }
    keep_found(out, *std::move(found), asked->signed_challenge);
    out.party = one.document().party_alone;
    return out;
}

authentication check_answer(const crypto& provider, const taken_answer& taken, const authentication_response& response)
{
    authentication out =
        verify_authentication(provider, response, taken.stored.record.view(), *taken.party, taken.expected);
    need(out.reason == refusal::provider ? status::e_crypto : status::ok, "the cryptographic provider failed");
    const bool is_ours =
        out.reason == refusal::rules || out.reason == refusal::stored_key || out.reason == refusal::stored_key_spki;
    need(is_ours ? status::e_internal : status::ok, "a passkey was stored that cannot be checked");
    return out;
}

decision settle_answer(transaction& in, const decision_means& by, const challenge_answer& answer,
                       const taken_answer& taken, const authentication_response& response,
                       const authentication& checked, std::int64_t now_us)
{
    const store_time time = tell_time(in, now_us);
    const std::optional<subject> who = lock_known_subject(in, by.with, answer.tenant, answer.subject);
    if (!who) {
        return nobody();
    }
    answering one(in, by, *who, answer.session, time);
    std::vector<factor> factors;
    reason why = ask_again(one, taken, answer);
    why = why == reason::ok ? one.choose(taken.of.key.factor, factors) : why;
    if (why != reason::ok) {
        return one.refuse(why);
    }
    const factor& now = factors.front();
    taken_answer fresh = taken;
    const authentication* result = &checked;
    authentication again;
    if (now.version != taken.of.version || now.hot.last_value != taken.of.hot.last_value) {
        fresh.of = now;
        fresh.stored = open_passkey(by.with, now);
        again = check_answer(by.provider, fresh, response);
        result = &again;
    }
    if (!result->is_accepted()) {
        return one.refuse(reason::passkey_refused, now.key.factor, 0, detail_of(result->reason));
    }
    need(store_use(in, by.with, fresh.of, fresh.stored, result->state) ? status::ok : status::e_internal,
         "a passkey was changed while its subject was locked");
    log_accepted(in, by.with, now, *result, now_us);
    return one.let_in(now.key.factor, now.type, methods_of(*result));
}

}  // namespace counterseal::core
