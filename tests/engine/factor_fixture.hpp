// SPDX-License-Identifier: Apache-2.0
// A subject with one factor, on each store.
#pragma once

#include "core/engine/verify_factor.hpp"

#include <functional>
#include <string>

#include "core/base/cpu.hpp"
#include "core/engine/tables.hpp"
#include "core/otp/totp.hpp"
#include "stores.hpp"

namespace counterseal::core {
using text = std::string_view;
constexpr std::int64_t start_us = 1'700'000'000 * second_us;
constexpr std::int64_t minute_us = 60 * second_us;
constexpr text secret = "12345678901234567890";  // of RFC 4226's and RFC 6238's examples

inline std::string code_at(std::int64_t time_us)
{
    hmac_key key;
    hmac_prepare(key, best_kernel(hash_id::sha1, cpu_features()),
                 {reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()});
    std::string code(6, '0');
    EXPECT_EQ(totp_generate(mac_of(key), static_cast<std::uint64_t>(time_us / second_us), {}, code.data()), status::ok);
    return code;
}

/// Of the right shape, and no code of the steps around `time_us`.
inline std::string wrong_at(std::int64_t time_us)
{
    for (int number = 0;; ++number) {
        std::string code = std::to_string(100'000 + number);
        bool is_right = false;
        for (int step = -1; step <= 1; ++step) {
            is_right |= code == code_at(time_us + step * 30 * second_us);
        }
        if (!is_right) {
            return code;
        }
    }
}

class verify_factor_on : public stores {
protected:
    void SetUp() override
    {
        stores::SetUp();
        const auto session = connect();
        migrate(*session, soon(), engine_tables());
        in_transaction(*session, soon(), [](transaction& t) {
            static constexpr statement begin = {
                "INSERT INTO installation (id, store, canary, clock_us) VALUES (1, 'store', $1, 0)"};
            t.run(begin, {bytes_view()});
        });
        add_subject("maple", "alice");
        add_factor(phone);
    }

    void add_subject(text tenant, text subject)
    {
        const auto session = connect();
        in_transaction(*session, soon(),
                       [&](transaction& t) { static_cast<void>(lock_subject(t, seal_, tenant, subject, start_us)); });
    }

    void add_factor(const factor_key& key, const std::function<void(factor&)>& change = [](factor&) {})
    {
        factor made;
        made.key = key;
        made.state = factor_state::active;
        change(made);
        seal_secret(seal_, made, {reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()});
        const auto session = connect();
        in_transaction(*session, soon(), [&](transaction& t) { insert_factor(t, seal_, made); });
    }

    factor_verdict answer(store_session& session, const factor_key& key, text code, std::int64_t time_us)
    {
        return in_transaction(session, soon(),
                              [&](transaction& t) { return verify_factor(t, seal_, limits_, key, code, time_us); });
    }
    status check(const factor_key& key, text code, std::int64_t time_us)
    {
        return answer(*connect(), key, code, time_us).code;
    }
    factor load(const factor_key& key)
    {
        const auto session = connect();
        return *in_transaction(*session, soon(), [&](transaction& t) { return load_factor(t, seal_, key); });
    }
    void change(const std::string& sql)
    {
        const auto session = connect();
        in_transaction(*session, soon(), [&](transaction&) { session->execute(sql); });
    }
    /// That many wrong codes, none of which is refused unseen.
    void fail(const factor_key& key, int times, std::int64_t time_us)
    {
        for (int i = 0; i < times; ++i) {
            ASSERT_EQ(check(key, wrong_at(time_us), time_us), status::wrong) << i;
        }
    }

    const factor_key phone{"maple", "alice", "phone"};
    const factor_key token{"maple", "alice", "token"};
    std::unique_ptr<const crypto> crypto_ = crypto::open("");
    std::vector<std::uint8_t> key_ = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8,
                                      1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 9};
    key_ring keys_ = key_ring::from_keys({{"k", key_}}, "k");
    sealer sealer_{*crypto_, keys_};
    row_seal seal_{sealer_, "store"};
    throttle limits_{.subject_failures = 1'000'000};
};

}  // namespace counterseal::core
