// SPDX-License-Identifier: Apache-2.0
#include "core/store/fork_gate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

#include "core/machine/machine.hpp"
#include "core/store/store_error.hpp"

namespace counterseal::core {

/// All gates of the process. A handler of pthread_atfork gets no argument, and SQLite's own table of open files, which
/// is what this is about, is one for the process, too.
class gates {
public:
    static gates& all()
    {
        static gates* const only = made();  // for good: a process may fork while it ends
        return *only;
    }

    void add(fork_gate& one)
    {
        const std::lock_guard lock(mutex_);
        known_.push_back(&one);
    }
    void remove(const fork_gate& one)
    {
        const std::lock_guard lock(mutex_);
        one.close_(one.whose_);
        std::erase(known_, &one);
    }
    void enter(fork_gate& one, deadline until)
    {
        for (;;) {
            {
                const std::lock_guard lock(mutex_);
                if (is_barred_) {
                    throw store_error(status::e_forked,
                                      "the process was forked in the middle of a transaction: this child cannot use an "
                                      "SQLite file");
                }
                if (!is_forking_) {
                    one.is_inside_ = true;
                    one.who_ = ::pthread_self();
                    return;
                }
            }
            if (this_machine().now() >= until) {
                throw store_error(status::e_store_unavailable, "SQLite: the process is being forked");
            }
            this_machine().sleep(nap);
        }
    }
    void leave(fork_gate& one)
    {
        const std::lock_guard lock(mutex_);
        one.is_inside_ = false;
    }
    [[nodiscard]] bool is_forking() const noexcept { return is_forking_; }

private:
    static gates* made()
    {
        ::pthread_atfork([] { all().before(); }, [] { all().in_parent(); }, [] { all().in_child(); });
        return new gates;
    }

    [[nodiscard]] bool waits_for(const fork_gate& one) const
    {
        return one.is_inside_ && ::pthread_equal(one.who_, ::pthread_self()) == 0;
    }
    void before()
    {
        const auto until = this_machine().now() + patience;
        mutex_.lock();
        is_forking_ = true;
        while (std::ranges::any_of(known_, [&](const fork_gate* one) { return waits_for(*one); }) &&
               this_machine().now() < until) {
            mutex_.unlock();
            this_machine().sleep(nap);
            mutex_.lock();
        }
        for (const fork_gate* const one : known_) {
            if (!one->is_inside_) {
                one->close_(one->whose_);
            }
        }
    }
    void in_parent()
    {
        is_forking_ = false;
        mutex_.unlock();
    }
    void in_child()
    {
        is_barred_ = is_barred_ || std::ranges::any_of(known_, [](const fork_gate* one) { return one->is_inside_; });
        in_parent();
    }

    static constexpr std::chrono::microseconds nap{200};
    static constexpr std::chrono::seconds patience{10};  // with a disk that hangs a program still forks

    std::mutex mutex_;
    std::vector<fork_gate*> known_;
    std::atomic<bool> is_forking_{false};  // changes under the mutex
    bool is_barred_ = false;
};

fork_gate::fork_gate(closing close, void* whose) : close_{close}, whose_{whose}
{
    gates::all().add(*this);
}

fork_gate::~fork_gate()
{
    gates::all().remove(*this);
}

void fork_gate::enter(deadline until)
{
    gates::all().enter(*this, until);
}

void fork_gate::leave() noexcept
{
    gates::all().leave(*this);
}

bool fork_gate::is_awaited() noexcept
{
    return gates::all().is_forking();
}

}  // namespace counterseal::core
