// SPDX-License-Identifier: Apache-2.0
// Intel's multi-buffer library, the fastest there is for many HMACs: its burst call, with everything around it that a
// verification needs.
#include <intel-ipsec-mb.h>

#include <cstring>
#include <memory>
#include <stdexcept>

#include "bench/batch_row.hpp"
#include "bench/row.hpp"

namespace counterseal::bench {
namespace {

constexpr std::size_t burst_len = IMB_MAX_BURST_SIZE;
constexpr std::uint64_t first_step = now_s / period_s - 1;

struct free_manager {
    void operator()(IMB_MGR* manager) const noexcept { free_mb_mgr(manager); }
};

struct shape {
    IMB_HASH_ALG algorithm;
    std::size_t block_len;
    std::size_t digest_len;
};

shape shape_of(hash h)
{
    constexpr shape shapes[] = {
        {IMB_AUTH_HMAC_SHA_1, 64, 20}, {IMB_AUTH_HMAC_SHA_256, 64, 32}, {IMB_AUTH_HMAC_SHA_512, 128, 64}};
    return shapes[static_cast<std::size_t>(h)];
}

/// The library's form of a prepared key: the states after the two pads.
struct alignas(64) pads {
    std::uint8_t inner[64];
    std::uint8_t outer[64];
};

class verifier {
public:
    /// `keys_first`: pads are made beforehand, else in each verification. Steps are those of each row.
    verifier(const users& all, bool keys_first)
        : all_{all},
          keys_first_{keys_first},
          shape_{shape_of(all.by())},
          manager_{alloc_mb_mgr(0)},
          pads_(all.size()),
          first_(all.size(), first_step)
    {
        if (manager_ == nullptr) {
            throw std::runtime_error{"alloc_mb_mgr failed"};
        }
        init_mb_mgr_auto(manager_.get(), nullptr);
        for (std::size_t i = 0; i < all.size(); ++i) {
            make_pads(i);
        }
        for (std::size_t job = 0; job < burst_len; ++job) {
            IMB_JOB& one = jobs_[job];
            std::memset(&one, 0, sizeof one);
            one.hash_alg = shape_.algorithm;
            one.cipher_mode = IMB_CIPHER_NULL;
            one.cipher_direction = IMB_DIR_ENCRYPT;
            one.chain_order = IMB_ORDER_HASH_CIPHER;
            one.src = messages_[job];
            one.msg_len_to_hash_in_bytes = sizeof messages_[job];
            one.auth_tag_output = tags_[job];
            one.auth_tag_output_len_in_bytes = shape_.digest_len;
        }
    }

    std::int64_t operator()(const std::vector<std::uint32_t>& codes)
    {
        std::int64_t n_accepted = 0;
        constexpr std::size_t at_once = burst_len / window_steps;
        for (std::size_t begin = 0; begin < codes.size(); begin += at_once) {
            const std::size_t n = std::min(at_once, codes.size() - begin);
            for (std::size_t i = 0; i < n; ++i) {
                if (!keys_first_) {
                    make_pads(begin + i);
                }
                for (std::size_t step = 0; step < window_steps; ++step) {
                    fill(i * window_steps + step, begin + i, first_[begin + i] + step);
                }
            }
            const auto wanted = static_cast<std::uint32_t>(n * window_steps);
            if (IMB_SUBMIT_HASH_BURST(manager_.get(), jobs_, wanted, shape_.algorithm) != wanted) {
                return -1;
            }
            for (std::size_t i = 0; i < n; ++i) {
                std::uint32_t hit = 0;
                for (std::size_t step = 0; step < window_steps; ++step) {
                    const std::uint32_t difference = code_of(tags_[i * window_steps + step]) ^ codes[begin + i];
                    hit |= ((difference - 1) & ~difference) >> 31;
                }
                n_accepted += hit;
            }
        }
        return n_accepted;
    }

private:
    void make_pads(std::size_t i)
    {
        std::uint8_t block[2][128] = {};
        const auto secret = all_.secret(i);
        std::memcpy(block[0], secret.data(), secret.size());
        std::memcpy(block[1], secret.data(), secret.size());
        for (std::size_t at = 0; at < shape_.block_len; ++at) {
            block[0][at] ^= 0x36;
            block[1][at] ^= 0x5c;
        }
        switch (all_.by()) {
            case hash::sha1:
                IMB_SHA1_ONE_BLOCK(manager_.get(), block[0], pads_[i].inner);
                IMB_SHA1_ONE_BLOCK(manager_.get(), block[1], pads_[i].outer);
                break;
            case hash::sha256:
                IMB_SHA256_ONE_BLOCK(manager_.get(), block[0], pads_[i].inner);
                IMB_SHA256_ONE_BLOCK(manager_.get(), block[1], pads_[i].outer);
                break;
            case hash::sha512:
                IMB_SHA512_ONE_BLOCK(manager_.get(), block[0], pads_[i].inner);
                IMB_SHA512_ONE_BLOCK(manager_.get(), block[1], pads_[i].outer);
                break;
        }
    }

    void fill(std::size_t job, std::size_t i, std::uint64_t counter)
    {
        const std::uint64_t swapped = __builtin_bswap64(counter);
        std::memcpy(messages_[job], &swapped, sizeof swapped);
        jobs_[job].u.HMAC._hashed_auth_key_xor_ipad = pads_[i].inner;
        jobs_[job].u.HMAC._hashed_auth_key_xor_opad = pads_[i].outer;
    }

    [[nodiscard]] std::uint32_t code_of(const std::uint8_t* tag) const
    {
        std::uint32_t word = 0;
        std::memcpy(&word, tag + (tag[shape_.digest_len - 1] & 15U), sizeof word);
        return (__builtin_bswap32(word) & 0x7fffffff) % 1'000'000;
    }

    const users& all_;
    bool keys_first_;
    shape shape_;
    std::unique_ptr<IMB_MGR, free_manager> manager_;
    std::vector<pads> pads_;
    std::vector<std::uint64_t> first_;
    IMB_JOB jobs_[burst_len];
    std::uint8_t messages_[burst_len][8];
    alignas(64) std::uint8_t tags_[burst_len][64];
};

/// The manager's jobs point into the verifier, which therefore must not move.
struct pinned {
    std::unique_ptr<verifier> made;
    std::int64_t operator()(const std::vector<std::uint32_t>& codes) { return (*made)(codes); }
};

}  // namespace

void add_ipsec_mb_rows()
{
    for (const hash h : all_hashes) {
        const std::string name = name_of(h);
        add_batch_row("totp_verify_batch/" + name + "/raw/ipsec_mb", h,
                      [](const users& all) { return pinned{std::make_unique<verifier>(all, false)}; });
        add_batch_row("totp_verify_batch/" + name + "/prepared/ipsec_mb", h,
                      [](const users& all) { return pinned{std::make_unique<verifier>(all, true)}; });
        add_batch_row("totp_verify_counters/" + name + "/ipsec_mb", h,
                      [](const users& all) { return pinned{std::make_unique<verifier>(all, true)}; });
    }
}

}  // namespace counterseal::bench
