// SPDX-License-Identifier: Apache-2.0
// The engine over engine.h: one call for each operation, or submitted calls and their answers.
#ifndef COUNTERSEAL_CPP_ENGINE_HPP
#define COUNTERSEAL_CPP_ENGINE_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "counterseal/cpp/error.hpp"
#include "counterseal/cpp/key_ring.hpp"
#include "counterseal/cpp/secret.hpp"
#include "counterseal/engine.h"

namespace counterseal {

/// How an engine is opened (cseal_engine_options).
struct engine_settings {
    bool create = false;
    bool migrate = false;
    bool refuse_after_fork = false;
    std::uint32_t n_sessions = 4;
    std::uint32_t patience_ms = 5000;
    std::uint32_t n_threads = 8;
    bool log_p256 = false;               // of a store that is made
    std::string expected_checkpoints{};  // a JSON array of notes; empty: none
};

/// What an operation answered. A refusal is a status like any other; an error is one too, so that a caller in an event
/// loop can pass it on: raise() throws it.
struct engine_answer {
    cseal_status status;
    std::string json;
    secret bytes;  // what is secret: a grant, a URI, codes

    [[nodiscard]] explicit operator bool() const noexcept { return status == CSEAL_OK; }

    /// Throws error where the status is negative. The text is the status's; argument and rule stand in `json`.
    void raise() const
    {
        if (status < 0) {
            throw error(status, cseal_status_meaning(status));
        }
    }
};

/// A submitted call that is done.
struct engine_done {
    std::uint64_t tag;
    cseal_status status;
};

/// Any number of threads may use one. It closes itself: calls that run are waited for.
class engine {
public:
    /// Throws problem_error: what is wrong with URL, keys, store or settings.
    engine(std::string_view url, const key_ring& keys, const engine_settings& settings = {})
    {
        const cseal_engine_options options{
            sizeof(cseal_engine_options),
            (settings.create ? CSEAL_ENGINE_CREATE : 0U) | (settings.log_p256 ? CSEAL_ENGINE_LOG_P256 : 0U),
            settings.migrate ? CSEAL_SCHEMA_MIGRATE : CSEAL_SCHEMA_CHECK,
            settings.refuse_after_fork ? CSEAL_FORK_REFUSE : CSEAL_FORK_REOPEN,
            settings.n_sessions,
            settings.patience_ms,
            settings.n_threads,
            0,
            settings.expected_checkpoints.data(),
            settings.expected_checkpoints.size()};
        problem why;
        cseal_engine* made = nullptr;
        const cseal_status status = cseal_engine_open(url.data(), url.size(), keys.get(), &options, &why, &made);
        if (status != CSEAL_OK) {
            why.raise(status);
        }
        handle_.reset(made);
    }

    /// What `migrate` would run on a store (cseal_engine_schema_sql). Throws problem_error.
    [[nodiscard]] static std::string schema_sql(std::string_view url)
    {
        std::string sql;
        std::size_t len = 0;
        for (;;) {  // longer than asked for, where a table went meanwhile
            problem why;
            const cseal_status status =
                cseal_engine_schema_sql(url.data(), url.size(), &why, sql.data(), sql.size(), &len);
            if (status != CSEAL_OK && status != CSEAL_E_CAPACITY) {
                why.raise(status);
            }
            sql.resize(len);
            if (status == CSEAL_OK) {
                return sql;
            }
        }
    }

    /// Other keys from now on (cseal_engine_reload_keys). Throws problem_error, and nothing changes.
    void reload_keys(const key_ring& keys)
    {
        problem why;
        const cseal_status status = cseal_engine_reload_keys(handle_.get(), keys.get(), &why);
        if (status != CSEAL_OK) {
            why.raise(status);
        }
    }

    /// No call begins any more; those that were begun finish.
    void close() noexcept { static_cast<void>(cseal_engine_close(handle_.get())); }

    /// op: a CSEAL_OP_ number. Throws error where there is no answer at all: closed, forked, out of memory.
    [[nodiscard]] engine_answer call(std::uint32_t op, std::string_view request,
                                     std::span<const std::uint8_t> secret_in = {})
    {
        cseal_engine_answer* got = nullptr;
        const cseal_status status = cseal_engine_call(handle_.get(), op, request.data(), request.size(),
                                                      secret_in.data(), secret_in.size(), &got);
        const std::unique_ptr<cseal_engine_answer, free_answer> answer(got);
        if (answer == nullptr) {
            throw error(status, cseal_status_meaning(status));
        }
        std::size_t len = 0;
        check_length(cseal_engine_answer_json(got, nullptr, 0, &len));
        std::string json(len, '\0');
        need(cseal_engine_answer_json(got, json.data(), json.size(), &len));
        check_length(cseal_engine_answer_secret(got, nullptr, 0, &len));
        std::vector<std::uint8_t> bytes(len);
        const wiped at_end{bytes};
        need(cseal_engine_answer_secret(got, bytes.data(), bytes.size(), &len));
        return {status, std::move(json), secret(bytes)};
    }

    /// Has an operation run on a thread of the engine (cseal_engine_submit).
    void submit(std::uint32_t op, std::string_view request, std::span<const std::uint8_t> secret_in, std::uint64_t tag)
    {
        need(cseal_engine_submit(handle_.get(), op, request.data(), request.size(), secret_in.data(), secret_in.size(),
                                 tag));
    }

    /// What became of submitted calls, at most `most` of them; none: the time is over. Nothing at all: the engine was
    /// closed and every call was told.
    [[nodiscard]] std::optional<std::vector<engine_done>> wait(std::uint32_t timeout_ms = CSEAL_WAIT_FOREVER,
                                                               std::size_t most = 64)
    {
        std::vector<std::uint64_t> tags(most);
        std::vector<cseal_status> statuses(most);
        std::size_t n = 0;
        const cseal_status status =
            cseal_engine_wait(handle_.get(), timeout_ms, tags.data(), statuses.data(), most, &n);
        if (status == CSEAL_E_CLOSED) {
            return std::nullopt;
        }
        need(status);
        std::vector<engine_done> done;
        done.reserve(n);
        for (std::size_t i = 0; i < n; ++i) {
            done.push_back({tags[i], statuses[i]});
        }
        return done;
    }

    /// The answer of a call that wait() told.
    [[nodiscard]] engine_answer take(const engine_done& call)
    {
        std::size_t json_len = 0;
        std::size_t secret_len = 0;
        cseal_status status =
            cseal_engine_take(handle_.get(), call.tag, nullptr, 0, &json_len, nullptr, 0, &secret_len);
        // JSON is never empty, so the first try only asked for the lengths.
        check_length(status);
        std::string json(json_len, '\0');
        std::vector<std::uint8_t> bytes(secret_len);
        const wiped at_end{bytes};
        need(cseal_engine_take(handle_.get(), call.tag, json.data(), json.size(), &json_len, bytes.data(), bytes.size(),
                               &secret_len));
        return {call.status, std::move(json), secret(bytes)};
    }

    /// Readable while wait() has something to tell. Throws error where the system has none.
    [[nodiscard]] int descriptor()
    {
        std::int32_t out = -1;
        need(cseal_engine_descriptor(handle_.get(), &out));
        return out;
    }

private:
    struct free_engine {
        void operator()(cseal_engine* handle) const noexcept { cseal_engine_free(handle); }
    };
    struct free_answer {
        void operator()(cseal_engine_answer* handle) const noexcept { cseal_engine_answer_free(handle); }
    };
    struct wiped {
        std::vector<std::uint8_t>& bytes;
        ~wiped() { cseal_wipe(bytes.data(), bytes.size()); }
    };

    static void need(cseal_status status)
    {
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
    }

    /// Of a call that asked for a length: what is empty fits, anything else does not.
    static void check_length(cseal_status status)
    {
        if (status != CSEAL_E_CAPACITY) {
            need(status);
        }
    }

    std::unique_ptr<cseal_engine, free_engine> handle_;
};

/// Checks an exported log (cseal_log_verify); `kept` is a JSON array of notes, `verifier` may be empty. The report is
/// JSON. Throws problem_error: which line or checkpoint is wrong, and why.
[[nodiscard]] inline std::string verify_log(std::string_view log, std::string_view kept, std::string_view verifier = {})
{
    std::string report(256, '\0');
    std::size_t len = 0;
    problem why;
    const cseal_status status = cseal_log_verify(log.data(), log.size(), kept.data(), kept.size(), verifier.data(),
                                                 verifier.size(), &why, report.data(), report.size(), &len);
    if (status != CSEAL_OK) {
        why.raise(status);
    }
    report.resize(len);
    return report;
}

}  // namespace counterseal

#endif
