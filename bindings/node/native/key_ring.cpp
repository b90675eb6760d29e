// SPDX-License-Identifier: Apache-2.0
#include "key_ring.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "material.hpp"
#include "promised.hpp"

namespace counterseal::node {
namespace {

constexpr std::int64_t weight = 512;

napi_value hand_over(napi_env env, std::shared_ptr<key_ring> made)
{
    return owned_by_script<weight>(env, std::make_unique<held_ring>(held_ring{std::move(made)}));
}

/// A ring that a thread gets from a file.
class ring_from_disk : public promised {
public:
    using promised::promised;

protected:
    std::shared_ptr<key_ring> made_;

private:
    napi_value result(napi_env env) override { return hand_over(env, std::move(made_)); }
};

class reading final : public ring_from_disk {
public:
    reading(side& caller, std::string path, bool create)
        : ring_from_disk(caller), path_(std::move(path)), create_(create)
    {
    }

private:
    void work() override { made_ = std::make_shared<key_ring>(key_ring::from_file(path_, create_)); }

    std::string path_;
    bool create_;
};

class changing final : public ring_from_disk {
public:
    changing(side& caller, std::string path, key_ring::change what, std::string id)
        : ring_from_disk(caller), path_(std::move(path)), what_(what), id_(std::move(id))
    {
    }

private:
    void work() override { made_ = std::make_shared<key_ring>(key_ring::change_file(path_, what_, id_)); }

    std::string path_;
    key_ring::change what_;
    std::string id_;
};

bool read_change(napi_env env, napi_value value, key_ring::change& into) noexcept
{
    std::uint32_t number = 0;
    if (!read(env, value, number) || number < CSEAL_KEY_RING_ADD || number > CSEAL_KEY_RING_REMOVE) {
        return false;
    }
    into = static_cast<key_ring::change>(number);
    return true;
}

/// Text as secret as keys; wiped when it goes.
struct ring_text {
    std::vector<char> bytes;

    explicit ring_text(std::size_t len) : bytes(len) {}
    ring_text(const ring_text&) = delete;
    ring_text& operator=(const ring_text&) = delete;
    ~ring_text() { cseal_wipe(bytes.data(), bytes.size()); }
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
        return promised::begin(env, std::make_unique<reading>(from.caller(), std::string(path.view()), create));
    });
}

napi_value ring_change_file(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    return from.guarded([&] {
        text path;
        key_ring::change what{};
        text id;
        if (!path.read(env, from[0]) || !read_change(env, from[1], what) || !id.read(env, from[2])) {
            return from.misused();
        }
        return promised::begin(
            env, std::make_unique<changing>(from.caller(), std::string(path.view()), what, std::string(id.view())));
    });
}

napi_value ring_changed(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    return from.guarded([&] {
        const held_ring* self = nullptr;
        key_ring::change what{};
        text id;
        if (!read(env, from[0], self) || !read_change(env, from[1], what) || !id.read(env, from[2])) {
            return from.misused();
        }
        return hand_over(env, std::make_shared<key_ring>(self->keys->changed(what, id.view())));
    });
}

napi_value ring_reveal(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    return from.guarded([&] {
        const held_ring* self = nullptr;
        if (!read(env, from[0], self)) {
            return from.misused();
        }
        const cseal_key_ring* const ring = self->keys->get();
        std::size_t len = 0;
        cseal_status status = cseal_key_ring_text_get(ring, nullptr, 0, &len);
        ring_text shown(len);
        if (status == CSEAL_E_CAPACITY) {
            status = cseal_key_ring_text_get(ring, shown.bytes.data(), shown.bytes.size(), &len);
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        napi_value made = nullptr;
        napi_create_string_latin1(env, shown.bytes.data(), len, &made);
        return made;
    });
}

}  // namespace counterseal::node
