// SPDX-License-Identifier: Apache-2.0
// What a careful C programmer writes on OpenSSL 3: all three steps always, compared without a branch.
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/row.hpp"

namespace counterseal::bench {
namespace {

constexpr std::uint64_t first_step = now_s / period_s - 1;

const EVP_MD* digest_of(hash h)
{
    return h == hash::sha1 ? EVP_sha1() : h == hash::sha256 ? EVP_sha256() : EVP_sha512();
}

struct counter_bytes {
    explicit counter_bytes(std::uint64_t counter)
    {
        const std::uint64_t swapped = __builtin_bswap64(counter);  // x86 and ARM are little-endian
        std::memcpy(bytes, &swapped, sizeof bytes);
    }
    std::uint8_t bytes[8];
};

std::uint32_t truncate(const std::uint8_t* mac, std::size_t len)
{
    std::uint32_t word = 0;
    std::memcpy(&word, mac + (mac[len - 1] & 15U), sizeof word);
    return (__builtin_bswap32(word) & 0x7fffffff) % 1'000'000;
}

/// The number that six digits name, or one that no code has.
std::uint32_t read_code(const char* code)
{
    std::uint32_t value = 0;
    std::uint32_t foreign = 0;
    for (std::size_t i = 0; i < n_digits; ++i) {
        const std::uint32_t digit = static_cast<unsigned char>(code[i]) - std::uint32_t{'0'};
        foreign |= digit > 9 ? ~std::uint32_t{0} : 0;
        value = value * 10 + digit;
    }
    return value | foreign;
}

/// Calls mac(counter, out) for each of the three steps; it returns the length, or 0 for a failure.
template <class Mac>
answer verify(const char* code, Mac&& mac)
{
    const std::uint32_t given = read_code(code);
    std::uint32_t hit = 0;
    for (std::uint64_t step = 0; step < window_steps; ++step) {
        std::uint8_t out[EVP_MAX_MD_SIZE];
        const std::size_t len = mac(counter_bytes{first_step + step}, out);
        if (len == 0) {
            return answer::fault;
        }
        const std::uint32_t difference = truncate(out, len) ^ given;
        hit |= ((difference - 1) & ~difference) >> 31;  // 1 where they are equal
    }
    return hit != 0 ? answer::match : answer::miss;
}

class one_shot {
public:
    explicit one_shot(const users& all) : all_{all}, digest_{digest_of(all.by())} {}

    answer operator()(std::size_t i, const char* code) const
    {
        const auto secret = all_.secret(i);
        return verify(code, [&](const counter_bytes& counter, std::uint8_t* out) -> std::size_t {
            unsigned len = 0;
            const void* done = HMAC(digest_, secret.data(), static_cast<int>(secret.size()), counter.bytes,
                                    sizeof counter.bytes, out, &len);
            return done != nullptr ? len : 0;
        });
    }

private:
    const users& all_;
    const EVP_MD* digest_;
};

struct free_mac {
    void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};
using mac_ptr = std::unique_ptr<EVP_MAC, free_mac>;
using context_ptr = std::unique_ptr<EVP_MAC_CTX, free_mac>;

context_ptr new_context(EVP_MAC* mac, hash h)
{
    context_ptr context{EVP_MAC_CTX_new(mac)};
    std::string digest{name_of(h)};
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                 OSSL_PARAM_construct_end()};
    if (context == nullptr || EVP_MAC_CTX_set_params(context.get(), params) != 1) {
        throw std::runtime_error{"EVP_MAC has no such HMAC"};
    }
    return context;
}

mac_ptr fetch_hmac()
{
    return mac_ptr{EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr)};
}

/// One MAC. Unless the key was set just now, the context goes back to it first, which takes less than half the time of
/// duplicating a keyed one.
std::size_t finish(EVP_MAC_CTX* context, bool keyed, const counter_bytes& counter, std::uint8_t* out)
{
    std::size_t len = 0;
    const bool done = (keyed || EVP_MAC_init(context, nullptr, 0, nullptr) == 1) &&
                      EVP_MAC_update(context, counter.bytes, sizeof counter.bytes) == 1 &&
                      EVP_MAC_final(context, out, &len, EVP_MAX_MD_SIZE) == 1;
    return done ? len : 0;
}

/// One context, keyed once for each verification.
class evp_raw {
public:
    explicit evp_raw(const users& all) : all_{all}, mac_{fetch_hmac()}, context_{new_context(mac_.get(), all.by())} {}

    answer operator()(std::size_t i, const char* code) const
    {
        const auto secret = all_.secret(i);
        if (EVP_MAC_init(context_.get(), secret.data(), secret.size(), nullptr) != 1) {
            return answer::fault;
        }
        bool keyed = true;
        return verify(code, [&](const counter_bytes& counter, std::uint8_t* out) {
            return finish(context_.get(), std::exchange(keyed, false), counter, out);
        });
    }

private:
    const users& all_;
    mac_ptr mac_;
    context_ptr context_;
};

/// One context for each user, keyed beforehand.
class evp_prepared {
public:
    explicit evp_prepared(const users& all) : mac_{fetch_hmac()}
    {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto secret = all.secret(i);
            contexts_.push_back(new_context(mac_.get(), all.by()));
            if (EVP_MAC_init(contexts_.back().get(), secret.data(), secret.size(), nullptr) != 1) {
                throw std::runtime_error{"EVP_MAC_init failed"};
            }
        }
    }

    answer operator()(std::size_t i, const char* code) const
    {
        return verify(code, [&](const counter_bytes& counter, std::uint8_t* out) {
            return finish(contexts_[i].get(), false, counter, out);
        });
    }

private:
    mac_ptr mac_;
    std::vector<context_ptr> contexts_;
};

}  // namespace

void add_openssl_rows()
{
    for (const hash h : all_hashes) {
        add_row(std::string{"totp_verify/"} + name_of(h) + "/raw/openssl_hmac", h, users_of,
                [](const users& all) { return one_shot{all}; });
        add_peer_rows(h, "raw", "openssl_evp_mac", [](const users& all) { return evp_raw{all}; });
        add_peer_rows(h, "prepared", "openssl_evp_mac", [](const users& all) { return evp_prepared{all}; });
    }
}

}  // namespace counterseal::bench
