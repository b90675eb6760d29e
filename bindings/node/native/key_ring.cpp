// SPDX-License-Identifier: Apache-2.0
#include "key_ring.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include "material.hpp"
#include "pool.hpp"

namespace counterseal::node {
namespace {

constexpr std::int64_t weight = 512;

/// Takes over what one of the C functions has made; throws what it told.
[[nodiscard]] std::unique_ptr<key_ring> adopt(cseal_status answer, const problem& why, cseal_key_ring* made)
{
    if (answer != CSEAL_OK) {
        why.raise(answer);
    }
    std::shared_ptr<cseal_key_ring> keys(made, cseal_key_ring_free);
    return std::make_unique<key_ring>(key_ring{std::move(keys)});
}

class reading final : public job {
public:
    reading(side& caller, std::string path, bool create) : caller_(caller), path_(std::move(path)), create_(create) {}

    ~reading() override { cseal_key_ring_free(made_); }

    [[nodiscard]] napi_value promise(napi_env env) noexcept
    {
        napi_value made = nullptr;
        return napi_create_promise(env, &deferred_, &made) == napi_ok ? made : nullptr;
    }

    void run() noexcept override
    {
        const std::uint32_t flags = create_ ? CSEAL_KEY_RING_CREATE : 0;
        answer_ = cseal_key_ring_from_file(path_.data(), path_.size(), flags, &why_, &made_);
    }

    void settle(napi_env env) noexcept override
    {
        napi_value told = guarded(
            caller_, [&] { return owned_by_script<weight>(env, adopt(answer_, why_, std::exchange(made_, nullptr))); });
        if (told != nullptr) {
            napi_resolve_deferred(env, deferred_, told);
        } else if (napi_get_and_clear_last_exception(env, &told) == napi_ok) {
            napi_reject_deferred(env, deferred_, told);
        }
    }

private:
    side& caller_;
    std::string path_;
    bool create_;
    problem why_;
    cseal_key_ring* made_ = nullptr;
    cseal_status answer_ = CSEAL_E_NOMEM;
    napi_deferred deferred_ = nullptr;
};

}  // namespace

napi_value make_ring(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    return from.guarded([&] {
        text id;
        const auto key = bytes_of(env, from[1]);
        if (!id.read(env, from[0]) || !key) {
            return from.misused();
        }
        problem why;
        cseal_key_ring* made = nullptr;
        const cseal_status answer =
            cseal_key_ring_new(key->data(), key->size(), id.view().data(), id.view().size(), &why, &made);
        return owned_by_script<weight>(env, adopt(answer, why, made));
    });
}

napi_value ring_add(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    return from.guarded([&] {
        const key_ring* self = nullptr;
        text id;
        const auto key = bytes_of(env, from[2]);
        if (!read(env, from[0], self) || !id.read(env, from[1]) || !key) {
            return from.misused();
        }
        problem why;
        const cseal_status answer =
            cseal_key_ring_add(self->keys.get(), key->data(), key->size(), id.view().data(), id.view().size(), &why);
        if (answer != CSEAL_OK) {
            why.raise(answer);
        }
        napi_value made = nullptr;
        napi_get_undefined(env, &made);
        return made;
    });
}

napi_value ring_from_text(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    return from.guarded([&] {
        text given;
        if (!given.read(env, from[0])) {
            return from.misused();
        }
        problem why;
        cseal_key_ring* made = nullptr;
        const cseal_status answer = cseal_key_ring_from_text(given.view().data(), given.view().size(), &why, &made);
        return owned_by_script<weight>(env, adopt(answer, why, made));
    });
}

napi_value ring_from_file(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    return from.guarded([&] {
        text path;
        bool create = false;
        if (!path.read(env, from[0]) || !read(env, from[1], create)) {
            return from.misused();
        }
        auto next = std::make_unique<reading>(from.caller(), std::string(path.view()), create);
        const napi_value made = next->promise(env);
        if (made != nullptr) {
            from.caller().threads->submit(std::move(next));
        }
        return made;
    });
}

}  // namespace counterseal::node
