// SPDX-License-Identifier: Apache-2.0
// The keys that an engine works with now, while others may take their place.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "core/engine/sealing.hpp"

namespace counterseal::core {

/// Any number of threads may use one, without a lock: none can be left locked in the child of a fork. Who got a sealer
/// keeps it for as long as they hold it; the keys of one that was replaced are wiped when nobody does any more.
class current_sealer {
public:
    explicit current_sealer(std::unique_ptr<const sealer> first) : now_{new ring{std::move(first), nullptr}} {}
    ~current_sealer();
    current_sealer(const current_sealer&) = delete;
    current_sealer& operator=(const current_sealer&) = delete;

    /// Must not outlive this object.
    [[nodiscard]] std::shared_ptr<const sealer> get() const;

    /// False, and nothing happens: `before` is not the one in use any more. Then `next` stays with the caller.
    [[nodiscard]] bool replace(const sealer& before, std::unique_ptr<const sealer>& next);

private:
    /// Stays until the end, so that whoever comes late finds that it is not the one in use; its sealer does not.
    struct ring {
        ring(std::unique_ptr<const sealer> of, ring* older) : it{of.release()}, before{older} {}
        std::atomic<const sealer*> it;
        std::atomic<std::int64_t> n_users{0};
        ring* before;
    };

    void leave(ring& one) const;

    std::atomic<ring*> now_;
};

}  // namespace counterseal::core
