// SPDX-License-Identifier: Apache-2.0
// SQLite and fork: a process that inherits an open file believes to hold its parent's locks, and so takes none; the
// next one to close the file elsewhere removes the log under it, with all that it commits from then on (SQLite's
// howtocorrupt page, section 2.6). So nothing is open while the process forks: whoever forks waits until transactions
// have ended, and closes what is idle. Parent and child open the file again when they need it.
#pragma once

#include <pthread.h>

#include "core/store/store.hpp"

namespace counterseal::core {

/// Of one connection.
class fork_gate {
public:
    using closing = void (*)(void* whose);

    /// `close` is called with `whose` by a thread that forks, while nobody is inside, and at the end. It never throws.
    fork_gate(closing close, void* whose);
    ~fork_gate();  // no fork comes in between
    fork_gate(const fork_gate&) = delete;
    fork_gate& operator=(const fork_gate&) = delete;

    /// From here on until leave() a fork waits, unless this very thread forks. Throws store_error: e_store_unavailable
    /// where a fork takes longer than `until`; e_forked in a child whose parent had somebody inside.
    void enter(deadline until);
    /// Nothing, where nobody is inside.
    void leave() noexcept;

    /// Whether somebody forks, and waits for whoever is inside.
    [[nodiscard]] static bool is_awaited() noexcept;

private:
    friend class gates;
    closing close_;
    void* whose_;
    bool is_inside_ = false;
    pthread_t who_{};
};

/// Inside for as long as it lives.
class fork_passage {
public:
    fork_passage(fork_gate& by, deadline until) : by_{by} { by_.enter(until); }
    ~fork_passage() { by_.leave(); }
    fork_passage(const fork_passage&) = delete;
    fork_passage& operator=(const fork_passage&) = delete;

private:
    fork_gate& by_;
};

}  // namespace counterseal::core
