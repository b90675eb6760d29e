// SPDX-License-Identifier: Apache-2.0
// How the engine uses a session.
#pragma once

#include <thread>

#include "core/store/store.hpp"

namespace counterseal::core {

/// Rolls back unless it was committed.
class transaction {
public:
    transaction(store_session& in, deadline until) : in_{in} { in.begin(until); }
    ~transaction() { in_.roll_back(); }
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;

    std::size_t run(const statement& what, std::initializer_list<parameter> in = {}, rows* out = nullptr)
    {
        return in_.run(what, {in.begin(), in.size()}, out);
    }
    void commit() { in_.commit(); }
    [[nodiscard]] store_session& session() noexcept { return in_; }

private:
    store_session& in_;
};

/// Calls work(transaction&) and commits, again and again while another transaction was in the way (PostgreSQL's 40001
/// and 40P01) and time is left. `work` has no effect but on the store. Returns what it returns; throws store_error.
template <class Work>
auto in_transaction(store_session& session, deadline until, Work&& work)
{
    for (auto pause = std::chrono::microseconds(500);; pause *= 2) {
        try {
            transaction one(session, until);
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
            if (!e.is_retryable() || std::chrono::steady_clock::now() + pause >= until) {
                throw;
            }
        }
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace counterseal::core
