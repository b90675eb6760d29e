// SPDX-License-Identifier: Apache-2.0
#include "capi/src/key_ring.hpp"

#include <memory>
#include <string>
#include <utility>

#include "capi/src/handles.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

/// Calls make(), which gives a ring or throws what is wrong with it.
template <class Make>
status make_ring(cseal_problem* problem, cseal_key_ring** ring, Make&& make)
{
    try {
        *ring = std::make_unique<cseal_key_ring>(cseal_key_ring{make()}).release();
        return status::ok;
    } catch (const core::key_ring_error& e) {
        return capi::tell({status::e_keys, e.what()}, problem);
    }
}

/// Calls change(id), which throws what is wrong with that.
template <class Change>
status change_ring(cseal_key_ring* ring, const char* id, std::size_t id_len, cseal_problem* problem, Change&& change)
{
    if (!capi::start_problem(problem) || ring == nullptr || !capi::readable(id, id_len)) {
        return status::e_argument;
    }
    try {
        return change(capi::text_of(id, id_len));
    } catch (const core::key_ring_error& e) {
        return capi::tell({status::e_keys, e.what()}, problem);
    }
}

status no_provider(cseal_problem* problem)
{
    return capi::tell({status::e_unsupported, "there is no cryptographic provider to draw a key from"}, problem);
}

bool start(cseal_problem* problem, cseal_key_ring** ring) noexcept
{
    if (ring != nullptr) {
        *ring = nullptr;
    }
    return capi::start_problem(problem) && ring != nullptr;
}

}  // namespace

cseal_status cseal_key_ring_new(const uint8_t* key, size_t key_len, const char* id, size_t id_len,
                                cseal_problem* problem, cseal_key_ring** ring)
{
    return guarded<capi::parser_depth>([&] {
        if (!start(problem, ring) || !capi::readable(key, key_len) || !capi::readable(id, id_len)) {
            return status::e_argument;
        }
        const std::string name(capi::text_of(id, id_len));
        return make_ring(problem, ring,
                         [&] { return core::key_ring::from_keys({{name, capi::bytes_of(key, key_len)}}, name); });
    });
}

cseal_status cseal_key_ring_add(cseal_key_ring* ring, const uint8_t* key, size_t key_len, const char* id, size_t id_len,
                                cseal_problem* problem)
{
    return guarded<capi::parser_depth>([&] {
        return change_ring(ring, id, id_len, problem, [&](std::string_view name) {
            if (!capi::readable(key, key_len)) {
                return status::e_argument;
            }
            ring->keys.add(name, capi::bytes_of(key, key_len));
            return status::ok;
        });
    });
}

cseal_status cseal_key_ring_add_new(cseal_key_ring* ring, const char* id, size_t id_len, cseal_problem* problem)
{
    return guarded<capi::parser_depth>([&] {
        return change_ring(ring, id, id_len, problem, [&](std::string_view name) {
            const auto provider = core::crypto::open("");
            if (provider == nullptr) {
                return no_provider(problem);
            }
            ring->keys.add_new(name, *provider);
            return status::ok;
        });
    });
}

cseal_status cseal_key_ring_promote(cseal_key_ring* ring, const char* id, size_t id_len, cseal_problem* problem)
{
    return guarded<capi::parser_depth>([&] {
        return change_ring(ring, id, id_len, problem, [&](std::string_view name) {
            ring->keys.promote(name);
            return status::ok;
        });
    });
}

cseal_status cseal_key_ring_remove(cseal_key_ring* ring, const char* id, size_t id_len, cseal_problem* problem)
{
    return guarded<capi::parser_depth>([&] {
        return change_ring(ring, id, id_len, problem, [&](std::string_view name) {
            ring->keys.remove(name);
            return status::ok;
        });
    });
}

cseal_status cseal_key_ring_change_file(const char* path, size_t path_len, uint32_t what, const char* id, size_t id_len,
                                        cseal_problem* problem, cseal_key_ring** ring)
{
    return guarded<capi::parser_depth>([&] {
        if (!start(problem, ring) || path_len == 0 || path == nullptr || !capi::readable(id, id_len)) {
            return status::e_argument;
        }
        const std::string file(path, path_len);
        if (file.find('\0') != std::string::npos) {
            return capi::tell({status::e_argument, "path must have no NUL inside"}, problem);
        }
        if (what < CSEAL_KEY_RING_ADD || what > CSEAL_KEY_RING_REMOVE) {
            return capi::tell({status::e_unsupported, "what must be add, promote or remove"}, problem);
        }
        const auto provider = what == CSEAL_KEY_RING_ADD ? core::crypto::open("") : nullptr;
        if (what == CSEAL_KEY_RING_ADD && provider == nullptr) {
            return no_provider(problem);
        }
        const std::string_view name = capi::text_of(id, id_len);
        return make_ring(problem, ring, [&] {
            return core::key_ring::change_file(file, [&](core::key_ring& keys) {
                switch (what) {
                    case CSEAL_KEY_RING_ADD: keys.add_new(name, *provider); break;
                    case CSEAL_KEY_RING_PROMOTE: keys.promote(name); break;
                    default: keys.remove(name); break;
                }
            });
        });
    });
}

cseal_status cseal_key_ring_from_text(const char* text, size_t text_len, cseal_problem* problem, cseal_key_ring** ring)
{
    return guarded<capi::parser_depth>([&] {
        if (!start(problem, ring) || !capi::readable(text, text_len)) {
            return status::e_argument;
        }
        return make_ring(problem, ring, [&] { return core::key_ring::from_text(capi::text_of(text, text_len)); });
    });
}

cseal_status cseal_key_ring_from_file(const char* path, size_t path_len, uint32_t flags, cseal_problem* problem,
                                      cseal_key_ring** ring)
{
    return guarded<capi::parser_depth>([&] {
        if (!start(problem, ring) || path_len == 0 || path == nullptr) {
            return status::e_argument;
        }
        const std::string name(path, path_len);
        if (name.find('\0') != std::string::npos) {
            return capi::tell({status::e_argument, "path must have no NUL inside"}, problem);
        }
        if ((flags & ~CSEAL_KEY_RING_CREATE) != 0) {
            return capi::tell({status::e_unsupported, "flags must be known"}, problem);
        }
        if (flags == 0) {
            return make_ring(problem, ring, [&] { return core::key_ring::from_file(name); });
        }
        const auto provider = core::crypto::open("");
        if (provider == nullptr) {
            return no_provider(problem);
        }
        return make_ring(problem, ring, [&] { return core::key_ring::from_file_or_new(name, *provider); });
    });
}

cseal_status cseal_key_ring_text_get(const cseal_key_ring* ring, char* text, size_t text_cap, size_t* text_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<char> out(text, text_cap, text_len);
        if (ring == nullptr || !out.usable()) {
            return status::e_argument;
        }
        return out.write(ring->keys.text());
    });
}

void cseal_key_ring_free(cseal_key_ring* ring)
{
    delete ring;
}
