// SPDX-License-Identifier: Apache-2.0
// Recovery codes: each works once, however it is typed, and a new set ends the old one.
#include "core/engine/recovery.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <set>
#include <thread>

#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

class recovery_on : public verify_factor_on {
protected:
    recovery_set store_new()
    {
        recovery_set set = make_recovery_set(*crypto_, 10);  // fewer iterations than usual
        write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set, start_us); });
        return set;
    }
    status use(const recovery_set& set, text code) { return answer_any({set.factor}, code, start_us).code; }
    std::int64_t left(const recovery_set& set)
    {
        return write([&](transaction& t) { return count_recovery_codes(t, {"maple", "alice", set.factor}); });
    }
};

std::string read(text typed)
{
    const typed_recovery_code code = read_recovery_code(typed);
    return code.well_formed.bits() == 0 ? "none" : std::string(code.characters.data(), recovery_code_len);
}

TEST(recovery_codes, are_read_as_people_type_them)
{
    EXPECT_EQ(read("0123-4567-89AB-CDEF"), "0123456789ABCDEF");
    EXPECT_EQ(read("0123456789abcdef"), "0123456789ABCDEF");
    EXPECT_EQ(read(" 0123 4567\t89ab--cdef\n"), "0123456789ABCDEF");
    EXPECT_EQ(read("oO1i-IlLH-JKMN-PQRS"), "0011111HJKMNPQRS");
    EXPECT_EQ(read("ghjk-mnpq-rstv-wxyz"), "GHJKMNPQRSTVWXYZ");
    for (const text other : {"", "-", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEF-0", "0123-4567-89AB-CDEU",
                             "0123_4567_89AB_CDEF", "0123-4567-89AB-CDE\xef\xbc\xa6", "123456"}) {
        EXPECT_EQ(read(other), "none") << other;
        EXPECT_FALSE(is_recovery_shaped(other));
    }
}

TEST(recovery_codes, have_80_random_bits_in_four_groups)
{
    const auto provider = crypto::open("");
    const recovery_set set = make_recovery_set(*provider, 1);
    const recovery_set other = make_recovery_set(*provider, 1);
    std::set<std::string> all;
    std::set<char> used;
    for (const recovery_set* const one : {&set, &other}) {
        ASSERT_EQ(one->codes.size(), 10);
        for (const secure_text& code : one->codes) {
            const std::string shown(view(code));
            ASSERT_EQ(shown.size(), recovery_text_len);
            EXPECT_EQ(shown[4], '-');
            EXPECT_EQ(shown[9], '-');
            EXPECT_EQ(shown[14], '-');
            all.insert(read(shown));
            used.insert(shown.begin(), shown.end());
        }
    }
    EXPECT_EQ(all.size(), 20);
    EXPECT_EQ(all.count("none"), 0);
    EXPECT_GT(used.size(), 28);  // of 33; fewer would come once in more than 10^9 runs
    EXPECT_NE(set.salt, other.salt);
    EXPECT_NE(set.factor, other.factor);
}

TEST(recovery_codes, are_hashed_slowly_with_the_salt_of_their_set)
{
    const auto provider = crypto::open("");
    const recovery_salt salt{
        "set", {'s', 'a', 'l', 't', 's', 'a', 'l', 't', 's', 'a', 'l', 't', 's', 'a', 'l', 't', 0, 0, 0, 2}};
    // PBKDF2-HMAC-SHA256 of "0123456789ABCDEF" and "saltsaltsaltsalt", 2 iterations, by Python's hashlib.
    const std::vector<std::uint8_t> expected = {0x51, 0x34, 0x86, 0x73, 0x2a, 0x00, 0x92, 0x6b, 0x89, 0x5c, 0xdf,
                                                0x3a, 0x57, 0x27, 0x17, 0x40, 0x00, 0x98, 0x4a, 0xe0, 0xe7, 0x5a,
                                                0x43, 0x74, 0xdd, 0x12, 0xf7, 0x91, 0x7b, 0xc1, 0x8a, 0x51};
    for (const text typed : {"0123-4567-89AB-CDEF", "oi23 4567 89ab cdef"}) {
        const secure_bytes hash = hash_recovery_code(*provider, salt, typed);
        EXPECT_EQ(std::vector<std::uint8_t>(hash.begin(), hash.end()), expected);
    }
    EXPECT_GE(recovery_iterations, 100'000);
}

TEST_P(recovery_on, each_is_accepted_once_in_any_spelling)
{
    const recovery_set set = store_new();
    EXPECT_EQ(left(set), 10);
    for (std::size_t i = 0; i < set.codes.size(); ++i) {
        std::string typed(view(set.codes[i]));
        if (i % 2 == 0) {
            std::ranges::transform(typed, typed.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            std::erase(typed, '-');
        }
        EXPECT_EQ(use(set, typed), status::ok) << i;
        EXPECT_EQ(use(set, view(set.codes[i])), status::replayed) << i;
        EXPECT_EQ(left(set), static_cast<std::int64_t>(9 - i));
    }
    EXPECT_EQ(load({"maple", "alice", set.factor}).hot.attempts, 0);
}

// M14, keycloak#26106
TEST_P(recovery_on, of_many_requests_with_one_code_one_is_accepted)
{
    constexpr int n_threads = 8;
    const recovery_set set = store_new();
    const auto salts = write([&](transaction& t) { return load_recovery_salts(t, seal_, "maple", "alice"); });
    for (int round = 0; round < 3; ++round) {
        const response typed = prepare_response(*crypto_, salts, view(set.codes[static_cast<std::size_t>(round)]));
        std::atomic<int> n_accepted{0};
        std::atomic<int> n_replayed{0};
        std::vector<std::thread> logins;
        for (int i = 0; i < n_threads; ++i) {
            logins.emplace_back([&] {
                const status s =
                    write([&](transaction& t) {
                        return verify_response(t, seal_, limits_, "maple", "alice", {&set.factor, 1}, typed, start_us);
                    }).code;
                n_accepted += s == status::ok ? 1 : 0;
                n_replayed += s == status::replayed ? 1 : 0;
            });
        }
        for (std::thread& t : logins) {
            t.join();
        }
        EXPECT_EQ(n_accepted, 1);
        EXPECT_EQ(n_replayed, n_threads - 1);
    }
    EXPECT_EQ(left(set), 7);
}

TEST_P(recovery_on, a_wrong_one_is_counted_and_five_lock_the_set)
{
    const recovery_set set = store_new();
    EXPECT_EQ(use(set, "123456"), status::malformed);
    EXPECT_EQ(use(set, view(set.codes[0]).substr(1)), status::malformed);
    EXPECT_EQ(load({"maple", "alice", set.factor}).hot.attempts, 0);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(use(set, "0000-0000-0000-0000"), status::wrong);
    }
    EXPECT_EQ(use(set, view(set.codes[0])), status::throttled);
    EXPECT_EQ(left(set), 10);
    EXPECT_EQ(answer_any({set.factor}, view(set.codes[0]), start_us + minute_us).code, status::ok);
}

TEST_P(recovery_on, a_new_set_ends_the_old_one)
{
    const recovery_set old = store_new();
    EXPECT_EQ(use(old, view(old.codes[0])), status::ok);
    const auto old_salts = write([&](transaction& t) { return load_recovery_salts(t, seal_, "maple", "alice"); });
    const response of_old = prepare_response(*crypto_, old_salts, view(old.codes[1]));
    const recovery_set set = store_new();
    const factor ended = load({"maple", "alice", old.factor});
    EXPECT_EQ(ended.state, factor_state::revoked);
    EXPECT_TRUE(ended.secret.empty());
    EXPECT_EQ(use(old, view(old.codes[1])), status::revoked);
    // A response that was hashed before the new set came is wrong for that one.
    const std::vector<std::string> both = {old.factor, set.factor};
    EXPECT_EQ(write([&](transaction& t) {
                  return verify_response(t, seal_, limits_, "maple", "alice", both, of_old, start_us);
              }).code,
              status::wrong);
    EXPECT_EQ(use(set, view(old.codes[1])), status::wrong);
    EXPECT_EQ(use(set, view(set.codes[1])), status::ok);
    EXPECT_EQ(events(),
              "factor.enrolled factor.accepted factor.revoked factor.enrolled factor.wrong factor.wrong "
              "factor.accepted ");
}

TEST_P(recovery_on, a_set_belongs_to_its_subject_and_tenant)
{
    const recovery_set set = store_new();
    add_subject("maple", "bob");
    const auto salts = write([&](transaction& t) { return load_recovery_salts(t, seal_, "maple", "alice"); });
    const response typed = prepare_response(*crypto_, salts, view(set.codes[0]));
    const auto as = [&](text tenant, text subject) {
        return write([&](transaction& t) {
                   return verify_response(t, seal_, limits_, tenant, subject, {&set.factor, 1}, typed, start_us);
               })
            .code;
    };
    EXPECT_EQ(as("maple", "bob"), status::wrong);
    EXPECT_EQ(as("oak", "alice"), status::wrong);
    // Digests that somebody copied are those of another place.
    change(
        "INSERT INTO recovery_code (tenant, subject, factor, digest, used_us) "
        "SELECT tenant, 'bob', factor, digest, 0 FROM recovery_code");
    const recovery_set of_bob = make_recovery_set(*crypto_, 10);
    write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "bob", of_bob, start_us); });
    change("UPDATE recovery_code SET factor = '" + of_bob.factor + "' WHERE subject = 'bob'");
    EXPECT_EQ(answer_any({of_bob.factor}, view(set.codes[0]), start_us, "bob").code, status::wrong);
    EXPECT_EQ(as("maple", "alice"), status::ok);
}

TEST_P(recovery_on, a_first_set_makes_its_subject_enrolled)
{
    const auto is_enrolled = [&] {
        return write([&](transaction& t) { return load_subject(t, seal_, "maple", "alice")->is_enrolled; });
    };
    EXPECT_FALSE(is_enrolled());
    static_cast<void>(store_new());
    EXPECT_TRUE(is_enrolled());
}

ON_EACH_STORE(recovery_on);

}  // namespace
}  // namespace counterseal::core
