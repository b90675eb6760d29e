// SPDX-License-Identifier: Apache-2.0
#include "core/engine/refusal.hpp"

namespace counterseal::core {
namespace {

/// The same three statements, about a subject or about one of its factors.
struct counter {
    statement ask;
    statement tell;
    statement count;
};

#define OF_SUBJECT "tenant = $1 AND subject = $2"
#define OF_FACTOR OF_SUBJECT " AND factor = $3"
constexpr counter of_subject = {{"SELECT refused, refused_us FROM subject WHERE " OF_SUBJECT},
                                {"UPDATE subject SET refused = 0, refused_us = $3 WHERE " OF_SUBJECT},
                                {"UPDATE subject SET refused = refused + 1 WHERE " OF_SUBJECT}};
constexpr counter of_factor = {{"SELECT refused, refused_us FROM factor WHERE " OF_FACTOR},
                               {"UPDATE factor SET refused = 0, refused_us = $4 WHERE " OF_FACTOR},
                               {"UPDATE factor SET refused = refused + 1 WHERE " OF_FACTOR}};

std::size_t run(transaction& in, const statement& what, std::string_view tenant, std::string_view subject,
                std::string_view factor, rows* out = nullptr)
{
    return factor.empty() ? in.run(what, {tenant, subject}, out) : in.run(what, {tenant, subject, factor}, out);
}

}  // namespace

std::int64_t count_refusal(transaction& in, std::string_view tenant, std::string_view subject, std::string_view factor,
                           const store_time& time)
{
    // A subject without budget was not locked, and a count that two transactions read at once would be told twice.
    static constexpr statement lock = {"UPDATE subject SET failures = failures WHERE " OF_SUBJECT};
    in.run(lock, {tenant, subject});
    const counter& of = factor.empty() ? of_subject : of_factor;
    rows out;
    if (run(in, of.ask, tenant, subject, factor, &out) == 0) {
        return 0;
    }
    if (!is_over(out.integer(0, 1), refusal_period_us, time.locked_us)) {
        run(in, of.count, tenant, subject, factor);
        return 0;
    }
    if (factor.empty()) {
        in.run(of.tell, {tenant, subject, time.locked_us});
    } else {
        in.run(of.tell, {tenant, subject, factor, time.locked_us});
    }
    return out.integer(0, 0) + 1;
}

}  // namespace counterseal::core
