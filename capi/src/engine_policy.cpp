// SPDX-License-Identifier: Apache-2.0
// Operations on the policy of a tenant.
#include "core/engine/policy.hpp"

#include "capi/src/engine_call.hpp"

namespace counterseal::capi {

using core::json;

engine_answer run_set_policy(engine_call& c)
{
    const std::string text = core::json_text(c.in.object("policy"));
    const named_authority by(c.in);
    c.need_no_secret();
    core::problem why;
    const auto document = core::parse_policy(c.on.provider(), text, why);
    if (!document) {
        c.in.refuse("policy", why.text);
    }
    const std::int64_t version = c.write([&](core::transaction& t) {
        return core::set_policy(t, c.seal, c.tenant, *document, by.actor, by.reason, c.now_us);
    });
    return make_answer(status::ok, {{"version", version}});
}

engine_answer run_policy(engine_call& c)
{
    const std::optional<std::int64_t> at_us = c.in.integer_if("at_us", INT64_MIN, INT64_MAX);
    if (at_us && !is_known_time(*at_us)) {
        c.in.refuse("at_us", "must lie in the years 2000 to 2200 (is it in milliseconds?)", status::e_time);
    }
    c.need_no_secret();
    const auto found = c.read([&](core::transaction& t) { return core::policy_at(t, c.seal, c.tenant, at_us); });
    if (!found) {
        return make_answer(status::ok, {{"version", nullptr},
                                        {"effective_us", nullptr},
                                        {"actor", nullptr},
                                        {"reason", nullptr},
                                        {"policy", nullptr}});
    }
    return make_answer(status::ok, {{"version", found->version},
                                    {"effective_us", found->effective_us},
                                    {"actor", found->actor},
                                    {"reason", found->reason},
                                    {"policy", json::parse(found->document.text)}});
}

}  // namespace counterseal::capi
