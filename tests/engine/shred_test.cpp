// SPDX-License-Identifier: Apache-2.0
// What a factor knew is gone from the store when it ends, from the file too.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/engine/admin.hpp"
#include "core/engine/recovery.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

class shredding_on : public verify_factor_on {
protected:
    /// Whether the bytes stand anywhere in the file of the store; nobody has it open.
    bool is_in_file(const std::vector<std::uint8_t>& wanted)
    {
        which_ = nullptr;  // the last one to leave writes the log back
        bool is_found = false;
        for (const char* const name : {"store.db", "store.db-wal"}) {
            std::ifstream file(folder_.file(name), std::ios::binary);
            const std::vector<char> all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
            is_found |= !std::ranges::search(all, wanted, [](char a, std::uint8_t b) {
                             return static_cast<std::uint8_t>(a) == b;
                         }).empty();
        }
        which_ = open_again();
        return is_found;
    }
    void revoke(const factor_key& key)
    {
        write([&](transaction& t) {
            EXPECT_EQ(revoke_factor(t, seal_, key, {"root", "lost"}, start_us).code, status::ok);
        });
    }
};

TEST_P(shredding_on, a_revoked_secret_leaves_no_byte)
{
    static constexpr statement length = {"SELECT length(secret) FROM factor WHERE factor = 'phone'"};
    const std::vector<std::uint8_t> sealed = load(phone).secret;
    EXPECT_GT(ask(length), 0);
    if (std::string_view(GetParam()) == "sqlite") {
        EXPECT_TRUE(is_in_file(sealed));
    }
    revoke(phone);
    EXPECT_EQ(ask(length), 0);
    if (std::string_view(GetParam()) == "sqlite") {
        EXPECT_FALSE(is_in_file(sealed));
    }
}

TEST_P(shredding_on, nor_do_the_digests_of_recovery_codes_or_their_salt)
{
    static constexpr statement digests = {"SELECT digest FROM recovery_code ORDER BY digest"};
    const recovery_set set = make_recovery_set(*crypto_, 1);
    write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set, start_us); });
    const auto all = write([&](transaction& t) {
        rows out;
        t.run(digests, {}, &out);
        return out;
    });
    ASSERT_EQ(all.size(), 10);
    const factor_key key{"maple", "alice", set.factor};
    const std::vector<std::uint8_t> salt = load(key).secret;
    if (std::string_view(GetParam()) == "sqlite") {
        EXPECT_TRUE(is_in_file(all.bytes(0, 0)));
    }
    revoke(key);
    EXPECT_TRUE(load(key).secret.empty());
    static constexpr statement count = {"SELECT count(*) FROM recovery_code"};
    EXPECT_EQ(ask(count), 0);
    if (std::string_view(GetParam()) == "sqlite") {
        EXPECT_FALSE(is_in_file(salt));
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_FALSE(is_in_file(all.bytes(i, 0))) << i;
        }
    }
}

ON_EACH_STORE(shredding_on);

}  // namespace
}  // namespace counterseal::core
