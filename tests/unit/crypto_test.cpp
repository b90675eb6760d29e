// SPDX-License-Identifier: Apache-2.0
// The provider against published values.
#include "core/crypto/crypto.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <latch>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/crypto/prepared.hpp"

namespace counterseal::core {
namespace {

using bytes = std::vector<std::uint8_t>;

bytes from_hex(std::string_view text)
{
    bytes made;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        made.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    }
    return made;
}

bytes from_text(std::string_view text)
{
    return {text.begin(), text.end()};
}

const crypto& provider()
{
    static const std::unique_ptr<const crypto> only = crypto::open("");
    return *only;
}

TEST(crypto, opens_only_what_exists)
{
    EXPECT_NE(crypto::open(""), nullptr);
    EXPECT_NE(crypto::open("provider=default"), nullptr);
    EXPECT_EQ(crypto::open("provider=nobody"), nullptr);
    EXPECT_EQ(crypto::open("this is no query !!"), nullptr);
}

TEST(crypto, random_fills_all_of_it)
{
    std::set<bytes> seen;
    for (int i = 0; i < 100; ++i) {
        bytes drawn(20, 0);
        ASSERT_EQ(provider().random(drawn), status::ok);
        seen.insert(drawn);
    }
    EXPECT_EQ(seen.size(), 100U);
    bytes any(20, 0);  // each byte changes at some time
    for (const bytes& drawn : seen) {
        for (std::size_t i = 0; i < drawn.size(); ++i) {
            any[i] = static_cast<std::uint8_t>(any[i] | drawn[i]);
        }
    }
    for (const std::uint8_t byte : any) {
        EXPECT_NE(byte, 0);
    }
}

TEST(crypto, a_thread_that_drew_may_outlive_it)
{
    std::unique_ptr<const crypto> other = crypto::open("");
    std::latch drawn(1);
    std::latch freed(1);
    std::thread thread([&] {
        bytes out(20);
        EXPECT_EQ(other->random(out), status::ok);
        drawn.count_down();
        freed.wait();
    });
    drawn.wait();
    other.reset();
    freed.count_down();
    thread.join();  // what OpenSSL keeps for a thread goes with the thread, and must not look for the context
}

// A generator is kept for the next draw: with its state in two processes, nonces would come twice.
TEST(crypto, a_child_draws_other_numbers_than_its_parent_and_its_siblings)
{
    using number = std::array<std::uint8_t, 32>;
    std::set<number> drawn;
    number mine{};
    ASSERT_EQ(provider().random(mine), status::ok);
    drawn.insert(mine);
    for (int child = 0; child < 3; ++child) {
        std::array<int, 2> ends{};
        ASSERT_EQ(pipe(ends.data()), 0);
        const pid_t pid = fork();
        ASSERT_GE(pid, 0);
        if (pid == 0) {
            number its{};
            const bool is_drawn = provider().random(its) == status::ok;
            const bool is_told = write(ends[1], its.data(), its.size()) == static_cast<ssize_t>(its.size());
            _exit(is_drawn && is_told ? 0 : 1);
        }
        number its{};
        EXPECT_EQ(read(ends[0], its.data(), its.size()), static_cast<ssize_t>(its.size()));
        int how = -1;
        EXPECT_EQ(waitpid(pid, &how, 0), pid);
        EXPECT_EQ(how, 0);
        EXPECT_TRUE(drawn.insert(its).second);
        close(ends[0]);
        close(ends[1]);
    }
    ASSERT_EQ(provider().random(mine), status::ok);
    EXPECT_TRUE(drawn.insert(mine).second);
}

TEST(crypto, a_prepared_key_serves_many_threads_at_once)
{
    const bytes key(32, 7);
    const auto hmac = prepared_hmac::make(provider(), hash_id::sha256, key);
    const auto aes = prepared_aes::make(provider(), key);
    ASSERT_TRUE(hmac && aes);
    std::atomic<int> n_wrong = 0;
    std::vector<std::jthread> threads;
    for (std::uint8_t i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            const bytes message(16, i);
            std::array<std::uint8_t, 32> wanted{};
            bytes once(16);
            bool is_good = provider().hmac(hash_id::sha256, key, message, wanted) == status::ok &&
                           prepared_aes::make(provider(), key)->encrypt(message, once) == status::ok;
            for (int round = 0; round < 2000 && is_good; ++round) {
                std::array<std::uint8_t, 32> mac{};
                bytes block(16);
                is_good = (*hmac)(message, mac) == status::ok && mac == wanted &&
                          aes->encrypt(message, block) == status::ok && block == once;
            }
            n_wrong += is_good ? 0 : 1;
        });
    }
    threads.clear();
    EXPECT_EQ(n_wrong, 0);
}

TEST(crypto, aes_block_of_fips_197)
{
    // FIPS 197 appendix C.1
    bytes out(16);
    ASSERT_EQ(provider().aes_128_decrypt_block(from_hex("000102030405060708090a0b0c0d0e0f"),
                                               from_hex("69c4e0d86a7b0430d8cdb78070b4c55a"), out),
              status::ok);
    EXPECT_EQ(out, from_hex("00112233445566778899aabbccddeeff"));
}

TEST(crypto, aes_cbc_of_sp_800_38a)
{
    // NIST SP 800-38A sections F.2.2, F.2.4 and F.2.6
    const bytes iv = from_hex("000102030405060708090a0b0c0d0e0f");
    const bytes plain = from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    const std::array<std::pair<const char*, const char*>, 3> rows{{
        {"2b7e151628aed2a6abf7158809cf4f3c", "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"},
        {"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
         "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"},
        {"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
         "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"},
    }};
    for (const auto& [key, cipher] : rows) {
        bytes out(32);
        ASSERT_EQ(provider().aes_cbc_decrypt(from_hex(key), iv, from_hex(cipher), out), status::ok);
        EXPECT_EQ(out, plain) << key;
    }
    bytes out(31);
    EXPECT_EQ(provider().aes_cbc_decrypt(from_hex(rows[0].first), iv, bytes(31), out), status::e_crypto)
        << "half a block";
}

TEST(crypto, hmac_of_rfc_4231_and_2202)
{
    bytes sha1(20);
    ASSERT_EQ(provider().hmac(hash_id::sha1, from_text("Jefe"), from_text("what do ya want for nothing?"), sha1),
              status::ok);
    EXPECT_EQ(sha1, from_hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
    bytes sha256(32);
    ASSERT_EQ(provider().hmac(hash_id::sha256, from_text("Jefe"), from_text("what do ya want for nothing?"), sha256),
              status::ok);
    EXPECT_EQ(sha256, from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

TEST(crypto, pbkdf2_of_rfc_6070)
{
    bytes out(20);
    ASSERT_EQ(provider().pbkdf2(hash_id::sha1, from_text("password"), from_text("salt"), 2, out), status::ok);
    EXPECT_EQ(out, from_hex("ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"));
}

}  // namespace
}  // namespace counterseal::core
