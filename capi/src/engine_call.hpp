// SPDX-License-Identifier: Apache-2.0
// One call of an operation: what it got, and what it may use.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capi/src/engine_request.hpp"
#include "core/engine/admin.hpp"
#include "core/engine/decision.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/policy.hpp"
#include "core/machine/machine.hpp"

namespace counterseal::capi {

class engine_queue;

/// How often each operation had which status, and each decision which reason; without what never happened.
class call_counts {
public:
    void count(std::size_t operation, status code) noexcept;
    void count(core::reason why) noexcept;
    /// {"evaluate": {"OK": 3, "CHALLENGE": 4}, ...}
    [[nodiscard]] core::json calls() const;
    /// {"OK": 3, "WRONG_CODE": 1, ...}
    [[nodiscard]] core::json reasons() const;

    static constexpr std::size_t most_operations = 64;

private:
    static constexpr int lowest = -32;
    static constexpr int highest = 31;
    static constexpr std::size_t most_reasons = 64;
    std::array<std::array<std::atomic<std::uint64_t>, highest - lowest + 1>, most_operations> all_{};
    std::array<std::atomic<std::uint64_t>, most_reasons> reasons_{};
};

/// What all calls share.
struct engine_means {
    core::engine& on;
    core::policy_cache& policies;
    call_counts& counts;
    engine_queue& queue;
    bool is_memory;
};

/// Who changes something, and why.
struct named_authority {
    std::string actor;
    std::string reason;

    explicit named_authority(engine_request& in)
        : actor{in.text("actor")}, reason{in.text("reason", core::max_reason_len)}
    {
    }
    [[nodiscard]] core::authority view() const noexcept { return {actor, reason}; }
};

struct engine_call {
    engine_request& in;
    core::bytes_view secret;
    std::string tenant;  // empty where the operation has none
    core::told_time clock;
    std::int64_t now_us;
    call_counts& counts;
    engine_queue& queue;
    bool is_memory;
    core::engine& on;
    core::policy_cache& policies;
    core::row_seal seal;   // the keys of the moment when the call began
    std::string locked{};  // what it locks in the store; empty: not one subject

    /// Who the call is about.
    [[nodiscard]] std::string subject()
    {
        std::string name = in.name("subject");
        locked = tenant + '\0' + name;
        return name;
    }
    /// From here on the request is known to be good: nothing happens before all of it was read.
    [[nodiscard]] core::engine& engine() const
    {
        in.finish();
        return on;
    }
    template <class Work>
    auto write(Work&& work) const
    {
        return engine().write(clock, std::forward<Work>(work), locked);
    }
    template <class Work>
    auto write_alone(Work&& work) const
    {
        return engine().write_alone(clock, std::forward<Work>(work));
    }
    template <class Work>
    auto read(Work&& work) const
    {
        return engine().read(clock, std::forward<Work>(work));
    }
    /// What decisions are made with.
    [[nodiscard]] core::decision_means means() const noexcept { return {seal, on.limits(), on.provider(), policies}; }
    [[nodiscard]] std::string_view secret_text() const noexcept
    {
        return {reinterpret_cast<const char*>(secret.data()), secret.size()};
    }
    /// The host's session, from base64url; empty where it is not required and not there.
    [[nodiscard]] core::secure_bytes session(bool is_required) const;
    /// For operations that take nothing beside the request.
    void need_no_secret() const;
};

struct operation {
    std::uint32_t number;
    const char* name;
    bool has_tenant;
    engine_answer (*run)(engine_call&);
};

[[nodiscard]] std::span<const operation> operations() noexcept;

/// nullptr: there is none with this number.
[[nodiscard]] const operation* find_operation(std::uint32_t number) noexcept;

/// The one door: reads the request, runs the operation, counts it, and turns whatever is thrown into an answer. `when`
/// is when the host made the call, with its own time in the request.
[[nodiscard]] engine_answer run_operation(const engine_means& by, std::uint32_t number, std::string_view request,
                                          core::bytes_view secret, core::moment when);

[[nodiscard]] engine_answer make_answer(status code, const core::json& body, core::secure_bytes secret = {});

/// What is shown of a status in answers: its name in lower case, "accepted" for ok.
[[nodiscard]] std::string shown(status code);

/// Whether the engine knows the time: it lies in the years 2000 to 2200.
[[nodiscard]] bool is_known_time(std::int64_t us) noexcept;

/// A time that may be none, and a text that may be empty, with null for both.
[[nodiscard]] core::json time_or_null(std::int64_t us);
[[nodiscard]] core::json text_or_null(const std::string& text);

// Operations, by topic.
engine_answer run_set_policy(engine_call& c);
engine_answer run_policy(engine_call& c);
engine_answer run_enroll_totp(engine_call& c);
engine_answer run_confirm(engine_call& c);
engine_answer run_recovery_codes(engine_call& c);
engine_answer run_import_factor(engine_call& c);
engine_answer run_list_factors(engine_call& c);
engine_answer run_evaluate(engine_call& c);
engine_answer run_verify_challenge(engine_call& c);
engine_answer run_grant_valid(engine_call& c);
engine_answer run_verify_factor(engine_call& c);
engine_answer run_suspend(engine_call& c);
engine_answer run_resume(engine_call& c);
engine_answer run_revoke(engine_call& c);
engine_answer run_unlock(engine_call& c);
engine_answer run_admin_reset(engine_call& c);
engine_answer run_set_clock(engine_call& c);
engine_answer run_events(engine_call& c);
engine_answer run_verify_batch(engine_call& c);
engine_answer run_stats(engine_call& c);
engine_answer run_health(engine_call& c);
engine_answer run_checkpoint(engine_call& c);
engine_answer run_checkpoints(engine_call& c);
engine_answer run_checkpoints_kept(engine_call& c);
engine_answer run_log_verifier(engine_call& c);
engine_answer run_prove(engine_call& c);
engine_answer run_export_log(engine_call& c);
engine_answer run_erase_person(engine_call& c);
engine_answer run_purge_events(engine_call& c);
engine_answer run_verify_state(engine_call& c);
engine_answer run_reseal(engine_call& c);
engine_answer run_key_counts(engine_call& c);
engine_answer run_enroll_passkey(engine_call& c);
engine_answer run_begin_passkey(engine_call& c);
engine_answer run_passkey_owner(engine_call& c);
engine_answer run_verify_passkey(engine_call& c);
engine_answer run_import_passkey(engine_call& c);
engine_answer run_fault(engine_call& c);

/// The notes in an array of a request. `refuse` throws.
[[nodiscard]] std::vector<std::string> notes_of(const core::json& all, const std::function<void(const char*)>& refuse);

}  // namespace counterseal::capi
