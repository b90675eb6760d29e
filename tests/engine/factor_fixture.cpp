// SPDX-License-Identifier: Apache-2.0
#include "factor_fixture.hpp"

#include "core/base/cpu.hpp"
#include "core/engine/event.hpp"
#include "core/engine/tables.hpp"
#include "core/otp/totp.hpp"

namespace counterseal::core {

std::string code_of(bytes_view key, std::int64_t time_us)
{
    hmac_key prepared;
    hmac_prepare(prepared, best_kernel(hash_id::sha1, cpu_features()), key);
    std::string code(6, '0');
    EXPECT_EQ(totp_generate(mac_of(prepared), static_cast<std::uint64_t>(time_us / second_us), {}, code.data()),
              status::ok);
    return code;
}

std::string code_at(std::int64_t time_us)
{
    return code_of(bytes_of(secret), time_us);
}

std::string wrong_at(std::int64_t time_us)
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

void verify_factor_on::SetUp()
{
    stores::SetUp();
    const auto session = connect();
    migrate(*session, soon(), engine_tables());
    in_transaction(*session, soon(), [](transaction& t) {
        static constexpr statement begin = {
            "INSERT INTO installation (id, store, canary, log_public, log_private, clock_us) "
            "VALUES (1, 'store', $1, $1, $1, 0)"};
        t.run(begin, {bytes_view()});
    });
    add_subject("maple", "alice");
    add_factor(phone);
}

void verify_factor_on::add_subject(text tenant, text subject)
{
    write([&](transaction& t) { static_cast<void>(lock_subject(t, seal_, tenant, subject, start_us)); });
}

void verify_factor_on::add_factor(const factor_key& key, const std::function<void(factor&)>& change)
{
    factor made;
    made.key = key;
    made.state = factor_state::active;
    made.confirmed_us = start_us;
    change(made);
    seal_secret(seal_, made, bytes_of(secret));
    write([&](transaction& t) { insert_factor(t, seal_, made); });
}

factor_verdict verify_factor_on::answer(store_session& session, const factor_key& key, text code, std::int64_t time_us)
{
    const response typed = prepare_response(*crypto_, {}, code);
    return in_transaction(session, soon(), [&](transaction& t) {
        return verify_response(t, seal_, limits_, key.tenant, key.subject, {&key.factor, 1}, typed, time_us);
    });
}

factor_verdict verify_factor_on::answer_any(const std::vector<std::string>& ids, text code, std::int64_t time_us,
                                            text subject)
{
    const auto salts = write([&](transaction& t) { return load_recovery_salts(t, seal_, "maple", subject); });
    const response typed = prepare_response(*crypto_, salts, code);
    return write(
        [&](transaction& t) { return verify_response(t, seal_, limits_, "maple", subject, ids, typed, time_us); });
}

status verify_factor_on::check(const factor_key& key, text code, std::int64_t time_us)
{
    return answer(*connect(), key, code, time_us).code;
}

factor verify_factor_on::load(const factor_key& key)
{
    return write([&](transaction& t) { return *load_factor(t, seal_, key); });
}

std::int64_t verify_factor_on::ask(const statement& sql)
{
    return write([&](transaction& t) {
        rows out;
        t.run(sql, {}, &out);
        return out.integer(0, 0);
    });
}

void verify_factor_on::change(const std::string& sql)
{
    const auto session = connect();
    in_transaction(*session, soon(), [&](transaction&) { session->execute(sql); });
}

void verify_factor_on::fail(const factor_key& key, int times, std::int64_t time_us)
{
    for (int i = 0; i < times; ++i) {
        ASSERT_EQ(check(key, wrong_at(time_us), time_us), status::wrong) << i;
    }
}

std::string verify_factor_on::events()
{
    return write([&](transaction& t) {
        std::string all;
        for (const event& one : list_events(t, "maple", std::nullopt, 0, 1000)) {
            all += one.type + " ";
        }
        return all;
    });
}

}  // namespace counterseal::core
