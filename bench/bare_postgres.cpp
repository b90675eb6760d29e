// SPDX-License-Identifier: Apache-2.0
#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <stdexcept>
#include <string_view>

#include "bench/bare_store.hpp"
#include "bench/engine_people.hpp"
#include "core/base/bytes.hpp"

namespace counterseal::bench {
namespace {

// pg_type.dat
constexpr Oid int8_type = 20;
constexpr Oid text_type = 25;
constexpr Oid bytea_type = 17;
constexpr Oid int8s_type = 1016;
constexpr Oid texts_type = 1009;

/// Numbers and arrays as the server's binary form has them (array_recv(): dimensions, has nulls, type, length, lower
/// bound, then each element behind its length).
class wire {
public:
    template <class T>
    void number(T value)
    {
        out_.resize(out_.size() + sizeof value);
        core::store_be(reinterpret_cast<std::uint8_t*>(out_.data()) + out_.size() - sizeof value, value);
    }
    void begin_array(Oid of, std::size_t n)
    {
        for (const std::uint32_t one :
             {std::uint32_t{1}, std::uint32_t{0}, std::uint32_t{of}, static_cast<std::uint32_t>(n), std::uint32_t{1}}) {
            number(one);
        }
    }
    void element(std::string_view text)
    {
        number(static_cast<std::uint32_t>(text.size()));
        out_ += text;
    }
    void element(std::int64_t value)
    {
        number(std::uint32_t{8});
        number(static_cast<std::uint64_t>(value));
    }
    [[nodiscard]] std::string_view bytes() const noexcept { return out_; }

private:
    std::string out_;
};

class connection {
public:
    explicit connection(const std::string& url)
    {
        handle_.reset(PQconnectdb(url.c_str()));
        if (PQstatus(handle_.get()) != CONNECTION_OK) {
            fail();
        }
    }

    void run(const char* sql)
    {
        const result got(PQexec(handle_.get(), sql), PQclear);
        check(got);
    }
    void prepare(const char* name, const char* sql, std::initializer_list<Oid> types)
    {
        const result got(PQprepare(handle_.get(), name, sql, static_cast<int>(types.size()), types.begin()), PQclear);
        check(got);
    }
    template <std::size_t N>
    std::size_t execute(const char* name, const std::array<std::string_view, N>& in)
    {
        std::array<const char*, N> values{};
        std::array<int, N> lengths{};
        std::array<int, N> formats{};
        for (std::size_t i = 0; i < N; ++i) {
            values[i] = in[i].data();
            lengths[i] = static_cast<int>(in[i].size());
            formats[i] = 1;
        }
        const result got(
            PQexecPrepared(handle_.get(), name, static_cast<int>(N), values.data(), lengths.data(), formats.data(), 1),
            PQclear);
        check(got);
        const std::string_view changed = PQcmdTuples(got.get());
        std::size_t n = 0;
        std::from_chars(changed.data(), changed.data() + changed.size(), n);
        return n;
    }

private:
    using result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

    void check(const result& got)
    {
        const ExecStatusType how = PQresultStatus(got.get());
        if (how != PGRES_COMMAND_OK && how != PGRES_TUPLES_OK) {
            fail();
        }
    }
    [[noreturn]] void fail()
    {
        throw std::runtime_error(std::string("bare PostgreSQL: ") + PQerrorMessage(handle_.get()));
    }

    std::unique_ptr<PGconn, void (*)(PGconn*)> handle_{nullptr, PQfinish};
};

/// One statement is one transaction: nothing asks for BEGIN and COMMIT, which would be two more trips to the server.
class bare_postgres final : public bare_store {
public:
    explicit bare_postgres(const std::string& url) : on_{url}
    {
        on_.run("SET synchronous_commit = on");
        on_.run("SET search_path TO counterseal");
        on_.prepare("advance",
                    "UPDATE factor SET last_value = $4 "
                    "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND last_value < $4",
                    {text_type, text_type, text_type, int8_type});
        on_.prepare("advance_many",
                    "UPDATE factor f SET last_value = n.value "
                    "FROM unnest($2::text[], $3::text[], $4::bigint[]) AS n (subject, factor, value) "
                    "WHERE f.tenant = $1 AND f.subject = n.subject AND f.factor = n.factor AND f.last_value < n.value",
                    {text_type, texts_type, texts_type, int8s_type});
        on_.prepare("insert",
                    "INSERT INTO challenge "
                    "(tenant, subject, challenge, context, session, epoch, created_us, expires_us, tag) "
                    "VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $5)",
                    {text_type, text_type, text_type, text_type, bytea_type, int8_type, int8_type});
    }

    std::size_t advance(const bare_update& one) override
    {
        wire value;
        value.number(static_cast<std::uint64_t>(one.value));
        return on_.execute<4>("advance", {tenant, one.subject, one.factor, value.bytes()});
    }

    std::size_t advance(const std::vector<bare_update>& many) override
    {
        wire subjects;
        wire factors;
        wire values;
        subjects.begin_array(text_type, many.size());
        factors.begin_array(text_type, many.size());
        values.begin_array(int8_type, many.size());
        for (const bare_update& one : many) {
            subjects.element(one.subject);
            factors.element(one.factor);
            values.element(one.value);
        }
        return on_.execute<4>("advance_many", {tenant, subjects.bytes(), factors.bytes(), values.bytes()});
    }

    std::size_t insert_challenge(const std::string& subject, const std::string& id, std::int64_t now_us) override
    {
        const std::string tag(bare_tag_len, 't');
        wire created;
        wire expires;
        created.number(static_cast<std::uint64_t>(now_us));
        expires.number(static_cast<std::uint64_t>(now_us + 300 * second_us));
        return on_.execute<7>("insert", {tenant, subject, id, bare_context, tag, created.bytes(), expires.bytes()});
    }

private:
    connection on_;
};

}  // namespace

std::unique_ptr<bare_store> open_bare_postgres(const std::string& url)
{
    return std::make_unique<bare_postgres>(url);
}

std::string copy_postgres(const std::string& admin_url, const std::string& from, const std::string& to)
{
    run_postgres(admin_url, "CREATE DATABASE " + to + (from.empty() ? std::string() : " TEMPLATE " + from));
    return admin_url.substr(0, admin_url.rfind('/') + 1) + to;
}

void run_postgres(const std::string& url, const std::string& sql)
{
    connection(url).run(sql.c_str());
}

}  // namespace counterseal::bench
