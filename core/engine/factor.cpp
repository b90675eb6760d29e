// SPDX-License-Identifier: Apache-2.0
#include "core/engine/factor.hpp"

#include <algorithm>
#include <iterator>

namespace counterseal::core {
namespace {

constexpr std::string_view types[] = {"totp", "hotp"};
constexpr std::string_view states[] = {"pending", "active", "suspended", "revoked"};

template <class Enum, std::size_t N>
std::string_view name(Enum of, const std::string_view (&names)[N])
{
    return names[static_cast<std::size_t>(of)];
}

template <class Enum, std::size_t N>
Enum named(std::string_view text, const std::string_view (&names)[N])
{
    const auto found = std::ranges::find(names, text);
    if (found == std::end(names)) {
        throw store_error(status::e_store_corrupt, "a factor has an unknown type or state");
    }
    return static_cast<Enum>(found - std::begin(names));
}

void need(status s, const char* what)
{
    if (s != status::ok) {
        throw store_error(s, what);
    }
}

template <class Call>
auto with_row(const row_seal& with, const factor& of, Call&& call)
{
    return call("factor", fields{with.store, std::string_view(of.key.tenant), std::string_view(of.key.subject),
                                 std::string_view(of.key.factor), name(of.type, types), name(of.state, states),
                                 of.version, std::int64_t{static_cast<std::uint32_t>(of.hash)}, std::int64_t{of.digits},
                                 std::int64_t{of.period_s}, static_cast<std::int64_t>(of.t0_s),
                                 std::string_view(of.label), bytes_view(of.secret), of.created_us});
}

std::vector<std::uint8_t> tag_of(const row_seal& with, const factor& of)
{
    std::vector<std::uint8_t> tag;
    need(with_row(with, of, [&](std::string_view kind, fields row) { return with.by.authenticate(kind, row, tag); }),
         "a factor cannot be authenticated");
    return tag;
}

/// The secret stays with tenant, subject, factor and type; the version of the row goes on without sealing it anew.
template <class Call>
auto with_place(const row_seal& with, const factor& of, Call&& call)
{
    return call(fields{with.store, std::string_view(of.key.tenant), std::string_view(of.key.subject),
                       std::string_view(of.key.factor), name(of.type, types)});
}

}  // namespace

void seal_secret(const row_seal& with, factor& of, bytes_view secret)
{
    need(with_place(with, of, [&](fields where) { return with.by.seal(secret, where, of.secret); }),
         "a secret cannot be sealed");
}

secure_bytes open_secret(const row_seal& with, const factor& of)
{
    secure_bytes out;
    need(with_place(with, of, [&](fields where) { return with.by.open(of.secret, where, out); }),
         "a secret cannot be opened");
    return out;
}

void insert_factor(transaction& in, const row_seal& with, const factor& of)
{
    static constexpr statement insert = {
        "INSERT INTO factor (tenant, subject, factor, type, state, version, algorithm, digits, period_s, t0_s, label, "
        "secret, created_us, tag, last_value) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
        "$15)"};
    const std::vector<std::uint8_t> tag = tag_of(with, of);
    in.run(insert,
           {std::string_view(of.key.tenant), std::string_view(of.key.subject), std::string_view(of.key.factor),
            name(of.type, types), name(of.state, states), of.version, std::int64_t{static_cast<std::uint32_t>(of.hash)},
            std::int64_t{of.digits}, std::int64_t{of.period_s}, static_cast<std::int64_t>(of.t0_s),
            std::string_view(of.label), bytes_view(of.secret), of.created_us, bytes_view(tag), of.hot.last_value});
}

std::optional<factor> load_factor(transaction& in, const row_seal& with, const factor_key& key)
{
    static constexpr statement select = {
        "SELECT type, state, version, algorithm, digits, period_s, t0_s, label, secret, created_us, tag, last_value, "
        "attempts, streak, locked_until_us FROM factor WHERE tenant = $1 AND subject = $2 AND factor = $3"};
    rows out;
    if (in.run(select, {std::string_view(key.tenant), std::string_view(key.subject), std::string_view(key.factor)},
               &out) == 0) {
        return std::nullopt;
    }
    factor of;
    of.key = key;
    of.type = named<factor_type>(out.text(0, 0), types);
    of.state = named<factor_state>(out.text(0, 1), states);
    of.version = out.integer(0, 2);
    of.hash = static_cast<hash_id>(out.integer(0, 3));
    of.digits = static_cast<std::uint32_t>(out.integer(0, 4));
    of.period_s = static_cast<std::uint32_t>(out.integer(0, 5));
    of.t0_s = static_cast<std::uint64_t>(out.integer(0, 6));
    of.label = out.text(0, 7);
    of.secret = out.is_null(0, 8) ? std::vector<std::uint8_t>() : out.bytes(0, 8);
    of.created_us = out.integer(0, 9);
    const std::vector<std::uint8_t>& tag = out.bytes(0, 10);
    need(with_row(with, of, [&](std::string_view kind, fields row) { return with.by.check(kind, row, tag); }),
         "the row of a factor was changed by somebody else");
    of.hot = {out.integer(0, 11), out.integer(0, 12), out.integer(0, 13), out.integer(0, 14)};
    return of;
}

}  // namespace counterseal::core
