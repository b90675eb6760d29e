// SPDX-License-Identifier: Apache-2.0
#include "engine.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine_link.hpp"
#include "factor.hpp"
#include "key_ring.hpp"
#include "material.hpp"
#include "promised.hpp"

namespace counterseal::node {
namespace {

constexpr std::int64_t weight = 16384;

bool read(napi_env env, napi_value value, engine_link*& into) noexcept
{
    void* data = nullptr;
    if (napi_get_value_external(env, value, &data) != napi_ok) {
        return false;
    }
    into = static_cast<engine_link*>(data);
    return into != nullptr;
}

napi_value undefined(napi_env env) noexcept
{
    napi_value made = nullptr;
    napi_get_undefined(env, &made);
    return made;
}

/// What goes beside a request.
class secret_argument {
public:
    /// Where bytes of JavaScript are read, they are read where they lie: until the call returns.
    [[nodiscard]] bool read(napi_env env, napi_value value)
    {
        napi_valuetype type{};
        if (napi_typeof(env, value, &type) != napi_ok) {
            return false;
        }
        if (type == napi_string) {
            const bool is_read = text_.read(env, value);
            view_ = {reinterpret_cast<const std::uint8_t*>(text_.view().data()), text_.view().size()};
            return is_read;
        }
        if (type == napi_external) {
            const factor* from = nullptr;
            if (!node::read(env, value, from)) {
                return false;
            }
            view_ = from->shared.bytes();
            return true;
        }
        if (type == napi_null) {
            return true;
        }
        const auto bytes = bytes_of(env, value);
        view_ = bytes.value_or(std::span<const std::uint8_t>());
        return bytes.has_value();
    }

    [[nodiscard]] std::span<const std::uint8_t> view() const noexcept { return view_; }

private:
    text text_;
    std::span<const std::uint8_t> view_;
};

class reloading final : public promised {
public:
    reloading(side& caller, std::shared_ptr<const owned_engine> engine, std::shared_ptr<key_ring> keys)
        : promised(caller), engine_(std::move(engine)), keys_(std::move(keys))
    {
    }

private:
    void work() override
    {
        problem why;
        const cseal_status status = cseal_engine_reload_keys(engine_->handle, keys_->get(), &why);
        if (status != CSEAL_OK) {
            why.raise(status);
        }
    }

    napi_value result(napi_env env) override { return undefined(env); }

    std::shared_ptr<const owned_engine> engine_;  // this thread may be the last that needs it
    std::shared_ptr<key_ring> keys_;
};

}  // namespace

napi_value engine_open(napi_env env, napi_callback_info info)
{
    const call<11> from(env, info);
    return from.guarded([&] {
        text url;
        text expected;
        const held_ring* ring = nullptr;
        bool create = false;
        bool migrate = false;
        bool refuse_fork = false;
        bool log_p256 = false;
        cseal_engine_options how{};
        if (cseal_engine_options_init(&how, sizeof how) != CSEAL_OK) {
            return from.caller().refuse("CSEAL_E_UNSUPPORTED", "this build has no engine");
        }
        if (!url.read(env, from[0]) || !read(env, from[1], ring) || !node::read(env, from[2], create) ||
            !node::read(env, from[3], migrate) || !node::read(env, from[4], refuse_fork) ||
            !node::read(env, from[5], log_p256) || !node::read(env, from[6], how.n_sessions) ||
            !node::read(env, from[7], how.patience_ms) || !node::read(env, from[8], how.n_threads) ||
            !expected.read(env, from[9])) {
            return from.misused();
        }
        how.flags = (create ? CSEAL_ENGINE_CREATE : 0U) | (log_p256 ? CSEAL_ENGINE_LOG_P256 : 0U);
        how.schema = migrate ? CSEAL_SCHEMA_MIGRATE : CSEAL_SCHEMA_CHECK;
        how.on_fork = refuse_fork ? CSEAL_FORK_REFUSE : CSEAL_FORK_REOPEN;
        auto link = std::make_unique<engine_link>(env);
        link->open({std::string(url.view()), ring->keys, how, std::string(expected.view())}, from[10]);
        return owned_by_script<weight>(env, std::move(link));
    });
}

napi_value engine_submit(napi_env env, napi_callback_info info)
{
    const call<5> from(env, info);
    return from.guarded([&] {
        engine_link* self = nullptr;
        std::uint32_t op = 0;
        text request;
        secret_argument secret;
        std::int64_t tag = 0;
        if (!read(env, from[0], self) || !node::read(env, from[1], op) || !request.read(env, from[2]) ||
            !secret.read(env, from[3]) || !node::read(env, from[4], tag)) {
            return from.misused();
        }
        napi_value made = nullptr;
        napi_create_int32(env, self->submit(op, request.view(), secret.view(), static_cast<std::uint64_t>(tag)), &made);
        return made;
    });
}

napi_value engine_reload(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    return from.guarded([&] {
        engine_link* self = nullptr;
        const held_ring* ring = nullptr;
        if (!read(env, from[0], self) || !read(env, from[1], ring)) {
            return from.misused();
        }
        auto engine = self->engine();
        if (engine == nullptr) {
            throw error(CSEAL_E_CLOSED, cseal_status_meaning(CSEAL_E_CLOSED));
        }
        return promised::begin(env, std::make_unique<reloading>(from.caller(), std::move(engine), ring->keys));
    });
}

napi_value engine_close(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    return from.guarded([&] {
        engine_link* self = nullptr;
        if (!read(env, from[0], self)) {
            return from.misused();
        }
        self->close();
        return undefined(env);
    });
}

napi_value status_name(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    std::int32_t status = 0;
    if (napi_get_value_int32(env, from[0], &status) != napi_ok) {
        return from.misused();
    }
    return from.guarded([&] {
        const std::string name = error(status, "").name();
        napi_value made = nullptr;
        std::array<napi_value, 2> parts{};
        napi_create_array_with_length(env, parts.size(), &made);
        napi_create_string_utf8(env, name.data(), name.size(), &parts[0]);
        napi_create_string_utf8(env, cseal_status_meaning(status), NAPI_AUTO_LENGTH, &parts[1]);
        napi_set_element(env, made, 0, parts[0]);
        napi_set_element(env, made, 1, parts[1]);
        return made;
    });
}

}  // namespace counterseal::node
