// SPDX-License-Identifier: Apache-2.0
#include "key_ring.hpp"

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include "material.hpp"
#include "pool.hpp"

namespace counterseal::node {
namespace {

constexpr std::int64_t weight = 512;

napi_value hand_over(napi_env env, std::shared_ptr<key_ring> made)
{
    return owned_by_script<weight>(env, std::make_unique<held_ring>(held_ring{std::move(made)}));
}

class reading final : public job {
public:
    reading(side& caller, std::string path, bool create) : caller_(caller), path_(std::move(path)), create_(create) {}

    [[nodiscard]] napi_value promise(napi_env env) noexcept
    {
        napi_value made = nullptr;
        return napi_create_promise(env, &deferred_, &made) == napi_ok ? made : nullptr;
    }

    void run() noexcept override
    {
        try {
            made_ = std::make_shared<key_ring>(key_ring::from_file(path_, create_));
        } catch (...) {
            fault_ = std::current_exception();
        }
    }

    void settle(napi_env env) noexcept override
    {
        napi_value told = guarded(caller_, [&] {
            if (fault_ != nullptr) {
                std::rethrow_exception(fault_);
            }
            return hand_over(env, std::move(made_));
        });
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
    std::shared_ptr<key_ring> made_;
    std::exception_ptr fault_;
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
        return hand_over(env, std::make_shared<key_ring>(*key, id.view()));
    });
}

napi_value ring_add(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    return from.guarded([&] {
        const held_ring* self = nullptr;
        text id;
        const auto key = bytes_of(env, from[2]);
        if (!read(env, from[0], self) || !id.read(env, from[1]) || !key) {
            return from.misused();
        }
        self->keys->add(*key, id.view());
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
        return hand_over(env, std::make_shared<key_ring>(key_ring::from_text(given.view())));
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
