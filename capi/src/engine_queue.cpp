// SPDX-License-Identifier: Apache-2.0
#include "capi/src/engine_queue.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace counterseal::capi {
namespace {

/// Signals of the host are handled by threads of the host: what is made while one of these lives takes none.
class without_signals {
public:
    without_signals() noexcept
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~without_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    without_signals(const without_signals&) = delete;
    without_signals& operator=(const without_signals&) = delete;

private:
    sigset_t before_{};
};

bool make_pipe(int (&ends)[2]) noexcept
{
#if defined(__linux__)
    return ::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0;
#else
    if (::pipe(ends) != 0) {
        return false;
    }
    for (const int end : ends) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    return true;
#endif
}

}  // namespace

engine_signal::~engine_signal()
{
    for (const int end : ends_) {
        if (end >= 0) {
            ::close(end);
        }
    }
}

status engine_signal::open() noexcept
{
    if (ends_[0] < 0 && !make_pipe(ends_)) {
        return status::e_nomem;
    }
    return status::ok;
}

void engine_signal::set(bool is_on) noexcept
{
    if (ends_[0] < 0 || is_on == is_on_) {
        return;
    }
    char byte = 0;
    ssize_t moved = 0;
    do {
        // The ends do not block. NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection)
        moved = is_on ? ::write(ends_[1], &byte, 1) : ::read(ends_[0], &byte, 1);
    } while (moved < 0 && errno == EINTR);
    is_on_ = is_on;
}

engine_queue::engine_queue(std::size_t n_threads, runner run)
    : owner_{getpid()}, n_threads_{n_threads}, run_{std::move(run)}
{
}

bool engine_queue::enter() noexcept
{
    const std::lock_guard lock(mutex_);
    n_inside_ += is_closed_ ? 0 : 1;
    return !is_closed_;
}

void engine_queue::leave() noexcept
{
    const std::lock_guard lock(mutex_);
    if (--n_inside_ == 0 && is_closed_) {
        is_empty_.notify_all();
    }
}

queue_counts engine_queue::counts() noexcept
{
    const std::lock_guard lock(mutex_);
    return {n_inside_, waiting_.size(), n_open_ - waiting_.size(), calls_.size() - n_open_};
}

status engine_queue::submit(std::uint32_t op, std::string_view request, core::bytes_view secret, std::uint64_t tag)
{
    auto made =
        std::make_unique<call>(call{op, std::string(request), core::secure_bytes(secret.begin(), secret.end())});
    const std::lock_guard lock(mutex_);
    if (is_closed_) {
        return status::e_closed;
    }
    if (calls_.contains(tag)) {
        return status::e_argument;
    }
    if (calls_.size() >= CSEAL_ENGINE_CALLS_MAX) {
        return status::e_range;
    }
    // A thread more than there are calls is never needed; without any thread nothing would ever run.
    if (n_idle_ <= waiting_.size() && threads_.size() < n_threads_ && !add_thread() && threads_.empty()) {
        return status::e_nomem;
    }
    waiting_.push_back(tag);
    try {
        calls_.emplace(tag, std::move(made));
    } catch (...) {
        waiting_.pop_back();
        throw;
    }
    ++n_open_;
    has_work_.notify_one();
    return status::ok;
}

bool engine_queue::add_thread()
{
    const without_signals masked;
    threads_.reserve(n_threads_);
    try {
        threads_.emplace_back([this] { work(); });
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

void engine_queue::work() noexcept
{
    std::unique_lock lock(mutex_);
    for (;;) {
        ++n_idle_;
        has_work_.wait(lock, [&] { return is_closed_ || !waiting_.empty(); });
        --n_idle_;
        if (waiting_.empty()) {
            return;
        }
        std::list<std::uint64_t> tag;  // moved from list to list: nothing here may need memory
        tag.splice(tag.begin(), waiting_, waiting_.begin());
        call& mine = *calls_.find(tag.front())->second;  // nobody takes it before it is told
        lock.unlock();
        // The stack of this thread is scrubbed after each call, as a caller's own would be.
        const cseal_status outcome = guarded<parser_depth>([&] {
            mine.answer = run_(mine.op, mine.request, mine.secret, mine.when);
            return status::ok;
        });
        if (outcome != CSEAL_OK) {
            mine.answer.code = static_cast<status>(outcome);
        }
        mine.secret = {};
        lock.lock();
        --n_open_;
        done_.splice(done_.end(), tag);
        show();
        if (has_ended()) {
            has_news_.notify_all();
        } else {
            has_news_.notify_one();
        }
    }
}

status engine_queue::wait(std::optional<std::chrono::milliseconds> timeout, std::uint64_t* tags, cseal_status* statuses,
                          std::size_t cap, std::size_t& n_done)
{
    std::unique_lock lock(mutex_);
    const auto is_news = [&] { return !done_.empty() || has_ended(); };
    if (!timeout) {
        has_news_.wait(lock, is_news);
    } else if (!has_news_.wait_for(lock, *timeout, is_news)) {
        return status::ok;
    }
    if (done_.empty()) {
        return status::e_closed;
    }
    for (; n_done < cap && !done_.empty(); ++n_done) {
        call& one = *calls_.find(done_.front())->second;
        tags[n_done] = done_.front();
        statuses[n_done] = static_cast<cseal_status>(one.answer.code);
        one.is_told = true;
        done_.pop_front();
    }
    show();
    if (!done_.empty()) {
        has_news_.notify_one();  // for another one who waits
    }
    return status::ok;
}

status engine_queue::take(std::uint64_t tag, output<char>& json, output<std::uint8_t>& secret)
{
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(tag);
    if (found == calls_.end() || !found->second->is_told) {
        return status::e_argument;
    }
    const engine_answer& answer = found->second->answer;
    // Both or none: an answer that is in two hands would be taken twice.
    const bool is_room = json.has_room(answer.json) && secret.has_room(answer.secret);
    if (!is_room) {
        json.tell_length(answer.json);
        secret.tell_length(answer.secret);
        return status::e_capacity;
    }
    static_cast<void>(json.write(answer.json));
    static_cast<void>(secret.write(answer.secret));
    calls_.erase(found);
    return status::ok;
}

status engine_queue::descriptor(std::int32_t& out)
{
    const std::lock_guard lock(mutex_);
    const status s = signal_.open();
    if (s == status::ok) {
        out = signal_.descriptor();
        show();
    }
    return s;
}

void engine_queue::close(const std::function<void()>& after) noexcept
{
    const std::lock_guard one_at_a_time(closing_);
    {
        std::unique_lock lock(mutex_);
        is_closed_ = true;
        has_work_.notify_all();
        is_empty_.wait(lock, [&] { return n_inside_ == 0; });
    }
    for (std::thread& one : threads_) {
        one.join();
    }
    threads_.clear();
    after();
    const std::lock_guard lock(mutex_);
    show();
    has_news_.notify_all();
}

}  // namespace counterseal::capi
