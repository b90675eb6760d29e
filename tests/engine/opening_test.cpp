// SPDX-License-Identifier: Apache-2.0
// An engine opens its own store with its own keys, and no other one.
#include "core/engine/engine.hpp"
#include "stores.hpp"

namespace counterseal::core {
namespace {

using text = std::string_view;

class opening : public stores {
protected:
    static key_ring ring(std::uint8_t first, const char* name = "2026a")
    {
        std::vector<std::uint8_t> key(32, first);
        key[31] = 7;
        return key_ring::from_keys({{name, bytes_view(key)}}, name);
    }
    engine opened(key_ring keys, schema_mode schema = schema_mode::check)
    {
        const std::string url =
            text(GetParam()) == "postgres" ? postgres_url() : "sqlite:///" + folder_.file("store.db");
        engine_options options;
        options.url = url;
        options.schema = schema;
        return {options, std::move(keys), crypto::open("")};
    }
    status opening_with(key_ring keys)
    {
        return error_of([&] { const engine one = opened(std::move(keys)); });
    }
    void change(const std::string& sql)
    {
        const auto session = connect();
        in_transaction(*session, soon(), [&](transaction&) { session->execute(sql); });
    }
};

TEST_P(opening, tables_are_made_when_they_are_asked_for)
{
    EXPECT_EQ(opening_with(ring(1)), status::e_schema);
    EXPECT_EQ(error_of([&] { const engine one = opened(ring(1), schema_mode::migrate); }), status::ok);
    EXPECT_EQ(opening_with(ring(1)), status::ok);
}

TEST_P(opening, another_key_ring_is_refused)
{
    static_cast<void>(opened(ring(1), schema_mode::migrate));
    EXPECT_EQ(opening_with(ring(2)), status::e_keys);           // another key of the same name
    EXPECT_EQ(opening_with(ring(1, "2026b")), status::e_keys);  // the key by another name
    std::vector<std::uint8_t> older(32, 1);
    older[31] = 7;
    std::vector<std::uint8_t> newer(32, 9);
    newer[31] = 7;
    EXPECT_EQ(opening_with(key_ring::from_keys({{"2026a", bytes_view(older)}, {"2026b", bytes_view(newer)}}, "2026b")),
              status::ok);
    EXPECT_EQ(opening_with(key_ring::from_keys({{"2026b", bytes_view(newer)}}, "2026b")), status::e_keys);
    EXPECT_EQ(opening_with(ring(1)), status::ok);
}

TEST_P(opening, each_byte_of_the_canary_and_of_the_stores_name_counts)
{
    static_cast<void>(opened(ring(1), schema_mode::migrate));
    static constexpr statement select = {"SELECT canary, store FROM installation"};
    static constexpr statement update = {"UPDATE installation SET canary = $1, store = $2"};
    const auto session = connect();
    rows out;
    in_transaction(*session, soon(), [&](transaction& t) { t.run(select, {}, &out); });
    const std::vector<std::uint8_t> canary = out.bytes(0, 0);
    const std::string name = out.text(0, 1);
    const auto opening_as = [&](const std::vector<std::uint8_t>& shown, const std::string& named) {
        in_transaction(*session, soon(), [&](transaction& t) { t.run(update, {bytes_view(shown), text(named)}); });
        return opening_with(ring(1));
    };
    for (std::size_t i = 0; i < canary.size(); ++i) {
        std::vector<std::uint8_t> changed = canary;
        changed[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
        EXPECT_EQ(opening_as(changed, name), status::e_keys) << i;
    }
    for (std::size_t i = 0; i < name.size(); ++i) {
        std::string changed = name;
        changed[i] = changed[i] == 'a' ? 'b' : 'a';
        EXPECT_EQ(opening_as(canary, changed), status::e_keys) << i;
    }
    EXPECT_EQ(opening_as({}, name), status::e_keys);
    EXPECT_EQ(opening_as(canary, name), status::ok);
}

TEST_P(opening, tables_of_the_next_version_are_good_and_of_later_ones_refused)
{
    static_cast<void>(opened(ring(1), schema_mode::migrate));
    for (const auto& [version, expected] :
         {std::pair{0, status::e_schema}, std::pair{2, status::ok}, std::pair{3, status::e_schema}}) {
        change("UPDATE schema_version SET version = " + std::to_string(version));
        EXPECT_EQ(opening_with(ring(1)), expected) << version;
    }
}

INSTANTIATE_TEST_SUITE_P(engine, opening, ::testing::Values("sqlite", "postgres"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace counterseal::core
