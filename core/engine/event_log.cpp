// SPDX-License-Identifier: Apache-2.0
#include "core/engine/event_log.hpp"

#include <algorithm>
#include <utility>

#include "core/engine/subject.hpp"
#include "core/enroll/percent.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view sealed_as = "log key";

}  // namespace

event_log::event_log(const crypto& by, std::string_view store, private_key key)
    : by_{by}, prefix_{"counterseal/" + std::string(store) + "/"}, store_{store}, key_{std::move(key)}
{
}

std::string event_log::origin(std::string_view tenant) const
{
    secure_text name;
    percent_encode(name, tenant);
    return prefix_ + std::string(name.data(), name.size());
}

std::optional<std::string> event_log::tenant_of(std::string_view origin) const
{
    if (!origin.starts_with(prefix_)) {
        return std::nullopt;
    }
    std::size_t ignored = 0;
    const std::optional<secure_text> name = percent_decode(origin.substr(prefix_.size()), '+', ignored);
    if (!name) {
        return std::nullopt;
    }
    std::string tenant(name->data(), name->size());
    return this->origin(tenant) == origin ? std::optional(std::move(tenant)) : std::nullopt;
}

note_verifier event_log::verifier(std::string_view tenant) const
{
    return {by_, origin(tenant), key()};
}

std::string event_log::sign(std::string_view tenant, std::uint64_t size, const sha256_digest& root) const
{
    const note_verifier as = verifier(tenant);
    return sign_note(checkpoint{as.name(), size, root}.text(), as, key_);
}

std::vector<std::uint8_t> event_log::sealed_key(const sealer& with) const
{
    secure_bytes plain(key_.pkcs8_len());
    key_.write_pkcs8(plain);
    std::vector<std::uint8_t> sealed;
    need(with.seal(plain, {std::string_view(store_), sealed_as}, sealed), "the key of the log cannot be sealed");
    return sealed;
}

private_key event_log::open_key(const crypto& by, const sealer& with, std::string_view store, bytes_view sealed,
                                bytes_view spki)
{
    secure_bytes plain;
    need(with.open(sealed, {store, sealed_as}, plain), "the key of the log cannot be opened");
    std::optional<private_key> key = private_key::from_pkcs8(by, plain);
    // What was sealed is as it was: that it cannot be read is for want of memory, or of the algorithm.
    need(key ? status::ok : status::e_crypto, "libcrypto cannot load the key of the log");
    need(std::ranges::equal(key->public_half().spki(), spki) ? status::ok : status::e_store_corrupt,
         "the key of the log was changed by somebody else");
    return *std::move(key);
}

}  // namespace counterseal::core
