// SPDX-License-Identifier: Apache-2.0
// A store that was put back to what it was is not opened by who kept a checkpoint.
#include <filesystem>

#include "core/engine/engine.hpp"
#include "core/engine/event.hpp"
#include "core/engine/kept_checkpoints.hpp"
#include "core/store/postgres.hpp"
#include "core/store/sqlite.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

class rollback : public stores {
protected:
    std::unique_ptr<engine> opened(const std::vector<std::string>& expected = {}, const char* file = "engine.db",
                                   signature_type type = signature_type::ed25519)
    {
        engine_options options;
        options.url = text(GetParam()) == "postgres" ? postgres_url() : "sqlite:///" + folder_.file(file);
        options.create = true;
        options.schema = schema_mode::migrate;
        options.log_signature = type;
        options.expected_checkpoints = expected;
        std::vector<std::uint8_t> key(32, 1);
        key[0] = 7;
        return std::make_unique<engine>(options, key_ring::from_keys({{"k", bytes_view(key)}}, "k"), crypto::open(""));
    }
    /// What is wrong with the store by these checkpoints; ok: it opens.
    std::pair<status, std::string> opening(const std::vector<std::string>& expected)
    {
        try {
            static_cast<void>(opened(expected));
        } catch (const store_error& e) {
            return {e.code(), e.what()};
        }
        return {status::ok, ""};
    }
    /// So many events and a checkpoint of all.
    static std::string live(engine& on, int n, text tenant = "maple")
    {
        const row_seal seal = on.seal();
        on.write(clock_source::host, [&](transaction& t) {
            for (int i = 0; i < n; ++i) {
                append_event(t, seal, {.tenant = std::string(tenant), .at_us = start_us, .type = "thing.happened"});
            }
        });
        return on
            .write(clock_source::host, [&](transaction& t) { return checkpoint_now(t, seal.log, tenant, start_us); })
            ->value()
            .note;
    }
    void change(const std::string& sql)
    {
        const auto where = text(GetParam()) == "postgres" ? open_postgres(postgres_url(), soon())
                                                          : open_sqlite({.path = folder_.file("engine.db")}, soon());
        const auto session = where->connect(soon());
        in_transaction(*session, soon(), [&](transaction&) { session->execute(sql); });
    }
};

TEST_P(rollback, an_honest_store_opens_with_every_checkpoint_that_was_ever_kept)
{
    std::vector<std::string> kept;
    {
        const auto on = opened();
        for (int i = 1; i < 30; ++i) {
            kept.push_back(live(*on, i));
            kept.push_back(live(*on, 1, "a name with blanks"));
        }
    }
    EXPECT_EQ(opening(kept), std::pair(status::ok, std::string()));
    EXPECT_EQ(opening({}), std::pair(status::ok, std::string()));
}

TEST_P(rollback, a_copy_put_back_is_refused_and_the_sentence_says_which_checkpoint)
{
    if (text(GetParam()) != "sqlite") {
        GTEST_SKIP() << "a file is easily copied";
    }
    const std::string file = folder_.file("engine.db");
    const std::string before = live(*opened(), 10);
    std::filesystem::copy_file(file, file + ".old");
    const std::string after = live(*opened(), 1);
    EXPECT_EQ(opening({before, after}).first, status::ok);
    std::filesystem::copy_file(file + ".old", file, std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(opening({before}).first, status::ok);  // nobody can know
    const auto [code, why] = opening({before, after});
    EXPECT_EQ(code, status::e_store_rolled_back);
    EXPECT_NE(why.find("expected checkpoint 2 of counterseal/"), std::string::npos) << why;
    EXPECT_NE(why.find("/maple with 11 events has more events than the store"), std::string::npos) << why;
    // It went on: as long as before, and another log.
    live(*opened(), 5);
    EXPECT_EQ(opening({before}).first, status::ok);
    EXPECT_EQ(opening({before, after}).first, status::e_store_rolled_back);
    EXPECT_NE(opening({after}).second.find("is not the beginning of the store's log"), std::string::npos);
}

TEST_P(rollback, so_is_a_log_that_lost_its_end_or_was_edited)
{
    const std::string kept = live(*opened(), 40);
    const std::string later = live(*opened(), 3);
    EXPECT_EQ(opening({kept, later}).first, status::ok);
    change("UPDATE event SET at_us = at_us + 1 WHERE seq = 39");  // of the last sixteen
    EXPECT_EQ(opening({kept}).first, status::e_store_rolled_back);
    change("UPDATE event SET at_us = at_us - 1 WHERE seq = 39");
    EXPECT_EQ(opening({kept, later}).first, status::ok);
    change("DELETE FROM event WHERE seq = 42");
    EXPECT_EQ(opening({kept, later}).first, status::e_store_corrupt);
    change("DELETE FROM event");
    change("DELETE FROM tenant");
    EXPECT_EQ(opening({kept}).first, status::e_store_rolled_back);
}

TEST_P(rollback, what_is_no_checkpoint_of_this_store_is_refused)
{
    const std::string kept = live(*opened(), 4);
    EXPECT_EQ(opening({"no note"}).first, status::e_argument);
    EXPECT_EQ(opening({""}).first, status::e_argument);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        std::string changed = kept;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_NE(opening({changed}).first, status::ok) << i;
    }
    const std::string unsigned_text = kept.substr(0, kept.find("\n\n") + 2);
    EXPECT_EQ(opening({unsigned_text}).first, status::e_store_rolled_back);
    if (text(GetParam()) == "sqlite") {
        const std::string other = live(*opened({}, "other.db"), 4);
        const auto [code, why] = opening({other});
        EXPECT_EQ(code, status::e_store_rolled_back);
        EXPECT_NE(why.find("is of another store"), std::string::npos) << why;
    }
}

TEST_P(rollback, a_store_may_sign_with_ecdsa_and_the_key_is_bound_to_its_place)
{
    if (text(GetParam()) != "sqlite") {
        GTEST_SKIP() << "one kind of store is enough";
    }
    std::string kept;
    {
        const auto on = opened({}, "engine.db", signature_type::ecdsa_p256);
        EXPECT_EQ(on->seal().log.key().type(), signature_type::ecdsa_p256);
        kept = live(*on, 3);
    }
    EXPECT_EQ(opening({kept}).first, status::ok);
    change("UPDATE installation SET log_public = x'00'");
    EXPECT_EQ(opening({}).first, status::e_store_corrupt);
}

INSTANTIATE_TEST_SUITE_P(engine, rollback, ::testing::Values("sqlite", "postgres"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace counterseal::core
