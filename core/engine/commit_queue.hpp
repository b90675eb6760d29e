// SPDX-License-Identifier: Apache-2.0
// Many callers, few transactions: who finds a session free leads, and takes everybody along who waits.
//
// A commit waits for the disk; meanwhile others come, and the next commit is for all of them. Each member runs inside
// a savepoint of its own, one after another, so that no answer differs from one alone: in the order of what they lock,
// so that two transactions never wait for each other, and those that lock the same in the order they came. There is no
// thread here: the leader is one of the callers.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/machine/machine.hpp"
#include "core/store/transaction.hpp"

namespace counterseal::core {

/// Whose time a call decides with. Where it is this machine's, it is compared with the store's own.
enum class clock_source : std::uint8_t { machine, host };

/// And when it was that time: a call may wait for a session, and for others.
struct told_time {
    clock_source whose;
    moment at;
    // Of now, where nobody has waited yet.
    told_time(clock_source by, moment since = this_machine().now()) : whose{by}, at{since} {}
};

/// What a queue did since it was made, and how it is now.
struct commit_counts {
    std::uint64_t n_commits;  // transactions that changed something and became durable
    std::uint64_t n_members;  // calls that were in them
    std::uint64_t n_retries;  // times that another transaction was in the way, and one was tried again
    std::size_t n_waiting;    // calls that wait for their turn
    std::size_t n_busy;       // sessions of the store that are at work
};

class commit_queue {
public:
    /// Up to so many commits at a time, and so many transactions that read. `where` must outlive the queue.
    commit_queue(store& where, std::size_t n_writers, std::size_t n_readers)
        : where_{where}, writers_{n_writers}, readers_{n_readers}
    {
    }

    /// Calls work(transaction&), perhaps more than once, and returns what it returned last, after that is durable.
    /// `locked` names the rows that it locks, all below one name. Throws what work threw, and store_error; of
    /// e_store_unknown where the effects may or may not be there.
    template <class Work>
    auto write(told_time clock, deadline until, Work&& work, std::string_view locked = {})
    {
        return result_of<Work>(
            [&](const std::function<void(transaction&)>& call) { join({call, clock, until, locked}); },
            std::forward<Work>(work));
    }

    /// The same in a transaction of its own: for who locks rows of many names, or reads what others would write at the
    /// end of a transaction that they share.
    template <class Work>
    auto write_alone(told_time clock, deadline until, Work&& work)
    {
        return result_of<Work>(
            [&](const std::function<void(transaction&)>& call) { join({call, clock, until, {}, true}); },
            std::forward<Work>(work));
    }

    /// The same for a transaction that only reads.
    template <class Work>
    auto read(told_time clock, deadline until, Work&& work)
    {
        return result_of<Work>([&](const std::function<void(transaction&)>& call) { look(call, clock, until); },
                               std::forward<Work>(work));
    }

    [[nodiscard]] commit_counts counts();

private:
    struct member {
        const std::function<void(transaction&)>& work;
        told_time clock;
        deadline until;
        std::string_view locked;
        bool is_alone = false;
        std::exception_ptr error{};
        bool is_taken = false;
        bool is_done = false;
        std::condition_variable wake{};
    };
    using group = std::vector<member*>;
    struct pool {
        std::size_t n_most;
        std::size_t n_made = 0;
        std::vector<std::unique_ptr<store_session>> idle{};

        [[nodiscard]] bool is_free() const noexcept { return !idle.empty() || n_made < n_most; }
        [[nodiscard]] std::size_t n_busy() const noexcept { return n_made - idle.size(); }
    };

    template <class Work, class Run>
    static auto result_of(Run&& run, Work&& work)
    {
        using result = std::invoke_result_t<Work, transaction&>;
        if constexpr (std::is_void_v<result>) {
            run(std::function<void(transaction&)>(std::ref(work)));
        } else {
            std::optional<result> out;
            run(std::function<void(transaction&)>([&](transaction& t) { out.emplace(work(t)); }));
            return std::move(*out);
        }
    }

    void join(member self);
    void gather(group& into);
    void leave(const member& self);
    void wake_next();
    void look(const std::function<void(transaction&)>& work, told_time clock, deadline until);
    std::unique_ptr<store_session> take(pool& from, std::unique_lock<std::mutex>& lock, deadline until);
    void give_back(pool& to, std::unique_ptr<store_session> session);
    void commit(store_session& in, const group& members);
    void commit_each(store_session& in, const group& members);
    static void run_all(store_session& in, const group& members, deadline until);

    static constexpr std::size_t most = 256;  // members of one transaction

    store& where_;
    std::mutex mutex_;
    std::deque<member*> waiting_;
    pool writers_;
    pool readers_;
    std::condition_variable reader_free_;
    const store_error late_{status::e_store_unavailable, "no session of the store became free in time"};
    std::atomic<std::uint64_t> n_commits_{0};
    std::atomic<std::uint64_t> n_members_{0};
    std::atomic<std::uint64_t> n_retries_{0};
};

}  // namespace counterseal::core
