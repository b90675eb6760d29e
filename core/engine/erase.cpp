// SPDX-License-Identifier: Apache-2.0
#include "core/engine/erase.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "core/engine/clock.hpp"
#include "core/engine/event_log.hpp"
#include "core/engine/stored_event.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t at_a_time = 1'000;

std::int64_t last_event(transaction& in, std::string_view tenant)
{
    static constexpr statement ask = {"SELECT seq FROM event WHERE tenant = $1 ORDER BY seq DESC LIMIT 1"};
    rows out;
    return in.run(ask, {tenant}, &out) == 0 ? 0 : out.integer(0, 0);
}

/// The next ones of a subject, with the hashes of who they are about.
hashed_events next_persons(transaction& in, event_hash& hash, std::string_view tenant, std::string_view subject,
                           std::int64_t after)
{
    static constexpr statement select = {
        "SELECT seq, actor, reason, salt FROM event WHERE tenant = $1 AND seq > $2 AND subject = $3 "
        "ORDER BY seq LIMIT $4"};
    rows out;
    in.run(select, {tenant, after, subject, static_cast<std::int64_t>(at_a_time)}, &out);
    hashed_events found;
    for (std::size_t i = 0; i < out.size(); ++i) {
        event one;
        one.subject = subject;
        one.actor = out.text(i, 1);
        one.reason = out.text(i, 2);
        need(!out.is_null(i, 3) && out.bytes(i, 3).size() == sizeof(log_person::salt) ? status::ok
                                                                                      : status::e_store_corrupt,
             "an event of the log was changed by somebody else");
        found.numbers.push_back(out.integer(i, 0));
        found.hashes.push_back(hash.person(one, out.bytes(i, 3)));
    }
    return found;
}

std::vector<bytes_view> views(std::span<const sha256_digest> of)
{
    return {of.begin(), of.end()};
}

/// How many it erased: what was purged or erased meanwhile stays as it is.
std::int64_t erase_persons(transaction& in, std::string_view tenant, const hashed_events& of)
{
    static constexpr set_statement erase = {
        {"UPDATE event SET subject = '', actor = '', reason = '', salt = NULL, person = $3 "
         "WHERE tenant = $1 AND seq = $2 AND salt IS NOT NULL"},
        {"UPDATE event SET subject = '', actor = '', reason = '', salt = NULL, person = of_person "
         "FROM unnest($2::bigint[], $3::bytea[]) AS of (of_seq, of_person) "
         "WHERE tenant = $1 AND seq = of_seq AND salt IS NOT NULL"}};
    std::int64_t n = 0;
    for (std::size_t from = 0; from < of.numbers.size(); from += at_a_time) {
        const std::size_t size = std::min<std::size_t>(at_a_time, of.numbers.size() - from);
        const auto numbers = std::span(of.numbers).subspan(from, size);
        const auto hashes = views(std::span(of.hashes).subspan(from, size));
        n += static_cast<std::int64_t>(in.run_set(erase, {tenant, numbers, hashes}));
    }
    return n;
}

/// How many it reduced: somebody else may purge at the same time.
std::int64_t reduce_to_leaves(transaction& in, std::string_view tenant, const hashed_events& of)
{
    static constexpr set_statement reduce = {
        {"UPDATE event SET at_us = 0, type = '', subject = '', factor = '', actor = '', reason = '', detail = '', "
         "salt = NULL, person = NULL, leaf = $3 WHERE tenant = $1 AND seq = $2 AND leaf IS NULL"},
        {"UPDATE event SET at_us = 0, type = '', subject = '', factor = '', actor = '', reason = '', detail = '', "
         "salt = NULL, person = NULL, leaf = of_leaf "
         "FROM unnest($2::bigint[], $3::bytea[]) AS of (of_seq, of_leaf) "
         "WHERE tenant = $1 AND seq = of_seq AND leaf IS NULL"}};
    const std::vector<bytes_view> hashes = views(of.hashes);
    return static_cast<std::int64_t>(in.run_set(reduce, {tenant, of.numbers, hashes}));
}

/// By the clocks that no caller sets: the latest time that the store has seen, and its own one where it has that.
std::int64_t clock_of_store(transaction& in)
{
    const std::int64_t seen_us = latest_us(in, 0);
    return std::min(seen_us, in.session().clock_us().value_or(seen_us));
}

/// What was purged are the first events, so that it takes few looks to find the last of them among millions. INT64_MAX:
/// there is nothing else.
std::int64_t last_purged(transaction& in, std::string_view tenant)
{
    static constexpr statement ask = {"SELECT seq FROM event WHERE tenant = $1 AND seq = $2 AND leaf IS NOT NULL"};
    rows out;
    const std::int64_t last = last_event(in, tenant);
    std::int64_t purged = 0;
    for (std::int64_t kept = last + 1; kept - purged > 1;) {
        const std::int64_t middle = purged + (kept - purged) / 2;
        (in.run(ask, {tenant, middle}, &out) == 0 ? kept : purged) = middle;
    }
    return purged == last ? INT64_MAX : purged;
}

/// The next ones that are old enough, with what they hash to. Fewer than asked for: there are no more.
hashed_events find_old(transaction& in, event_hash& hash, std::string_view tenant, std::int64_t after,
                       std::int64_t before_us)
{
    hashed_events found;
    for (const stored_event& one : load_events(in, tenant, after, static_cast<std::int64_t>(at_a_time))) {
        if (one.what.at_us >= before_us) {
            break;
        }
        found.numbers.push_back(one.what.seq);
        found.hashes.push_back(hash.leaf(one));
    }
    return found;
}

void log(transaction& in, const row_seal& with, std::string_view type, std::string_view tenant, const authority& by,
         std::int64_t now_us, std::string detail)
{
    append_event(in, with,
                 {.tenant = std::string(tenant),
                  .at_us = now_us,
                  .type = std::string(type),
                  .actor = std::string(by.actor),
                  .reason = std::string(by.reason),
                  .detail = std::move(detail)});
}

hashed_events all_persons(transaction& in, const row_seal& with, std::string_view tenant, std::string_view subject,
                          std::int64_t after)
{
    event_hash hash(with.log.provider());
    hashed_events all;
    for (hashed_events next = next_persons(in, hash, tenant, subject, after); !next.numbers.empty();
         next = next_persons(in, hash, tenant, subject, after)) {
        all.numbers.insert(all.numbers.end(), next.numbers.begin(), next.numbers.end());
        all.hashes.insert(all.hashes.end(), next.hashes.begin(), next.hashes.end());
        after = next.numbers.back();
    }
    return all;
}

}  // namespace

persons_found find_persons(transaction& in, const row_seal& with, std::string_view tenant, std::string_view subject)
{
    // Asked first: what is written meanwhile is found twice rather than never, and erased once.
    const std::int64_t up_to = last_event(in, tenant);
    return {all_persons(in, with, tenant, subject, 0), up_to};
}

erasure erase_person(transaction& in, const row_seal& with, std::string_view tenant, std::string_view subject,
                     const authority& by, std::int64_t now_us, const persons_found& known)
{
    if (!is_valid(by)) {
        return {status::e_argument};
    }
    static_cast<void>(tell_time(in, now_us));
    static_cast<void>(lock_known_subject(in, with, tenant, subject));
    erasure done{status::ok};
    done.n = erase_persons(in, tenant, known.events);
    done.n += erase_persons(in, tenant, all_persons(in, with, tenant, subject, known.up_to));
    if (done.n != 0) {
        log(in, with, "person.erased", tenant, by, now_us, R"({"events":)" + std::to_string(done.n) + "}");
    }
    return done;
}

erasure purge_events(transaction& in, const row_seal& with, std::string_view tenant, std::int64_t before_us,
                     const authority& by, std::int64_t now_us)
{
    if (!is_valid(by)) {
        return {status::e_argument};
    }
    static_cast<void>(tell_time(in, now_us));
    if (before_us > clock_of_store(in) - retention_us) {
        return {status::e_range};
    }
    event_hash hash(with.log.provider());
    erasure done{status::ok};
    std::int64_t after = last_purged(in, tenant);
    while (after != INT64_MAX && done.is_complete) {
        const hashed_events next = find_old(in, hash, tenant, after, before_us);
        if (!next.numbers.empty()) {
            done.n += reduce_to_leaves(in, tenant, next);
            after = next.numbers.back();
        }
        if (next.numbers.size() < at_a_time) {
            break;
        }
        done.is_complete = done.n < most_purged;
    }
    if (done.n != 0) {
        log(in, with, "events.purged", tenant, by, now_us,
            R"({"events":)" + std::to_string(done.n) + R"(,"up_to":)" + std::to_string(after) + "}");
    }
    return done;
}

}  // namespace counterseal::core
