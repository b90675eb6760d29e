// SPDX-License-Identifier: Apache-2.0
#include "capi/src/engine_enrollee.hpp"

#include <algorithm>

#include "core/engine/evaluate.hpp"
#include "core/engine/factor.hpp"

namespace counterseal::capi {

enrollee::enrollee(engine_call& c)
    : subject{c.subject()}, session{c.session(!c.secret.empty() || c.in.has("idempotency_key"))}
{
}

bool enrollee::may_enroll(core::transaction& t, const engine_call& c, bool is_locked) const
{
    if (is_locked) {
        static_cast<void>(core::lock_subject(t, c.seal, c.tenant, subject, c.now_us));
    }
    if (!core::is_enrolled(core::load_factors(t, c.seal, c.tenant, subject))) {
        return true;
    }
    return !c.secret.empty() && core::is_grant_valid(t, c.means(), c.tenant, subject, session, c.secret_text(),
                                                     core::enroll_action, std::nullopt, c.now_us);
}

engine_answer step_up()
{
    return make_answer(status::deny, {{"reason", "STEP_UP"}});
}

void refuse_rule(status code, std::string_view rule)
{
    if (rule.empty()) {
        rule = "the request breaks a rule";
    }
    const std::size_t blank = std::min(rule.find(' '), rule.size() - 1);
    std::string argument(rule.substr(0, blank));
    if (argument.ends_with(':')) {
        argument.pop_back();
    }
    throw request_error(code, std::move(argument), std::string(rule.substr(blank + 1)));
}

}  // namespace counterseal::capi
