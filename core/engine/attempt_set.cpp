// SPDX-License-Identifier: Apache-2.0
#include "core/engine/attempt_set.hpp"

namespace counterseal::core {
namespace {

/// One member of each, as a column.
template <class T, class Of>
std::vector<T> column_of(std::span<const Of> all, T Of::* member)
{
    std::vector<T> column;
    column.reserve(all.size());
    for (const Of& one : all) {
        column.push_back(one.*member);
    }
    return column;
}

}  // namespace

std::vector<std::string> lock_subjects_in_budget(transaction& in, const throttle& limits, std::string_view tenant,
                                                 std::span<const std::string_view> subjects, const store_time& time)
{
    // SQLite lets one transaction write at a time: there, nobody else changes a row that was read. PostgreSQL looks up
    // and locks one after the other, as they stand.
    static constexpr set_statement lock = {
        {"SELECT subject FROM subject WHERE tenant = $1 AND subject = $2 "
         "AND (failures < $3 OR failures_since_us <= $4)"},
        {"SELECT found.subject FROM unnest($2::text[]) AS asked (of_subject), "
         "LATERAL (SELECT subject FROM subject WHERE tenant = $1 AND subject = of_subject "
         "AND (failures < $3 OR failures_since_us <= $4) LIMIT 1 FOR UPDATE) AS found"}};
    rows out;
    in.run_set(lock, {tenant, subjects, limits.subject_failures, time.locked_us - limits.subject_period_s * second_us},
               &out);
    std::vector<std::string> found;
    found.reserve(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        found.push_back(out.text(i, 0));
    }
    return found;
}

#define IS_FREE "streak < $5 AND locked_until_us = 0 AND attempts < $6"

// PostgreSQL is told to look each row up by the index (LIMIT and OFFSET keep it from making a join of it), and to
// change it where it was found. Of a plain join it makes what its statistics say: where it has none it read the whole
// tenant, for each batch or even for each row of one. Conditions of the factor alone had it do that, too, so they stand
// behind one of both sides. The place stays right as long as the subject is locked; if somebody changes a row all the
// same, the condition is asked once more, of the row as it is then.
#define AT_FREE(number, condition)                                                                                     \
    " FROM (SELECT at, " number " FROM unnest($2::text[], $3::text[], $4::bigint[]) AS of (of_subject, of_id, " number \
    "), LATERAL (SELECT ctid AS at FROM factor WHERE tenant = $1 AND subject = of_subject "                            \
    "AND factor = of_id LIMIT 1) AS place OFFSET 0) AS found "                                                         \
    "WHERE ctid = at AND CASE WHEN " condition " THEN " IS_FREE " END"

std::vector<free_factor> find_free(transaction& in, const row_seal& with, const throttle& limits,
                                   std::string_view tenant, std::span<const asked_factor> factors)
{
    static constexpr set_statement find = {
        {"SELECT " COUNTERSEAL_FACTOR_COLUMNS
         " FROM factor WHERE tenant = $1 AND subject = $2 AND factor = $3 AND digits = $4 "
         "AND type = 'totp' AND state = 'active' AND " IS_FREE},
        {"SELECT of.* FROM unnest($2::text[], $3::text[], $4::bigint[]) AS asked (of_subject, of_factor, of_digits), "
         "LATERAL (SELECT " COUNTERSEAL_FACTOR_COLUMNS
         " FROM factor WHERE tenant = $1 AND subject = of_subject AND factor = of_factor AND digits = of_digits "
         "AND type = 'totp' AND state = 'active' AND " IS_FREE " LIMIT 1) AS of"}};
    const auto subjects = column_of(factors, &asked_factor::subject);
    const auto ids = column_of(factors, &asked_factor::factor);
    const auto digits = column_of(factors, &asked_factor::digits);
    rows out;
    in.run_set(find, {tenant, subjects, ids, digits, limits.streak, limits.attempts}, &out);
    std::vector<free_factor> found;
    found.reserve(out.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        try {
            factor of = read_factor(with, tenant, out, i);
            secure_bytes key = open_secret(with, of);
            found.push_back({std::move(of), std::move(key)});
        } catch (const store_error&) {  // NOLINT(bugprone-empty-catch)
            // Who asks for it alone is told why.
        }
    }
    return found;
}

std::size_t reserve_all(transaction& in, const throttle& limits, std::string_view tenant,
                        std::span<const asked_factor> factors)
{
    static constexpr set_statement reserve = {
        {"UPDATE factor SET attempts = attempts + 1, streak = streak + 1 "
         "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND digits = $4 AND " IS_FREE},
        {"UPDATE factor SET attempts = attempts + 1, streak = streak + 1" AT_FREE("of_digits", "digits = of_digits")}};
    const auto subjects = column_of(factors, &asked_factor::subject);
    const auto ids = column_of(factors, &asked_factor::factor);
    const auto digits = column_of(factors, &asked_factor::digits);
    return in.run_set(reserve, {tenant, subjects, ids, digits, limits.streak, limits.attempts});
}

std::size_t advance_all(transaction& in, const throttle& limits, std::string_view tenant,
                        std::span<const accepted_factor> factors)
{
    static constexpr set_statement advance = {
        {"UPDATE factor SET last_value = $4, attempts = 0, streak = 0 "
         "WHERE tenant = $1 AND subject = $2 AND factor = $3 AND last_value < $4 AND " IS_FREE},
        {"UPDATE factor SET last_value = of_value, attempts = 0, streak = 0" AT_FREE("of_value",
                                                                                     "last_value < of_value")}};
    const auto subjects = column_of(factors, &accepted_factor::subject);
    const auto ids = column_of(factors, &accepted_factor::factor);
    const auto values = column_of(factors, &accepted_factor::value);
    return in.run_set(advance, {tenant, subjects, ids, values, limits.streak, limits.attempts});
}

#undef AT_FREE
#undef IS_FREE

}  // namespace counterseal::core
