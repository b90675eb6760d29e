// SPDX-License-Identifier: Apache-2.0
#include "core/engine/recovery.hpp"

#include <array>

#include "core/ct/taint.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/end_factor.hpp"
#include "core/engine/event.hpp"
#include "core/engine/random_id.hpp"
#include "core/enroll/hex.hpp"

namespace counterseal::core {
namespace {

using digest = std::array<std::uint8_t, 32>;

/// Under the key that sealed the salt: a set keeps its key when another one becomes the active one.
digest digest_of(const row_seal& with, const factor& of, bytes_view hash)
{
    digest out{};
    need_fitting(with.by.digest(sealer::key_of(of.secret), "recovery code",
                                {with.store, std::string_view(of.key.tenant), std::string_view(of.key.subject),
                                 std::string_view(of.key.factor), hash},
                                out),
                 "a recovery code cannot be digested");
    return out;
}

}  // namespace

bool is_recovery_shaped(std::string_view text) noexcept
{
    typed_recovery_code typed = read_recovery_code(text);
    const wiped_at_end wipe_typed{typed.characters};
    return declassify(typed.well_formed);
}

recovery_set make_recovery_set(const crypto& provider, std::uint32_t iterations)
{
    recovery_set set;
    set.factor = random_id(provider);
    set.salt.resize(recovery_salt_len + sizeof iterations);
    need(provider.random(bytes_span(set.salt).first(recovery_salt_len)), "there are no random numbers");
    store_be(set.salt.data() + recovery_salt_len, iterations);
    for (std::size_t i = 0; i < recovery_set_len; ++i) {
        // One random byte a character: 256 is a multiple of 32, so that each is as likely as another.
        std::array<std::uint8_t, recovery_code_len> numbers{};
        const wiped_at_end wipe_numbers{numbers};
        need(provider.random(numbers), "there are no random numbers");
        set.codes.push_back(write_recovery_code(numbers));
        set.hashes.push_back(hash_recovery_code(provider, {set.factor, set.salt}, view(set.codes.back())));
    }
    return set;
}

void store_recovery_set(transaction& in, const row_seal& with, std::string_view tenant, std::string_view subject,
                        const recovery_set& set, std::int64_t now_us)
{
    static constexpr statement insert = {
        "INSERT INTO recovery_code (tenant, subject, factor, digest) VALUES ($1, $2, $3, $4)"};
    static_cast<void>(tell_time(in, now_us));
    struct subject owner = lock_subject(in, with, tenant, subject, now_us);
    std::vector<factor> before = load_factors(in, with, tenant, subject);
    factor made;
    made.key = {owner.tenant, owner.name, set.factor};
    made.type = factor_type::recovery;
    end_ungranted(in, with, before, made, now_us);
    for (factor& old : before) {
        if (old.type == factor_type::recovery && old.state != factor_state::revoked) {
            end_factor(in, with, old, now_us);
            append_event(in, with,
                         {.tenant = owner.tenant,
                          .at_us = now_us,
                          .type = "factor.revoked",
                          .subject = owner.name,
                          .factor = old.key.factor,
                          .reason = "replaced by a new set"});
        }
    }
    made.state = factor_state::active;  // who was shown the codes has them: there is nothing to try first
    made.hash = hash_id::sha256;
    made.digits = recovery_code_len;
    made.created_us = now_us;
    made.confirmed_us = now_us;
    seal_secret(with, made, set.salt);
    insert_factor(in, with, made);
    for (const secure_bytes& hash : set.hashes) {
        in.run(insert, {tenant, subject, std::string_view(set.factor), bytes_view(digest_of(with, made, hash))});
    }
    mark_enrolled(in, with, owner);
    append_event(in, with,
                 {.tenant = owner.tenant,
                  .at_us = now_us,
                  .type = "factor.enrolled",
                  .subject = owner.name,
                  .factor = set.factor,
                  .detail = R"({"type":"recovery"})"});
}

std::vector<recovery_salt> load_recovery_salts(transaction& in, const row_seal& with, std::string_view tenant,
                                               std::string_view subject, std::string_view factor)
{
    std::vector<recovery_salt> salts;
    for (const struct factor& one : load_factors(in, with, tenant, subject)) {
        const bool is_meant = factor.empty() || factor == one.key.factor;
        if (is_meant && one.type == factor_type::recovery && one.state == factor_state::active) {
            salts.push_back({one.key.factor, open_secret(with, one)});
        }
    }
    return salts;
}

secure_bytes hash_recovery_code(const crypto& provider, const recovery_salt& salt, std::string_view text)
{
    typed_recovery_code typed = read_recovery_code(text);
    const wiped_at_end wipe_typed{typed.characters};
    need(salt.salt.size() == recovery_salt_len + sizeof(std::uint32_t) ? status::ok : status::e_store_corrupt,
         "the salt of a set of recovery codes is none");
    secure_bytes hash(recovery_hash_len);
    need(provider.pbkdf2(hash_id::sha256,
                         {reinterpret_cast<const std::uint8_t*>(typed.characters.data()), typed.characters.size()},
                         bytes_view(salt.salt).first(recovery_salt_len),
                         load_be<std::uint32_t>(salt.salt.data() + recovery_salt_len), hash),
         "a recovery code cannot be hashed");
    return hash;
}

recovery_use use_recovery_code(transaction& in, const row_seal& with, const factor& of, bytes_view hash,
                               std::int64_t now_us)
{
    static constexpr statement use = {
        "UPDATE recovery_code SET used_us = $5 "
        "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND digest = $4 AND used_us = 0"};
    static constexpr statement ask = {
        "SELECT used_us FROM recovery_code WHERE tenant = $1 AND subject = $2 AND factor = $3 AND digest = $4"};
    if (hash.empty()) {
        return {status::wrong};
    }
    const digest wanted = digest_of(with, of, hash);
    const std::string_view tenant = of.key.tenant;
    const std::string_view subject = of.key.subject;
    const std::string_view set = of.key.factor;
    if (in.run(use, {tenant, subject, set, bytes_view(wanted), now_us}) == 1) {
        return {status::ok, to_hex(wanted)};
    }
    rows out;
    return {in.run(ask, {tenant, subject, set, bytes_view(wanted)}, &out) == 0 ? status::wrong : status::replayed};
}

std::set<std::string> used_recovery_codes(transaction& in, const factor_key& of)
{
    static constexpr statement select = {
        "SELECT digest FROM recovery_code WHERE tenant = $1 AND subject = $2 AND factor = $3 AND used_us <> 0"};
    rows out;
    in.run(select, {std::string_view(of.tenant), std::string_view(of.subject), std::string_view(of.factor)}, &out);
    std::set<std::string> names;
    for (std::size_t i = 0; i < out.size(); ++i) {
        names.insert(to_hex(out.bytes(i, 0)));
    }
    return names;
}

std::int64_t count_recovery_codes(transaction& in, const factor_key& of)
{
    static constexpr statement count = {
        "SELECT count(*) FROM recovery_code WHERE tenant = $1 AND subject = $2 AND factor = $3 AND used_us = 0"};
    rows out;
    in.run(count, {std::string_view(of.tenant), std::string_view(of.subject), std::string_view(of.factor)}, &out);
    return out.integer(0, 0);
}

}  // namespace counterseal::core
