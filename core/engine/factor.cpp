// SPDX-License-Identifier: Apache-2.0
#include "core/engine/factor.hpp"

#include <algorithm>
#include <iterator>

#include "core/engine/keyed_row.hpp"
#include "core/engine/throttle.hpp"
#include "core/otp/step.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view types[] = {"totp", "hotp", "recovery", "webauthn"};
constexpr std::string_view states[] = {"pending", "active", "suspended", "revoked"};

template <class Enum, std::size_t N>
Enum named(std::string_view text, const std::string_view (&names)[N])
{
    const auto found = std::ranges::find(names, text);
    if (found == std::end(names)) {
        throw store_error(status::e_store_corrupt, "a factor has an unknown type or state");
    }
    return static_cast<Enum>(found - std::begin(names));
}

template <class Call>
auto with_row(const row_seal& with, const factor& of, Call&& call)
{
    return call("factor", fields{with.store,
                                 std::string_view(of.key.tenant),
                                 std::string_view(of.key.subject),
                                 std::string_view(of.key.factor),
                                 name_of(of.type),
                                 name_of(of.state),
                                 of.version,
                                 std::int64_t{static_cast<std::uint32_t>(of.hash)},
                                 std::int64_t{of.digits},
                                 std::int64_t{of.period_s},
                                 static_cast<std::int64_t>(of.t0_s),
                                 of.drift,
                                 std::string_view(of.label),
                                 bytes_view(of.secret),
                                 std::string_view(of.provenance),
                                 std::string_view(of.replaces),
                                 std::string_view(of.request),
                                 of.created_us,
                                 of.confirmed_us,
                                 of.ended_us});
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
                       std::string_view(of.key.factor), name_of(of.type)});
}

/// What was stored as 32 bits. The tag is about those: more of them would count for nothing and go unseen.
std::uint32_t narrow(std::int64_t stored)
{
    need(stored >= 0 && stored <= UINT32_MAX ? status::ok : status::e_store_corrupt,
         "the row of a factor was changed by somebody else");
    return static_cast<std::uint32_t>(stored);
}

std::vector<factor> read_all(const row_seal& with, std::string_view tenant, const rows& from)
{
    std::vector<factor> all;
    all.reserve(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
        all.push_back(read_factor(with, tenant, from, i));
    }
    return all;
}

}  // namespace

std::uint64_t token_time_s(std::int64_t now_us, std::int64_t drift, std::uint32_t period_s) noexcept
{
    return static_cast<std::uint64_t>(now_us / second_us + drift * std::int64_t{period_s});
}

totp_options totp_options_of(const factor& of) noexcept
{
    totp_options options;
    options.digits = of.digits;
    options.period_s = of.period_s;
    options.t0_s = of.t0_s;
    options.long_period = true;  // its bound was kept when the factor was made
    return options;
}

std::int64_t newest_step(std::uint64_t now_s, const totp_options& options) noexcept
{
    return static_cast<std::int64_t>(time_step(now_s - options.t0_s, options.period_s) + options.future);
}

factor read_factor(const row_seal& with, std::string_view tenant, const rows& from, std::size_t i)
{
    factor of;
    of.key = {std::string(tenant), from.text(i, 22), from.text(i, 0)};
    of.type = named<factor_type>(from.text(i, 1), types);
    of.state = named<factor_state>(from.text(i, 2), states);
    of.version = from.integer(i, 3);
    of.hash = static_cast<hash_id>(narrow(from.integer(i, 4)));
    of.digits = narrow(from.integer(i, 5));
    of.period_s = narrow(from.integer(i, 6));
    of.t0_s = static_cast<std::uint64_t>(from.integer(i, 7));
    of.drift = from.integer(i, 8);
    of.label = from.text(i, 9);
    of.secret = from.is_null(i, 10) ? std::vector<std::uint8_t>() : from.bytes(i, 10);
    of.provenance = from.text(i, 11);
    of.replaces = from.text(i, 12);
    of.request = from.text(i, 13);
    of.created_us = from.integer(i, 14);
    of.confirmed_us = from.integer(i, 15);
    of.ended_us = from.integer(i, 16);
    const std::vector<std::uint8_t>& tag = from.bytes(i, 17);
    need_fitting(with_row(with, of, [&](std::string_view kind, fields row) { return with.by.check(kind, row, tag); }),
                 "the row of a factor was changed by somebody else");
    of.hot = {from.integer(i, 18), from.integer(i, 19), from.integer(i, 20), from.integer(i, 21)};
    return of;
}

void seal_secret(const row_seal& with, factor& of, bytes_view secret)
{
    need(with_place(with, of, [&](fields where) { return with.by.seal(secret, where, of.secret); }),
         "a secret cannot be sealed");
}

secure_bytes open_secret(const row_seal& with, const factor& of)
{
    secure_bytes out;
    need_fitting(with_place(with, of, [&](fields where) { return with.by.open(of.secret, where, out); }),
                 "a secret cannot be opened");
    return out;
}

void insert_factor(transaction& in, const row_seal& with, const factor& of)
{
    static constexpr statement insert = {
        "INSERT INTO factor (tenant, subject, factor, type, state, version, algorithm, digits, period_s, t0_s, drift, "
        "label, secret, provenance, replaces, request, created_us, confirmed_us, ended_us, tag, last_value) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"};
    const std::vector<std::uint8_t> tag = tag_of(with, of);
    in.run(insert, {std::string_view(of.key.tenant),
                    std::string_view(of.key.subject),
                    std::string_view(of.key.factor),
                    name_of(of.type),
                    name_of(of.state),
                    of.version,
                    std::int64_t{static_cast<std::uint32_t>(of.hash)},
                    std::int64_t{of.digits},
                    std::int64_t{of.period_s},
                    static_cast<std::int64_t>(of.t0_s),
                    of.drift,
                    std::string_view(of.label),
                    bytes_view(of.secret),
                    std::string_view(of.provenance),
                    std::string_view(of.replaces),
                    std::string_view(of.request),
                    of.created_us,
                    of.confirmed_us,
                    of.ended_us,
                    bytes_view(tag),
                    of.hot.last_value});
}

void update_factor(transaction& in, const row_seal& with, factor& of)
{
    // What a factor is never changes; what it is called, may do and holds does.
    static constexpr statement update = {
        "UPDATE factor SET state = $4, version = $5, label = $6, secret = $7, confirmed_us = $8, ended_us = $9, "
        "tag = $10 WHERE tenant = $1 AND subject = $2 AND factor = $3 AND version = $5 - 1"};
    ++of.version;
    const std::vector<std::uint8_t> tag = tag_of(with, of);
    const std::size_t n =
        in.run(update, {std::string_view(of.key.tenant), std::string_view(of.key.subject),
                        std::string_view(of.key.factor), name_of(of.state), of.version, std::string_view(of.label),
                        bytes_view(of.secret), of.confirmed_us, of.ended_us, bytes_view(tag)});
    need(n == 1 ? status::ok : status::e_internal, "a factor was changed without its subject being locked");
}

bool update_used_factor(transaction& in, const row_seal& with, factor& of, std::int64_t before)
{
    static constexpr statement update = {
        "UPDATE factor SET state = $4, version = $5, label = $6, secret = $7, confirmed_us = $8, ended_us = $9, "
        "tag = $10, last_value = $11 "
        "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND version = $5 - 1 AND last_value = $12"};
    ++of.version;
    const std::vector<std::uint8_t> tag = tag_of(with, of);
    return in.run(update,
                  {std::string_view(of.key.tenant), std::string_view(of.key.subject), std::string_view(of.key.factor),
                   name_of(of.state), of.version, std::string_view(of.label), bytes_view(of.secret), of.confirmed_us,
                   of.ended_us, bytes_view(tag), of.hot.last_value, before}) == 1;
}

std::optional<factor> load_factor(transaction& in, const row_seal& with, const factor_key& key)
{
    static constexpr statement select = {"SELECT " COUNTERSEAL_FACTOR_COLUMNS
                                         " FROM factor WHERE tenant = $1 AND subject = $2 AND factor = $3"};
    rows out;
    if (in.run(select, {std::string_view(key.tenant), std::string_view(key.subject), std::string_view(key.factor)},
               &out) == 0) {
        return std::nullopt;
    }
    return read_factor(with, key.tenant, out, 0);
}

std::vector<factor> load_factors(transaction& in, const row_seal& with, std::string_view tenant,
                                 std::string_view subject)
{
    static constexpr statement select = {"SELECT " COUNTERSEAL_FACTOR_COLUMNS
                                         " FROM factor WHERE tenant = $1 AND subject = $2 ORDER BY factor"};
    rows out;
    in.run(select, {tenant, subject}, &out);
    return read_all(with, tenant, out);
}

std::vector<factor> load_factors_after(transaction& in, const row_seal& with, std::string_view tenant,
                                       std::optional<std::string_view> subject, const factor_place& after,
                                       std::int64_t limit)
{
    static constexpr statement of_all = {"SELECT " COUNTERSEAL_FACTOR_COLUMNS
                                         " FROM factor WHERE tenant = $1 AND (subject, factor) > ($2, $3) "
                                         "ORDER BY subject, factor LIMIT $4"};
    static constexpr statement of_one = {"SELECT " COUNTERSEAL_FACTOR_COLUMNS
                                         " FROM factor WHERE tenant = $1 AND (subject, factor) > ($2, $3) "
                                         "AND subject = $5 ORDER BY subject, factor LIMIT $4"};
    const std::string_view from_subject = after.subject;
    const std::string_view from_factor = after.factor;
    rows out;
    if (subject) {
        in.run(of_one, {tenant, from_subject, from_factor, limit, *subject}, &out);
    } else {
        in.run(of_all, {tenant, from_subject, from_factor, limit}, &out);
    }
    return read_all(with, tenant, out);
}

std::vector<keyed_row> keyed_factors(transaction& in, const row_seal& with, const keyed_page& of)
{
    static constexpr statement select = {"SELECT " COUNTERSEAL_FACTOR_COLUMNS
                                         " FROM factor WHERE tenant = $1 AND (subject, factor) > ($2, $3) "
                                         "ORDER BY subject, factor LIMIT $4"};
    // The tag is about the secret, too.
    static constexpr statement update = {
        "UPDATE factor SET secret = $4, tag = $5 "
        "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND tag = $6"};
    const std::string_view active = with.by.active();
    rows out;
    in.run(select, {of.tenant, of.first, of.second, of.limit}, &out);
    std::vector<keyed_row> all(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::vector<std::uint8_t>& old = out.bytes(i, 17);
        const bytes_view sealed = out.is_null(i, 10) ? bytes_view() : bytes_view(out.bytes(i, 10));
        const bool is_set = out.text(i, 1) == name_of(factor_type::recovery);
        all[i].first = out.text(i, 22);
        all[i].second = out.text(i, 0);
        all[i].parts = {{keyed::factor, std::string(sealer::key_of_tag(old))}};
        if (!sealed.empty()) {
            all[i].parts.push_back({is_set ? keyed::recovery_set : keyed::secret, std::string(sealer::key_of(sealed))});
        }
        // Codes are found by digests under the key of their salt, and nobody can make those anew but who has the codes.
        const bool moves_secret = !sealed.empty() && !is_set && sealer::key_of(sealed) != active;
        if (of.reseals && (moves_secret || all[i].parts[0].key != active)) {
            plan_reseal(all[i], [&] {
                factor one = read_factor(with, of.tenant, out, i);
                if (moves_secret) {
                    seal_secret(with, one, open_secret(with, one));
                }
                std::vector<std::uint8_t> tag = tag_of(with, one);
                return [one = std::move(one), old, tag = std::move(tag)](transaction& t) {
                    return t.run(update, {std::string_view(one.key.tenant), std::string_view(one.key.subject),
                                          std::string_view(one.key.factor), bytes_view(one.secret), bytes_view(tag),
                                          bytes_view(old)}) == 1;
                };
            });
        }
    }
    return all;
}

bool is_live(const factor& of) noexcept
{
    return of.state == factor_state::active || of.state == factor_state::suspended;
}

bool is_enrolled(std::span<const factor> of_subject) noexcept
{
    return std::ranges::any_of(of_subject, is_live);
}

bool has_passkey(std::span<const factor> of_subject) noexcept
{
    return std::ranges::any_of(of_subject,
                               [](const factor& one) { return one.type == factor_type::webauthn && is_live(one); });
}

std::string_view name_of(factor_type type) noexcept
{
    return types[static_cast<std::size_t>(type)];
}

std::string_view name_of(factor_state state) noexcept
{
    return states[static_cast<std::size_t>(state)];
}

}  // namespace counterseal::core
