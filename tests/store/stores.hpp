// SPDX-License-Identifier: Apache-2.0
// The stores that the suite runs on, each empty.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <new>
#include <string>

#include "core/store/store.hpp"
#include "core/store/transaction.hpp"

namespace counterseal::core {

[[nodiscard]] inline deadline soon()
{
    return std::chrono::steady_clock::now() + std::chrono::seconds(30);
}

/// A folder that is gone afterwards.
class own_folder {
public:
    own_folder();
    ~own_folder();
    own_folder(const own_folder&) = delete;
    own_folder& operator=(const own_folder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

/// The URL of the private server. Fails the test where there is none.
[[nodiscard]] std::string postgres_url();

/// Each test of the suite, on each store. A second open_again() of the same place is another node.
class stores : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override;

    [[nodiscard]] std::unique_ptr<store> open_again();
    [[nodiscard]] std::unique_ptr<store_session> connect() { return which_->connect(soon()); }
    [[nodiscard]] bool is_memory() const { return std::string_view(GetParam()) == "memory"; }

    own_folder folder_;
    std::unique_ptr<store> which_;
};

/// PostgreSQL: ends the server's session, or a pooler's, that a transaction of `session` is in.
void cut_off(store_session& session, store_session& by);

/// PostgreSQL: waits until `other` waits for what `holder` has locked, or is done.
template <class Result>
void await_waiting(transaction& holder, const std::future<Result>& other)
{
    static constexpr statement ask = {
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"};
    rows out;
    do {
        holder.run(ask, {}, &out);
    } while (out.integer(0, 0) == 0 && other.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
}

/// What the code of a store_error was that `work` threw, or that there was no memory; ok: none of it.
template <class Work>
[[nodiscard]] status error_of(Work&& work)
{
    try {
        work();
    } catch (const store_error& e) {
        return e.code();
    } catch (const std::bad_alloc&) {
        return status::e_nomem;
    }
    return status::ok;
}

}  // namespace counterseal::core
