// SPDX-License-Identifier: Apache-2.0
// What administrators do and read: states of factors, resets, events.
#include "core/engine/admin.hpp"

#include "capi/src/engine_call.hpp"
#include "core/engine/event.hpp"
#include "core/engine/set_clock.hpp"

namespace counterseal::capi {
namespace {

using core::json;

core::factor_key factor_of(engine_call& c)
{
    return {c.tenant, c.subject(), c.in.text("factor_id")};
}

using change = core::admin_verdict (*)(core::transaction&, const core::row_seal&, const core::factor_key&,
                                       const core::authority&, std::int64_t);

engine_answer run_change(engine_call& c, change apply)
{
    const core::factor_key key = factor_of(c);
    const named_authority by(c.in);
    c.need_no_secret();
    const core::admin_verdict made =
        c.write([&](core::transaction& t) { return apply(t, c.seal, key, by.view(), c.now_us); });
    return make_answer(made.code, {{"state", made.state ? json(core::name_of(*made.state)) : json()}});
}

}  // namespace

engine_answer run_suspend(engine_call& c)
{
    return run_change(c, core::suspend_factor);
}

engine_answer run_resume(engine_call& c)
{
    return run_change(c, core::resume_factor);
}

engine_answer run_revoke(engine_call& c)
{
    return run_change(c, core::revoke_factor);
}

engine_answer run_unlock(engine_call& c)
{
    return run_change(c, core::unlock_factor);
}

engine_answer run_admin_reset(engine_call& c)
{
    const std::string subject = c.subject();
    const named_authority by(c.in);
    c.need_no_secret();
    const core::reset_verdict made = c.write(
        [&](core::transaction& t) { return core::admin_reset(t, c.seal, c.tenant, subject, by.view(), c.now_us); });
    return make_answer(made.code, {{"epoch", made.epoch}, {"revoked", made.n_revoked}});
}

engine_answer run_set_clock(engine_call& c)
{
    const named_authority by(c.in);
    c.need_no_secret();
    const core::clock_verdict made =
        c.write_alone([&](core::transaction& t) { return core::set_clock(t, c.seal, c.tenant, by.view(), c.now_us); });
    if (made.code == status::e_time) {
        throw request_error(made.code, "now_us", "must not lie ahead of this machine's clock and the database's");
    }
    return make_answer(made.code, {{"from_us", made.from_us}, {"to_us", made.to_us}});
}

engine_answer run_events(engine_call& c)
{
    const std::optional<std::string> subject = c.in.name_if("subject");
    const std::int64_t after = c.in.integer_or("after", 0, INT64_MAX, 0);
    const std::int64_t limit = c.in.integer_or("limit", 1, 1000, 100);
    c.need_no_secret();
    const std::vector<core::event> found =
        c.read([&](core::transaction& t) { return core::list_events(t, c.tenant, subject, after, limit); });
    json all = json::array();
    for (const core::event& one : found) {
        all.push_back({{"seq", one.seq},
                       {"at_us", one.at_us},
                       {"type", one.type},
                       {"subject", text_or_null(one.subject)},
                       {"factor_id", text_or_null(one.factor)},
                       {"actor", text_or_null(one.actor)},
                       {"reason", text_or_null(one.reason)},
                       {"detail", one.detail.empty() ? json() : json::parse(one.detail)}});
    }
    const bool is_full = std::ssize(found) == limit;
    return make_answer(status::ok, {{"events", std::move(all)}, {"next", is_full ? json(found.back().seq) : json()}});
}

}  // namespace counterseal::capi
