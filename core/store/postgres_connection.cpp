// SPDX-License-Identifier: Apache-2.0
#include "core/store/postgres_connection.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <new>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "core/machine/machine.hpp"

namespace counterseal::core {
namespace {

/// What the system says about errno.
std::string system_message()
{
    return std::system_category().message(errno);
}

// Object identifiers of the types that we send and get (PostgreSQL's pg_type.dat, which never renumbers).
constexpr Oid bytea_type = 17;
constexpr Oid int8_type = 20;
constexpr Oid int4_type = 23;
constexpr Oid text_type = 25;
constexpr Oid bytea_array_type = 1001;
constexpr Oid text_array_type = 1009;
constexpr Oid int8_array_type = 1016;

constexpr int binary = 1;

cell column(const libpq& pq, const PGresult* of, int row, int i)
{
    if (pq.PQgetisnull(of, row, i) != 0) {
        return null{};
    }
    const char* const data = pq.PQgetvalue(of, row, i);
    const auto len = static_cast<std::size_t>(pq.PQgetlength(of, row, i));
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(data);
    switch (pq.PQftype(of, i)) {
        case int8_type: return static_cast<std::int64_t>(load_be<std::uint64_t>(bytes));
        case int4_type: return std::int64_t{static_cast<std::int32_t>(load_be<std::uint32_t>(bytes))};
        case bytea_type: return std::vector<std::uint8_t>(bytes, bytes + len);
        default: return std::string(data, len);
    }
}

status code_of(std::string_view sqlstate) noexcept
{
    const std::string_view family = sqlstate.substr(0, 2);
    if (family == "23" || family == "XX") {  // integrity, internal corruption
        return status::e_store_corrupt;
    }
    if (family == "42" || family == "3F") {  // no such table, column or schema
        return status::e_schema;
    }
    if (family == "22" || family == "25") {  // a fault of ours
        return status::e_internal;
    }
    return status::e_store_unavailable;
}

}  // namespace

/// Parameters in the form that libpq takes: parallel arrays.
class postgres_connection::parameter_arrays {
public:
    explicit parameter_arrays(std::span<const parameter> in)
        : types_(in.size()), values_(in.size()), lengths_(in.size()), formats_(in.size(), binary), numbers_(in.size())
    {
        for (std::size_t i = 0; i < in.size(); ++i) {
            add(i, in[i]);
        }
    }
    explicit parameter_arrays(std::span<const set_parameter> in)
        : types_(in.size()), values_(in.size()), lengths_(in.size()), formats_(in.size(), binary), numbers_(in.size())
    {
        encoded_.reserve(in.size());
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (const auto* numbers = std::get_if<std::span<const std::int64_t>>(&in[i])) {
                add_array(i, int8_array_type, int8_type, *numbers);
            } else if (const auto* texts = std::get_if<std::span<const std::string_view>>(&in[i])) {
                add_array(i, text_array_type, text_type, *texts);
            } else if (const auto* bytes = std::get_if<std::span<const bytes_view>>(&in[i])) {
                add_array(i, bytea_array_type, bytea_type, *bytes);
            } else if (const auto* number = std::get_if<std::int64_t>(&in[i])) {
                add(i, *number);
            } else if (const auto* one = std::get_if<bytes_view>(&in[i])) {
                add(i, *one);
            } else {
                add(i, std::get<std::string_view>(in[i]));
            }
        }
    }
    [[nodiscard]] std::size_t size() const noexcept { return types_.size(); }
    [[nodiscard]] const Oid* types() const noexcept { return types_.data(); }
    [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
    [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
    [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

private:
    void add(std::size_t i, const parameter& p)
    {
        if (const auto* number = std::get_if<std::int64_t>(&p)) {
            store_be(numbers_[i].data(), static_cast<std::uint64_t>(*number));
            types_[i] = int8_type;
            values_[i] = reinterpret_cast<const char*>(numbers_[i].data());
            lengths_[i] = sizeof numbers_[i];
        } else if (const auto* text = std::get_if<std::string_view>(&p)) {
            types_[i] = text_type;
            values_[i] = text->data() != nullptr ? text->data() : "";
            lengths_[i] = static_cast<int>(text->size());
        } else if (const auto* bytes = std::get_if<bytes_view>(&p)) {
            types_[i] = bytea_type;
            values_[i] = bytes->data() != nullptr ? reinterpret_cast<const char*>(bytes->data()) : "";
            lengths_[i] = static_cast<int>(bytes->size());
        }  // null: no type, no value; the server finds the type out
    }

    /// As array_recv() of the server reads it: dimensions, whether there are nulls, type, length, lower bound; then
    /// each element behind its length.
    template <class T>
    void add_array(std::size_t i, Oid array, Oid element, std::span<const T> of)
    {
        std::string& out = encoded_.emplace_back();
        for (const std::uint32_t head : {std::uint32_t{1}, std::uint32_t{0}, std::uint32_t{element},
                                         static_cast<std::uint32_t>(of.size()), std::uint32_t{1}}) {
            append(out, head);
        }
        for (const T& one : of) {
            if constexpr (std::is_same_v<T, std::int64_t>) {
                append(out, static_cast<std::uint32_t>(sizeof one));
                append(out, static_cast<std::uint64_t>(one));
            } else {
                append(out, static_cast<std::uint32_t>(one.size()));
                out.append(one.begin(), one.end());
            }
        }
        types_[i] = array;
        values_[i] = out.data();
        lengths_[i] = static_cast<int>(out.size());
    }
    template <class T>
    static void append(std::string& to, T value)
    {
        std::uint8_t bytes[sizeof value];
        store_be(bytes, value);
        to.append(reinterpret_cast<const char*>(bytes), sizeof bytes);
    }

    std::vector<std::string> encoded_;
    std::vector<Oid> types_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<std::array<std::uint8_t, 8>> numbers_;
};

postgres_connection::postgres_connection(std::shared_ptr<const libpq> by, const std::string& url,
                                         const postgres_host& host, deadline until)
    : pq_{std::move(by)}, until_{until}
{
    // What comes behind the URL, and is not empty, takes the place of what is in it.
    constexpr int reads_url = 1;
    const char* const names[] = {"dbname", "host", "hostaddr", "port", nullptr};
    const char* const values[] = {url.c_str(), host.name.c_str(), host.address.c_str(), host.port.c_str(), nullptr};
    handle_.reset(pq_->PQconnectStartParams(names, values, reads_url));
    if (handle_ == nullptr) {
        throw std::bad_alloc();
    }
    // Else libpq prints notices to the host's standard error.
    pq_->PQsetNoticeReceiver(handle_.get(), take_notice, this);
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (is_good() || pq_->PQstatus(handle_.get()) != CONNECTION_BAD) {
        if (next == PGRES_POLLING_OK) {
            break;
        }
        wait(next == PGRES_POLLING_READING, next == PGRES_POLLING_WRITING);
        next = pq_->PQconnectPoll(handle_.get());
        if (next == PGRES_POLLING_FAILED) {
            break;
        }
    }
    if (!is_good()) {
        fail(status::e_store_unavailable, pq_->PQerrorMessage(handle_.get()));
    }
    if (pq_->PQsetnonblocking(handle_.get(), 1) != 0) {
        fail(status::e_store_unavailable, pq_->PQerrorMessage(handle_.get()));
    }
}

std::size_t postgres_connection::run(const char* sql, std::span<const parameter> in, rows* out)
{
    return send(sql, parameter_arrays(in), out);
}

std::size_t postgres_connection::run_set(const char* sql, std::span<const set_parameter> in, rows* out)
{
    return send(sql, parameter_arrays(in), out);
}

void postgres_connection::commit()
{
    run("COMMIT", {}, nullptr);
    if (!was_committed_) {
        fail(status::e_store_unavailable, "the transaction had failed, and the server undid it");
    }
    if (was_warned_) {
        fail(status::e_store_unknown, "the server confirmed the commit with a warning; a standby may lack it");
    }
}

/// Called by libpq while it reads an answer.
void postgres_connection::take_notice(void* self, const PGresult* notice) noexcept
{
    auto& to = *static_cast<postgres_connection*>(self);
    // Of the two names of a severity the one that no locale translates.
    const char* const severity = to.pq_->PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    to.was_warned_ = to.was_warned_ || (severity != nullptr && std::string_view(severity) == "WARNING");
}

std::size_t postgres_connection::send(const char* sql, const parameter_arrays& in, rows* out)
{
    was_warned_ = false;
    was_committed_ = false;
    if (pq_->PQsendQueryParams(handle_.get(), sql, static_cast<int>(in.size()), in.types(), in.values(), in.lengths(),
                               in.formats(), binary) == 0) {
        fail(status::e_store_unavailable, pq_->PQerrorMessage(handle_.get()));
    }
    owned_result got(nullptr, pq_->PQclear);
    for (owned_result next = result(); next != nullptr; next = result()) {
        got = std::move(next);
    }
    const ExecStatusType how = pq_->PQresultStatus(got.get());
    if (how == PGRES_COMMAND_OK) {
        was_committed_ = std::string_view(pq_->PQcmdStatus(got.get())) == "COMMIT";
        const std::string_view changed = pq_->PQcmdTuples(got.get());
        std::size_t n = 0;
        std::from_chars(changed.data(), changed.data() + changed.size(), n);
        return n;
    }
    if (how != PGRES_TUPLES_OK) {
        fail(got.get());
    }
    const int n_rows = pq_->PQntuples(got.get());
    if (out != nullptr) {
        const int n_columns = pq_->PQnfields(got.get());
        out->clear(static_cast<std::size_t>(n_columns));
        for (int row = 0; row < n_rows; ++row) {
            for (int i = 0; i < n_columns; ++i) {
                out->add(column(*pq_, got.get(), row, i));
            }
        }
    }
    return static_cast<std::size_t>(n_rows);
}

void postgres_connection::wait(bool for_reading, bool for_writing)
{
    pollfd socket{pq_->PQsocket(handle_.get()), 0, 0};
    socket.events = static_cast<short>((for_reading ? POLLIN : 0) | (for_writing ? POLLOUT : 0));
    for (;;) {
        const auto left = until_ - this_machine().now();
        if (left <= left.zero()) {
            // What the server does with a statement under way is not waited for: this connection is over.
            handle_.reset();
            throw store_error(status::e_store_unavailable, "PostgreSQL: no answer within the deadline");
        }
        constexpr std::chrono::hours longest(1);
        const auto now = std::min<std::chrono::nanoseconds>(left, longest);
        const auto rounded_up = std::chrono::ceil<std::chrono::milliseconds>(now).count();
        const int n = ::poll(&socket, 1, static_cast<int>(rounded_up));
        if (n > 0) {
            return;
        }
        if (n < 0 && errno != EINTR) {
            fail(status::e_store_unavailable, system_message());
        }
    }
}

postgres_connection::owned_result postgres_connection::result()
{
    for (int unsent = pq_->PQflush(handle_.get()); unsent == 1; unsent = pq_->PQflush(handle_.get())) {
        wait(true, true);
        if (pq_->PQconsumeInput(handle_.get()) == 0) {
            fail(status::e_store_unavailable, pq_->PQerrorMessage(handle_.get()));
        }
    }
    while (pq_->PQisBusy(handle_.get()) != 0) {
        wait(true, false);
        if (pq_->PQconsumeInput(handle_.get()) == 0) {
            fail(status::e_store_unavailable, pq_->PQerrorMessage(handle_.get()));
        }
    }
    return {pq_->PQgetResult(handle_.get()), pq_->PQclear};
}

void postgres_connection::fail(const PGresult* why) const
{
    const char* const given = why != nullptr ? pq_->PQresultErrorField(why, PG_DIAG_SQLSTATE) : nullptr;
    const std::string_view sqlstate = given != nullptr ? given : "";
    const char* const text = why != nullptr ? pq_->PQresultErrorField(why, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    const bool was_in_the_way = sqlstate == "40001" || sqlstate == "40P01";  // serialization failure, deadlock
    // The primary message alone: the detail of a broken key shows values.
    throw store_error(code_of(sqlstate),
                      "PostgreSQL: " + std::string(text != nullptr ? text : pq_->PQerrorMessage(handle_.get())),
                      was_in_the_way);
}

void postgres_connection::fail(status code, const std::string& what) const
{
    throw store_error(code, "PostgreSQL: " + what);
}

}  // namespace counterseal::core
