// SPDX-License-Identifier: Apache-2.0
// counterseal.hpp: ownership, what errors say, when a verdict is true, what is wiped.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <type_traits>

#include "counterseal/counterseal.hpp"

namespace {

// The block whose end is awaited, and what it held when it was given back. Read while the block is still ours: the
// replaced operator delete below looks before it frees.
const void* watched = nullptr;
std::size_t watched_len = 0;
bool seen = false;
bool was_wiped = false;

void watch(const void* block, std::size_t len)
{
    watched = block;
    watched_len = len;
    seen = was_wiped = false;
}

void give_back(void* block) noexcept
{
    if (block != nullptr && block == watched) {
        seen = was_wiped = true;
        for (std::size_t i = 0; i < watched_len; ++i) {
            was_wiped = was_wiped && static_cast<const volatile unsigned char*>(block)[i] == 0;
        }
        watched = nullptr;
    }
    std::free(block);
}

}  // namespace

void* operator new(std::size_t size)
{
    if (void* block = std::malloc(size != 0 ? size : 1); block != nullptr) {
        return block;
    }
    throw std::bad_alloc{};
}
void operator delete(void* block) noexcept
{
    give_back(block);
}
void operator delete(void* block, std::size_t) noexcept
{
    give_back(block);
}

namespace counterseal {
namespace {

constexpr std::string_view rfc_base32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
constexpr std::string_view rfc_text = "12345678901234567890";

std::span<const std::uint8_t> bytes_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

otp_key rfc_key()
{
    return otp_key(bytes_of(rfc_text));
}

/// What the error says that `call` throws; "" and a failure if it throws none or another one.
template <class Error, class Call>
std::string what_of(cseal_status code, Call&& call)
{
    try {
        call();
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), code);
        EXPECT_EQ(e.name(), std::string("CSEAL_") + cseal_status_name(code));
        return e.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
}

#define EXPECT_RULE(code, text, call) EXPECT_EQ(what_of<config_error>((code), [&] { static_cast<void>(call); }), (text))

TEST(Ownership, SecretsAndKeysMoveAndAreNeverCopied)
{
    static_assert(!std::is_copy_constructible_v<secret> && !std::is_copy_assignable_v<secret>);
    static_assert(!std::is_copy_constructible_v<otp_key> && !std::is_copy_assignable_v<otp_key>);
    static_assert(std::is_nothrow_move_constructible_v<secret> && std::is_nothrow_move_assignable_v<secret>);
    static_assert(std::is_nothrow_move_constructible_v<otp_key> && std::is_nothrow_move_assignable_v<otp_key>);
    static_assert(!std::is_convertible_v<std::span<const std::uint8_t>, secret>);
    static_assert(!std::is_convertible_v<secret, otp_key>);

    otp_key first = rfc_key();
    otp_key second = std::move(first);
    EXPECT_TRUE(second.verify_hotp("755224", 0));
    EXPECT_EQ(first.get(), nullptr);  // NOLINT: what is left after a move is what we look at
    EXPECT_FALSE(first.short_secret());
    EXPECT_EQ(what_of<error>(CSEAL_E_ARGUMENT, [&] { static_cast<void>(first.verify_hotp("755224", 0)); }),
              cseal_status_meaning(CSEAL_E_ARGUMENT));
    EXPECT_THROW(static_cast<void>(first.verify_totp("755224", -1, 59)), error);
    EXPECT_THROW(static_cast<void>(first.resync_hotp("755224", "287082", 0)), error);
    EXPECT_THROW(static_cast<void>(first.totp(59)), error);
    EXPECT_THROW(static_cast<void>(first.hotp(0)), error);
    first = std::move(second);
    EXPECT_TRUE(first.verify_hotp("755224", 0));

    secret text = secret::from_base32(rfc_base32);
    secret moved = std::move(text);
    EXPECT_TRUE(text.bytes().empty());  // NOLINT
    EXPECT_EQ(moved.bytes().size(), 20U);
    text = std::move(moved);
    EXPECT_EQ(text.base32(), rfc_base32);
    secret& alias = text;
    text = std::move(alias);
    EXPECT_EQ(text.base32(), rfc_base32);
}

TEST(Wiping, SecretsEndAsZeros)
{
    {
        const secret from_text = secret::from_base32(rfc_base32);
        watch(from_text.bytes().data(), rfc_base32.size());  // all that was allocated, not only the key's part of it
    }
    EXPECT_TRUE(seen && was_wiped);
    {
        const secret from_hex = secret::from_hex("31323334353637383930313233343536");
        watch(from_hex.bytes().data(), 32);
    }
    EXPECT_TRUE(seen && was_wiped);
    {
        const secret from_bytes(bytes_of(rfc_text));
        watch(from_bytes.bytes().data(), rfc_text.size());
    }
    EXPECT_TRUE(seen && was_wiped);
}

TEST(Wiping, MovingLeavesNoCopyBehind)
{
    {
        secret first(bytes_of(rfc_text));
        const void* block = first.bytes().data();
        const secret second = std::move(first);
        EXPECT_EQ(second.bytes().data(), block);
        watch(block, rfc_text.size());
    }
    EXPECT_TRUE(seen && was_wiped);
    for (const bool watch_the_overwritten : {true, false}) {
        secret kept(bytes_of(rfc_text));
        watch(kept.bytes().data(), rfc_text.size());
        {
            secret other(bytes_of("another secret"));
            if (!watch_the_overwritten) {
                watch(other.bytes().data(), 14);
            }
            kept = std::move(other);
        }
        if (!watch_the_overwritten) {
            EXPECT_FALSE(seen);
            const secret last = std::move(kept);
            EXPECT_EQ(last.bytes().size(), 14U);
            continue;  // `last` ends here, and the next line but one sees it
        }
        EXPECT_TRUE(seen && was_wiped);
    }
    EXPECT_TRUE(seen && was_wiped);
}

TEST(Wiping, HandlesEndAsZeros)
{
    {
        const otp_key key = rfc_key();
        watch(key.get(), 2 * 20 + sizeof(void*));  // two midstates of SHA-1 at the least
        EXPECT_FALSE(seen);
    }
    EXPECT_TRUE(seen && was_wiped);
}

TEST(Wiping, ObjectInABufferOfOurs)
{
    alignas(secret) std::array<unsigned char, sizeof(secret)> place{};
    auto* made = ::new (static_cast<void*>(place.data())) secret(bytes_of(rfc_text));
    watch(made->bytes().data(), rfc_text.size());
    made->~secret();
    EXPECT_TRUE(seen && was_wiped);
}

TEST(Verdicts, AreTrueOnlyForAcceptance)
{
    static_assert(!std::is_convertible_v<totp_verdict, bool> && !std::is_convertible_v<hotp_verdict, bool>);
    static_assert(!std::is_convertible_v<totp_verdict, int> && !std::is_convertible_v<hotp_verdict, int>);
    for (int status = -128; status <= 127; ++status) {
        EXPECT_EQ(static_cast<bool>(totp_verdict{status, 0, 0}), status == 0);
        EXPECT_EQ(static_cast<bool>(hotp_verdict{status, 0}), status == 0);
    }
}

TEST(Verdicts, CarryWhatIsToBeStored)
{
    const otp_key key = rfc_key();
    const totp_verdict accepted = key.verify_totp("287 082", -1, 89);  // now is step 2
    EXPECT_TRUE(accepted);
    EXPECT_EQ(accepted.step, 1);
    EXPECT_EQ(accepted.delta, -1);
    EXPECT_EQ(key.verify_totp("287082", -1, 0).delta, 1);
    EXPECT_EQ(key.verify_totp("287082", -1, 59).delta, 0);
    const totp_verdict replayed = key.verify_totp("287082", accepted.step, 89);
    EXPECT_FALSE(replayed);
    EXPECT_EQ(replayed.status, CSEAL_REPLAYED);
    EXPECT_EQ(replayed.step, 1);
    EXPECT_EQ(replayed.delta, 0);
    EXPECT_EQ(key.verify_totp("287083", 1, 89).status, CSEAL_WRONG);
    EXPECT_EQ(key.verify_totp("", 1, 89).status, CSEAL_MALFORMED);
    EXPECT_EQ(key.verify_totp({}, 1, 89).status, CSEAL_MALFORMED);
    EXPECT_EQ(key.verify_totp("755224", -1, 1000, {.t0_s = 1000}).step, 0);

    EXPECT_EQ(key.verify_hotp("969429", 0, {6, 3}).next_counter, 4U);
    const hotp_verdict wrong = key.verify_hotp("969429", 0, {6, 2});
    EXPECT_FALSE(wrong);
    EXPECT_EQ(wrong.status, CSEAL_WRONG);
    EXPECT_EQ(wrong.next_counter, 0U);
    EXPECT_EQ(key.resync_hotp("162583", "399871", 0).next_counter, 9U);
    EXPECT_EQ(key.resync_hotp("162583", "162583", 0).status, CSEAL_WRONG);
    EXPECT_EQ(key.resync_hotp("", "399871", 0).status, CSEAL_MALFORMED);

    EXPECT_EQ(key.totp(59), "287082");
    EXPECT_EQ(key.totp(59, {.digits = 10}), "1094287082");
    EXPECT_EQ(key.hotp(0, {8, 0}), "84755224");
    const otp_key sha512(bytes_of("1234567890123456789012345678901234567890123456789012345678901234"),
                         algorithm_named("SHA512"));
    EXPECT_EQ(sha512.totp(59, {.digits = 8}), "90693936");
}

// test-vectors.txt of Yubico's yubico-c.
constexpr std::uint8_t aes_key[] = {0xec, 0xde, 0x18, 0xdb, 0xe7, 0x6f, 0xbd, 0x0c,
                                    0x33, 0x33, 0x0f, 0x1c, 0x35, 0x48, 0x71, 0xdb};
constexpr std::uint8_t private_id[] = {0x87, 0x92, 0xeb, 0xfe, 0x26, 0xcc};
constexpr std::string_view yubico_text = "dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh";

TEST(Yubico, OtpsAreAcceptedOnce)
{
    const crypto provider;
    const yubico_otp key(aes_key, "DTEFFUJE", private_id);
    EXPECT_EQ(key.public_id(), "dteffuje");
    EXPECT_EQ(yubico_otp::public_id_of(yubico_text), "dteffuje");
    EXPECT_EQ(yubico_otp::public_id_of("dteffuje"), std::nullopt);
    const yubico_verdict first = key.verify(provider, yubico_text, {});
    EXPECT_TRUE(first);
    EXPECT_EQ(first.last.counter, 19);
    EXPECT_EQ(first.last.session_use, 17);
    const yubico_verdict again = key.verify(provider, yubico_text, first.last);
    EXPECT_FALSE(again);
    EXPECT_EQ(again.status, CSEAL_REPLAYED);
    EXPECT_EQ(again.last.counter, 19);
    EXPECT_THROW(static_cast<void>(key.verify(provider, yubico_text, {32768, 0})), config_error);
    EXPECT_THROW(yubico_otp({aes_key, 15}, "", private_id), config_error);
    EXPECT_THROW(yubico_otp(aes_key, "ca", private_id), config_error);
}

TEST(Yubico, TokenIdsMayStandInFront)
{
    const otp_key key(secret::from_hex("3132333435363738393031323334353637383930"));
    const token_id id("UBHE01234567");
    EXPECT_EQ(id.text(), "ubhe01234567");
    EXPECT_EQ(token_id::token_id_of("ubhe01234567287082"), "ubhe01234567");
    EXPECT_EQ(token_id::token_id_of("287082"), "");
    EXPECT_EQ(token_id::token_id_of("28708"), std::nullopt);
    EXPECT_EQ(id.verify(key, "ubhe01234567287082", 1).next_counter, 2U);
    EXPECT_EQ(id.verify(key, "ubhe01234568287082", 1).status, CSEAL_WRONG);
    EXPECT_EQ(id.resync(key, "ubhe01234567162583", "399871", 0).next_counter, 9U);
    EXPECT_THROW(static_cast<void>(id.verify(key, "287082", 1, {6, 101})), config_error);
    EXPECT_THROW(static_cast<void>(id.resync(key, "287082", "287082", 1, {5, 0})), config_error);
    EXPECT_THROW(static_cast<void>(token_id::token_id_of("287082", 5)), config_error);
    for (const char* bad : {"", "ubhe0123456", "ubhe 1234567", "ubhe012345678", " ubhe0123456"}) {
        EXPECT_THROW(token_id{bad}, config_error) << bad;
    }
}

TEST(Keys, SayWhatIsShort)
{
    EXPECT_FALSE(rfc_key().short_secret());
    EXPECT_TRUE(otp_key(bytes_of("123456789012345")).short_secret());
    EXPECT_FALSE(otp_key(bytes_of("1234567890123456")).short_secret());
}

TEST(Errors, NameTheArgumentAndTheRule)
{
    const otp_key key = rfc_key();
    EXPECT_RULE(CSEAL_E_RANGE, "digits must be 6 to 10", key.verify_totp("287082", -1, 59, {.digits = 5}));
    EXPECT_RULE(CSEAL_E_RANGE, "digits must be 6 to 10", key.totp(59, {.digits = 11}));
    EXPECT_RULE(CSEAL_E_RANGE, "digits must be 6 to 10", key.hotp(0, {11, 0}));
    EXPECT_RULE(CSEAL_E_RANGE, "period must be at least 1 second", key.totp(59, {.period_s = 0}));
    EXPECT_RULE(CSEAL_E_RANGE, "past + future must be at most 20 steps",
                key.verify_totp("287082", -1, 59, {.past = 21}));
    EXPECT_RULE(CSEAL_E_RANGE, "last_step must be -1 (never used) or a step", key.verify_totp("287082", -2, 59));
    EXPECT_RULE(CSEAL_E_RANGE, "look_ahead must be at most 100 counters", key.verify_hotp("287082", 0, {6, 101}));
    EXPECT_RULE(CSEAL_E_RANGE, "look_ahead must be at most 100 counters",
                key.resync_hotp("287082", "359152", 0, {6, 101}));
    const std::string time =
        what_of<config_error>(CSEAL_E_TIME, [&] { static_cast<void>(key.verify_totp("287082", -1, 1764000000000)); });
    EXPECT_EQ(time.rfind("time must be", 0), 0U) << time;
    EXPECT_NE(time.find("milliseconds"), std::string::npos) << time;
    EXPECT_RULE(CSEAL_E_TIME, "time must not lie before t0", key.totp(59, {.t0_s = 60}));
    const std::string counter = what_of<config_error>(CSEAL_E_RANGE, [&] {
        static_cast<void>(key.verify_hotp("287082", std::numeric_limits<std::uint64_t>::max()));
    });
    EXPECT_EQ(counter.rfind("next_counter", 0), 0U) << counter;

    EXPECT_RULE(CSEAL_E_ARGUMENT, "secret must not be empty", otp_key(std::span<const std::uint8_t>{}));
    EXPECT_RULE(CSEAL_E_ARGUMENT, "secret must not be empty", otp_key(secret::from_base32("")));
    EXPECT_RULE(CSEAL_E_UNSUPPORTED, "algorithm must be SHA1, SHA256 or SHA512", algorithm_named("MD5"));
    EXPECT_RULE(CSEAL_E_UNSUPPORTED, "algorithm must be SHA1, SHA256 or SHA512", algorithm_named("sha1"));
    EXPECT_RULE(CSEAL_E_UNSUPPORTED, "algorithm must be SHA1, SHA256 or SHA512",
                otp_key(bytes_of(rfc_text), static_cast<algorithm>(4)));
    static_assert(std::is_base_of_v<std::runtime_error, error> && std::is_base_of_v<error, config_error>);
}

TEST(Errors, OptionsCanBeCheckedBeforeUse)
{
    EXPECT_NO_THROW(totp_options{}.validate());
    EXPECT_NO_THROW((totp_options{.t0_s = 100'000'000'000}.validate()));
    EXPECT_NO_THROW((totp_options{.period_s = 86'401, .long_period = true}.validate()));
    EXPECT_RULE(CSEAL_E_RANGE, "period must be at most 86400 seconds unless long periods are allowed",
                (totp_options{.period_s = 86'401}.validate(), 0));
    EXPECT_THROW((totp_options{.t0_s = 100'000'000'001}.validate()), config_error);
    EXPECT_NO_THROW(hotp_options{}.validate());
    EXPECT_RULE(CSEAL_E_RANGE, "digits must be 6 to 10", (hotp_options{0, 0}.validate(), 0));
    EXPECT_RULE(CSEAL_E_RANGE, "look_ahead must be at most 100 counters", (hotp_options{6, 101}.validate(), 0));
}

TEST(Errors, OfTextTellTheIndexAndOnlyForeignCharacters)
{
    const auto of = [](std::string_view text) {
        return what_of<config_error>(CSEAL_E_ENCODING, [&] { static_cast<void>(secret::from_base32(text)); });
    };
    EXPECT_EQ(of("GEZD0NBV"), "secret must be base32: character '0' at index 4 is outside its alphabet (A-Z and 2-7)");
    EXPECT_EQ(of("GE\xc3\xa9"),
              "secret must be base32: character '\xc3\xa9' at index 2 is outside its alphabet (A-Z and 2-7)");
    EXPECT_EQ(of(std::string_view("GE\0ZD", 5)),
              "secret must be base32: character U+0000 at index 2 is outside its alphabet (A-Z and 2-7)");
    EXPECT_EQ(of("GEZ"), "secret must be base32: the text ends inside a byte at index 3; a character is missing");
    EXPECT_EQ(of("MY======MY"), "secret must be base32: there is data after the padding at index 8");
    EXPECT_EQ(what_of<config_error>(CSEAL_E_ENCODING, [] { static_cast<void>(secret::from_hex("3g")); }),
              "secret must be hex: character 'g' at index 1 is outside its alphabet (0-9 and A-F)");
    EXPECT_EQ(what_of<config_error>(CSEAL_E_ENCODING, [] { static_cast<void>(secret::from_hex("313")); }),
              "secret must be hex: the text ends inside a byte at index 3; a character is missing");
    EXPECT_EQ(secret::from_base32("gezd gnbv gy3t qojq gezd gnbv gy3t qojq").base32(), rfc_base32);
    EXPECT_EQ(secret::from_hex("31 32").base32(), "GEZA");
    EXPECT_EQ(secret(bytes_of("")).base32(), "");
}

}  // namespace
}  // namespace counterseal
