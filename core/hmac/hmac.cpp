// SPDX-License-Identifier: Apache-2.0
#include "core/hmac/hmac.hpp"

#include <algorithm>
#include <cstring>

#include "core/ct/wipe.hpp"

namespace counterseal::core {
namespace {

template <class Hash>
void start(chain& state) noexcept
{
    std::memcpy(state.bytes, Hash::initial, sizeof Hash::initial);
}

/// Hashes the rest of a message into `state`, which has taken `blocks_before` blocks, and writes the digest.
template <class Hash>
void finish(const hmac_kernel& kernel, chain& state, std::size_t blocks_before, bytes_view message,
            std::uint8_t* digest) noexcept
{
    const std::size_t whole = message.size() / Hash::block_len;
    kernel.compress(state, message.data(), whole);

    // Padding (FIPS 180-4 section 5.1): a one bit, zeros, the length in bits as two words.
    std::uint8_t tail[2 * Hash::block_len] = {};
    const wiped_at_end wipe_tail{tail};
    const std::size_t rest = message.size() % Hash::block_len;
    std::copy_n(message.data() + whole * Hash::block_len, rest, tail);
    tail[rest] = 0x80;
    const std::size_t tail_blocks = rest + 1 + 2 * sizeof(typename Hash::word) > Hash::block_len ? 2 : 1;
    const std::uint64_t total_len = std::uint64_t{blocks_before} * Hash::block_len + message.size();
    store_be<std::uint64_t>(tail + tail_blocks * Hash::block_len - 8, total_len * 8);
    kernel.compress(state, tail, tail_blocks);

    for (std::size_t i = 0; i < Hash::state_words; ++i) {
        typename Hash::word word;
        std::memcpy(&word, state.bytes + i * sizeof word, sizeof word);
        store_be(digest + i * sizeof word, word);
    }
}

template <class Hash>
void prepare(hmac_key& out, bytes_view secret) noexcept
{
    std::uint8_t block[Hash::block_len] = {};
    const wiped_at_end wipe_block{block};
    if (secret.size() > Hash::block_len) {
        chain state;
        const wiped_at_end wipe_state{state};
        start<Hash>(state);
        finish<Hash>(*out.kernel, state, 0, secret, block);
    } else {
        std::copy_n(secret.data(), secret.size(), block);
    }
    out.kernel->key_block(out.mid, block);
}

template <class Hash>
void message_digest(const hmac_key& key, bytes_view message, std::uint8_t* digest) noexcept
{
    chain state = key.mid.inner;
    const wiped_at_end wipe_state{state};
    finish<Hash>(*key.kernel, state, 1, message, digest);
    state = key.mid.outer;
    finish<Hash>(*key.kernel, state, 1, {digest, Hash::digest_len}, digest);
}

}  // namespace

void hmac_prepare(hmac_key& out, const hmac_kernel& kernel, bytes_view secret) noexcept
{
    out.kernel = &kernel;
    switch (kernel.hash) {
        case hash_id::sha1: return prepare<sha1>(out, secret);
        case hash_id::sha256: return prepare<sha256>(out, secret);
        case hash_id::sha512: return prepare<sha512>(out, secret);
    }
}

void hmac_message(const hmac_key& key, bytes_view message, std::uint8_t* digest) noexcept
{
    switch (key.kernel->hash) {
        case hash_id::sha1: return message_digest<sha1>(key, message, digest);
        case hash_id::sha256: return message_digest<sha256>(key, message, digest);
        case hash_id::sha512: return message_digest<sha512>(key, message, digest);
    }
}

counter_mac mac_of(const hmac_key& key) noexcept
{
    return {[](const void* of, std::uint64_t first, std::size_t n, truncation_words* out) noexcept {
                const auto& prepared = *static_cast<const hmac_key*>(of);
                prepared.kernel->counters(prepared.mid, first, n, out);
            },
            &key};
}

}  // namespace counterseal::core
