// SPDX-License-Identifier: Apache-2.0
// Logins of a tenant that has a policy, on each store.
#pragma once

#include <string>
#include <vector>

#include "core/engine/clock.hpp"
#include "core/engine/decision.hpp"
#include "core/engine/evaluate.hpp"
#include "core/engine/event.hpp"
#include "core/engine/verify_challenge.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {

constexpr std::int64_t day_us = 24 * 3600 * second_us;
constexpr text browser = "0123456789abcdef";
constexpr text other_browser = "fedcba9876543210";

/// Staff must have a second factor, with three days of time for it; guests need not; the calendar cannot ask.
constexpr text clinic = R"({
  "rules": [
    {"name": "staff", "groups": ["staff"], "paths": "*", "grace_days": 3},
    {"name": "admins", "groups": ["admins"], "paths": "*"},
    {"name": "guests", "groups": ["guests"], "paths": ["web"], "mfa": "optional"}
  ],
  "paths": {"web": {"challenge": true}, "caldav": {"challenge": false}},
  "actions": {"login": {"max_age_s": 3600}, "admin": {"max_age_s": 60}}
})";

/// A login as it is asked about; each test says what is different.
struct asking {
    std::string tenant = "maple";
    std::string subject = "alice";
    std::string session{browser};
    std::string path = "web";
    std::vector<std::string> groups{"staff"};
    std::string action = "login";
    std::string method = "password";
    std::string status = "active";
    std::string grant{};
    std::int64_t time_us = start_us;

    [[nodiscard]] login_request request() const
    {
        return {tenant, subject, bytes_of(session), path, groups, action, method, status, grant};
    }
};

/// An answer to a challenge.
struct replying {
    std::string id;
    std::string code{};
    std::string tenant = "maple";
    std::string subject = "alice";
    std::string session{browser};
    std::string factor{};
    std::int64_t time_us = start_us;
    std::string status = "active";
};

class decisions : public verify_factor_on {
protected:
    void SetUp() override
    {
        verify_factor_on::SetUp();
        set(clinic);
    }

    std::int64_t set(text document, text tenant = "maple", std::int64_t time_us = start_us)
    {
        problem why;
        const std::optional<policy_document> parsed = parse_policy(*crypto_, document, why);
        EXPECT_TRUE(parsed) << why.text;
        return write([&](transaction& t) { return set_policy(t, seal_, tenant, *parsed, "root", "test", time_us); });
    }

    /// As a host asks: by reading first. What reading decides, writing must decide too.
    decision ask_for(const asking& login)
    {
        const auto session = connect();
        std::optional<decision> read;
        {
            transaction t(*session, access::read, soon());
            read = evaluate_reading(t, means_, login.request(), login.time_us);
        }
        const decision written = in_transaction(
            *session, soon(), [&](transaction& t) { return evaluate(t, means_, login.request(), login.time_us); });
        if (read) {
            EXPECT_EQ(read->code, written.code);
            EXPECT_EQ(read->why, written.why);
            EXPECT_EQ(read->assurance, written.assurance);
        }
        return written;
    }

    decision reply(store_session& session, const replying& with)
    {
        const response typed = prepare_response(*crypto_, {}, with.code);
        const challenge_answer answer{with.tenant, with.subject, with.id, bytes_of(with.session),
                                      with.factor, with.status};
        return in_transaction(session, soon(),
                              [&](transaction& t) { return verify_challenge(t, means_, answer, typed, with.time_us); });
    }
    decision reply(const replying& with) { return reply(*connect(), with); }

    /// The reasons alone.
    reason why(const asking& login) { return ask_for(login).why; }
    reason answered(const replying& with) { return reply(with).why; }

    /// A challenge that was just issued.
    std::string challenge_of(const asking& login = {})
    {
        const decision d = ask_for(login);
        EXPECT_EQ(d.code, status::challenge) << name_of(d.why);
        return d.challenge_id;
    }

    /// The grant of a whole login.
    std::string log_in(const asking& login = {})
    {
        const decision d = reply({.id = challenge_of(login),
                                  .code = code_at(login.time_us),
                                  .tenant = login.tenant,
                                  .subject = login.subject,
                                  .session = login.session,
                                  .time_us = login.time_us});
        EXPECT_EQ(d.why, reason::ok) << name_of(d.why);
        return std::string(view(d.grant));
    }

    /// The last event of a tenant.
    event last_event(text tenant = "maple")
    {
        const auto all = write([&](transaction& t) { return list_events(t, tenant, std::nullopt, 0, 1'000'000); });
        return all.empty() ? event() : all.back();
    }

    policy_cache policies_;
    decision_means means_{seal_, limits_, *crypto_, policies_};
};

}  // namespace counterseal::core
