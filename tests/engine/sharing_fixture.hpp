// SPDX-License-Identifier: Apache-2.0
// A queue on each store, and many callers who come while its only session is taken.
#pragma once

#include <latch>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "core/engine/commit_queue.hpp"
#include "core/store/faulty.hpp"
#include "stores.hpp"

namespace counterseal::core {

constexpr statement insert_thing = {"INSERT INTO thing (name, number) VALUES ($1, $2)"};

/// Somebody who has the only session, and keeps everybody else waiting.
class holder {
public:
    explicit holder(commit_queue& queue)
        : thread_([&] {
              // What becomes of it does not matter: a fault may be its own.
              static_cast<void>(error_of([&] {
                  queue.write(clock_source::host, soon(), [&](transaction&) {
                      has_it_.count_down();
                      may_end_.wait();
                  });
              }));
          })
    {
        has_it_.wait();
    }
    void release()
    {
        may_end_.count_down();
        thread_.join();
    }

private:
    std::latch has_it_{1};
    std::latch may_end_{1};
    std::thread thread_;
};

class sharing : public stores {
protected:
    void SetUp() override
    {
        stores::SetUp();
        where_ = make_faulty(open_again_or_same(), faults_);
    }

    /// A memory store is not found again by its name.
    std::unique_ptr<store> open_again_or_same() { return is_memory() ? std::move(which_) : open_again(); }

    void put(commit_queue& queue, std::string_view name, clock_source clock = clock_source::host)
    {
        queue.write(clock, soon(), [&](transaction& t) { t.run(insert_thing, {name, std::int64_t{0}}); });
    }

    std::int64_t n_rows(commit_queue& queue)
    {
        return queue.read(clock_source::host, soon(), [](transaction& t) {
            rows out;
            static constexpr statement count = {"SELECT count(*) FROM thing"};
            t.run(count, {}, &out);
            return out.integer(0, 0);
        });
    }

    /// Calls work(i) on many threads, which begin together while one writer keeps all others waiting: those share.
    template <class Work>
    void together(commit_queue& queue, int n_threads, Work&& work)
    {
        holder before(queue);
        std::latch begun(n_threads);
        std::vector<std::thread> threads;
        for (int i = 0; i < n_threads; ++i) {
            threads.emplace_back([&, i] {
                begun.count_down();
                work(i);
            });
        }
        begun.wait();
        before.release();
        for (std::thread& t : threads) {
            t.join();
        }
    }

    void seen_of(std::set<status>& all, status one)
    {
        const std::lock_guard lock(mutex_);
        all.insert(one);
    }

    fault_plan faults_;
    std::unique_ptr<store> where_;
    std::mutex mutex_;
};

}  // namespace counterseal::core
