// SPDX-License-Identifier: Apache-2.0
// An engine that one environment has opened, and the thread that carries its answers there.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "call.hpp"

namespace counterseal::node {

/// How an engine is opened, kept until it is.
struct opening {
    std::string url;
    std::shared_ptr<key_ring> keys;
    cseal_engine_options options;
    std::string expected;  // checkpoints, as JSON; empty: none
};

/// An engine is freed by whoever needs it last: its link, or a thread that gives it other keys.
struct owned_engine {
    cseal_engine* handle = nullptr;

    owned_engine() = default;
    owned_engine(const owned_engine&) = delete;
    owned_engine& operator=(const owned_engine&) = delete;
    ~owned_engine() { cseal_engine_free(handle); }
};

/// One thread opens the engine and then sits in cseal_engine_wait; calls run on the engine's own threads. What is
/// pending keeps the process alive, an engine that has nothing to do does not.
///
/// JavaScript hears of everything by one function, settle(tag, status, json, secret): of calls by their tags, and of
/// the engine itself as tag 0, when it is open, could not be opened (json is the problem's text) or is closed
/// (CSEAL_E_CLOSED).
class engine_link {
public:
    explicit engine_link(napi_env env) noexcept : env_(env) {}
    engine_link(const engine_link&) = delete;
    engine_link& operator=(const engine_link&) = delete;
    ~engine_link();

    /// Once. Throws std::bad_alloc where there is no room or no thread for it.
    void open(opening how, napi_value settle);

    /// Where the engine is open. As cseal_engine_submit.
    [[nodiscard]] cseal_status submit(std::uint32_t op, std::string_view json, std::span<const std::uint8_t> secret,
                                      std::uint64_t tag) noexcept;

    /// Where the engine is open; else nullptr.
    [[nodiscard]] std::shared_ptr<const owned_engine> engine() const noexcept
    {
        return engine_ == nullptr ? nullptr : owned_;
    }

    /// Once, where the engine is open. Throws std::bad_alloc where there is no thread for it; nothing was done then.
    void close();

private:
    static constexpr std::size_t most = 64;

    struct news {
        std::array<std::uint64_t, most> tags{};
        std::array<cseal_status, most> statuses{};
        std::size_t n = 0;
        bool is_open = false;  // or could not be opened
        bool is_closed = false;
    };

    // On threads.
    void carry(const opening& how) noexcept;
    void finish() noexcept;
    void put(const news& done) noexcept;
    void wake_script() noexcept { napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking); }

    // On the thread of the environment.
    void connect(napi_value settle);
    void expect() noexcept;
    void settle_all() noexcept;
    void settle_call(napi_value settle, std::uint64_t tag, cseal_status status) noexcept;
    void settle_one(napi_value settle, std::uint64_t tag, cseal_status status, std::string_view json,
                    std::span<const std::uint8_t> secret) noexcept;
    /// False where JavaScript has no room for it, and was told nothing.
    [[nodiscard]] bool tell(napi_value settle, std::uint64_t tag, cseal_status status, std::string_view json,
                            std::span<const std::uint8_t> secret) noexcept;
    /// What a host's function threw while one call was settled is nobody's answer, and stays in the way of none.
    void throw_uncaught() noexcept;
    void disconnect() noexcept;
    void stop() noexcept;
    static void stop_with_environment(void* self) { static_cast<engine_link*>(self)->stop(); }

    napi_env env_;
    napi_threadsafe_function wake_ = nullptr;
    napi_ref settle_ = nullptr;  // strong while something is pending, so that what waits is not collected
    std::size_t n_pending_ = 0;
    std::vector<char> json_;
    std::vector<std::uint8_t> secret_;  // all zero but while an answer is handed over
    std::thread courier_;
    std::thread closer_;

    std::mutex lock_;
    std::condition_variable is_room_;
    news news_;
    std::shared_ptr<owned_engine> owned_;
    cseal_engine* engine_ = nullptr;  // of owned_; the environment's thread looks at it after it has heard of it
    cseal_status opened_ = CSEAL_OK;
    problem why_;
    bool is_ending_ = false;  // the environment, or the link: nobody listens any more
};

}  // namespace counterseal::node
