// SPDX-License-Identifier: Apache-2.0
// Operations on one factor of a subject: made, confirmed, tried.
#include "core/engine/factor.hpp"

#include "capi/src/engine_call.hpp"
#include "capi/src/engine_enrollee.hpp"
#include "capi/src/engine_passkey.hpp"
#include "capi/src/engine_verdict.hpp"
#include "core/engine/enroll.hpp"
#include "core/engine/name.hpp"
#include "core/engine/recovery.hpp"
#include "core/enroll/uri.hpp"

namespace counterseal::capi {
namespace {

using core::json;

constexpr std::int64_t max_int = INT64_MAX / core::second_us;

core::hash_id hash_of(engine_request& in)
{
    return static_cast<core::hash_id>(1 + in.choice("algorithm", {"SHA1", "SHA256", "SHA512"}, 0));
}

/// The account of the URI: the subject, unless another one is given.
std::string account_of(engine_request& in, const std::string& subject)
{
    std::string account = in.text_or("account", subject.c_str());
    if (account == subject && account.find(':') != std::string::npos) {
        in.refuse("account",
                  "must be given as a text without a colon: the subject, which stands there otherwise, has one, and in "
                  "the URI a colon separates issuer and account");
    }
    return account;
}

core::secure_bytes uri_of(const core::enrollment& made, const core::totp_request& what, const std::string& issuer,
                          const std::string& account)
{
    core::seed seed;
    seed.algorithm = what.hash;
    seed.digits = what.digits;
    seed.period_s = what.period_s;
    seed.key = made.secret;
    seed.text(core::seed_text::issuer) = issuer;
    seed.text(core::seed_text::account) = account;
    core::secure_text uri;
    if (const core::problem why = core::build_uri(seed, false, uri); why.code != status::ok) {
        throw request_error(why.code, "", why.text);
    }
    return {uri.begin(), uri.end()};
}

}  // namespace

engine_answer run_enroll_totp(engine_call& c)
{
    const enrollee who(c);
    const std::string label = c.in.text_or("label", "");
    const std::string issuer = c.in.text_or("issuer", "");
    const std::string account = account_of(c.in, who.subject);
    const std::string replaces = c.in.text_or("replaces", "");
    const std::string key = c.in.text_or("idempotency_key", "");
    const core::totp_request what{.hash = hash_of(c.in),
                                  .digits = static_cast<std::uint32_t>(c.in.integer_or("digits", 6, 10, 6)),
                                  .period_s = static_cast<std::uint32_t>(c.in.integer_or("period", 1, 86'400, 30)),
                                  .common = who.pending(label, replaces, key)};
    const auto made = c.write([&](core::transaction& t) -> std::optional<core::enrollment> {
        if (!who.may_enroll(t, c, true)) {
            return std::nullopt;
        }
        core::enrollment one = core::enroll_totp(t, c.seal, c.on.provider(), c.tenant, who.subject, what, c.now_us);
        // Before anything is durable: nothing stays of what is refused, not even that somebody asked.
        if (one.code != status::ok) {
            refuse_rule(one.code, one.rule);
        }
        static_cast<void>(uri_of(one, what, issuer, account));
        return one;
    });
    if (!made) {
        return step_up();
    }
    return make_answer(status::ok, {{"factor_id", made->factor}, {"expires_us", made->expires_us}},
                       uri_of(*made, what, issuer, account));
}

engine_answer run_confirm(engine_call& c)
{
    const core::factor_key key{c.tenant, c.subject(), c.in.id("factor_id")};
    if (std::optional<engine_answer> answered = confirm_passkey(c, key)) {
        return *std::move(answered);
    }
    const core::response typed = core::prepare_response(c.on.provider(), {}, c.secret_text());  // no set is pending
    const core::factor_verdict made =
        c.write([&](core::transaction& t) { return core::confirm(t, c.seal, c.on.limits(), key, typed, c.now_us); });
    return verdict_answer(made);
}

engine_answer run_verify_factor(engine_call& c)
{
    const core::factor_key key{c.tenant, c.subject(), c.in.id("factor_id")};
    const std::string purpose = purpose_of(c.in);
    const core::response typed = read_response(c, [&](core::transaction& t) {
        return core::load_recovery_salts(t, c.seal, c.tenant, key.subject, key.factor);
    });
    const core::factor_verdict made =
        c.write([&](core::transaction& t) { return verify_one(t, c, key, typed, purpose); });
    return verdict_answer(made);
}

engine_answer run_recovery_codes(engine_call& c)
{
    const enrollee who(c);
    // Making codes is slow on purpose: not for somebody who may not have them.
    if (!c.read([&](core::transaction& t) { return who.may_enroll(t, c, false); })) {
        return step_up();
    }
    const core::recovery_set set = core::make_recovery_set(c.on.provider());
    const bool is_stored = c.write([&](core::transaction& t) {
        if (!who.may_enroll(t, c, true)) {
            return false;
        }
        core::store_recovery_set(t, c.seal, c.tenant, who.subject, set, c.now_us);
        return true;
    });
    if (!is_stored) {
        return step_up();
    }
    core::secure_bytes lines;
    for (const core::secure_text& code : set.codes) {
        lines.insert(lines.end(), code.begin(), code.end());
        lines.push_back('\n');
    }
    return make_answer(status::ok, {{"factor_id", set.factor}, {"count", set.codes.size()}}, std::move(lines));
}

engine_answer run_import_factor(engine_call& c)
{
    const std::string subject = c.subject();
    const bool is_totp = c.in.choice("type", {"totp", "hotp"}) == 0;
    const std::string label = c.in.text_or("label", "");
    const std::string provenance = c.in.text("provenance");
    const std::string actor = c.in.text_or("actor", "");
    core::factor_import what{.type = is_totp ? core::factor_type::totp : core::factor_type::hotp,
                             .hash = hash_of(c.in),
                             .digits = static_cast<std::uint32_t>(c.in.integer_or("digits", 6, 10, 6)),
                             .label = label,
                             .secret = c.secret,
                             .provenance = provenance,
                             .actor = actor};
    std::int64_t last_value = 0;
    if (is_totp) {
        what.period_s = static_cast<std::uint32_t>(c.in.integer_or("period", 1, 86'400, 30));
        what.t0_s = static_cast<std::uint64_t>(c.in.integer_or("t0", 0, max_int, 0));
        last_value = c.in.integer_or_null("last_step", 0, INT64_MAX).value_or(-1);
    } else {
        last_value = c.in.integer("next_counter", 0, INT64_MAX);
    }
    what.drift = c.in.integer_or("drift", INT64_MIN, INT64_MAX, 0);
    what.is_active = c.in.flag("active", true);
    what.allow_legacy = c.in.flag("allow_legacy", false);
    what.dry_run = c.in.flag("dry_run", false);
    const core::import_result made = c.write([&](core::transaction& t) {
        return core::import_factor(t, c.seal, c.on.provider(), c.tenant, subject, what, last_value, c.now_us);
    });
    if (made.code != status::ok) {
        refuse_rule(made.code, made.rule);
    }
    return make_answer(status::ok, {{"factor_id", text_or_null(made.factor)}, {"warnings", made.warnings}});
}

}  // namespace counterseal::capi
