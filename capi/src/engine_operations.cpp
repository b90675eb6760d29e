// SPDX-License-Identifier: Apache-2.0
// The table of operations and the way through it.
#include <algorithm>
#include <new>
#include <utility>

#include "capi/src/engine_call.hpp"
#include "core/crypto/sha256.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/name.hpp"
#include "core/enroll/base64url.hpp"
#include "core/machine/machine.hpp"

namespace counterseal::capi {
namespace {

using core::json;

constexpr operation all[] = {
    {CSEAL_OP_SET_POLICY, "set_policy", true, run_set_policy},
    {CSEAL_OP_POLICY, "policy", true, run_policy},
    {CSEAL_OP_ENROLL_TOTP, "enroll_totp", true, run_enroll_totp},
    {CSEAL_OP_CONFIRM, "confirm", true, run_confirm},
    {CSEAL_OP_RECOVERY_CODES, "recovery_codes", true, run_recovery_codes},
    {CSEAL_OP_IMPORT_FACTOR, "import_factor", true, run_import_factor},
    {CSEAL_OP_LIST_FACTORS, "list_factors", true, run_list_factors},
    {CSEAL_OP_EVALUATE, "evaluate", true, run_evaluate},
    {CSEAL_OP_VERIFY_CHALLENGE, "verify_challenge", true, run_verify_challenge},
    {CSEAL_OP_GRANT_VALID, "grant_valid", true, run_grant_valid},
    {CSEAL_OP_VERIFY_FACTOR, "verify_factor", true, run_verify_factor},
    {CSEAL_OP_SUSPEND, "suspend", true, run_suspend},
    {CSEAL_OP_RESUME, "resume", true, run_resume},
    {CSEAL_OP_REVOKE, "revoke", true, run_revoke},
    {CSEAL_OP_UNLOCK, "unlock", true, run_unlock},
    {CSEAL_OP_ADMIN_RESET, "admin_reset", true, run_admin_reset},
    {CSEAL_OP_EVENTS, "events", true, run_events},
    {CSEAL_OP_VERIFY_BATCH, "verify_batch", true, run_verify_batch},
    {CSEAL_OP_STATS, "stats", false, run_stats},
    {CSEAL_OP_HEALTH, "health", false, run_health},
    {CSEAL_OP_CHECKPOINT, "checkpoint", true, run_checkpoint},
    {CSEAL_OP_CHECKPOINTS, "checkpoints", false, run_checkpoints},
    {CSEAL_OP_CHECKPOINTS_KEPT, "checkpoints_kept", true, run_checkpoints_kept},
    {CSEAL_OP_LOG_VERIFIER, "log_verifier", true, run_log_verifier},
    {CSEAL_OP_PROVE, "prove", true, run_prove},
    {CSEAL_OP_EXPORT_LOG, "export_log", true, run_export_log},
    {CSEAL_OP_ERASE_PERSON, "erase_person", true, run_erase_person},
    {CSEAL_OP_PURGE_EVENTS, "purge_events", true, run_purge_events},
    {CSEAL_OP_VERIFY_STATE, "verify_state", true, run_verify_state},
    {CSEAL_OP_RESEAL, "reseal", false, run_reseal},
    {CSEAL_OP_KEY_COUNTS, "key_counts", false, run_key_counts},
    {CSEAL_OP_ENROLL_PASSKEY, "enroll_passkey", true, run_enroll_passkey},
    {CSEAL_OP_BEGIN_PASSKEY, "begin_passkey", true, run_begin_passkey},
    {CSEAL_OP_PASSKEY_OWNER, "passkey_owner", true, run_passkey_owner},
    {CSEAL_OP_VERIFY_PASSKEY, "verify_passkey", true, run_verify_passkey},
    {CSEAL_OP_IMPORT_PASSKEY, "import_passkey", true, run_import_passkey},
    {CSEAL_OP_SET_CLOCK, "set_clock", true, run_set_clock},
    {CSEAL_OP_FAULT, "fault", false, run_fault},
};
static_assert(std::size(all) <= call_counts::most_operations);

engine_answer run(const operation& what, const engine_means& by, std::string_view request, core::bytes_view secret,
                  core::moment when)
{
    if (request.size() > CSEAL_ENGINE_REQUEST_MAX || secret.size() > CSEAL_ENGINE_REQUEST_MAX) {
        throw request_error(status::e_range, "", "the request, or the secret beside it, is longer than 4 MiB");
    }
    engine_request in(request);
    std::string tenant = what.has_tenant ? in.name("tenant") : std::string();
    const auto theirs = in.integer_if("now_us", INT64_MIN, INT64_MAX);
    if (theirs && !is_known_time(*theirs)) {
        in.refuse("now_us", "must lie in the years 2000 to 2200", status::e_time);
    }
    engine_call c{.in = in,
                  .secret = secret,
                  .tenant = std::move(tenant),
                  .clock = theirs ? core::told_time(core::clock_source::host, when) : core::clock_source::machine,
                  .now_us = theirs ? *theirs : core::this_machine().wall_us(),
                  .counts = by.counts,
                  .queue = by.queue,
                  .is_memory = by.is_memory,
                  .on = by.on,
                  .policies = by.policies,
                  .seal = by.on.seal()};
    return what.run(c);
}

}  // namespace

std::span<const operation> operations() noexcept
{
    return all;
}

const operation* find_operation(std::uint32_t number) noexcept
{
    const auto* const found = std::ranges::find(all, number, &operation::number);
    return found == std::end(all) ? nullptr : found;
}

engine_answer run_operation(const engine_means& by, std::uint32_t number, std::string_view request,
                            core::bytes_view secret, core::moment when)
{
    const operation* const what = find_operation(number);
    if (what == nullptr) {
        return error_answer(status::e_argument, "op", "there is no operation with this number");
    }
    engine_answer answer;
    try {
        answer = run(*what, by, request, secret, when);
    } catch (const request_error& e) {
        answer = error_answer(e.code(), e.argument(), e.what());
    } catch (const core::store_error& e) {
        answer = error_answer(e.code(), "", e.what());
    } catch (const core::crypto_failure& e) {
        answer = error_answer(status::e_crypto, "", e.what());
    } catch (const std::bad_alloc&) {
        answer.code = status::e_nomem;
    } catch (const std::exception&) {
        answer = error_answer(status::e_internal, "", "a fault inside the library that should not happen");
    }
    by.counts.count(static_cast<std::size_t>(what - all), answer.code);
    return answer;
}

void engine_call::need_no_secret() const
{
    if (!secret.empty()) {
        throw request_error(status::e_argument, "secret", "this operation takes nothing beside its request");
    }
}

core::secure_bytes engine_call::session(bool is_required) const
{
    constexpr std::size_t least = 16;
    constexpr std::size_t most = 1024;
    const std::optional<std::string> text = is_required ? in.text("session", 2048) : in.text_if("session", 2048);
    if (!text) {
        return {};
    }
    auto bytes = core::from_base64url<core::secure_bytes>(*text);
    if (!bytes || bytes->size() < least || bytes->size() > most) {
        in.refuse("session", "must be 16 to 1024 bytes as base64url without padding");
    }
    return std::move(*bytes);
}

bool is_known_time(std::int64_t us) noexcept
{
    constexpr std::int64_t first_us = 946'684'800'000'000;
    constexpr std::int64_t last_us = 7'258'118'400'000'000;
    return us >= first_us && us <= last_us;
}

engine_answer make_answer(status code, const json& body, core::secure_bytes secret)
{
    return {
        .code = code, .json = body.dump(-1, ' ', false, json::error_handler_t::replace), .secret = std::move(secret)};
}

std::string shown(status code)
{
    if (code == status::ok) {
        return "accepted";
    }
    const char* const name = core::name_of(static_cast<std::int32_t>(code));
    std::string lower(name == nullptr ? "unknown" : name);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

json time_or_null(std::int64_t us)
{
    return us == 0 ? json() : json(us);
}

json text_or_null(const std::string& text)
{
    return text.empty() ? json() : json(text);
}

void call_counts::count(std::size_t operation, status code) noexcept
{
    const int number = std::clamp(static_cast<int>(code), lowest, highest);
    all_[operation][static_cast<std::size_t>(number - lowest)].fetch_add(1, std::memory_order_relaxed);
}

void call_counts::count(core::reason why) noexcept
{
    reasons_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed);
}

json call_counts::reasons() const
{
    core::json out = core::json::object();
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
        if (const auto n = reasons_[i].load(std::memory_order_relaxed); n != 0) {
            out[std::string(core::name_of(static_cast<core::reason>(i)))] = n;
        }
    }
    return out;
}

json call_counts::calls() const
{
    core::json out = core::json::object();
    for (std::size_t i = 0; i < std::size(all); ++i) {
        core::json one = core::json::object();
        for (int number = lowest; number <= highest; ++number) {
            const auto n = all_[i][static_cast<std::size_t>(number - lowest)].load(std::memory_order_relaxed);
            if (n != 0) {
                const char* const name = core::name_of(number);
                one[name == nullptr ? std::to_string(number) : std::string(name)] = n;
            }
        }
        if (!one.empty()) {
            out[all[i].name] = std::move(one);
        }
    }
    return out;
}

}  // namespace counterseal::capi
