// SPDX-License-Identifier: Apache-2.0
// Every byte of a tag matters, and every field that it covers.
#include "core/engine/admin.hpp"
#include "core/engine/challenge.hpp"
#include "core/engine/recovery.hpp"
#include "decision_fixture.hpp"

namespace counterseal::core {
namespace {

class tampered_rows_on : public decisions {
protected:
    template <class Look>
    static std::pair<status, std::string> told_of(Look&& look)
    {
        try {
            look();
            return {status::ok, ""};
        } catch (const store_error& e) {
            return {e.code(), e.what()};
        }
    }

    /// Flips one bit of each byte of the tag that `select` gives, writes it with `update` and has `look` see it.
    template <class Look>
    void flip_each(const statement& select, const statement& update, Look&& look)
    {
        write([&](transaction& t) {
            rows out;
            t.run(select, {}, &out);
            const std::vector<std::uint8_t> tag = out.bytes(0, 0);
            ASSERT_EQ(tag.size(), 34);
            for (std::size_t i = 0; i < tag.size(); ++i) {
                std::vector<std::uint8_t> flipped = tag;
                flipped[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
                t.run(update, {bytes_view(flipped)});
                // A key id that is not in the ring is the one case that has a status of its own.
                const auto [code, what] = told_of([&] { look(t); });
                EXPECT_EQ(code, i == 1 ? status::e_keys : status::e_store_corrupt) << i;
                EXPECT_EQ(what.find("ring lacks the key") != std::string::npos, i == 1) << what;
            }
            for (const std::size_t len : {std::size_t{0}, std::size_t{1}, tag.size() - 1}) {
                t.run(update, {bytes_view(tag).first(len)});
                EXPECT_EQ(error_of([&] { look(t); }), status::e_store_corrupt) << len;
            }
            t.run(update, {bytes_view(tag)});
            EXPECT_EQ(error_of([&] { look(t); }), status::ok);
        });
    }
};

TEST_P(tampered_rows_on, each_byte_of_a_factors_tag_counts)
{
    static constexpr statement select = {"SELECT tag FROM factor"};
    static constexpr statement update = {"UPDATE factor SET tag = $1"};
    flip_each(select, update, [&](transaction& t) { static_cast<void>(load_factor(t, seal_, phone)); });
}

TEST_P(tampered_rows_on, each_byte_of_a_subjects_tag_counts)
{
    static constexpr statement select = {"SELECT tag FROM subject"};
    static constexpr statement update = {"UPDATE subject SET tag = $1"};
    flip_each(select, update, [&](transaction& t) { static_cast<void>(load_subject(t, seal_, "maple", "alice")); });
    flip_each(select, update,
              [&](transaction& t) { static_cast<void>(lock_subject(t, seal_, "maple", "alice", start_us)); });
}

TEST_P(tampered_rows_on, each_byte_of_a_policys_tag_counts)
{
    static constexpr statement select = {"SELECT tag FROM policy"};
    static constexpr statement update = {"UPDATE policy SET tag = $1"};
    flip_each(select, update, [&](transaction& t) { static_cast<void>(policy_at(t, seal_, "maple", start_us)); });
    flip_each(select, update, [&](transaction& t) {
        policy_cache fresh;
        static_cast<void>(fresh.newest(t, seal_, "maple"));
    });
}

TEST_P(tampered_rows_on, each_byte_of_a_challenges_tag_and_session_counts)
{
    static constexpr statement select = {"SELECT tag FROM challenge"};
    static constexpr statement update = {"UPDATE challenge SET tag = $1"};
    static constexpr statement session = {"SELECT session FROM challenge"};
    static constexpr statement move = {"UPDATE challenge SET session = $1"};
    const std::string id = challenge_of();
    const auto look = [&](transaction& t) { static_cast<void>(load_challenge(t, seal_, "maple", "alice", id)); };
    flip_each(select, update, look);
    write([&](transaction& t) {
        rows out;
        t.run(session, {}, &out);
        for (std::size_t i = 0; i < out.bytes(0, 0).size(); ++i) {
            std::vector<std::uint8_t> flipped = out.bytes(0, 0);
            flipped[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
            t.run(move, {bytes_view(flipped)});
            EXPECT_EQ(error_of([&] { look(t); }), status::e_store_corrupt) << i;
        }
    });
}

// A digest has no tag: it is made with a key of the ring, so that another one is of no code.
TEST_P(tampered_rows_on, each_byte_of_a_recovery_codes_digest_counts)
{
    static constexpr statement select = {"SELECT digest FROM recovery_code"};
    static constexpr statement update = {"UPDATE recovery_code SET digest = $1"};
    recovery_set set = make_recovery_set(*crypto_, 10);
    set.hashes.resize(1);
    write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set, start_us); });
    const bytes_view hash = set.hashes[0];
    const factor of = load({"maple", "alice", set.factor});
    write([&](transaction& t) {
        rows out;
        t.run(select, {}, &out);
        const std::vector<std::uint8_t> digest = out.bytes(0, 0);
        ASSERT_EQ(digest.size(), 32);
        for (std::size_t i = 0; i < digest.size(); ++i) {
            std::vector<std::uint8_t> flipped = digest;
            flipped[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
            t.run(update, {bytes_view(flipped)});
            EXPECT_EQ(use_recovery_code(t, seal_, of, hash, start_us).code, status::wrong) << i;
        }
        t.run(update, {bytes_view(digest)});
        EXPECT_EQ(use_recovery_code(t, seal_, of, hash, start_us).code, status::ok);
    });
}

TEST_P(tampered_rows_on, each_field_that_grants_something_counts)
{
    const std::string bytes = std::string_view(GetParam()) == "postgres" ? "'\\x00'" : "x'00'";
    for (const std::string& field :
         {std::string("type = 'hotp'"), std::string("state = 'pending'"), std::string("version = 2"),
          std::string("algorithm = 2"), std::string("digits = 8"), std::string("period_s = 60"),
          std::string("t0_s = 1"), std::string("drift = 1"), std::string("label = 'x'"), "secret = " + bytes,
          std::string("secret = NULL"), std::string("provenance = 'x'"), std::string("replaces = 'x'"),
          std::string("request = 'x'"), std::string("created_us = created_us + 1"),
          std::string("confirmed_us = confirmed_us + 1"), std::string("ended_us = 1"),
          // The same 32 bits: a row that was read with less than all of them would pass.
          std::string("algorithm = algorithm + 4294967296"), std::string("digits = digits + 4294967296"),
          std::string("period_s = period_s + 4294967296")}) {
        const factor_key key{"maple", "alice", "f" + std::to_string(field.size()) + field.substr(0, 3)};
        add_factor(key);
        change("UPDATE factor SET " + field + " WHERE factor = '" + key.factor + "'");
        EXPECT_EQ(error_of([&] { static_cast<void>(check(key, code_at(start_us), start_us)); }),
                  status::e_store_corrupt)
            << field;
        change("DELETE FROM factor WHERE factor = '" + key.factor + "'");
    }
    for (const text field :
         {"version = 2", "epoch = 2", "is_enrolled = 1", "grace_until_us = 1", "created_us = 1", "is_enrolled = 2"}) {
        const std::string name = "of " + std::string(field);
        add_subject("maple", name);
        change("UPDATE subject SET " + std::string(field) + " WHERE subject = '" + name + "'");
        EXPECT_EQ(
            error_of([&] { write([&](transaction& t) { static_cast<void>(load_subject(t, seal_, "maple", name)); }); }),
            status::e_store_corrupt)
            << field;
    }
}

// An administrator's action does not repair what somebody else wrote.
TEST_P(tampered_rows_on, nothing_is_done_to_a_row_that_somebody_changed)
{
    change("UPDATE factor SET label = 'x'");
    EXPECT_EQ(error_of([&] {
                  write([&](transaction& t) {
                      static_cast<void>(suspend_factor(t, seal_, phone, {"root", "why"}, start_us));
                  });
              }),
              status::e_store_corrupt);
    EXPECT_EQ(events(), "policy.set ");
}

ON_EACH_STORE(tampered_rows_on);

}  // namespace
}  // namespace counterseal::core
