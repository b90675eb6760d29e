// SPDX-License-Identifier: Apache-2.0
// Passkeys of a tenant whose policy has a relying party, on each store.
#pragma once

#include <string>
#include <vector>

#include "core/engine/ask_passkey.hpp"
#include "core/engine/enroll_passkey.hpp"
#include "core/engine/verify_passkey.hpp"
#include "core/webauthn/response_json.hpp"
#include "decision_fixture.hpp"
#include "fake_authenticator.hpp"

namespace counterseal::core {

constexpr text with_passkeys = R"({
  "rules": [{"name": "staff", "groups": ["staff"], "paths": "*"}],
  "paths": {"web": {"challenge": true}, "caldav": {"challenge": false}},
  "relying_party": {"rp_id": "maple.example", "origins": ["https://maple.example"]}
})";

class passkeys : public decisions {
protected:
    void SetUp() override
    {
        decisions::SetUp();
        change("DELETE FROM factor");  // nobody has one yet
        change("DELETE FROM subject");
        set(with_passkeys);
    }

    passkey_enrollment begin(const passkey_request& request = {.user_name = "alice"}, text subject = "alice",
                             std::int64_t time_us = start_us)
    {
        return write([&](transaction& t) {
            return enroll_passkey(t, seal_, *crypto_, policies_, "maple", subject, request, time_us);
        });
    }

    /// In the two transactions that it takes.
    factor_verdict finish(const std::string& factor, const std::string& response, text subject = "alice",
                          std::int64_t time_us = start_us)
    {
        const factor_key of{"maple", std::string(subject), factor};
        const registration_json given = read_registration_json(response);
        EXPECT_EQ(given.reason, refusal::none);
        const taken_registration taken =
            write([&](transaction& t) { return take_registration(t, seal_, policies_, of, time_us); });
        if (taken.refused != status::ok) {
            return {taken.refused};
        }
        const registration checked = verify_registration(*crypto_, given.raw(), *taken.party, taken.expected);
        return write(
            [&](transaction& t) { return settle_registration(t, seal_, of, checked, given.transports, time_us); });
    }

    /// An active passkey; returns its factor.
    std::string enroll(fake_authenticator& with, text subject = "alice")
    {
        const passkey_enrollment begun = begin({.user_name = subject}, subject);
        EXPECT_EQ(begun.code, status::ok) << begun.rule;
        EXPECT_EQ(finish(begun.factor, with.register_with(begun.options), subject).code, status::ok);
        return begun.factor;
    }

    passkey_question question(const std::string& challenge_id, text session = browser, text subject = "alice",
                              std::int64_t time_us = start_us)
    {
        return write([&](transaction& t) {
            return ask_passkey(t, means_, "maple", subject, challenge_id, bytes_of(session), {}, time_us);
        });
    }
    passkey_question any_question(text path = "web", text session = browser, std::int64_t time_us = start_us)
    {
        return write([&](transaction& t) {
            return ask_any_passkey(t, means_, "maple", bytes_of(session), path, "login", time_us);
        });
    }

    /// What a response comes to; `between` happens after it was taken.
    decision answer_by(const replying& with, const std::string& response, const std::function<void()>& between = {})
    {
        const authentication_json given = read_authentication_json(response);
        EXPECT_EQ(given.reason, refusal::none);
        const challenge_answer to{with.tenant, with.subject, with.id, bytes_of(with.session), with.factor, with.status};
        return settle(to, given, between, with.time_us, [&](transaction& t) {
            return take_passkey_answer(t, means_, to, given.credential_id, with.time_us);
        });
    }
    decision log_in_by(const replying& with, const std::string& response,
                       const std::vector<std::string>& groups = {"staff"})
    {
        const authentication_json given = read_authentication_json(response);
        EXPECT_EQ(given.reason, refusal::none);
        const challenge_answer to{with.tenant, with.subject, with.id, bytes_of(with.session), {}};
        const passkey_login login{with.tenant, with.subject, with.id, bytes_of(with.session), groups, with.status};
        return settle(to, given, {}, with.time_us, [&](transaction& t) {
            return take_passkey_login(t, means_, login, given.credential_id, with.time_us);
        });
    }

    /// A whole login of alice, with this passkey as her second factor.
    decision log_in(const fake_authenticator& with)
    {
        const std::string id = challenge_of();
        return answer_by({.id = id}, with.answer(question(id).options));
    }

    passkey stored(const std::string& factor, text subject = "alice")
    {
        return open_passkey(seal_, load({"maple", std::string(subject), factor}));
    }

    fake_authenticator key{*crypto_};

private:
    template <class Take>
    decision settle(const challenge_answer& to, const authentication_json& given, const std::function<void()>& between,
                    std::int64_t time_us, Take&& take)
    {
        const taken_answer taken = write(std::forward<Take>(take));
        if (taken.refused) {
            return *taken.refused;
        }
        const authentication checked = check_answer(*crypto_, taken, given.raw());
        if (between) {
            between();
        }
        return write(
            [&](transaction& t) { return settle_answer(t, means_, to, taken, given.raw(), checked, time_us); });
    }
};

}  // namespace counterseal::core
