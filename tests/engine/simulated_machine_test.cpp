// SPDX-License-Identifier: Apache-2.0
// Time, rest, random numbers and files are asked of one table: a simulator that stands in for it decides all of them.
#include "simulated_machine.hpp"

#include <fstream>

#include "core/engine/engine.hpp"
#include "core/engine/enroll.hpp"
#include "core/engine/recovery.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

class simulated : public ::testing::Test {
protected:
    std::unique_ptr<engine> open(const std::string& file, std::chrono::milliseconds patience = std::chrono::seconds(5))
    {
        std::vector<std::uint8_t> key(32, 1);
        key[31] = 7;
        engine_options options;
        options.url = "sqlite:///" + folder_.file(file);
        options.create = true;
        options.schema = schema_mode::migrate;
        options.patience = patience;
        return std::make_unique<engine>(options, key_ring::from_keys({{"k", bytes_view(key)}}, "k"), crypto::open(""));
    }

    /// Somebody enrolls, confirms, mistypes, and gets recovery codes.
    static void go_through(engine& one)
    {
        const row_seal with = one.seal();
        const enrollment begun = one.write(clock_source::machine, [&](transaction& t) {
            return enroll_totp(t, with, one.provider(), "maple", "alice", {}, this_machine().wall_us());
        });
        ASSERT_EQ(begun.code, status::ok);
        const factor_key key{"maple", "alice", begun.factor};
        for (const bool is_right : {true, false}) {
            const std::int64_t now_us = this_machine().wall_us();
            const std::string code = is_right ? code_of(begun.secret, now_us) : "000000";
            const factor_verdict said = one.write(clock_source::machine, [&](transaction& t) {
                return confirm(t, with, one.limits(), key, prepare_response(one.provider(), {}, code), now_us);
            });
            EXPECT_EQ(said.code, is_right ? status::ok : status::wrong);
            this_machine().sleep(std::chrono::minutes(1));
        }
        const recovery_set set = make_recovery_set(one.provider(), 10);
        one.write(clock_source::machine, [&](transaction& t) {
            store_recovery_set(t, with, "maple", "alice", set, this_machine().wall_us());
        });
    }

    std::string store_of(std::uint64_t seed)
    {
        simulated_machine in_place_of_this(seed);
        const std::string name = std::to_string(++n_stores_) + ".db";
        {
            const auto one = open(name);
            go_through(*one);
        }
        EXPECT_GE(simulated_machine::n_files(), 2);  // the database and its log
        std::ifstream file(folder_.file(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    own_folder folder_;
    int n_stores_ = 0;
};

TEST_F(simulated, one_seed_writes_one_store)
{
    const std::string first = store_of(1);
    ASSERT_FALSE(first.empty());
    EXPECT_TRUE(first == store_of(1));
    EXPECT_FALSE(first == store_of(2));
}

TEST_F(simulated, an_hour_of_waiting_passes_where_the_machine_says_so)
{
    constexpr std::chrono::hours patience(1);
    simulated_machine in_place_of_this(3);
    const auto one = open("store.db", patience);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.file("store.db").c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const auto before = in_place_of_this.passed();
    EXPECT_EQ(error_of([&] { one->write(clock_source::machine, [](transaction&) { return 0; }); }),
              status::e_store_unavailable);
    EXPECT_GE(in_place_of_this.passed() - before, patience);
    EXPECT_LT(in_place_of_this.passed() - before, patience + std::chrono::seconds(1));
    sqlite3_close(other);
    EXPECT_EQ(one->write(clock_source::machine, [](transaction&) { return 7; }), 7);
}

TEST_F(simulated, without_random_numbers_nothing_is_made)
{
    simulated_machine in_place_of_this(4);
    const auto one = open("store.db");
    in_place_of_this.has_random_numbers = false;
    EXPECT_EQ(error_of([&] {
                  one->write(clock_source::machine, [&](transaction& t) {
                      return enroll_totp(t, one->seal(), one->provider(), "maple", "alice", {}, start_us).code;
                  });
              }),
              status::e_crypto);
    EXPECT_EQ(error_of([&] { static_cast<void>(open("other.db")); }), status::e_crypto);
    in_place_of_this.has_random_numbers = true;
    go_through(*one);
}

}  // namespace
}  // namespace counterseal::core
