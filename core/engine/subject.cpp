// SPDX-License-Identifier: Apache-2.0
#include "core/engine/subject.hpp"

#include <vector>

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

}  // namespace

void need(status s, const char* what)
{
    if (s != status::ok) {
        throw store_error(s, what);
    }
}

std::optional<subject> load_subject(transaction& in, const row_seal& with, std::string_view tenant,
                                    std::string_view name)
{
    static constexpr statement select = {
        "SELECT version, epoch, is_enrolled, grace_until_us, created_us, tag FROM subject "
        "WHERE tenant = $1 AND subject = $2"};
    rows out;
    if (in.run(select, {tenant, name}, &out) == 0) {
        return std::nullopt;
    }
    const std::int64_t is_enrolled = out.integer(0, 2);
    subject of{std::string(tenant), std::string(name), out.integer(0, 0), out.integer(0, 1),
               is_enrolled != 0,    out.integer(0, 3), out.integer(0, 4)};
    const std::vector<std::uint8_t>& tag = out.bytes(0, 5);
    // The tag is about one bit: 2 would pass for 1.
    need(is_enrolled == 0 || is_enrolled == 1 ? status::ok : status::e_store_corrupt,
         "the row of a subject was changed by somebody else");
    need(with_row(with, of, [&](std::string_view kind, fields row) { return with.by.check(kind, row, tag); }),
         "the row of a subject was changed by somebody else");
    return of;
}

std::optional<subject> lock_known_subject(transaction& in, const row_seal& with, std::string_view tenant,
                                          std::string_view name)
{
    // A change to nothing takes the row's lock, and waits for who has it.
    static constexpr statement lock = {"UPDATE subject SET failures = failures WHERE tenant = $1 AND subject = $2"};
    return in.run(lock, {tenant, name}) == 0 ? std::nullopt : load_subject(in, with, tenant, name);
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

}  // namespace counterseal::core
