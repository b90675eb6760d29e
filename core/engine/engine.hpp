// SPDX-License-Identifier: Apache-2.0
// An opened store with the keys that belong to it, and transactions on it.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/commit_queue.hpp"
#include "core/engine/current_sealer.hpp"
#include "core/engine/event_log.hpp"
#include "core/engine/subject.hpp"
#include "core/engine/throttle.hpp"
#include "core/machine/machine.hpp"
#include "core/store/faulty.hpp"

namespace counterseal::core {

enum class schema_mode : std::uint8_t { check, migrate };
enum class fork_mode : std::uint8_t { reopen, refuse };

struct engine_options {
    std::string url;      // sqlite:///relative, sqlite:////absolute, postgresql://..., or memory: for tests
    bool create = false;  // makes an SQLite file where there is none, and its tables
    signature_type log_signature = signature_type::ed25519;  // of the log, in a store that is made now
    schema_mode schema = schema_mode::check;
    fork_mode on_fork = fork_mode::reopen;
    std::size_t n_sessions = 4;                // that write at a time (SQLite: one), and as many that read
    std::chrono::milliseconds patience{5000};  // of a call
    throttle limits;
    std::vector<std::string> expected_checkpoints{};  // notes that the host kept: the store must go on from each
};

/// Any number of threads may use one. In a child of the process that opened it, it opens the store again, or refuses.
class engine {
public:
    /// Throws store_error: e_argument for a URL of no store; e_schema where the tables are of another version or
    /// somebody else's; e_keys where the store was made with other keys; e_store_rolled_back where it does not go on
    /// from a checkpoint that is expected.
    engine(engine_options options, const key_ring& keys, std::unique_ptr<const crypto> provider);
    ~engine();
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;

    /// commit_queue::write() and read() within the patience.
    template <class Work>
    auto write(told_time clock, Work&& work, std::string_view locked = {})
    {
        return current().queue.write(clock, until(), std::forward<Work>(work), locked);
    }
    /// commit_queue::write_alone() within the patience.
    template <class Work>
    auto write_alone(told_time clock, Work&& work)
    {
        return current().queue.write_alone(clock, until(), std::forward<Work>(work));
    }
    template <class Work>
    auto read(told_time clock, Work&& work)
    {
        return read_within(clock, options_.patience, std::forward<Work>(work));
    }
    /// read() with another patience.
    template <class Work>
    auto read_within(told_time clock, std::chrono::milliseconds patience, Work&& work)
    {
        return current().queue.read(clock, this_machine().now() + patience, std::forward<Work>(work));
    }

    /// The keys of now. A call asks once and works with what it got up to its end.
    [[nodiscard]] row_seal seal() const
    {
        std::shared_ptr<const sealer> now = sealer_.get();
        const sealer& by = *now;
        return {by, store_id_, *log_, std::move(now)};
    }

    /// Other keys from now on; calls that were begun finish with those that they began with. Throws store_error of
    /// e_keys, and nothing changes, where they cannot open the store, lack the key that seals now, or have another key
    /// by a name that is known.
    void reload_keys(const key_ring& keys);

    /// Puts the canary and the key of the log under the key that seals now, the last things that a ring without the
    /// other keys has to open. False: it is there already, or somebody else did it meanwhile.
    bool reseal_canary(const row_seal& with, told_time clock);
    /// The id of the key that it is under.
    [[nodiscard]] std::string key_of_canary();

    /// Of this process.
    [[nodiscard]] commit_counts commits() { return current().queue.counts(); }

    [[nodiscard]] const throttle& limits() const noexcept { return options_.limits; }
    [[nodiscard]] const crypto& provider() const noexcept { return *provider_; }
    /// What goes wrong on purpose, in a store of memory:.
    [[nodiscard]] fault_plan& faults() noexcept { return faults_; }

private:
    struct opened {
        pid_t owner;
        std::unique_ptr<store> where;
        commit_queue queue;
    };

    [[nodiscard]] deadline until() const { return this_machine().now() + options_.patience; }
    [[nodiscard]] std::unique_ptr<opened> open(bool is_first);
    [[nodiscard]] opened& current();
    void begin_installation(store_session& in);
    void make_installation(transaction& in);
    [[nodiscard]] std::vector<std::uint8_t> stored_canary();

    engine_options options_;
    std::unique_ptr<const crypto> provider_;
    current_sealer sealer_;
    std::string store_id_;
    std::optional<event_log> log_;  // from the opening on
    fault_plan faults_;
    std::atomic<opened*> opened_{nullptr};
};

}  // namespace counterseal::core
