// SPDX-License-Identifier: Apache-2.0
// Operations about the engine itself: counters, health, and faults on purpose.
#include <chrono>

#include "capi/src/engine_call.hpp"
#include "capi/src/engine_queue.hpp"
#include "core/machine/machine.hpp"
#include "core/store/schema.hpp"

namespace counterseal::capi {
namespace {

using core::json;

std::int64_t since(core::moment start)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(core::this_machine().now() - start).count();
}

}  // namespace

engine_answer run_stats(engine_call& c)
{
    c.need_no_secret();
    c.in.finish();
    const queue_counts open = c.queue.counts();
    const core::commit_counts store = c.on.commits();
    return make_answer(
        status::ok,
        {{"calls", c.counts.calls()},
         {"reasons", c.counts.reasons()},
         {"open",
          {{"direct", open.n_inside}, {"waiting", open.n_waiting}, {"running", open.n_running}, {"done", open.n_done}}},
         {"store",
          {{"commits", store.n_commits},
           {"calls", store.n_members},
           {"retries", store.n_retries},
           {"waiting", store.n_waiting},
           {"busy", store.n_busy}}},
         {"keys", {{"active", c.seal.by.active()}, {"sealed", c.seal.by.n_sealed()}}}});
}

engine_answer run_health(engine_call& c)
{
    const std::chrono::milliseconds timeout(c.in.integer_or("timeout_ms", 1, 600'000, 1000));
    c.need_no_secret();
    const auto start = core::this_machine().now();
    try {
        const std::int64_t version =
            c.engine().read_within(c.clock, timeout, [](core::transaction& t) { return core::schema_version(t); });
        return make_answer(status::ok, {{"store", "up"}, {"schema", version}, {"latency_us", since(start)}});
    } catch (const core::store_error& e) {
        const json error = {{"argument", nullptr}, {"rule", e.what()}};
        return make_answer(e.code(),
                           {{"store", "down"}, {"schema", nullptr}, {"latency_us", since(start)}, {"error", error}});
    }
}

engine_answer run_fault(engine_call& c)
{
    const std::size_t what = c.in.choice("what", {"none", "store_down", "commit_unknown", "commit_lost"});
    c.need_no_secret();
    core::fault_plan& faults = c.engine().faults();
    if (!c.is_memory) {
        c.in.refuse("", "only a store of memory: fails on purpose", status::e_unsupported);
    }
    switch (what) {
        case 1: faults.arm(core::store_fault::down); break;
        case 2: faults.arm(core::store_fault::commit_silent); break;
        case 3: faults.arm(core::store_fault::commit_lost); break;
        default: faults.disarm(); break;
    }
    return make_answer(status::ok, json::object());
}

}  // namespace counterseal::capi
