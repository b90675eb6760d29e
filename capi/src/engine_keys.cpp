// SPDX-License-Identifier: Apache-2.0
// Operations about the keys: everything under the one that seals, and what is under which.
#include "capi/src/engine_call.hpp"
#include "core/engine/reseal.hpp"

namespace counterseal::capi {
namespace {

using core::json;

constexpr std::size_t longest_place = 8192;

struct walk_request {
    std::string after;
    std::int64_t limit;

    explicit walk_request(engine_call& c)
        : after{c.in.text_or("after", "", longest_place)}, limit{c.in.integer_or("limit", 1, 1000, 100)}
    {
        c.need_no_secret();
        if (!core::is_walk_place(after)) {
            c.in.refuse("after", "must be what \"next\" was in the step before");
        }
    }
};

/// {"factor": {"2026a": 12}, ...}
json shown(const core::key_counts& counts)
{
    json out = json::object();
    for (const auto& [part, n] : counts) {
        out[std::string(core::name_of(part.first))][part.second] = n;
    }
    return out;
}

}  // namespace

engine_answer run_reseal(engine_call& c)
{
    const walk_request what(c);
    const core::reseal_progress made = core::reseal_step(c.engine(), c.seal, what.after, what.limit, c.now_us, c.clock);
    return make_answer(status::ok, {{"active", c.seal.by.active()},
                                    {"resealed", made.n_resealed},
                                    {"damaged", made.n_damaged},
                                    {"left", shown(made.left)},
                                    {"next", text_or_null(made.next)}});
}

engine_answer run_key_counts(engine_call& c)
{
    const walk_request what(c);
    const core::key_count_page page = core::count_keys(c.engine(), c.seal, what.after, what.limit, c.now_us, c.clock);
    return make_answer(status::ok, {{"active", c.seal.by.active()},
                                    {"keys", c.seal.by.ids()},
                                    {"counts", shown(page.counts)},
                                    {"next", text_or_null(page.next)}});
}

}  // namespace counterseal::capi
