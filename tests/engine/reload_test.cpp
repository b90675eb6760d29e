// SPDX-License-Identifier: Apache-2.0
// An engine takes other keys while it works, and rows move under them while codes are checked.
#include <array>
#include <thread>

#include "core/base/cpu.hpp"
#include "core/otp/hotp.hpp"
#include "rotation_fixture.hpp"

namespace counterseal::core {
namespace {

class reload_on : public rotation_on {
protected:
    /// Calls work(thread) on so many threads until `end` returned; the first status that was not ok.
    template <class Work, class End>
    static status failure_during(std::size_t n_threads, Work&& work, End&& end)
    {
        std::atomic<bool> is_over = false;
        std::atomic<status> first = status::ok;
        std::atomic<int> n_calls = 0;
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < n_threads; ++i) {
            threads.emplace_back([&, i] {
                while (!is_over) {
                    status got = status::e_internal;
                    const status thrown = error_of([&] { got = work(i); });
                    status none = status::ok;
                    first.compare_exchange_strong(none, thrown == status::ok ? got : thrown);
                    ++n_calls;
                }
            });
        }
        end();
        while (n_calls < 50) {  // however fast `end` was
            std::this_thread::yield();
        }
        is_over = true;
        threads.clear();
        return first;
    }
    static factor_key button(std::size_t who) { return {"maple", "subject-" + std::to_string(who), "button"}; }
    /// For as many threads: tokens that count, so that time can stand still.
    void add_buttons(std::size_t n)
    {
        for (std::size_t i = 0; i < n; ++i) {
            add_factor(button(i), [](factor& of) {
                of.type = factor_type::hotp;
                of.hot.last_value = 0;
            });
        }
    }
    /// Goes on from the counter that was told: of two in the window with one code (2386, 2394) the higher one counts.
    status verify(std::size_t who)
    {
        hmac_key prepared;
        hmac_prepare(prepared, best_kernel(hash_id::sha1, cpu_features()), bytes_of(secret));
        std::string code(6, '0');
        EXPECT_EQ(hotp_generate(mac_of(prepared), static_cast<std::uint64_t>(next_[who]), {}, code.data()), status::ok);
        const factor_verdict verdict = answer(button(who), code, start_us);
        next_[who] = verdict.code == status::ok ? verdict.value : next_[who];
        return verdict.code;
    }

    std::array<std::int64_t, 3> next_{};
};

TEST_P(reload_on, a_ring_without_the_stores_key_or_the_one_that_seals_is_refused_and_the_old_one_stays)
{
    populate();
    std::vector<std::uint8_t> other(32, 5);
    other[0] = 99;
    std::vector<std::uint8_t> newer(32, 5);
    std::copy_n("new", 3, newer.begin());
    EXPECT_EQ(error_of([&] { engine_->reload_keys(ring({"new"}, "new")); }), status::e_keys);
    EXPECT_EQ(error_of([&] { engine_->reload_keys(key_ring::from_keys({{"old", bytes_view(other)}}, "old")); }),
              status::e_keys);
    engine_->reload_keys(both("new"));
    add_factor({"maple", "subject-9", "phone"});  // under the new key; the canary is under the old one
    EXPECT_EQ(error_of([&] { engine_->reload_keys(ring({"old"}, "old")); }), status::e_keys);
    EXPECT_EQ(error_of([&] { engine_->reload_keys(ring({"old", "newest"}, "newest")); }), status::e_keys);
    // The canary does not tell a wrong key by the name of one that seals nothing yet.
    std::vector<std::uint8_t> old(32, 5);
    std::copy_n("old", 3, old.begin());
    EXPECT_EQ(
        error_of([&] {
            engine_->reload_keys(key_ring::from_keys({{"old", bytes_view(old)}, {"new", bytes_view(other)}}, "old"));
        }),
        status::e_keys);
    EXPECT_EQ(engine_->seal().by.active(), "new");
    EXPECT_EQ(answer({"maple", "subject-9", "phone"}, code_at(start_us), start_us).code, status::ok);
    EXPECT_EQ(answer({"maple", "subject-1", "phone"}, code_at(start_us), start_us).code, status::ok);
}

TEST_P(reload_on, a_call_ends_with_the_keys_that_it_began_with)
{
    populate();
    engine_->reload_keys(both("old"));
    const row_seal begun = engine_->seal();
    engine_->reload_keys(both("new"));
    static_cast<void>(reseal(*engine_, 100));
    engine_->reload_keys(ring({"new"}, "new"));
    EXPECT_EQ(begun.by.active(), "old");
    read([&](transaction& t) {
        const factor one = *load_factor(t, begun, {"maple", "subject-1", "phone"});
        const secure_bytes key = open_secret(begun, one);
        EXPECT_EQ(std::string(key.begin(), key.end()), secret);
    });
}

TEST_P(reload_on, no_code_fails_while_keys_change)
{
    populate();
    add_buttons(3);
    engine_->reload_keys(both("old"));
    const status failed = failure_during(
        3, [&](std::size_t who) { return verify(who); },
        [&] {
            for (int i = 0; i < 100; ++i) {
                engine_->reload_keys(both(i % 2 == 0 ? "new" : "old"));
            }
        });
    EXPECT_EQ(failed, status::ok);
}

TEST_P(reload_on, no_code_fails_while_two_move_the_rows)
{
    populate();
    add_buttons(3);
    engine_->reload_keys(both("old"));
    const status failed = failure_during(
        3, [&](std::size_t who) { return verify(who); },
        [&] {
            for (int i = 0; i < 10; ++i) {
                engine_->reload_keys(both(i % 2 == 0 ? "new" : "old"));
                std::jthread other([&] { static_cast<void>(reseal(*engine_, 3)); });
                static_cast<void>(reseal(*engine_, 2));
            }
            static_cast<void>(reseal(*engine_, 2));
        });
    EXPECT_EQ(failed, status::ok);
    EXPECT_EQ(unopened(ring({"old"}, "old")), 0);
    std::string expected;
    for (int i = 0; i < 10; ++i) {
        expected += "keys.reseal_begun keys.reseal_ended ";
    }
    EXPECT_EQ(key_events("maple"), expected);
}

ON_EACH_STORE(reload_on);

}  // namespace
}  // namespace counterseal::core
