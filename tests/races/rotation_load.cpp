// SPDX-License-Identifier: Apache-2.0
// A whole key rotation of many factors while codes are checked: no check may fail, whatever happens to the keys.
//
//     rotation_load FACTORS [URL]      without a URL: an SQLite file that is gone afterwards
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/base/cpu.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/reseal.hpp"
#include "core/engine/verify_factor.hpp"
#include "core/otp/hotp.hpp"

namespace {

using namespace counterseal::core;

constexpr std::size_t n_threads = 4;
constexpr std::int64_t now_us = 1'800'000'000 * second_us;
constexpr std::string_view secret = "12345678901234567890";
constexpr std::array<std::uint8_t, 32> old_key = {1, 2, 3};
constexpr std::array<std::uint8_t, 32> new_key = {3, 2, 1};

key_ring ring(bool has_old, bool has_new, const char* active)
{
    std::map<std::string, bytes_view> keys;
    if (has_old) {
        keys.emplace("old", old_key);
    }
    if (has_new) {
        keys.emplace("new", new_key);
    }
    return key_ring::from_keys(keys, active);
}

factor_key key_of(std::size_t i)
{
    return {"maple", "subject " + std::to_string(i), "button"};
}

void fill(engine& on, std::size_t n)
{
    constexpr std::size_t at_once = 1000;
    for (std::size_t begin = 0; begin < n; begin += at_once) {
        const row_seal with = on.seal();
        on.write(clock_source::host, [&](transaction& t) {
            for (std::size_t i = begin; i < std::min(begin + at_once, n); ++i) {
                factor made;
                made.key = key_of(i);
                made.type = factor_type::hotp;
                made.state = factor_state::active;
                made.confirmed_us = now_us;
                made.hot.last_value = 0;
                static_cast<void>(lock_subject(t, with, made.key.tenant, made.key.subject, now_us));
                seal_secret(with, made, bytes_of(secret));
                insert_factor(t, with, made);
            }
        });
    }
}

/// Checks codes of its own factors, every n_threads-th: right ones, which must be accepted, and each fourth one again,
/// which must not.
class checker {
public:
    checker(engine& on, std::size_t first, std::size_t n) : on_{on}, first_{first}, next_(n / n_threads), random_(first)
    {
    }

    void check()
    {
        const std::size_t k = random_() % next_.size();
        const std::string code = code_of(next_[k]++);
        n_failed += verdict(first_ + k * n_threads, code) == status::ok ? 0 : 1;
        ++n_checked;
        if (n_checked % 4 == 0) {
            n_twice += verdict(first_ + k * n_threads, code) == status::ok ? 1 : 0;
        }
    }

    std::int64_t n_checked = 0;
    std::int64_t n_failed = 0;
    std::int64_t n_twice = 0;

private:
    static std::string code_of(std::uint64_t counter)
    {
        hmac_key key;
        hmac_prepare(key, best_kernel(hash_id::sha1, cpu_features()), bytes_of(secret));
        std::string code(6, '0');
        static_cast<void>(hotp_generate(mac_of(key), counter, {}, code.data()));
        return code;
    }
    status verdict(std::size_t i, const std::string& code)
    {
        const row_seal with = on_.seal();
        const factor_key key = key_of(i);
        const response typed = prepare_response(on_.provider(), {}, code);
        try {
            const auto work = [&](transaction& t) {
                return verify_response(t, with, on_.limits(), key.tenant, key.subject, {&key.factor, 1}, typed, now_us);
            };
            return on_.write(clock_source::host, work, key.subject).code;
        } catch (const store_error& e) {
            static_cast<void>(std::fprintf(stderr, "rotation_load: %s\n", e.what()));
            return e.code();
        }
    }

    engine& on_;
    std::size_t first_;
    std::vector<std::uint64_t> next_;
    std::minstd_rand random_;
};

struct moved {
    std::int64_t n_rows = 0;
    std::int64_t n_steps = 0;
    std::int64_t longest_us = 0;  // of a step
};

/// Until a walk finds nothing to do.
moved reseal(engine& on)
{
    moved all;
    for (std::int64_t before = -1; before != all.n_rows;) {
        before = all.n_rows;
        std::string place;
        do {
            const auto start = std::chrono::steady_clock::now();
            const reseal_progress made = reseal_step(on, on.seal(), place, 200, now_us, clock_source::host);
            const auto took = std::chrono::steady_clock::now() - start;
            all.longest_us = std::max<std::int64_t>(
                all.longest_us, std::chrono::duration_cast<std::chrono::microseconds>(took).count());
            all.n_rows += made.n_resealed;
            ++all.n_steps;
            place = made.next;
        } while (!place.empty());
    }
    return all;
}

std::int64_t n_under_old(engine& on)
{
    std::int64_t n = 0;
    std::string place;
    do {
        const key_count_page page = count_keys(on, on.seal(), place, 1000, now_us, clock_source::host);
        for (const auto& [part, count] : page.counts) {
            n += part.second == "old" ? count : 0;
        }
        place = page.next;
    } while (!place.empty());
    return n;
}

int run(std::size_t n, const std::string& url)
{
    engine_options how;
    how.url = url;
    how.create = true;
    how.schema = schema_mode::migrate;
    how.patience = std::chrono::minutes(2);
    engine on(how, ring(true, false, "old"), crypto::open(""));
    fill(on, n);
    std::atomic<bool> is_over = false;
    std::vector<checker> checkers;
    for (std::size_t i = 0; i < n_threads; ++i) {
        checkers.emplace_back(on, i, n);
    }
    moved all;
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        for (checker& one : checkers) {
            threads.emplace_back([&] {
                while (!is_over || one.n_checked < 100) {
                    one.check();
                }
            });
        }
        on.reload_keys(ring(true, true, "old"));
        on.reload_keys(ring(true, true, "new"));
        all = reseal(on);
        on.reload_keys(ring(false, true, "new"));
        is_over = true;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::int64_t n_checked = 0;
    std::int64_t n_failed = 0;
    for (const checker& one : checkers) {
        n_checked += one.n_checked;
        n_failed += one.n_failed + one.n_twice;
    }
    const std::int64_t n_left = n_under_old(on);
    static_cast<void>(std::printf(
        "rotation: %zu factors, %lld rows moved in %lld steps and %.1f s, the longest %lld us; %lld codes checked "
        "meanwhile (%.0f a second); violations %lld; left under the old key %lld\n",
        n, static_cast<long long>(all.n_rows), static_cast<long long>(all.n_steps), seconds,
        static_cast<long long>(all.longest_us), static_cast<long long>(n_checked),
        static_cast<double>(n_checked) / seconds, static_cast<long long>(n_failed), static_cast<long long>(n_left)));
    const bool is_good = n_failed == 0 && n_left == 0 && all.n_rows == static_cast<std::int64_t>(2 * n + 1);
    return is_good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::size_t n = argc < 2 ? 0 : std::strtoull(argv[1], nullptr, 10);
    if (n < n_threads || argc > 3) {
        static_cast<void>(std::fprintf(stderr, "rotation_load FACTORS [URL]: at least %zu factors\n", n_threads));
        return 2;
    }
    std::string folder = (std::filesystem::temp_directory_path() / "counterseal-rotation-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) {
        return 2;
    }
    int status = 2;
    try {
        status = run(n, argc == 3 ? argv[2] : "sqlite:///" + folder + "/store.db");
    } catch (const std::exception& e) {
        static_cast<void>(std::fprintf(stderr, "rotation_load: %s\n", e.what()));
    }
    std::filesystem::remove_all(folder);
    return status;
}
