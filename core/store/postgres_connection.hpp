// SPDX-License-Identifier: Apache-2.0
// A connection to PostgreSQL through libpq, never waiting longer than it may.
#pragma once

#include <memory>
#include <string>

#include "core/store/libpq.hpp"
#include "core/store/postgres_hosts.hpp"
#include "core/store/store.hpp"

namespace counterseal::core {

/// Every member throws store_error. After one the connection may be of no more use: is_good() tells.
class postgres_connection {
public:
    /// To that host of the URL.
    postgres_connection(std::shared_ptr<const libpq> by, const std::string& url, const postgres_host& host,
                        deadline until);
    postgres_connection(const postgres_connection&) = delete;
    postgres_connection& operator=(const postgres_connection&) = delete;

    /// Bounds everything that follows.
    void set_deadline(deadline until) noexcept { until_ = until; }

    /// store_session::run(), by one unnamed statement.
    std::size_t run(const char* sql, std::span<const parameter> in, rows* out);

    /// store_session::run_set(): one statement with arrays.
    std::size_t run_set(const char* sql, std::span<const set_parameter> in, rows* out);

    /// Where somebody ends the wait for a synchronous standby, the server says COMMIT and warns that the standby may
    /// not have it: after a failover it would be gone. That is an error, too.
    void commit();

    [[nodiscard]] bool is_good() const noexcept { return pq_->PQstatus(handle_.get()) == CONNECTION_OK; }
    [[nodiscard]] bool is_in_transaction() const noexcept
    {
        return pq_->PQtransactionStatus(handle_.get()) != PQTRANS_IDLE;
    }

    /// The server is another process's partner from here on: nothing is sent and nothing is closed.
    void abandon() noexcept
    {
        const PGconn* const left_open = handle_.release();
        static_cast<void>(left_open);
    }

private:
    class parameter_arrays;
    using owned_result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

    static void take_notice(void* self, const PGresult* notice) noexcept;
    std::size_t send(const char* sql, const parameter_arrays& in, rows* out);
    void wait(bool for_reading, bool for_writing);
    owned_result result();
    [[noreturn]] void fail(const PGresult* why) const;
    [[noreturn]] void fail(status code, const std::string& what) const;

    std::shared_ptr<const libpq> pq_;
    std::unique_ptr<PGconn, void (*)(PGconn*)> handle_{nullptr, pq_->PQfinish};
    deadline until_;
    bool was_warned_ = false;     // with the answer to the last statement
    bool was_committed_ = false;  // by it: of a transaction that has failed COMMIT undoes all, and is no error
};

}  // namespace counterseal::core
