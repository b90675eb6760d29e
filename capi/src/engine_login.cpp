// SPDX-License-Identifier: Apache-2.0
// Operations of a login: what it needs, the answer to a challenge, and whether what it gave still holds.
#include <optional>
#include <utility>

#include "capi/src/engine_call.hpp"
#include "capi/src/engine_passkey.hpp"
#include "capi/src/engine_verdict.hpp"
#include "core/engine/evaluate.hpp"
#include "core/engine/verify_challenge.hpp"

namespace counterseal::capi {
namespace {

using core::json;

/// What the one who logs in may be shown. Every refusal is the same sentence, so that it tells nobody which names
/// exist, which codes were right once, or what is locked.
const char* message_of(status code) noexcept
{
    switch (code) {
        case status::ok: return "You are logged in.";
        case status::challenge: return "Please confirm with a second factor that it is you.";
        case status::enroll: return "Please set up a second factor to go on.";
        default: return "The login was refused. Please try again, or ask for help.";
    }
}

const char* outcome_of(status code) noexcept
{
    switch (code) {
        case status::ok: return "allow";
        case status::challenge: return "challenge";
        case status::enroll: return "enroll";
        default: return "deny";
    }
}

json number_or_null(std::int64_t number)
{
    return number == 0 ? json() : json(number);
}

}  // namespace

engine_answer decision_answer(const engine_call& c, const core::decision& made)
{
    c.counts.count(made.why);
    json factors = json::array();
    for (const core::offered_factor& one : made.factors) {
        factors.push_back({{"factor_id", one.id}, {"type", core::name_of(one.type)}, {"label", one.label}});
    }
    json types = json::array();
    for (const core::factor_type type : made.types) {
        types.push_back(core::name_of(type));
    }
    return make_answer(made.code,
                       {{"outcome", outcome_of(made.code)},
                        {"reason", core::name_of(made.why)},
                        {"assurance", number_or_null(made.assurance)},
                        {"amr", made.amr},
                        {"challenge_id", text_or_null(made.challenge_id)},
                        {"factors", std::move(factors)},
                        {"types", std::move(types)},
                        {"deadline_us", time_or_null(made.deadline_us)},
                        {"retry_after_s", number_or_null(made.retry_after_s)},
                        {"policy_version", number_or_null(made.policy_version)},
                        {"message", message_of(made.code)}},
                       {made.grant.begin(), made.grant.end()});
}

namespace {

/// The method of the first factor. Time and channel are for the host's own record: no rule is about them yet.
std::string first_method(engine_request& in)
{
    const json* const given = in.object_if("first_factor");
    if (given == nullptr) {
        return {};
    }
    engine_request first(*given, "first_factor");
    std::string method = first.text("method");
    static_cast<void>(first.integer_if("time", 0, INT64_MAX));
    static_cast<void>(first.text_if("channel"));
    first.finish();
    return method;
}

/// What another identity provider says. It counts as one factor, whatever it is: a second one is asked for here.
void check_federated(engine_request& in)
{
    if (const json* const given = in.object_if("federated")) {
        engine_request one(*given, "federated");
        static_cast<void>(one.texts("amr"));
        static_cast<void>(one.text_if("acr", 1024));
        static_cast<void>(one.integer_if("auth_time", 0, INT64_MAX));
        one.finish();
    }
}

}  // namespace

engine_answer run_evaluate(engine_call& c)
{
    const std::string subject = c.subject();
    const core::secure_bytes session = c.session(true);
    const std::string path = c.in.text("path");
    const std::vector<std::string> groups = c.in.texts("groups");
    const std::string action = c.in.text_or("action", "login");
    const std::string method = first_method(c.in);
    check_federated(c.in);
    const std::string state = c.in.text_or("status", "active");
    static_cast<void>(c.in.text_if("ip"));
    if (c.secret_text().find('\n') != std::string_view::npos) {
        c.in.refuse("secret", "trusted devices are not supported yet: a grant, or nothing", status::e_unsupported);
    }
    const core::login_request login{.tenant = c.tenant,
                                    .subject = subject,
                                    .session = session,
                                    .path = path,
                                    .groups = groups,
                                    .action = action,
                                    .first_method = method,
                                    .status = state,
                                    .grant = c.secret_text()};
    const core::decision_means by = c.means();
    auto made = c.read([&](core::transaction& t) { return core::evaluate_reading(t, by, login, c.now_us); });
    if (!made) {
        made = c.write([&](core::transaction& t) { return core::evaluate(t, by, login, c.now_us); });
    }
    return decision_answer(c, *made);
}

engine_answer run_verify_challenge(engine_call& c)
{
    const std::string subject = c.subject();
    const std::string challenge = c.in.id("challenge_id");
    const std::string factor = c.in.id_if("factor_id").value_or("");
    const core::secure_bytes session = c.session(true);
    const std::string state = c.in.text_or("status", "active");
    const core::challenge_answer answer{.tenant = c.tenant,
                                        .subject = subject,
                                        .challenge_id = challenge,
                                        .session = session,
                                        .factor_id = factor,
                                        .status = state};
    if (std::optional<engine_answer> answered = answer_by_passkey(c, answer)) {
        return *std::move(answered);
    }
    const core::decision_means by = c.means();
    const core::response typed = read_response(c, [&](core::transaction& t) {
        return core::is_answerable(t, by, answer, c.now_us)
                   ? core::load_recovery_salts(t, c.seal, c.tenant, subject, factor)
                   : std::vector<core::recovery_salt>();
    });
    return decision_answer(
        c, c.write([&](core::transaction& t) { return core::verify_challenge(t, by, answer, typed, c.now_us); }));
}

engine_answer run_grant_valid(engine_call& c)
{
    constexpr std::int64_t longest_s = std::int64_t{366} * 86'400;
    const std::string subject = c.subject();
    const core::secure_bytes session = c.session(true);
    const std::string action = c.in.text_or("action", "login");
    const std::optional<std::int64_t> max_age_s = c.in.integer_if("max_age_s", 0, longest_s);
    const std::string state = c.in.text_or("status", "active");
    const core::decision_means by = c.means();
    const bool is_valid = c.read([&](core::transaction& t) {
        return state == core::active_status &&
               core::is_grant_valid(t, by, c.tenant, subject, session, c.secret_text(), action, max_age_s, c.now_us);
    });
    return make_answer(is_valid ? status::ok : status::deny, {{"reason", is_valid ? "OK" : "STEP_UP"}});
}

}  // namespace counterseal::capi
