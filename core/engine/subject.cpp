// SPDX-License-Identifier: Apache-2.0
#include "core/engine/subject.hpp"

#include <vector>

#include "core/engine/keyed_row.hpp"
#include "core/engine/name.hpp"

namespace counterseal::core {
namespace {

template <class Call>
status with_row(const row_seal& with, const subject& of, Call&& call)
{
    return call("subject", fields{with.store, std::string_view(of.tenant), std::string_view(of.name), of.version,
                                  of.epoch, std::int64_t{of.is_enrolled}, of.grace_until_us, of.created_us});
}

std::vector<std::uint8_t> tag_of(const row_seal& with, const subject& of)
{
    std::vector<std::uint8_t> tag;
    need(with_row(with, of, [&](std::string_view kind, fields row) { return with.by.authenticate(kind, row, tag); }),
         "a subject cannot be authenticated");
    return tag;
}

/// Columns: subject, version, epoch, is_enrolled, grace_until_us, created_us, tag.
subject read_row(const row_seal& with, std::string_view tenant, const rows& from, std::size_t i)
{
    const std::int64_t is_enrolled = from.integer(i, 3);
    subject of{std::string(tenant), from.text(i, 0),    from.integer(i, 1), from.integer(i, 2),
               is_enrolled != 0,    from.integer(i, 4), from.integer(i, 5)};
    const std::vector<std::uint8_t>& tag = from.bytes(i, 6);
    // The tag is about one bit: 2 would pass for 1.
    need(is_enrolled == 0 || is_enrolled == 1 ? status::ok : status::e_store_corrupt,
         "the row of a subject was changed by somebody else");
    need_fitting(with_row(with, of, [&](std::string_view kind, fields row) { return with.by.check(kind, row, tag); }),
                 "the row of a subject was changed by somebody else");
    return of;
}

}  // namespace

void need(status s, const char* what)
{
    if (s != status::ok) {
        throw store_error(s, what);
    }
}

void need_fitting(status s, const char* what)
{
    need(s, s == status::e_keys ? "the key ring lacks the key that a row was made with" : what);
}

std::optional<subject> load_subject(transaction& in, const row_seal& with, std::string_view tenant,
                                    std::string_view name)
{
    static constexpr statement select = {
        "SELECT subject, version, epoch, is_enrolled, grace_until_us, created_us, tag FROM subject "
        "WHERE tenant = $1 AND subject = $2"};
    rows out;
    if (in.run(select, {tenant, name}, &out) == 0) {
        return std::nullopt;
    }
    return read_row(with, tenant, out, 0);
}

bool lock_subject_row(transaction& in, std::string_view tenant, std::string_view name)
{
    // A change to nothing takes the row's lock, and waits for who has it.
    static constexpr statement lock = {"UPDATE subject SET failures = failures WHERE tenant = $1 AND subject = $2"};
    return in.run(lock, {tenant, name}) == 1;
}

std::optional<subject> lock_known_subject(transaction& in, const row_seal& with, std::string_view tenant,
                                          std::string_view name)
{
    return lock_subject_row(in, tenant, name) ? load_subject(in, with, tenant, name) : std::nullopt;
}

subject lock_subject(transaction& in, const row_seal& with, std::string_view tenant, std::string_view name,
                     std::int64_t now_us)
{
    static constexpr statement lock = {
        "INSERT INTO subject (tenant, subject, version, epoch, is_enrolled, grace_until_us, created_us, tag) "
        "VALUES ($1, $2, $3, $4, 0, 0, $5, $6) "
        "ON CONFLICT (tenant, subject) DO UPDATE SET failures = subject.failures"};
    // The only place where a subject comes into being.
    need(name_fault(tenant) == nullptr && name_fault(name) == nullptr ? status::ok : status::e_argument,
         "the name of a tenant or subject is not in its canonical form");
    subject made{std::string(tenant), std::string(name)};
    made.created_us = now_us;
    const std::vector<std::uint8_t> tag = tag_of(with, made);
    in.run(lock, {tenant, name, made.version, made.epoch, made.created_us, bytes_view(tag)});
    return load_subject(in, with, tenant, name).value();
}

void update_subject(transaction& in, const row_seal& with, subject& of)
{
    static constexpr statement update = {
        "UPDATE subject SET version = $3, epoch = $4, is_enrolled = $5, grace_until_us = $6, tag = $7 "
        "WHERE tenant = $1 AND subject = $2 AND version = $3 - 1"};
    ++of.version;
    const std::vector<std::uint8_t> tag = tag_of(with, of);
    const std::size_t n = in.run(update, {std::string_view(of.tenant), std::string_view(of.name), of.version, of.epoch,
                                          std::int64_t{of.is_enrolled}, of.grace_until_us, bytes_view(tag)});
    need(n == 1 ? status::ok : status::e_internal, "a subject was changed without being locked");
}

void mark_enrolled(transaction& in, const row_seal& with, subject& of)
{
    if (!of.is_enrolled) {
        of.is_enrolled = true;
        update_subject(in, with, of);
    }
}

std::vector<keyed_row> keyed_subjects(transaction& in, const row_seal& with, const keyed_page& of)
{
    static constexpr statement select = {
        "SELECT subject, version, epoch, is_enrolled, grace_until_us, created_us, tag FROM subject "
        "WHERE tenant = $1 AND subject > $2 ORDER BY subject LIMIT $3"};
    static constexpr statement update = {"UPDATE subject SET tag = $3 WHERE tenant = $1 AND subject = $2 AND tag = $4"};
    rows out;
    in.run(select, {of.tenant, of.first, of.limit}, &out);
    std::vector<keyed_row> all(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::vector<std::uint8_t>& old = out.bytes(i, 6);
        all[i].first = out.text(i, 0);
        all[i].parts = {{keyed::subject, std::string(sealer::key_of_tag(old))}};
        if (of.reseals && all[i].parts[0].key != with.by.active()) {
            plan_reseal(all[i], [&] {
                const subject one = read_row(with, of.tenant, out, i);
                return [one, old, tag = tag_of(with, one)](transaction& t) {
                    return t.run(update, {std::string_view(one.tenant), std::string_view(one.name), bytes_view(tag),
                                          bytes_view(old)}) == 1;
                };
            });
        }
    }
    return all;
}

}  // namespace counterseal::core
