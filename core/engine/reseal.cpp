// SPDX-License-Identifier: Apache-2.0
#include "core/engine/reseal.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <vector>

#include "core/engine/clock.hpp"
#include "core/engine/event.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

/// The tables of a tenant that hold something of a key, in the order in which they are walked: a new one goes here.
constexpr keyed_rows tables[] = {keyed_policies, keyed_subjects, keyed_factors, keyed_challenges};

constexpr std::string_view names[] = {"policy", "subject", "factor", "secret", "recovery_set", "challenge", "canary"};

/// Behind which row a walk is: tenant by tenant, table by table.
struct place {
    std::string tenant{};  // empty: before the first one
    std::size_t table = 0;
    std::string first{};
    std::string second{};
    std::int64_t n_left = 0;  // rows of this walk so far that stay under another key than this one
    std::string key{};
};

std::string text_of(const place& at)
{
    return json::array({at.tenant, at.table, at.first, at.second, at.n_left, at.key}).dump();
}

/// Nothing: no text of text_of().
std::optional<place> read_place(std::string_view text)
{
    if (text.empty()) {
        return place{};
    }
    const json from = json::parse(text, nullptr, false);
    const bool is_place = from.is_array() && from.size() == 6 && from[0].is_string() && from[1].is_number_unsigned() &&
                          from[2].is_string() && from[3].is_string() && from[4].is_number_unsigned() &&
                          from[5].is_string();
    if (!is_place || from[1].get<std::uint64_t>() > std::size(tables)) {
        return std::nullopt;
    }
    return place{from[0], from[1], from[2], from[3], from[4], from[5]};
}

/// The first tenant behind another one that any of the tables knows; empty: there is none.
std::string tenant_behind(transaction& in, std::string_view tenant)
{
    static constexpr statement ask = {
        "SELECT min(tenant) FROM (SELECT min(tenant) AS tenant FROM policy WHERE tenant > $1 "
        "UNION ALL SELECT min(tenant) FROM subject WHERE tenant > $1 "
        "UNION ALL SELECT min(tenant) FROM factor WHERE tenant > $1 "
        "UNION ALL SELECT min(tenant) FROM challenge WHERE tenant > $1) AS known"};
    rows out;
    in.run(ask, {tenant}, &out);
    return out.is_null(0, 0) ? std::string() : out.text(0, 0);
}

struct seen_row {
    std::string tenant;
    std::size_t table;
    keyed_row row;
};

struct stretch {
    std::vector<seen_row> rows;
    std::vector<std::string> ended;  // tenants that it came to the end of
    bool has_open = false;           // one of them was begun in an earlier step
    bool is_end = false;
    place next;
};

/// Whether it was begun and not ended.
bool is_reseal_open(transaction& in, std::string_view tenant, std::string_view key)
{
    static constexpr statement ask = {"SELECT 1 FROM reseal WHERE tenant = $1 AND key_id = $2 AND is_done = 0"};
    return in.run(ask, {tenant, key}) == 1;
}

/// The next `limit` rows. Where there are few in a table, the steps over its end count, too.
stretch walk(transaction& in, const row_seal& with, place at, std::int64_t limit, std::int64_t now_us, bool reseals)
{
    stretch found;
    while (limit > 0) {
        if (at.tenant.empty() || at.table == std::size(tables)) {
            at = {.tenant = tenant_behind(in, at.tenant), .n_left = at.n_left, .key = std::move(at.key)};
            if (at.tenant.empty()) {
                found.is_end = true;
                break;
            }
        }
        std::vector<keyed_row> page =
            tables[at.table](in, with, {at.tenant, at.first, at.second, limit, now_us, reseals});
        const std::int64_t n = std::ssize(page);
        const bool is_last = n < limit;
        limit -= std::max<std::int64_t>(n, 1);
        if (n > 0) {
            at.first = page.back().first;
            at.second = page.back().second;
        }
        for (keyed_row& row : page) {
            found.rows.push_back({at.tenant, at.table, std::move(row)});
        }
        if (is_last) {
            at.first.clear();
            at.second.clear();
            if (++at.table == std::size(tables)) {
                found.ended.push_back(at.tenant);
                found.has_open |= reseals && is_reseal_open(in, at.tenant, with.by.active());
            }
        }
    }
    found.next = std::move(at);
    return found;
}

event key_event(const std::string& tenant, const char* type, std::string_view key, std::int64_t now_us)
{
    return {.tenant = tenant, .at_us = now_us, .type = type, .detail = json{{"key", key}}.dump()};
}

/// In the transaction of the first row that goes under a key: of two that begin together, one tells it.
void begin_reseal(transaction& in, const row_seal& with, const std::string& tenant, std::string_view key,
                  std::int64_t n_rows, std::int64_t now_us)
{
    static constexpr statement begin = {
        "INSERT INTO reseal (tenant, key_id, is_done, n_rows) VALUES ($1, $2, 0, 0) ON CONFLICT (tenant) DO UPDATE "
        "SET key_id = $2, is_done = 0, n_rows = 0 WHERE reseal.key_id <> $2 OR reseal.is_done = 1"};
    static constexpr statement add = {"UPDATE reseal SET n_rows = n_rows + $2 WHERE tenant = $1"};
    if (in.run(begin, {std::string_view(tenant), key}) == 1) {
        append_event(in, with, key_event(tenant, "keys.reseal_begun", key, now_us));
    }
    in.run(add, {std::string_view(tenant), n_rows});
}

/// Where it was begun and this is the first time that nothing was left to do.
void end_reseal(transaction& in, const row_seal& with, const std::string& tenant, std::string_view key,
                std::int64_t now_us)
{
    static constexpr statement ask = {"SELECT n_rows FROM reseal WHERE tenant = $1 AND key_id = $2 AND is_done = 0"};
    static constexpr statement end = {
        "UPDATE reseal SET is_done = 1 WHERE tenant = $1 AND key_id = $2 AND is_done = 0"};
    rows out;
    if (in.run(ask, {std::string_view(tenant), key}, &out) == 1 && in.run(end, {std::string_view(tenant), key}) == 1) {
        event what = key_event(tenant, "keys.reseal_ended", key, now_us);
        what.detail = json{{"key", key}, {"rows", out.integer(0, 0)}}.dump();
        append_event(in, with, std::move(what));
    }
}

struct put_rows {
    std::int64_t n_done = 0;
    bool is_whole = true;  // else a row was changed since it was read
};

/// The policies of a tenant, then subject by subject, each before its factors; what was asked of nobody in particular
/// after all else: as calls lock them, so that none waits for a step that waits for it.
bool is_locked_before(const seen_row& a, const seen_row& b)
{
    const auto order = [](const seen_row& of) {
        const bool is_of_subject = tables[of.table] != keyed_policies;
        const bool is_of_nobody = is_of_subject && of.row.first.empty();
        return std::tuple<bool, std::string_view, std::string_view, std::size_t, std::string_view>(
            is_of_nobody, of.tenant, is_of_subject ? of.row.first : std::string_view(), of.table, of.row.second);
    };
    return order(a) < order(b);
}

put_rows put(transaction& in, const row_seal& with, const stretch& what, std::string_view key, std::int64_t now_us)
{
    std::map<std::string_view, std::int64_t> resealed;
    put_rows made;
    std::pair<std::string_view, std::string_view> locked;  // tenant and subject
    for (const auto& [tenant, table, row] : what.rows) {
        if (!row.reseal) {
            continue;
        }
        const bool is_locked_by_subject = tables[table] == keyed_factors || tables[table] == keyed_challenges;
        // Whoever has loaded one of these rows would write it back as it was.
        if (is_locked_by_subject && locked != std::pair<std::string_view, std::string_view>(tenant, row.first)) {
            locked = {tenant, row.first};
            lock_subject_row(in, tenant, row.first);
        }
        if (row.reseal(in)) {
            ++resealed[tenant];
            ++made.n_done;
        } else {
            made.is_whole = false;
        }
    }
    for (const auto& [tenant, n] : resealed) {
        begin_reseal(in, with, std::string(tenant), key, n, now_us);
    }
    if (made.is_whole) {
        for (const std::string& tenant : what.ended) {
            end_reseal(in, with, tenant, key, now_us);
        }
    }
    return made;
}

place place_from(std::string_view after)
{
    std::optional<place> at = read_place(after);
    if (!at) {
        throw store_error(status::e_argument, "a place of a walk is what \"next\" was in the step before");
    }
    return *std::move(at);
}

stretch look(engine& on, const row_seal& with, const place& from, std::int64_t limit, std::int64_t now_us,
             told_time clock, bool reseals)
{
    return on.read(clock,
                   [&](transaction& t) { return walk(t, with, from, limit, read_time(t, now_us).locked_us, reseals); });
}

}  // namespace

bool is_walk_place(std::string_view text)
{
    return read_place(text).has_value();
}

reseal_progress reseal_step(engine& on, const row_seal& with, std::string_view after, std::int64_t limit,
                            std::int64_t now_us, told_time clock)
{
    const std::string_view active = with.by.active();
    place from = place_from(after);
    if (from.key != active) {
        from = {.key = std::string(active)};  // another key was promoted since
    }
    reseal_progress made;
    stretch what = look(on, with, from, limit, now_us, clock, true);
    std::ranges::sort(what.rows, is_locked_before);
    if (what.has_open ||
        std::ranges::any_of(what.rows, [](const seen_row& one) { return one.row.reseal != nullptr; })) {
        const put_rows done = on.write_alone(clock, [&](transaction& t) { return put(t, with, what, active, now_us); });
        made.n_resealed = done.n_done;
        if (!done.is_whole) {
            made.next = text_of(from);  // what was done stays: whoever comes again finds it done
            return made;
        }
    }
    for (const auto& [tenant, table, row] : what.rows) {
        made.n_damaged += row.is_damaged ? 1 : 0;
        bool stays = row.is_damaged;
        for (const keyed_part& part : row.parts) {
            const bool moved = row.reseal && part.what != keyed::recovery_set && part.what != keyed::challenge;
            if (!moved && part.key != active) {
                ++made.left[{part.what, part.key}];
                stays = true;
            }
        }
        what.next.n_left += stays ? 1 : 0;
    }
    if (!what.is_end) {
        made.next = text_of(what.next);
        return made;
    }
    if (what.next.n_left == 0) {
        made.n_resealed += on.reseal_canary(with, clock) ? 1 : 0;
    } else if (std::string key = on.key_of_canary(); key != active) {
        ++made.left[{keyed::canary, std::move(key)}];
    }
    return made;
}

key_count_page count_keys(engine& on, const row_seal& with, std::string_view after, std::int64_t limit,
                          std::int64_t now_us, told_time clock)
{
    const stretch what = look(on, with, place_from(after), limit, now_us, clock, false);
    key_count_page page;
    for (const seen_row& one : what.rows) {
        for (const keyed_part& part : one.row.parts) {
            ++page.counts[{part.what, part.key}];
        }
    }
    if (what.is_end) {
        ++page.counts[{keyed::canary, on.key_of_canary()}];
    } else {
        page.next = text_of(what.next);
    }
    return page;
}

std::string_view name_of(keyed what) noexcept
{
    return names[static_cast<std::size_t>(what)];
}

}  // namespace counterseal::core
