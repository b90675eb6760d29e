// SPDX-License-Identifier: Apache-2.0
// How the engine uses a session.
#pragma once

#include <algorithm>
#include <any>
#include <chrono>
#include <exception>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/machine/machine.hpp"
#include "core/store/backoff.hpp"
#include "core/store/store.hpp"

namespace counterseal::core {

/// Rolls back unless it was committed.
class transaction {
public:
    transaction(store_session& in, access how, deadline until) : in_{in} { in.begin(how, until); }
    ~transaction() { in_.roll_back(); }
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;

    std::size_t run(const statement& what, std::initializer_list<parameter> in = {}, rows* out = nullptr)
    {
        return guarded([&] { return in_.run(what, {in.begin(), in.size()}, out); });
    }

    std::size_t run_set(const set_statement& what, std::initializer_list<set_parameter> in, rows* out = nullptr)
    {
        return guarded([&] { return in_.run_set(what, {in.begin(), in.size()}, out); });
    }

    /// Whether something failed, which ended the transaction: whatever is asked of it from then on fails the same way.
    [[nodiscard]] bool is_over() const noexcept { return fault_ != nullptr; }
    [[nodiscard]] store_session& session() noexcept { return in_; }

    /// Since when it was as late as the caller says: a call that waits for its turn brings a time that grew old
    /// meanwhile. The beginning of the transaction, unless somebody knows better.
    void set_told(moment at) noexcept { told_ = at; }
    /// In whole seconds: what a call takes that does not wait is none of it.
    [[nodiscard]] std::chrono::seconds waited() const
    {
        return std::chrono::floor<std::chrono::seconds>(this_machine().now() - told_);
    }

    /// What is done with all that was given under one key, in the order in which it came.
    using late_work = void (*)(transaction&, const std::string& key, std::span<std::any> given);

    /// Has `work` done just before the commit, once for each key and in the order of the keys: for rows that everybody
    /// writes, so that they are written once, locked for a short time, and by everybody in the same order. Whoever
    /// uses a key gives it the same work.
    void at_end(std::string key, std::any given, late_work work)
    {
        last_.push_back({std::move(key), last_.size(), std::move(given), work});
    }

    void commit()
    {
        refuse_if_over();
        std::vector<late> all = std::exchange(last_, {});
        std::ranges::sort(
            all, [](const late& a, const late& b) { return std::tie(a.key, a.order) < std::tie(b.key, b.order); });
        for (std::size_t i = 0; i < all.size();) {
            const late& first = all[i];
            std::vector<std::any> given;
            for (; i < all.size() && all[i].key == first.key; ++i) {
                given.push_back(std::move(all[i].given));
            }
            first.work(*this, first.key, given);
        }
        in_.commit();
    }

private:
    friend class savepoint;
    struct late {
        std::string key;
        std::size_t order;  // of the same key: as they came
        std::any given;
        late_work work;
    };

    void refuse_if_over() const
    {
        if (fault_ != nullptr) {
            std::rethrow_exception(fault_);
        }
    }

    template <class Work>
    std::invoke_result_t<Work> guarded(Work&& work)
    {
        refuse_if_over();
        try {
            return work();
        } catch (...) {
            fault_ = std::current_exception();
            throw;
        }
    }

    store_session& in_;
    std::exception_ptr fault_;
    std::vector<late> last_;
    std::size_t n_marks_ = 0;  // savepoints of the store that are open
    moment told_ = this_machine().now();
};

/// A part of a transaction that can be taken back alone: by undo(), else it stays. One may hold others.
class savepoint {
public:
    explicit savepoint(transaction& in) : in_{in}, n_last_{in.last_.size()}, n_marks_{in.n_marks_}
    {
        in_.guarded([&] { in_.in_.mark(); });
        ++in_.n_marks_;
    }
    ~savepoint()
    {
        // On the way out of an exception the transaction is given up, or somebody further out undoes more.
        if (is_open_ && std::uncaught_exceptions() == n_exceptions_) {
            try {
                close(&store_session::drop_mark);
            } catch (...) {  // NOLINT(bugprone-empty-catch)
                // The transaction keeps it, and tells it to whatever comes next.
            }
        }
    }
    savepoint(const savepoint&) = delete;
    savepoint& operator=(const savepoint&) = delete;

    void undo()
    {
        is_open_ = false;
        in_.last_.resize(n_last_);
        close(&store_session::undo_to_mark);
    }

private:
    /// From the innermost to this one: an exception leaves those that it passes open.
    void close(void (store_session::*how)())
    {
        for (; in_.n_marks_ > n_marks_; --in_.n_marks_) {
            in_.guarded([&] { (in_.in_.*how)(); });
        }
    }

    transaction& in_;
    std::size_t n_last_;
    std::size_t n_marks_;  // that were open before
    bool is_open_ = true;
    int n_exceptions_ = std::uncaught_exceptions();
};

/// Calls work(transaction&) and commits, again and again while another transaction was in the way (PostgreSQL's 40001
/// and 40P01) and time is left. `work` has no effect but on the store. Returns what it returns; throws store_error.
template <class Work>
auto in_transaction(store_session& session, deadline until, Work&& work)
{
    for (backoff between;;) {
        std::chrono::microseconds pause{};
        try {
            transaction one(session, access::write, until);
            if constexpr (std::is_void_v<decltype(work(one))>) {
                work(one);
                one.commit();
                return;
            } else {
                auto result = work(one);
                one.commit();
                return result;
            }
        } catch (const store_error& e) {
            pause = between.next();
            if (!e.is_retryable() || this_machine().now() + pause >= until) {
                throw;
            }
        }
        this_machine().sleep(pause);
    }
}

}  // namespace counterseal::core
