// SPDX-License-Identifier: Apache-2.0
#include "core/engine/commit_queue.hpp"

#include <algorithm>

#include "core/engine/clock.hpp"
#include "core/machine/machine.hpp"

namespace counterseal::core {
namespace {

constexpr std::int64_t clock_apart_us = 30'000'000;

/// A machine whose clock is wrong decides nothing. A store without a clock of its own has nothing to say.
void check_clock(store_session& in)
{
    if (const std::optional<std::int64_t> theirs = in.clock_us()) {
        if (std::abs(this_machine().wall_us() - *theirs) > clock_apart_us) {
            throw store_error(status::e_time, "this machine's clock and the database's are more than 30 s apart");
        }
    }
}

/// What is being handled, to be thrown by another thread. Each store_error is one of its own, so that no thread reads
/// what another one frees; anything else is counted by the runtime alone, and nothing of it is read here.
std::exception_ptr one_for_another_thread() noexcept
{
    try {
        throw;
    } catch (const store_error& e) {
        return std::make_exception_ptr(e);
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace

void commit_queue::join(member self)
{
    std::unique_lock lock(mutex_);
    waiting_.push_back(&self);
    while (!self.is_done) {
        const bool can_lead = !waiting_.empty() && writers_.is_free();
        if (!can_lead) {
            if (self.is_taken) {
                self.wake.wait(lock);  // somebody else has it, and says when it is done: however late that is
            } else if (self.wake.wait_until(lock, self.until) == std::cv_status::timeout && !self.is_taken) {
                leave(self);
                throw late_;
            }
            continue;
        }
        group members;
        try {
            members.reserve(std::min(most, waiting_.size()));  // nobody is taken and then left
        } catch (...) {
            if (!self.is_taken) {
                leave(self);
                throw;
            }
            waiting_.front()->wake.notify_one();
            self.wake.wait(lock);  // as above
            continue;
        }
        gather(members);
        if (members.empty()) {
            continue;
        }
        std::unique_ptr<store_session> session;
        try {
            session = take(writers_, lock, self.until);  // which leaves the lock for a moment where it has to connect
            lock.unlock();
            commit(*session, members);
        } catch (...) {
            for (member* const one : members) {
                one->error = one_for_another_thread();
            }
        }
        if (!lock.owns_lock()) {
            lock.lock();
        }
        give_back(writers_, std::move(session));
        for (member* const one : members) {
            one->is_done = true;
            one->wake.notify_one();
        }
        wake_next();  // who leads the next one
    }
    lock.unlock();
    if (self.error != nullptr) {
        std::rethrow_exception(self.error);
    }
}

/// The next ones who may share a commit, in the order of what they lock. Whose time is over takes nobody's away.
void commit_queue::gather(group& into)
{
    while (!waiting_.empty() && into.size() < most && !(waiting_.front()->is_alone && !into.empty())) {
        member* const one = waiting_.front();
        waiting_.pop_front();
        one->is_taken = true;
        if (one->until <= this_machine().now()) {
            one->error = std::make_exception_ptr(late_);
            one->is_done = true;
            one->wake.notify_one();
            continue;
        }
        into.insert(std::ranges::upper_bound(into, one->locked, {}, &member::locked), one);
        if (one->is_alone) {
            break;
        }
    }
}

void commit_queue::leave(const member& self)
{
    std::erase(waiting_, &self);
    wake_next();  // it may have been told that a session is free, and is too late for it
}

void commit_queue::wake_next()
{
    if (!waiting_.empty() && writers_.is_free()) {
        waiting_.front()->wake.notify_one();
    }
}

void commit_queue::look(const std::function<void(transaction&)>& work, told_time clock, deadline until)
{
    std::unique_lock lock(mutex_);
    std::unique_ptr<store_session> session;
    try {
        while (!readers_.is_free()) {
            if (reader_free_.wait_until(lock, until) == std::cv_status::timeout) {
                throw late_;
            }
        }
        session = take(readers_, lock, until);
    } catch (...) {
        reader_free_.notify_one();  // the place that it was told of, or could not fill, is for another one
        throw;
    }
    lock.unlock();
    const auto end = [&] {
        lock.lock();
        give_back(readers_, std::move(session));
        lock.unlock();
        reader_free_.notify_one();
    };
    try {
        transaction t(*session, access::read, until);
        t.set_told(clock.at);
        if (clock.whose == clock_source::machine) {
            check_clock(*session);
        }
        work(t);
    } catch (...) {
        end();
        throw;
    }
    end();
}

std::unique_ptr<store_session> commit_queue::take(pool& from, std::unique_lock<std::mutex>& lock, deadline until)
{
    if (!from.idle.empty()) {
        std::unique_ptr<store_session> session = std::move(from.idle.back());
        from.idle.pop_back();
        return session;
    }
    from.idle.reserve(from.n_most);  // whoever comes back finds a place: one that was lost would be counted for ever
    ++from.n_made;                   // before the lock is left, so that there are never too many
    lock.unlock();
    try {
        std::unique_ptr<store_session> session = where_.connect(until);
        lock.lock();
        return session;
    } catch (...) {
        lock.lock();
        --from.n_made;
        throw;
    }
}

void commit_queue::give_back(pool& to, std::unique_ptr<store_session> session)
{
    if (session != nullptr) {
        to.idle.push_back(std::move(session));
    }
}

commit_counts commit_queue::counts()
{
    const std::lock_guard lock(mutex_);
    return {n_commits_.load(std::memory_order_relaxed), n_members_.load(std::memory_order_relaxed),
            n_retries_.load(std::memory_order_relaxed), waiting_.size(), writers_.n_busy() + readers_.n_busy()};
}

void commit_queue::commit(store_session& in, const group& members)
{
    const deadline until = (*std::ranges::min_element(members, {}, &member::until))->until;
    for (backoff between;;) {
        std::chrono::microseconds pause{};
        try {
            run_all(in, members, until);
            n_commits_.fetch_add(1, std::memory_order_relaxed);
            n_members_.fetch_add(members.size(), std::memory_order_relaxed);
            return;
        } catch (const store_error& e) {
            const auto now = this_machine().now();
            const bool is_late = now >= until && e.code() == status::e_store_unavailable;
            const bool is_stores_fault = e.is_retryable() || e.code() == status::e_store_unavailable ||
                                         e.code() == status::e_store_unknown || e.code() == status::e_forked;
            if (members.size() > 1 && (is_late || !is_stores_fault)) {
                commit_each(in, members);
                return;
            }
            pause = between.next();
            if (!e.is_retryable() || now + pause >= until) {
                throw;
            }
        }
        n_retries_.fetch_add(1, std::memory_order_relaxed);
        this_machine().sleep(pause);
    }
}

/// A statement of one of them ended the transaction for all, or one had no more time: each alone, to find out whose it
/// was.
void commit_queue::commit_each(store_session& in, const group& members)
{
    for (member* const one : members) {
        try {
            commit(in, {one});
        } catch (...) {
            one->error = std::current_exception();
        }
    }
}

void commit_queue::run_all(store_session& in, const group& members, deadline until)
{
    transaction t(in, access::write, until);
    std::optional<store_error> clock_error;
    if (std::ranges::any_of(members, [](const member* m) { return m->clock.whose == clock_source::machine; })) {
        try {
            check_clock(in);
        } catch (const store_error& e) {
            if (e.code() != status::e_time) {
                throw;
            }
            clock_error = e;
        }
    }
    for (member* const one : members) {
        one->error = nullptr;
        if (one->clock.whose == clock_source::machine && clock_error) {
            one->error = std::make_exception_ptr(*clock_error);
            continue;
        }
        t.set_told(one->clock.at);
        std::optional<savepoint> own;
        if (members.size() > 1) {
            own.emplace(t);
        }
        try {
            one->work(t);
        } catch (...) {
            if (t.is_over() || !own) {
                throw;
            }
            one->error = std::current_exception();
            own->undo();
        }
    }
    t.commit();
}

}  // namespace counterseal::core
