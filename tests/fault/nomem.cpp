// SPDX-License-Identifier: Apache-2.0
// Memory runs out at the n-th request of a call, once or from then on: for each call of the journey, in an engine that
// was just opened and in one that made the same call before, and for the opening itself.
//
//   fault_nomem [MOST]     MOST numbers n of each at most, spread over all; without: every n, and where there are more
//                          than 20,000, as of hashing a recovery code slowly, 2,000 of them
//
// The answer is an error that says so, what the store knows is as before or as if all had gone well, the engine works
// on, and no memory stays held.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "failing_memory.hpp"
#include "journey.hpp"

namespace {

namespace fs = std::filesystem;
using namespace faults;

struct expected {
    cseal_status status;
    const char* events;
    bool happens_once;
};
constexpr std::array<expected, journey::names.size()> plan = {{
    {CSEAL_OK, " policy.set", false},
    {CSEAL_OK, " factor.pending", false},
    {CSEAL_OK, " factor.confirmed", true},
    {CSEAL_CHALLENGE, "", false},
    {CSEAL_OK, " factor.accepted login.allowed", true},
    {CSEAL_WRONG, " factor.wrong", false},
    {CSEAL_WRONG, " factor.wrong", false},
    {CSEAL_OK, " factor.accepted", true},
    {CSEAL_OK, " factor.revoked", true},
    {CSEAL_OK, "", false},
}};

bool is_clean(cseal_status status) noexcept
{
    return status == CSEAL_E_NOMEM || status == CSEAL_E_STORE_UNAVAILABLE || status == CSEAL_E_STORE_UNKNOWN ||
           status == CSEAL_E_CRYPTO;
}

/// Stores as they are before each step, for a tenant that is looked at and one whose calls warm an engine up.
class stores {
public:
    explicit stores(const fs::path& folder) : folder_{folder}, ring_{folder / "ring"}
    {
        cseal_engine* engine = open_or_exit(url(), ring_, true);
        journey looked_at(keepsakes::prepare(engine));
        journey warming(keepsakes::prepare(engine, "oak"), "oak");
        for (std::size_t step = 0; step <= journey::names.size(); ++step) {
            cseal_engine_free(engine);
            fs::copy_file(path(), before(step));
            ways_.emplace_back(looked_at, warming);
            engine = open_or_exit(url(), ring_, false);
            events_.push_back(types_of(call(engine, events())));
            for (journey* const one : {&looked_at, &warming}) {
                if (step < journey::names.size()) {
                    one->learn(step, call(engine, one->ask(step)));
                }
            }
        }
        cseal_engine_free(engine);
    }

    void put(std::size_t step) const
    {
        for (const char* const companion : {"-wal", "-shm", "-journal"}) {
            fs::remove(path() + companion);
        }
        fs::copy_file(before(step), path(), fs::copy_options::overwrite_existing);
    }
    [[nodiscard]] std::string path() const { return folder_ / "store.db"; }
    [[nodiscard]] std::string url() const { return "sqlite:///" + path(); }
    [[nodiscard]] const std::string& ring() const noexcept { return ring_; }
    [[nodiscard]] const journey& looked_at(std::size_t step) const { return ways_[step].first; }
    [[nodiscard]] const journey& warming(std::size_t step) const { return ways_[step].second; }
    [[nodiscard]] const std::string& events_before(std::size_t step) const { return events_[step]; }

private:
    [[nodiscard]] std::string before(std::size_t step) const { return folder_ / ("before-" + std::to_string(step)); }

    fs::path folder_;
    std::string ring_;
    std::vector<std::pair<journey, journey>> ways_;
    std::vector<std::string> events_;
};

class campaign {
public:
    explicit campaign(const stores& of) : of_{of} {}

    /// One call with memory that runs out at its n-th request. False: it needed less.
    bool strike_call(std::size_t step, bool is_warm, std::uint64_t n, bool lasts)
    {
        where_ = std::string(journey::names[step]) + (is_warm ? ", warm" : "") + ", request " + std::to_string(n) +
                 (lasts ? " and all later ones" : "");
        of_.put(step);
        const holdings held = held_now();
        cseal_engine* const engine = open_or_exit(of_.url(), of_.ring(), false);
        if (is_warm) {
            static_cast<void>(call(engine, of_.warming(step).ask(step)));
        }
        bool is_struck = false;
        {
            const question what = of_.looked_at(step).ask(step);
            cseal_engine_answer* got = nullptr;
            fail_at(n, lasts);
            const cseal_status said =
                cseal_engine_call(engine, what.op, what.request.data(), what.request.size(),
                                  reinterpret_cast<const std::uint8_t*>(what.secret.data()), what.secret.size(), &got);
            is_struck = stop_failing() >= n;
            cseal_engine_answer_free(got);
            judge(engine, step, said, call(engine, what));
        }
        cseal_engine_free(engine);
        settle(held, is_struck);
        return is_struck;
    }

    bool strike_opening(std::uint64_t n, bool lasts)
    {
        where_ = "opening, request " + std::to_string(n) + (lasts ? " and all later ones" : "");
        of_.put(0);
        const std::string url = of_.url();
        const holdings held = held_now();
        cseal_engine* engine = nullptr;
        fail_at(n, lasts);
        const cseal_status said = open(url, of_.ring(), false, {}, &engine);
        const bool is_struck = stop_failing() >= n;
        if (said != CSEAL_OK && !is_clean(said)) {
            tell("opening is", said);
        }
        ++(said == CSEAL_OK ? n_done : n_refused);
        cseal_engine_free(engine);
        engine = open_or_exit(of_.url(), of_.ring(), false);
        if (const cseal_status status = call(engine, state()).status; status != CSEAL_OK) {
            tell("the state is", status);
        }
        cseal_engine_free(engine);
        settle(held, is_struck);
        return is_struck;
    }

    std::uint64_t n_struck = 0;
    std::uint64_t n_refused = 0;
    std::uint64_t n_done = 0;
    std::uint64_t n_lost = 0;
    std::uint64_t n_red = 0;

private:
    void judge(cseal_engine* engine, std::size_t step, cseal_status said, const answer& again)
    {
        const expected& wanted = plan[step];
        const bool is_done = said == wanted.status;
        ++(is_done ? n_done : n_refused);
        if (!is_done && !is_clean(said)) {
            tell("the answer is", said);
        }
        // The call was made a second time. What is in the log tells whether the first one did anything.
        const answer listed = call(engine, events());
        std::string found = types_of(listed);
        const std::string once = of_.events_before(step) + wanted.events;
        const bool is_again = again.status == wanted.status;
        if (is_again && wanted.happens_once) {
            if (is_done || found != once) {
                tell("accepted twice; first", said);
            }
        } else if (is_again) {
            const bool is_twice = found == once + wanted.events || found == once;
            if (!is_twice || (is_done && found == once && *wanted.events != '\0' && step != 1)) {
                tell(("the log has " + found + "; the first answer").c_str(), said);
            }
        } else if (!wanted.happens_once || !found.starts_with(once)) {
            tell(("the log has " + found + "; the second answer").c_str(), again.status);
        }
        if (const cseal_status status = call(engine, state()).status; status != CSEAL_OK) {
            tell("the state is", status);
        }
    }

    /// SQLite holds as much as before. nlohmann's constructors lose what they made so far where memory runs out in
    /// them, a few pieces, and OpenSSL some of its own: that is counted and bounded.
    void settle(const holdings& before, bool is_struck)
    {
        constexpr std::int64_t few = 64;
        n_struck += is_struck ? 1U : 0U;
        const holdings now = held_now();
        const std::int64_t of_sqlite = now.sqlite - before.sqlite;
        const std::int64_t of_library = now.library - before.library;
        if (is_settled_ && (of_sqlite != 0 || of_library > few || (of_library != 0 && !is_struck))) {
            std::printf("RED   %s: %lld pieces of memory of SQLite and %lld of the library stay held\n", where_.c_str(),
                        static_cast<long long>(of_sqlite), static_cast<long long>(of_library));
            ++n_red;
        }
        n_lost += is_settled_ ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, of_library)) : 0U;
        is_settled_ = true;  // the first call of a process makes what stays for good
    }

    /// Where much is wrong each call waits for its deadline: enough is enough.
    void tell(const char* what, cseal_status status)
    {
        constexpr std::uint64_t enough = 20;
        std::printf("RED   %s: %s %s\n", where_.c_str(), what, cseal_status_name(status));
        if (++n_red == enough) {
            std::printf("nomem: given up; violations %llu\n", static_cast<unsigned long long>(n_red));
            std::fflush(stdout);
            std::_Exit(1);
        }
    }

    const stores& of_;
    std::string where_;
    bool is_settled_ = false;
};

/// Calls strike(n) for `most` numbers up to the first that is not reached; all where most is 0. Returns how many.
template <class Strike>
std::uint64_t spread(std::uint64_t most, Strike&& strike)
{
    // How many requests there are: one that is never reached fails nothing.
    std::uint64_t needed = 1;
    while (strike(needed)) {
        needed = needed * 2 + 1;
    }
    constexpr std::uint64_t many = 20'000;
    const std::uint64_t wanted = most != 0 ? most : needed > 2 * many ? many / 10 : needed;
    const std::uint64_t stride = std::max<std::uint64_t>(1, needed / wanted) | 1;
    std::uint64_t n = 1;
    while (strike(n)) {
        n += stride;
    }
    return n;
}

}  // namespace

int main(int argc, char** argv)
{
    if (!take_over_memory()) {
        std::fprintf(stderr, "fault_nomem: SQLite or OpenSSL has its memory already\n");
        return 2;
    }
    ::setenv("FAULT_PATIENCE_MS", "1000", 0);
    const std::uint64_t most = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
    std::string folder =
        (fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) / "counterseal-nomem-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        return 2;
    }
    std::uint64_t n_red = 0;
    {
        const stores of(folder);
        campaign all(of);
        static_cast<void>(all.strike_opening(UINT64_MAX, false));
        for (const bool lasts : {false, true}) {
            const std::uint64_t n = spread(most, [&](std::uint64_t i) { return all.strike_opening(i, lasts); });
            std::printf("  opening%s: up to request %llu\n", lasts ? ", lasting" : "",
                        static_cast<unsigned long long>(n));
            for (std::size_t step = 0; step < journey::names.size(); ++step) {
                for (const bool is_warm : {false, true}) {
                    const std::uint64_t last =
                        spread(most, [&](std::uint64_t i) { return all.strike_call(step, is_warm, i, lasts); });
                    std::printf("  %s%s%s: up to request %llu\n", journey::names[step], is_warm ? ", warm" : "",
                                lasts ? ", lasting" : "", static_cast<unsigned long long>(last));
                    std::fflush(stdout);
                }
            }
        }
        n_red = all.n_red;
        std::printf(
            "nomem: %llu requests refused, %llu calls failed, %llu went on, %llu pieces lost in "
            "constructors of JSON; violations %llu\n",
            static_cast<unsigned long long>(all.n_struck), static_cast<unsigned long long>(all.n_refused),
            static_cast<unsigned long long>(all.n_done), static_cast<unsigned long long>(all.n_lost),
            static_cast<unsigned long long>(all.n_red));
        n_red += all.n_struck == 0 || all.n_refused == 0 ? 1U : 0U;
    }
    fs::remove_all(folder);
    return n_red == 0 ? 0 : 1;
}
