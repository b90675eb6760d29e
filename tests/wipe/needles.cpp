// SPDX-License-Identifier: Apache-2.0
#include "tests/wipe/needles.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "core/hmac/hmac.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/truncate.hpp"

namespace counterseal::wipe {
namespace {

bytes turned(const bytes& from, std::size_t word_len)
{
    bytes to = from;
    for (std::size_t i = 0; i + word_len <= to.size(); i += word_len) {
        std::reverse(to.begin() + static_cast<std::ptrdiff_t>(i),
                     to.begin() + static_cast<std::ptrdiff_t>(i + word_len));
    }
    return to;
}

bytes doubled(const std::uint8_t* word, std::size_t word_len)
{
    bytes twice(word, word + word_len);
    twice.insert(twice.end(), word, word + word_len);
    return twice;
}

bytes with_pad(const bytes& key, std::uint8_t pad)
{
    bytes out = key;
    for (auto& b : out) {
        b ^= pad;
    }
    return out;
}

}  // namespace

void needles::add_run(const std::string& what, const std::uint8_t* run)
{
    // What is little but one byte again and again (padding, small numbers) stands everywhere.
    if (std::set<std::uint8_t>(run, run + len).size() < 4) {
        return;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, run, len);
    all_.emplace(value, what);
    maybe_[value & 0xffff] = true;
}

void needles::add(const std::string& what, const bytes& secret)
{
    bytes backwards = secret;
    std::ranges::reverse(backwards);
    for (const auto& form : {secret, backwards, turned(secret, 4), turned(secret, 8)}) {
        for (std::size_t i = 0; i + len <= form.size(); ++i) {
            add_run(what, form.data() + i);
        }
    }
}

void needles::add_words(const std::string& what, const bytes& secret, std::size_t word_len)
{
    add(what, secret);
    for (const auto& form : {secret, turned(secret, word_len)}) {
        for (std::size_t i = 0; i + word_len <= form.size(); i += word_len) {
            add_run(what + " (lanes)", doubled(form.data() + i, word_len).data());
        }
    }
}

const std::string* needles::find(const std::uint8_t* at) const
{
    std::uint64_t value = 0;
    std::memcpy(&value, at, len);
    if (!maybe_[value & 0xffff]) {
        return nullptr;
    }
    const auto found = all_.find(value);
    return found == all_.end() ? nullptr : &found->second;
}

void add_key(needles& to, std::uint32_t algorithm, const bytes& key, std::uint64_t first, std::size_t n_counters,
             std::uint32_t digits)
{
    const auto& kernel = core::best_kernel(static_cast<core::hash_id>(algorithm), 0);
    const std::size_t word_len = algorithm == 3 ? 8 : 4;
    core::hmac_key prepared;
    core::hmac_prepare(prepared, kernel, key);
    // As many as the hash has chaining words; of SHA-1 a word more than the half of SHA-256's.
    const std::size_t mid_len = algorithm == 1 ? 20 : algorithm == 2 ? 32 : 64;
    to.add_words("key", key, word_len);
    to.add_words("key xor ipad", with_pad(key, 0x36), word_len);
    to.add_words("key xor opad", with_pad(key, 0x5c), word_len);
    to.add_words("inner midstate", bytes(prepared.mid.inner.bytes, prepared.mid.inner.bytes + mid_len), word_len);
    to.add_words("outer midstate", bytes(prepared.mid.outer.bytes, prepared.mid.outer.bytes + mid_len), word_len);
    for (std::size_t i = 0; i < n_counters; ++i) {
        std::uint8_t message[8];
        core::store_be<std::uint64_t>(message, first + i);

        core::chain inner = prepared.mid.inner;
        std::uint8_t block[core::max_block_len] = {};
        std::memcpy(block, message, sizeof message);
        block[8] = 0x80;
        core::store_be<std::uint64_t>(block + kernel.block_len - 8, (kernel.block_len + 8) * 8);
        kernel.compress(inner, block, 1);
        to.add_words("inner digest", bytes(inner.bytes, inner.bytes + mid_len), word_len);

        bytes digest(kernel.digest_len);
        core::hmac_message(prepared, message, digest.data());
        to.add_words("HMAC", digest, word_len);

        char code[core::max_digits];
        static_cast<void>(core::hotp_generate(core::mac_of(prepared), first + i, {digits, 0}, code));
        to.add("code", bytes(code, code + digits));
    }
}

}  // namespace counterseal::wipe
