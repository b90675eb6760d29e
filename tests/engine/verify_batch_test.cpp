// SPDX-License-Identifier: Apache-2.0
// A batch says what its items would be told one after another, and leaves the same behind.
#include "core/engine/verify_batch.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "core/base/cpu.hpp"
#include "core/engine/event.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/totp.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

/// Passes everything on and counts what is asked of the store.
class counting_session final : public store_session {
public:
    explicit counting_session(store_session& behind) : behind_{behind} {}

    void begin(access how, deadline until) override { behind_.begin(how, until); }
    std::size_t run(const statement& what, std::span<const parameter> in, rows* out) override
    {
        ++n_asked;
        return behind_.run(what, in, out);
    }
    std::size_t run_set(const set_statement& what, std::span<const set_parameter> in, rows* out) override
    {
        ++n_asked;
        return behind_.run_set(what, in, out);
    }
    void execute(const std::string& sql) override { behind_.execute(sql); }
    void commit() override { behind_.commit(); }
    void roll_back() noexcept override { behind_.roll_back(); }
    void mark() override { behind_.mark(); }
    void undo_to_mark() override { behind_.undo_to_mark(); }
    void drop_mark() override { behind_.drop_mark(); }
    std::optional<std::int64_t> clock_us() override { return behind_.clock_us(); }
    [[nodiscard]] const dialect& words() const noexcept override { return behind_.words(); }

    int n_asked = 0;

private:
    store_session& behind_;
};

struct typed {
    std::string subject;
    std::string factor;
    std::string code;
};

using verdict = std::pair<status, std::int64_t>;

/// Two tenants with the same people: what one is asked in a batch, the other is asked one by one.
class verify_batch_on : public verify_factor_on {
protected:
    static constexpr const char* tenants[] = {"batch", "single"};

    void add_everywhere(text subject, text id, const std::function<void(factor&)>& change = [](factor&) {})
    {
        for (const char* const tenant : tenants) {
            add_subject(tenant, subject);
            add_factor({tenant, std::string(subject), std::string(id)}, change);
        }
    }

    void add_people()
    {
        for (const char* const name : {"ada", "bob", "cleo", "dan"}) {
            add_everywhere(name, "phone");
        }
        add_everywhere("ada", "tablet", [](factor& f) { f.hash = hash_id::sha256; });
        add_everywhere("bob", "long", [](factor& f) {
            f.digits = 8;
            f.period_s = 60;
        });
        add_everywhere("eve", "token", [](factor& f) {
            f.type = factor_type::hotp;
            f.hot.last_value = 0;
        });
        add_everywhere("eve", "phone", [](factor& f) { f.state = factor_state::pending; });
        add_everywhere("fay", "phone", [](factor& f) { f.state = factor_state::suspended; });
        add_everywhere("gil", "paper", [](factor& f) { f.type = factor_type::recovery; });
        add_everywhere("gil", "wide", [](factor& f) { f.t0_s = 10; });
        add_everywhere("hal", "ahead", [](factor& f) { f.drift = 1; });
    }

    /// A code that is right, right for another time, wrong, or none at all.
    std::string any_code(std::int64_t now_us)
    {
        static constexpr const char* shapes[] = {"", "123", "12 34 56", "1234567", "abcdef", "ABCD-EFGH-JKMN-PQ"};
        hmac_key key;
        hmac_prepare(key, best_kernel(random_() % 4 == 0 ? hash_id::sha256 : hash_id::sha1, cpu_features()),
                     bytes_of(secret));
        std::string code(random_() % 4 == 0 ? 8 : 6, '0');
        switch (random_() % 8) {
            case 0: return shapes[random_() % std::size(shapes)];
            case 1: return std::to_string(100'000 + random_() % 900'000);
            case 2:
                EXPECT_EQ(hotp_generate(mac_of(key), random_() % 20, {}, code.data()), status::ok);
                return code.substr(0, 6);
            default: break;
        }
        totp_options options;
        options.digits = static_cast<std::uint32_t>(code.size());
        options.period_s = code.size() == 8 ? 60 : 30;
        options.t0_s = random_() % 4 == 0 ? 10 : 0;
        const auto step = static_cast<std::int64_t>(random_() % 4) - 1;
        const auto at_s = static_cast<std::uint64_t>(now_us / second_us + step * options.period_s);
        EXPECT_EQ(totp_generate(mac_of(key), at_s, options, code.data()), status::ok);
        return random_() % 8 == 0 ? " " + code.substr(0, 3) + "-" + code.substr(3) : code;
    }

    std::vector<typed> any_items(std::int64_t now_us)
    {
        static constexpr const char* subjects[] = {"ada", "bob", "cleo", "dan", "eve", "fay", "gil", "hal", "nobody"};
        static constexpr const char* factors[] = {"phone", "phone", "phone", "tablet", "long",
                                                  "token", "paper", "wide",  "ahead"};
        std::vector<typed> items(1 + random_() % 12);
        for (typed& one : items) {
            one = {subjects[random_() % std::size(subjects)], factors[random_() % std::size(factors)],
                   any_code(now_us)};
            if (&one != items.data() && random_() % 6 == 0) {
                one = items[random_() % static_cast<std::size_t>(&one - items.data())];
            }
        }
        return items;
    }

    std::vector<verdict> together(store_session& session, const std::vector<typed>& items, std::int64_t now_us)
    {
        std::vector<batch_item> all;
        for (const typed& one : items) {
            all.push_back({one.subject, one.factor, prepare_response(*crypto_, {}, one.code)});
        }
        return in_transaction(session, soon(), [&](transaction& t) {
            std::vector<verdict> out;
            for (const item_verdict& one : verify_batch(t, seal_, limits_, "batch", all, now_us, "test")) {
                out.emplace_back(one.code, one.value);
            }
            return out;
        });
    }

    std::vector<verdict> one_by_one(const std::vector<typed>& items, std::int64_t now_us)
    {
        std::vector<verdict> out;
        for (const typed& one : items) {
            const response what = prepare_response(*crypto_, {}, one.code);
            try {
                out.push_back(write([&](transaction& t) {
                    const factor_verdict v = verify_response(t, seal_, limits_, "single", one.subject, {&one.factor, 1},
                                                             what, now_us, "test");
                    return verdict{v.code, v.value};
                }));
            } catch (const store_error& e) {
                out.emplace_back(e.code(), -1);
            }
        }
        return out;
    }

    /// What a tenant's rows hold of attempts, and its events, whose order between subjects is free.
    std::vector<std::string> rows_of(text tenant)
    {
        static constexpr statement factors = {
            "SELECT subject, factor, last_value, attempts, streak, locked_until_us FROM factor WHERE tenant = $1"};
        static constexpr statement subjects = {
            "SELECT subject, failures, failures_since_us FROM subject WHERE tenant = $1"};
        return write([&](transaction& t) {
            std::vector<std::string> all;
            rows out;
            for (const std::size_t n = t.run(factors, {tenant}, &out); all.size() < n;) {
                const std::size_t i = all.size();
                all.push_back(out.text(i, 0) + " " + out.text(i, 1));
                for (std::size_t column = 2; column < 6; ++column) {
                    all.back() += " " + std::to_string(out.integer(i, column));
                }
            }
            const std::size_t n_factors = all.size();
            for (const std::size_t n = n_factors + t.run(subjects, {tenant}, &out); all.size() < n;) {
                const std::size_t i = all.size() - n_factors;
                all.push_back(out.text(i, 0) + " " + std::to_string(out.integer(i, 1)) + " " +
                              std::to_string(out.integer(i, 2)));
            }
            for (const event& one : list_events(t, tenant, std::nullopt, 0, 100'000)) {
                all.push_back(one.type + " " + one.subject + " " + one.factor + " " + one.reason + " " + one.detail +
                              " " + std::to_string(one.at_us));
            }
            std::ranges::sort(all);
            return all;
        });
    }

    std::mt19937 random_{20261128};
};

TEST_P(verify_batch_on, a_batch_equals_its_items_one_after_another)
{
    limits_.subject_failures = 9;
    add_people();
    std::map<status, int> seen;
    std::int64_t now_us = start_us;
    const auto session = connect();
    for (int round = 0; round < 150; ++round) {
        now_us += static_cast<std::int64_t>(random_() % 40) * second_us;
        if (random_() % 20 == 0) {
            now_us += 4000 * second_us;
        }
        const std::vector<typed> items = any_items(now_us);
        const std::vector<verdict> got = together(*session, items, now_us);
        const std::vector<verdict> wanted = one_by_one(items, now_us);
        ASSERT_EQ(got.size(), wanted.size());
        for (std::size_t i = 0; i < items.size(); ++i) {
            ASSERT_EQ(got[i], wanted[i]) << round << ": " << items[i].subject << " " << items[i].factor << " "
                                         << items[i].code << " at " << now_us;
            ++seen[got[i].first];
        }
        if (round % 10 == 9) {
            ASSERT_EQ(rows_of("batch"), rows_of("single")) << round;
        }
    }
    for (const status s : {status::ok, status::wrong, status::replayed, status::malformed, status::throttled,
                           status::revoked, status::enroll}) {
        EXPECT_GT(seen[s], 3) << static_cast<int>(s);
    }
}

TEST_P(verify_batch_on, a_changed_row_is_refused_and_the_others_are_told_what_they_are)
{
    add_people();
    change("UPDATE factor SET label = 'x' WHERE subject = 'bob' AND factor = 'phone'");
    const std::string code = code_at(start_us);
    const std::vector<typed> items = {
        {"ada", "phone", code}, {"bob", "phone", code}, {"cleo", "phone", "000"}, {"dan", "phone", wrong_at(start_us)}};
    const std::vector<verdict> got = together(*connect(), items, start_us);
    EXPECT_EQ(got, one_by_one(items, start_us));
    EXPECT_EQ(got[0].first, status::ok);
    EXPECT_EQ(got[1].first, status::e_store_corrupt);
    EXPECT_EQ(rows_of("batch"), rows_of("single"));
}

TEST_P(verify_batch_on, each_token_has_a_clock_of_its_own)
{
    add_people();
    add_everywhere("ivy", "behind", [](factor& f) { f.drift = -4; });
    const std::int64_t step = start_us / second_us / 30;
    const auto code_after = [](std::int64_t steps) { return code_at(start_us + steps * 30 * second_us); };
    const std::vector<typed> items = {{"ada", "phone", code_after(0)},
                                      {"hal", "ahead", code_after(2)},
                                      {"ivy", "behind", code_after(-4)},
                                      {"bob", "phone", code_after(-4)}};
    const std::vector<verdict> wanted = {
        {status::ok, step}, {status::ok, step + 2}, {status::ok, step - 4}, {status::wrong, -1}};
    EXPECT_EQ(together(*connect(), items, start_us), wanted);
}

TEST_P(verify_batch_on, a_clock_that_went_back_is_a_fault_of_every_item)
{
    add_people();
    const std::int64_t earlier_us = start_us - minute_us;
    const std::vector<typed> before = {{"cleo", "phone", code_at(start_us)}};
    ASSERT_EQ(together(*connect(), before, start_us)[0].first, status::ok);
    const std::vector<typed> items = {{"ada", "phone", code_at(earlier_us)}, {"bob", "phone", code_at(earlier_us)}};
    for (const verdict& one : together(*connect(), items, earlier_us)) {
        EXPECT_EQ(one.first, status::e_time);
    }
    EXPECT_EQ(load({"batch", "ada", "phone"}).hot.attempts, 0);
}

TEST_P(verify_batch_on, a_batch_of_many_subjects_asks_the_store_a_few_times)
{
    std::vector<typed> items;
    for (int i = 0; i < 60; ++i) {
        add_everywhere("person" + std::to_string(i), "phone");
        items.push_back({"person" + std::to_string(i), "phone", code_at(start_us)});
    }
    const auto behind = connect();
    counting_session session(*behind);
    for (const verdict& one : together(session, items, start_us)) {
        EXPECT_EQ(one, verdict(status::ok, start_us / second_us / 30));
    }
    EXPECT_LE(session.n_asked, 10);
    for (const verdict& one : together(session, items, start_us)) {
        EXPECT_EQ(one.first, status::replayed);
    }
}

ON_EACH_STORE(verify_batch_on);

}  // namespace
}  // namespace counterseal::core
