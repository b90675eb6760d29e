// SPDX-License-Identifier: Apache-2.0
#include "core/engine/current_sealer.hpp"

#include <utility>

namespace counterseal::core {
namespace {

/// Whoever comes first ends it.
void end(std::atomic<const sealer*>& it)
{
    delete it.exchange(nullptr);
}

}  // namespace

current_sealer::~current_sealer()
{
    for (ring* one = now_.load(); one != nullptr;) {
        end(one->it);
        delete std::exchange(one, one->before);
    }
}

// All of these are in one order that all threads agree on: who counted itself and then still finds the ring in use is
// seen by whoever takes the ring out of use and then looks at the count.

std::shared_ptr<const sealer> current_sealer::get() const
{
    for (;;) {
        ring& one = *now_.load();
        one.n_users.fetch_add(1);
        if (now_.load() == &one) {
            return {one.it.load(), [this, &one](const sealer*) { leave(one); }};
        }
        leave(one);
    }
}

bool current_sealer::replace(const sealer& before, std::unique_ptr<const sealer>& next)
{
    ring* old = now_.load();
    if (old->it.load() != &before) {
        return false;
    }
    auto made = std::make_unique<ring>(nullptr, old);
    made->it = next.get();
    if (!now_.compare_exchange_strong(old, made.get())) {
        made->it = nullptr;
        return false;
    }
    // Both are the list's now.
    [[maybe_unused]] const sealer* const its_sealer = next.release();
    [[maybe_unused]] const ring* const its_ring = made.release();
    if (old->n_users.load() == 0) {
        end(old->it);
    }
    return true;
}

void current_sealer::leave(ring& one) const
{
    if (one.n_users.fetch_sub(1) == 1 && now_.load() != &one) {
        end(one.it);
    }
}

}  // namespace counterseal::core
