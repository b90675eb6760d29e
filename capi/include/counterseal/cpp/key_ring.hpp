// SPDX-License-Identifier: Apache-2.0
// The keys of an installation over key_ring.h.
#ifndef COUNTERSEAL_CPP_KEY_RING_HPP
#define COUNTERSEAL_CPP_KEY_RING_HPP

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "counterseal/cpp/seed.hpp"
#include "counterseal/key_ring.h"

namespace counterseal {

/// One key seals, the others still open. What is no ring throws problem_error of CSEAL_E_KEYS, whose text shows no key.
class key_ring {
public:
    /// A ring of one key, which is the active one.
    key_ring(std::span<const std::uint8_t> key, std::string_view id)
    {
        make([&](cseal_problem* why, cseal_key_ring** made) {
            return cseal_key_ring_new(key.data(), key.size(), id.data(), id.size(), why, made);
        });
    }

    [[nodiscard]] static key_ring from_text(std::string_view text)
    {
        key_ring ring;
        ring.make([&](cseal_problem* why, cseal_key_ring** made) {
            return cseal_key_ring_from_text(text.data(), text.size(), why, made);
        });
        return ring;
    }

    /// create: makes a ring of one new key where there is no file yet.
    [[nodiscard]] static key_ring from_file(std::string_view path, bool create = false)
    {
        key_ring ring;
        ring.make([&](cseal_problem* why, cseal_key_ring** made) {
            return cseal_key_ring_from_file(path.data(), path.size(), create ? CSEAL_KEY_RING_CREATE : 0U, why, made);
        });
        return ring;
    }

    /// What cseal_key_ring_change_file does; the ring that the file holds then.
    enum class change : std::uint32_t {
        add = CSEAL_KEY_RING_ADD,
        promote = CSEAL_KEY_RING_PROMOTE,
        remove = CSEAL_KEY_RING_REMOVE
    };
    [[nodiscard]] static key_ring change_file(std::string_view path, change what, std::string_view id)
    {
        key_ring ring;
        ring.make([&](cseal_problem* why, cseal_key_ring** made) {
            return cseal_key_ring_change_file(path.data(), path.size(), static_cast<std::uint32_t>(what), id.data(),
                                              id.size(), why, made);
        });
        return ring;
    }

    /// Another key, which opens what was sealed under it.
    void add(std::span<const std::uint8_t> key, std::string_view id)
    {
        need([&](cseal_problem* why) {
            return cseal_key_ring_add(handle_.get(), key.data(), key.size(), id.data(), id.size(), why);
        });
    }

    /// The same with a key of random bytes.
    void add(std::string_view id)
    {
        need([&](cseal_problem* why) { return cseal_key_ring_add_new(handle_.get(), id.data(), id.size(), why); });
    }

    /// From now on this key seals.
    void promote(std::string_view id)
    {
        need([&](cseal_problem* why) { return cseal_key_ring_promote(handle_.get(), id.data(), id.size(), why); });
    }

    /// For good; never the active one.
    void remove(std::string_view id)
    {
        need([&](cseal_problem* why) { return cseal_key_ring_remove(handle_.get(), id.data(), id.size(), why); });
    }

    /// Another ring, with such a change.
    [[nodiscard]] key_ring changed(change what, std::string_view id) const
    {
        std::size_t len = 0;
        cseal_status status = cseal_key_ring_text_get(handle_.get(), nullptr, 0, &len);
        std::vector<char> text(len);
        if (status == CSEAL_E_CAPACITY) {
            status = cseal_key_ring_text_get(handle_.get(), text.data(), text.size(), &len);
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        const wiped at_end{text};
        key_ring ring = from_text({text.data(), text.size()});
        switch (what) {
            case change::add: ring.add(id); break;
            case change::promote: ring.promote(id); break;
            case change::remove: ring.remove(id); break;
        }
        return ring;
    }

    [[nodiscard]] const cseal_key_ring* get() const noexcept { return handle_.get(); }

private:
    struct free_ring {
        void operator()(cseal_key_ring* handle) const noexcept { cseal_key_ring_free(handle); }
    };

    struct wiped {
        std::vector<char>& text;
        ~wiped() { cseal_wipe(text.data(), text.size()); }
    };

    key_ring() = default;

    template <class Make>
    void make(Make&& from)
    {
        problem why;
        cseal_key_ring* made = nullptr;
        const cseal_status status = from(&why, &made);
        if (status != CSEAL_OK) {
            why.raise(status);
        }
        handle_.reset(made);
    }

    template <class Change>
    static void need(Change&& how)
    {
        problem why;
        const cseal_status status = how(&why);
        if (status != CSEAL_OK) {
            why.raise(status);
        }
    }

    std::unique_ptr<cseal_key_ring, free_ring> handle_;
};

}  // namespace counterseal

#endif
