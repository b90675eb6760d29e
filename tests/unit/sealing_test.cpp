// SPDX-License-Identifier: Apache-2.0
#include "core/engine/sealing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace counterseal::core {
namespace {

using bytes = std::vector<std::uint8_t>;
using namespace std::string_view_literals;

const crypto& provider()
{
    static const std::unique_ptr<const crypto> only = crypto::open("");
    return *only;
}

bytes numbered(std::uint8_t from)
{
    bytes out(key_ring::key_len);
    for (std::uint8_t& byte : out) {
        byte = from++;
    }
    return out;
}

const bytes old_key = numbered(1);
const bytes new_key = numbered(101);
const key_ring ring_a = key_ring::from_keys({{"a", old_key}}, "a");
const key_ring ring_ab = key_ring::from_keys({{"a", old_key}, {"b", new_key}}, "b");
const key_ring ring_b = key_ring::from_keys({{"b", new_key}}, "b");
const key_ring ring_other_a = key_ring::from_keys({{"a", new_key}}, "a");

const bytes secret = {'s', 'e', 'c', 'r', 'e', 't', 0, 255};
const fields place = {"store"sv, "maple"sv, "alice"sv, std::int64_t{7}, "totp"sv};

bytes sealed(const key_ring& with, fields where = place)
{
    bytes out;
    EXPECT_EQ(sealer(provider(), with).seal(secret, where, out), status::ok);
    return out;
}

status opened(const key_ring& with, bytes_view what, fields where = place)
{
    secure_bytes out;
    const status s = sealer(provider(), with).open(what, where, out);
    EXPECT_EQ(s == status::ok, !out.empty());
    if (s == status::ok) {
        EXPECT_EQ(bytes(out.begin(), out.end()), secret);
    }
    return s;
}

bytes flipped(bytes of, std::size_t bit)
{
    of[bit / 8] = static_cast<std::uint8_t>(of[bit / 8] ^ (1U << bit % 8));
    return of;
}

TEST(sealing, opens_where_it_was_sealed_also_after_the_key_was_replaced)
{
    const bytes by_a = sealed(ring_a);
    EXPECT_EQ(opened(ring_a, by_a), status::ok);
    EXPECT_EQ(opened(ring_ab, by_a), status::ok);
    EXPECT_EQ(sealer::key_of(by_a), "a");
    EXPECT_EQ(sealer::key_of(sealed(ring_ab)), "b");
    EXPECT_EQ(opened(ring_b, by_a), status::e_keys);
    EXPECT_EQ(opened(ring_other_a, by_a), status::e_keys);
}

TEST(sealing, a_secret_of_another_row_does_not_open)
{
    const bytes good = sealed(ring_a);
    const auto is_refused = [&](fields other) { EXPECT_EQ(opened(ring_a, good, other), status::e_store_corrupt); };
    is_refused({"other"sv, "maple"sv, "alice"sv, std::int64_t{7}, "totp"sv});
    is_refused({"store"sv, "oak"sv, "alice"sv, std::int64_t{7}, "totp"sv});
    is_refused({"store"sv, "maple"sv, "bob"sv, std::int64_t{7}, "totp"sv});
    is_refused({"store"sv, "maple"sv, "alice"sv, std::int64_t{8}, "totp"sv});
    is_refused({"store"sv, "maple"sv, "alice"sv, std::int64_t{7}, "hotp"sv});
    is_refused({"store"sv, "maplealice"sv, ""sv, std::int64_t{7}, "totp"sv});
    is_refused({"store"sv, "maple"sv, "alice"sv, std::int64_t{7}});
    is_refused({});
}

TEST(sealing, no_bit_can_be_changed_and_no_byte_cut_off)
{
    const bytes good = sealed(ring_ab);
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        const status s = opened(ring_ab, flipped(good, bit));
        EXPECT_TRUE(s == status::e_store_corrupt || s == status::e_keys) << bit;
    }
    for (std::size_t len = 0; len < good.size(); ++len) {
        EXPECT_NE(opened(ring_ab, bytes_view(good).first(len)), status::ok) << len;
    }
    EXPECT_NE(opened(ring_ab, bytes(300, 1)), status::ok);
}

TEST(sealing, the_same_secret_never_looks_the_same)
{
    std::set<bytes> seen;
    for (int i = 0; i < 200; ++i) {
        seen.insert(sealed(ring_a));
    }
    EXPECT_EQ(seen.size(), 200U);
}

TEST(sealing, a_row_is_what_was_authenticated)
{
    const sealer here(provider(), ring_ab);
    const bytes data = {1, 2};
    const fields row = {"maple"sv, std::int64_t{3}, bytes_view(data), std::monostate{}};
    bytes tag;
    ASSERT_EQ(here.authenticate("factor", row, tag), status::ok);
    EXPECT_EQ(here.check("factor", row, tag), status::ok);
    EXPECT_EQ(here.check("policy", row, tag), status::e_store_corrupt);
    const bytes longer = {1, 2, 3};
    const auto is_refused = [&](fields other) { EXPECT_EQ(here.check("factor", other, tag), status::e_store_corrupt); };
    is_refused({"maple"sv, std::int64_t{4}, bytes_view(data), std::monostate{}});
    is_refused({"maple"sv, std::int64_t{3}, bytes_view(longer), std::monostate{}});
    is_refused({"maple"sv, std::int64_t{3}, "\x01\x02"sv, std::monostate{}});
    is_refused({"maple"sv, std::int64_t{3}, bytes_view(data), std::int64_t{0}});
    is_refused({"maple"sv, std::int64_t{3}, bytes_view(data)});
    is_refused({std::int64_t{3}, "maple"sv, bytes_view(data), std::monostate{}});
    for (std::size_t bit = 0; bit < 8 * tag.size(); ++bit) {
        EXPECT_NE(here.check("factor", row, flipped(tag, bit)), status::ok) << bit;
    }
    for (std::size_t len = 0; len < tag.size(); ++len) {
        EXPECT_EQ(here.check("factor", row, bytes_view(tag).first(len)), status::e_store_corrupt) << len;
    }
    EXPECT_EQ(sealer(provider(), ring_a).check("factor", row, tag), status::e_keys);
}

TEST(sealing, a_digest_depends_on_key_kind_and_code)
{
    const sealer here(provider(), ring_ab);
    std::set<std::array<std::uint8_t, 32>> seen;
    for (const char* id : {"a", "b"}) {
        for (const char* kind : {"challenge", "trust"}) {
            for (const auto code : {"123456"sv, "123457"sv}) {
                std::array<std::uint8_t, 32> digest{};
                ASSERT_EQ(here.digest(id, kind, {"maple"sv, code}, digest), status::ok);
                seen.insert(digest);
            }
        }
    }
    EXPECT_EQ(seen.size(), 8U);
}

}  // namespace
}  // namespace counterseal::core
