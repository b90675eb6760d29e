// SPDX-License-Identifier: Apache-2.0
// webauthn/<algorithm>/<bytes|json>/<kept|built>/<who>: one login with a passkey, whole, beside what OpenSSL alone
// takes for the hash of the client data and the signature (kept), or for building the key, too (built).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "bench/row.hpp"
#include "bench/webauthn_login.hpp"
#include "counterseal/counterseal.h"

namespace counterseal::bench {
namespace {

struct crypto_free {
    void operator()(cseal_crypto* it) const noexcept { cseal_crypto_free(it); }
};
struct party_free {
    void operator()(cseal_webauthn* it) const noexcept { cseal_webauthn_free(it); }
};
struct key_free {
    void operator()(cseal_webauthn_key* it) const noexcept { cseal_webauthn_key_free(it); }
};

/// A server that has read its settings, and perhaps kept the key.
class counterseal_server {
public:
    counterseal_server(const webauthn_login& login, bool is_json, bool is_kept) : login_{login}, is_json_{is_json}
    {
        const std::string settings = R"({"rp_id":"example.org","origins":["https://example.org"]})";
        cseal_crypto* crypto = nullptr;
        cseal_webauthn* party = nullptr;
        cseal_webauthn_key* key = nullptr;
        const bool is_good =
            cseal_crypto_new(nullptr, 0, &crypto) == CSEAL_OK &&
            cseal_webauthn_new(crypto, settings.data(), settings.size(), nullptr, &party) == CSEAL_OK &&
            (!is_kept ||
             cseal_webauthn_key_new(crypto, login.record.data(), login.record.size(), nullptr, &key) == CSEAL_OK);
        crypto_.reset(crypto);
        party_.reset(party);
        key_.reset(key);
        if (!is_good) {
            throw std::runtime_error("counterseal made no relying party");
        }
    }

    /// Whether the login is accepted; with the last byte of the signature changed where it must not be.
    [[nodiscard]] bool verify(bool is_spoilt = false)
    {
        std::size_t record_len = 0;
        std::size_t answer_len = 0;
        const webauthn_login& l = login_;
        octets spoilt;
        if (is_spoilt) {
            spoilt = l.signature;
            spoilt.back() ^= 1;
        }
        const octets& signature = is_spoilt ? spoilt : l.signature;
        if (is_json_ && !is_spoilt) {
            return cseal_webauthn_verify_authentication(
                       party_.get(), l.expected.data(), l.expected.size(), l.record.data(), l.record.size(), key_.get(),
                       l.response.data(), l.response.size(), nullptr, nullptr, nullptr, record_.data(), record_.size(),
                       &record_len, answer_.data(), answer_.size(), &answer_len) == CSEAL_OK;
        }
        return cseal_webauthn_verify_authentication_raw(
                   party_.get(), l.expected.data(), l.expected.size(), l.record.data(), l.record.size(), key_.get(),
                   l.id.data(), l.id.size(), l.client_data.data(), l.client_data.size(), l.authenticator_data.data(),
                   l.authenticator_data.size(), signature.data(), signature.size(), nullptr, 0, nullptr, nullptr,
                   nullptr, record_.data(), record_.size(), &record_len, answer_.data(), answer_.size(),
                   &answer_len) == CSEAL_OK;
    }

private:
    const webauthn_login& login_;
    bool is_json_;
    std::unique_ptr<cseal_crypto, crypto_free> crypto_;
    std::unique_ptr<cseal_webauthn, party_free> party_;
    std::unique_ptr<cseal_webauthn_key, key_free> key_;
    std::array<char, CSEAL_WEBAUTHN_RECORD_MAX> record_{};
    std::array<char, 4096> answer_{};
};

/// What nobody can leave out: the hash of the client data, the signature, and a key from its numbers if none was kept.
class openssl_floor {
public:
    openssl_floor(const webauthn_login& login, bool /*is_json*/, bool is_kept)
        : login_{login}, kept_{is_kept ? login.built() : pkey()}
    {
    }

    [[nodiscard]] bool verify(bool is_spoilt = false)
    {
        const webauthn_login& l = login_;
        const pkey made = kept_ == nullptr ? l.built() : pkey();
        EVP_PKEY* const key = kept_ == nullptr ? made.get() : kept_.get();
        octets message(l.authenticator_data.size() + 32);
        std::copy(l.authenticator_data.begin(), l.authenticator_data.end(), message.begin());
        EVP_Digest(l.client_data.data(), l.client_data.size(), &message[l.authenticator_data.size()], nullptr,
                   EVP_sha256(), nullptr);
        message.back() = static_cast<std::uint8_t>(message.back() ^ (is_spoilt ? 1 : 0));
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        const EVP_MD* const digest = l.kind == passkey_kind::eddsa ? nullptr : EVP_sha256();
        const bool is_right =
            EVP_DigestVerifyInit(context, nullptr, digest, nullptr, key) == 1 &&
            EVP_DigestVerify(context, l.signature.data(), l.signature.size(), message.data(), message.size()) == 1;
        EVP_MD_CTX_free(context);
        return is_right;
    }

private:
    const webauthn_login& login_;
    pkey kept_;
};

const webauthn_login& login_of(passkey_kind kind)
{
    static const webauthn_login all[] = {make_login(passkey_kind::es256), make_login(passkey_kind::eddsa),
                                         make_login(passkey_kind::rs256)};
    return all[static_cast<std::size_t>(kind)];
}

template <class Server>
void add_login_row(const std::string& name, passkey_kind kind, bool is_json, bool is_kept)
{
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
        try {
            Server server(login_of(kind), is_json, is_kept);
            if (!server.verify() || server.verify(true)) {
                state.SkipWithError("a login was refused, or one with a wrong signature was not");
                return;
            }
            bool is_good = true;
            for (auto _ : state) {
                is_good = server.verify() && is_good;
            }
            if (!is_good) {
                state.SkipWithError("a login was refused while timed");
            }
            state.SetItemsProcessed(state.iterations());
        } catch (const std::exception& e) {
            state.SkipWithError(e.what());
        }
    });
}

}  // namespace

void add_webauthn_rows()
{
    constexpr std::pair<const char*, passkey_kind> kinds[] = {
        {"es256", passkey_kind::es256}, {"eddsa", passkey_kind::eddsa}, {"rs256", passkey_kind::rs256}};
    for (const auto& [name, kind] : kinds) {
        for (const bool is_kept : {true, false}) {
            const std::string start = std::string("webauthn/") + name + '/';
            const std::string end = is_kept ? "/kept/" : "/built/";
            add_login_row<counterseal_server>(start + "bytes" + end + "counterseal", kind, false, is_kept);
            add_login_row<counterseal_server>(start + "json" + end + "counterseal", kind, true, is_kept);
            // OpenSSL reads no JSON: both are compared with the same.
            add_login_row<openssl_floor>(start + "bytes" + end + "openssl", kind, false, is_kept);
        }
    }
}

}  // namespace counterseal::bench
