// SPDX-License-Identifier: Apache-2.0
// What a grant proves, and how little it proves anywhere else.
#include "core/engine/grant.hpp"

#include "core/enroll/base64url.hpp"
#include "decision_fixture.hpp"

namespace counterseal::core {
namespace {

class grants : public decisions {
protected:
    struct place {
        std::string tenant = "maple";
        std::string subject = "alice";
        std::string session{browser};
        std::int64_t oldest_us = start_us - minute_us;
        std::int64_t now_us = start_us;
        std::int64_t least_assurance = 2;
    };

    std::string make(std::int64_t assurance = 2, std::int64_t epoch = 1)
    {
        return std::string(view(make_grant(seal_, "maple", "alice", bytes_of(browser),
                                           {assurance, {"pwd", "otp"}, start_us, epoch, "web", "login", "totp"})));
    }
    std::optional<grant> check_at(const place& at, text shown)
    {
        return write([&](transaction& t) {
            return check_grant(t, seal_, at.tenant, at.subject, bytes_of(at.session), shown, at.oldest_us, at.now_us,
                               at.least_assurance);
        });
    }
    bool holds(const place& at, text shown) { return check_at(at, shown).has_value(); }
};

TEST_P(grants, a_grant_tells_who_showed_what_and_when)
{
    const std::optional<grant> found = check_at({}, make());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->assurance, 2);
    EXPECT_EQ(found->amr, (std::vector<std::string>{"pwd", "otp"}));
    EXPECT_EQ(found->at_us, start_us);
    EXPECT_EQ(found->epoch, 1);
    EXPECT_EQ(found->path, "web");
    EXPECT_EQ(found->action, "login");
    EXPECT_EQ(found->type, "totp");
}

TEST_P(grants, it_is_worthless_anywhere_else)
{
    add_subject("maple", "bob");
    add_subject("oak", "alice");
    const std::string shown = make();
    EXPECT_TRUE(holds({}, shown));
    EXPECT_FALSE(holds({.session = std::string(other_browser)}, shown));
    EXPECT_FALSE(holds({.session = std::string(browser) + "0"}, shown));
    EXPECT_FALSE(holds({.session = ""}, shown));
    EXPECT_FALSE(holds({.subject = "bob"}, shown));
    EXPECT_FALSE(holds({.subject = "nobody"}, shown));
    EXPECT_FALSE(holds({.tenant = "oak"}, shown));
    const row_seal other_store{sealer_, "other store", log_};
    EXPECT_FALSE(open_grant(other_store, "maple", "alice", bytes_of(browser), shown));
    std::vector<std::uint8_t> other_key = key_;
    ++other_key[0];
    const key_ring other_ring = key_ring::from_keys({{"k", other_key}}, "k");
    const sealer other_sealer(*crypto_, other_ring);
    EXPECT_FALSE(open_grant({other_sealer, "store", log_}, "maple", "alice", bytes_of(browser), shown));
}

TEST_P(grants, it_grows_old_and_never_was_of_the_future)
{
    const std::string shown = make();
    EXPECT_TRUE(holds({.oldest_us = start_us}, shown));
    EXPECT_FALSE(holds({.oldest_us = start_us + 1}, shown));
    EXPECT_TRUE(holds({.now_us = start_us - clock_back_us}, shown));
    EXPECT_FALSE(holds({.now_us = start_us - clock_back_us - 1}, shown));
}

TEST_P(grants, it_ends_with_the_epoch_of_its_subject)
{
    const std::string shown = make();
    write([&](transaction& t) {
        subject who = lock_subject(t, seal_, "maple", "alice", start_us);
        ++who.epoch;
        update_subject(t, seal_, who);
    });
    EXPECT_FALSE(holds({}, shown));
    EXPECT_TRUE(holds({}, make(2, 2)));
    EXPECT_FALSE(holds({}, make(2, 3)));
}

TEST_P(grants, one_factor_is_no_grant_of_two)
{
    EXPECT_FALSE(holds({}, make(1)));
    EXPECT_TRUE(holds({.least_assurance = 1}, make(1)));
}

TEST_P(grants, every_other_text_is_refused)
{
    const std::string shown = make();
    for (std::size_t i = 0; i < shown.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = shown;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            ASSERT_FALSE(open_grant(seal_, "maple", "alice", bytes_of(browser), changed)) << i << " " << bit;
        }
    }
    for (std::size_t n = 0; n < shown.size(); ++n) {
        ASSERT_FALSE(open_grant(seal_, "maple", "alice", bytes_of(browser), text(shown).substr(0, n))) << n;
    }
    const std::string nul(40, '\0');
    for (const std::string& hostile :
         {std::string(), std::string("null"), nul, shown + "A", shown + "=", " " + shown, shown + "\n", shown + shown,
          std::string(longest_grant, 'A'), std::string(10'000'000, 'A'), std::string("\xff\xfe\xfd"),
          std::string("'; DROP TABLE subject; --")}) {
        EXPECT_FALSE(holds({}, hostile)) << hostile.substr(0, 40);
    }
}

TEST_P(grants, every_bit_of_what_is_sealed_counts)
{
    const secure_bytes sealed = *from_base64url<secure_bytes>(make());
    for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
        secure_bytes changed = sealed;
        changed[i / 8] = static_cast<std::uint8_t>(changed[i / 8] ^ (1U << (i % 8)));
        ASSERT_FALSE(open_grant(seal_, "maple", "alice", bytes_of(browser), view(to_base64url<secure_text>(changed))))
            << i;
    }
}

// keeperhub PR 1523
TEST_P(grants, m17_a_password_alone_is_no_grant_for_another_factor)
{
    const decision guest = ask_for({.subject = "bob", .groups = {"guests"}});
    ASSERT_EQ(guest.code, status::ok);
    EXPECT_FALSE(holds({.subject = "bob"}, view(guest.grant)));
    EXPECT_TRUE(holds({.subject = "bob", .least_assurance = 1}, view(guest.grant)));
    EXPECT_FALSE(holds({}, ""));
    EXPECT_TRUE(holds({}, log_in()));
    // What an enrollment asks for: the grant of a guest is none once there is a factor, whenever it was given.
    const auto may_enroll = [&](text subject, text shown) {
        const auto session = connect();
        transaction t(*session, access::read, soon());
        return !is_enrolled(load_factors(t, seal_, "maple", subject)) ||
               is_grant_valid(t, means_, "maple", subject, bytes_of(browser), shown, "enroll", std::nullopt, start_us);
    };
    EXPECT_TRUE(may_enroll("bob", ""));
    add_subject("maple", "bob");
    add_factor({"maple", "bob", "phone"});
    EXPECT_FALSE(may_enroll("bob", ""));
    EXPECT_FALSE(may_enroll("bob", view(guest.grant)));
    EXPECT_FALSE(may_enroll("alice", ask_for({}).challenge_id));
    EXPECT_TRUE(may_enroll("bob", log_in({.subject = "bob"})));
}

TEST_P(grants, an_action_wants_one_that_is_young_by_the_latest_time_that_was_seen)
{
    const std::string shown = log_in();
    const auto is_valid = [&](text action, std::int64_t age_s, std::optional<std::int64_t> max_age_s = {}) {
        const auto session = connect();
        transaction t(*session, access::read, soon());
        return is_grant_valid(t, means_, "maple", "alice", bytes_of(browser), shown, action, max_age_s,
                              start_us + age_s * second_us);
    };
    EXPECT_TRUE(is_valid("admin", 60));
    EXPECT_FALSE(is_valid("admin", 61));
    EXPECT_TRUE(is_valid("login", 61));
    EXPECT_FALSE(is_valid("login", 31, 30));
    EXPECT_TRUE(is_valid("login", 30, 1'000'000));
    EXPECT_FALSE(is_valid("login", 3601, 1'000'000));  // the host cannot ask for less than the policy
    change("UPDATE installation SET clock_us = " + std::to_string(start_us + 62 * second_us));
    EXPECT_FALSE(is_valid("admin", 58));  // by this node's clock it would be young enough
    EXPECT_EQ(error_of([&] { static_cast<void>(is_valid("admin", 50)); }), status::e_time);
}

ON_EACH_STORE(grants);

}  // namespace
}  // namespace counterseal::core
