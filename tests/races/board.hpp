// SPDX-License-Identifier: Apache-2.0
// What the workers of a campaign share, threads and processes alike: one mapping that is made before the first fork.
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace races {

template <std::size_t N>
struct shared_text {
    char text[N];

    void set(std::string_view from) noexcept
    {
        const std::size_t len = from.size() < N ? from.size() : 0;  // what does not fit is nothing
        std::memcpy(text, from.data(), len);
        text[len] = '\0';
    }
    [[nodiscard]] std::string get() const { return text; }
};

struct known_factor {
    shared_text<40> id;
    shared_text<64> secret;  // base32
};

/// What somebody found out about a subject, for everybody to use. The newest replace the oldest.
struct known_subject {
    std::array<known_factor, 4> factors;  // confirmed when they were put here
    std::array<known_factor, 4> pending;
    std::array<shared_text<40>, 8> challenges;
    std::array<shared_text<2048>, 4> grants;
    shared_text<40> code_set;
    std::array<shared_text<40>, 10> codes;
    std::array<std::uint32_t, 4> n;  // how many of each kind were put here, codes excepted
};

struct board {
    pthread_barrier_t barrier;
    pthread_mutex_t mutex;
    std::atomic<std::int64_t> now_us;
    std::array<known_subject, 4> subjects;
};

/// Holds the board's mutex.
class board_lock {
public:
    explicit board_lock(board& of) noexcept : of_{of} { pthread_mutex_lock(&of_.mutex); }
    ~board_lock() { pthread_mutex_unlock(&of_.mutex); }
    board_lock(const board_lock&) = delete;
    board_lock& operator=(const board_lock&) = delete;

private:
    board& of_;
};

/// For so many workers. Never unmapped: the process ends before.
[[nodiscard]] board& make_board(unsigned n_workers);

}  // namespace races
