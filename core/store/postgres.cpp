// SPDX-License-Identifier: Apache-2.0
#include "core/store/postgres.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/machine/machine.hpp"
#include "core/store/postgres_connection.hpp"
#include "core/store/postgres_hosts.hpp"

namespace counterseal::core {
namespace {

/// Text sorts by its bytes, as in SQLite and whatever the locale.
constexpr std::string_view before_migration[] = {
    "SELECT pg_advisory_xact_lock(4850467177036802924)",  // any number that nobody else uses
    "CREATE SCHEMA IF NOT EXISTS counterseal",
    "SET LOCAL search_path TO counterseal",
};
constexpr dialect postgres_words = {
    .integer = "BIGINT",
    .text = "TEXT COLLATE \"C\"",
    .bytes = "BYTEA",
    .end_of_table = "",
    .before_migration = before_migration,
    .n_tables_named =
        {"SELECT count(*) FROM information_schema.tables WHERE table_schema = 'counterseal' AND table_name = $1"},
};

/// What the sessions of a store share.
struct postgres_origin {
    std::shared_ptr<const libpq> by;
    std::string url;
    std::vector<postgres_host> hosts;
};

class postgres_session final : public store_session {
public:
    postgres_session(std::shared_ptr<const postgres_origin> of, deadline until) : of_{std::move(of)} { open(until); }
    ~postgres_session() override
    {
        if (is_forked()) {
            connection_->abandon();
        }
    }

    void begin(access how, deadline until) override
    {
        if (is_forked()) {
            connection_->abandon();
            connection_.reset();
        }
        if (connection_ != nullptr && !connection_->is_good()) {
            connection_.reset();
        }
        if (connection_ == nullptr) {
            open(until);
        }
        connection_->set_deadline(until);
        const auto left = until - this_machine().now();
        const auto ms =
            std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(left).count(), 1, INT32_MAX);
        try {
            // For this transaction alone: behind a pooler the next one has another server session.
            connection_->run(how == access::write ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
                                                  : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                             {}, nullptr);
            const std::string limits = std::to_string(ms);
            const parameter in[] = {std::string_view(limits)};
            connection_->run(
                "SELECT set_config('synchronous_commit', 'on', true), "
                "set_config('search_path', 'counterseal', true), "
                "set_config('lock_timeout', $1, true), set_config('statement_timeout', $1, true), "
                "set_config('idle_in_transaction_session_timeout', $1, true), "
                "set_config('client_encoding', 'UTF8', true), set_config('client_min_messages', 'warning', true)",
                in, nullptr);
        } catch (...) {
            // Such a server is not what it was, a standby now: the next transaction looks for another one.
            connection_.reset();
            throw;
        }
    }

    std::size_t run(const statement& what, std::span<const parameter> in, rows* out) override
    {
        return guarded([&] { return current().run(what.sql, in, out); });
    }

    std::size_t run_set(const set_statement& what, std::span<const set_parameter> in, rows* out) override
    {
        return guarded([&] { return current().run_set(what.all.sql, in, out); });
    }

    void commit() override
    {
        try {
            current().commit();
        } catch (const store_error& e) {
            if (e.is_retryable()) {
                throw;  // the server said that it undid everything
            }
            connection_.reset();
            throw e.unknown();
        } catch (...) {
            // No memory for what the server said, or before it was asked: nobody knows.
            connection_.reset();
            throw store_error(status::e_store_unknown, {});
        }
    }

    void roll_back() noexcept override
    {
        if (connection_ == nullptr || is_forked()) {
            return;
        }
        try {
            if (connection_->is_good() && connection_->is_in_transaction()) {
                constexpr std::chrono::seconds patience(1);
                connection_->set_deadline(this_machine().now() + patience);
                connection_->run("ROLLBACK", {}, nullptr);
            }
        } catch (...) {
            connection_.reset();  // the server rolls back what it loses touch with
        }
    }

    void execute(const std::string& sql) override
    {
        guarded([&] { current().run(sql.c_str(), {}, nullptr); });
    }

    void mark() override { execute("SAVEPOINT m"); }
    void undo_to_mark() override
    {
        execute("ROLLBACK TO SAVEPOINT m");
        drop_mark();
    }
    void drop_mark() override { execute("RELEASE SAVEPOINT m"); }

    [[nodiscard]] const dialect& words() const noexcept override { return postgres_words; }

    std::optional<std::int64_t> clock_us() override
    {
        rows out;
        guarded([&] { current().run("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint", {}, &out); });
        return out.integer(0, 0);
    }

private:
    /// One host after the other, each with its share of the time: one that says nothing takes no other's away. libpq
    /// would go on to the next one only when a host refuses.
    void open(deadline until)
    {
        for (std::size_t n_left = of_->hosts.size(); const postgres_host& host : of_->hosts) {
            const auto now = this_machine().now();
            try {
                open(host, now + (until - now) / static_cast<int>(n_left));
                return;
            } catch (const store_error&) {
                if (--n_left == 0) {
                    throw;
                }
            }
        }
    }

    void open(const postgres_host& host, deadline until)
    {
        auto made = std::make_unique<postgres_connection>(of_->by, of_->url, host, until);
        rows out;
        made->run(
            "SELECT current_setting('fsync'), current_setting('server_version_num'), "
            "current_setting('server_encoding'), pg_is_in_recovery()::text",
            {}, &out);
        if (out.text(0, 0) != "on") {
            throw store_error(status::e_store_unavailable,
                              "PostgreSQL: the server runs with fsync=off and forgets what it has confirmed");
        }
        if (out.text(0, 2) != "UTF8") {
            throw store_error(status::e_store_unavailable, "PostgreSQL: the encoding of the database is not UTF8");
        }
        if (out.text(0, 3) != "false") {
            throw store_error(status::e_store_unavailable,
                              "PostgreSQL: the server is a standby, which may lag behind what was decided");
        }
        constexpr int oldest = 130000;
        if (std::stoi(out.text(0, 1)) < oldest) {
            throw store_error(status::e_store_unavailable, "PostgreSQL: the server is older than version 13");
        }
        owner_ = getpid();
        connection_ = std::move(made);
    }

    /// A transaction that failed is over, so that the session can begin another.
    template <class Work>
    std::invoke_result_t<Work> guarded(Work&& work)
    {
        try {
            return work();
        } catch (...) {
            roll_back();
            throw;
        }
    }

    postgres_connection& current()
    {
        if (is_forked()) {
            throw store_error(status::e_forked, "the transaction was begun before a fork");
        }
        if (connection_ == nullptr || !connection_->is_good() || !connection_->is_in_transaction()) {
            throw store_error(status::e_store_unavailable, "PostgreSQL: the connection was lost");
        }
        return *connection_;
    }

    [[nodiscard]] bool is_forked() const noexcept { return connection_ != nullptr && owner_ != getpid(); }

    std::shared_ptr<const postgres_origin> of_;
    pid_t owner_ = 0;
    std::unique_ptr<postgres_connection> connection_;
};

class postgres_store final : public store {
public:
    explicit postgres_store(std::shared_ptr<const postgres_origin> of) : of_{std::move(of)} {}

    std::unique_ptr<store_session> connect(deadline until) override
    {
        return std::make_unique<postgres_session>(of_, until);
    }

private:
    std::shared_ptr<const postgres_origin> of_;
};

}  // namespace

std::unique_ptr<store> open_postgres(const std::string& url, deadline until)
{
    std::shared_ptr<const libpq> pq = libpq::load();
    std::vector<postgres_host> hosts = hosts_of(*pq, url);
    auto made = std::make_unique<postgres_store>(
        std::make_shared<const postgres_origin>(postgres_origin{std::move(pq), url, std::move(hosts)}));
    made->connect(until);
    return made;
}

}  // namespace counterseal::core
