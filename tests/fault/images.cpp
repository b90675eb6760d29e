// SPDX-License-Identifier: Apache-2.0
// Power cuts: builds images of the disk that a journey may have left at each moment, opens each and looks what it
// knows.
//
//   fault_images N [THREADS]     N images at least: all subsets of the pending pieces where there are few of them,
//                                cuts, and random subsets
//
// Each is whole, holds all that was acknowledged, and is one of the states that were committed. Then the same with
// syncs that do nothing: such a disk is outside of what is promised, must be noticed here, and a store that it set back
// is not opened by whoever kept a checkpoint.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "image_check.hpp"
#include "image_vfs.hpp"
#include "recorded.hpp"

namespace {

using namespace faults;

constexpr std::size_t few = 12;  // pending pieces of which all subsets are built
constexpr std::size_t sectors[] = {512, 4096};

struct counts {
    std::atomic<std::uint64_t> images{0}, subsets{0}, cuts{0}, at_random{0}, unacknowledged{0}, asked{0}, red{0};
    std::mutex printing;

    void tell(std::size_t at, const std::string& what)
    {
        const std::lock_guard lock(printing);
        if (++red <= 20) {
            std::printf("RED   behind note %zu: %s\n", at, what.c_str());
        }
    }
};

std::string folder_of(const std::string& parent, unsigned thread)
{
    std::string made = parent + "/" + std::to_string(thread);
    std::filesystem::create_directory(made);
    return made;
}

class campaign {
public:
    campaign(const recorded& of, std::uint64_t n_each, std::uint64_t every, counts& into, std::string folder,
             unsigned seed)
        : of_{of}, n_each_{n_each}, every_{every}, into_{into}, folder_{std::move(folder)}, dice_{seed}
    {
    }

    /// All images of a moment.
    void at(std::size_t moment, const disk& on)
    {
        for (const std::size_t sector : sectors) {
            const std::size_t n = on.n_pending(sector);
            const std::uint64_t budget = n_each_ / std::size(sectors);
            const std::size_t stride = std::max<std::size_t>(1, (n + 1) * 3 / std::max<std::uint64_t>(1, budget));
            std::uint64_t n_made = 0;
            for (std::size_t i = dice_() % stride; i <= n; i += stride, ++n_made) {
                on.cut(sector, i, image_);
                check(moment);
                ++into_.cuts;
            }
            if (n <= few && (std::uint64_t{1} << n) <= std::max<std::uint64_t>(budget, is_long() ? 1U << few : 0U)) {
                for (std::uint64_t bits = 0; bits < std::uint64_t{1} << n; ++bits, ++n_made) {
                    on.choose(sector, bits, image_);
                    check(moment);
                    ++into_.subsets;
                }
            }
            for (; n > 0 && n_made < budget; ++n_made) {
                constexpr unsigned shares[] = {16, 128, 240};
                on.choose_at_random(sector, shares[dice_() % std::size(shares)], dice_, image_);
                check(moment);
                ++into_.at_random;
            }
        }
    }

private:
    [[nodiscard]] bool is_long() const noexcept { return n_each_ >= 1000; }

    void check(std::size_t moment)
    {
        const struct moment& then = of_.moments[moment];
        const std::uint64_t number = ++into_.images;
        const bool is_asked = number % every_ == 0 && then.last_mark != 0;
        if (is_asked) {
            ask(moment, then);
        }
        const content found = look_at(image_, number % 8 == 0 || !is_long());
        const auto known = of_.states.find(found.fingerprint);
        if (!found.fault.empty()) {
            into_.tell(moment, "SQLite: " + found.fault);
        } else if (known == of_.states.end()) {
            into_.tell(moment, "a state that was never committed");
        } else if (known->second < then.acknowledged) {
            into_.tell(moment, "state " + std::to_string(known->second) + ", and " + std::to_string(then.acknowledged) +
                                   " was acknowledged");
        } else if (known->second > then.written) {
            into_.tell(moment, "a state that was not written yet");
        } else if (known->second > then.acknowledged) {
            ++into_.unacknowledged;
        }
    }

    /// The engine on the same image.
    void ask(std::size_t moment, const struct moment& then)
    {
        ++into_.asked;
        const bool is_prepared = then.last_mark >= mark_prepared;
        const bool is_code_asked = is_prepared && into_.asked % 16 == 0;
        const verdict said = ask_engine(of_, image_, folder_, {}, is_code_asked);
        const auto tells = [&](const char* what, cseal_status status) {
            into_.tell(moment, std::string("the engine: ") + what + " is " + cseal_status_name(status));
        };
        if (said.opened != CSEAL_OK) {
            tells("opening", said.opened);
            return;
        }
        if (said.state != CSEAL_OK) {
            tells("the state", said.state);
        }
        if (!is_prepared) {
            return;
        }
        const auto judge = [&](const char* what, const cseal_status(&twice)[2], std::size_t step) {
            const bool is_used = then.last_mark >= mark_of_step + step;
            if (twice[0] != CSEAL_REPLAYED && (is_used || twice[0] != CSEAL_OK)) {
                tells(what, twice[0]);
            }
            if (twice[1] != CSEAL_REPLAYED) {
                tells(what, twice[1]);
            }
        };
        judge("the code of the login", said.login, 4);
        if (is_code_asked) {
            judge("the recovery code", said.recovery, 7);
        }
    }

    const recorded& of_;
    std::uint64_t n_each_;
    std::uint64_t every_;
    counts& into_;
    std::string folder_;
    std::mt19937_64 dice_;
    image image_;
};

void run(const recorded& of, std::uint64_t n_images, unsigned n_threads, const std::string& folder, counts& into)
{
    std::uint64_t n_moments = 0;
    disk counted;
    for (const note& one : of.notes) {
        counted.add(one);
        n_moments += counted.n_pending(sectors[0]) > 0 ? 1U : 0U;
    }
    const std::uint64_t n_each = n_images / n_moments + 2;
    const std::uint64_t every = std::max<std::uint64_t>(40, n_images / 2000);
    std::vector<std::thread> all;
    for (unsigned thread = 0; thread < n_threads; ++thread) {
        all.emplace_back([&, thread] {
            campaign own(of, n_each, every, into, folder_of(folder, thread), thread + 1);
            disk on;
            for (std::size_t i = 0; i < of.notes.size(); ++i) {
                on.add(of.notes[i]);
                if (i % n_threads == thread) {
                    own.at(i, on);
                }
            }
        });
    }
    for (std::thread& one : all) {
        one.join();
    }
}

/// How many images of a disk whose syncs lie since the store was prepared are noticed: a state that is older than what
/// was acknowledged, or none.
std::uint64_t noticed_lies(const recorded& of)
{
    disk on;
    std::mt19937_64 dice(7);
    image made;
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < of.notes.size(); ++i) {
        if (of.moments[i].last_mark == mark_prepared) {
            on.lie();
        }
        on.add(of.notes[i]);
        on.choose_at_random(512, 128, dice, made);
        const content found = look_at(made, true);
        const auto known = of.states.find(found.fingerprint);
        if (!found.fault.empty() || known == of.states.end() || known->second < of.moments[i].acknowledged) {
            ++n;
        }
    }
    return n;
}

/// Every state but the last is refused by whoever kept the last checkpoint. Returns how many were.
std::uint64_t refused_states(const recorded& of, const std::string& folder, counts& into)
{
    std::uint64_t n_refused = 0;
    for (std::size_t i = 0; i < of.images.size(); ++i) {
        const bool is_last = i + 1 == of.images.size();
        const verdict said = ask_engine(of, of.images[i], folder, of.checkpoints, false);
        n_refused += said.opened == CSEAL_OK ? 0U : 1U;
        if (!is_last && said.opened == CSEAL_OK) {
            into.tell(i, "an old state is opened by whoever kept a later checkpoint");
        }
        if (is_last && (said.opened != CSEAL_OK || said.state != CSEAL_OK)) {
            into.tell(i, std::string("the last state is ") + cseal_status_name(said.opened));
        }
    }
    return n_refused;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::uint64_t n_images = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
    const unsigned n_threads = argc > 2 ? static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)) : 2;
    if (n_images == 0 || n_threads == 0) {
        std::fprintf(stderr, "fault_images N [THREADS]\n");
        return 2;
    }
    namespace fs = std::filesystem;
    std::string folder =
        (fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) / "counterseal-images-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        return 2;
    }
    register_image_vfs();
    const recorded of = record_journey(folder);
    std::printf("%zu notes, %zu states, %zu bytes of checkpoints\n", of.notes.size(), of.images.size(),
                of.checkpoints.size());
    counts all;
    run(of, n_images, n_threads, folder, all);
    const std::uint64_t n_lies = noticed_lies(of);
    const std::uint64_t n_refused = refused_states(of, folder, all);
    fs::remove_all(folder);
    std::printf(
        "images: %llu images, %llu subsets, %llu cuts, %llu at random, %llu with what nobody acknowledged, "
        "%llu opened by the engine, %llu lies noticed, %llu old states refused; violations %llu\n",
        static_cast<unsigned long long>(all.images), static_cast<unsigned long long>(all.subsets),
        static_cast<unsigned long long>(all.cuts), static_cast<unsigned long long>(all.at_random),
        static_cast<unsigned long long>(all.unacknowledged), static_cast<unsigned long long>(all.asked),
        static_cast<unsigned long long>(n_lies), static_cast<unsigned long long>(n_refused),
        static_cast<unsigned long long>(all.red));
    const bool is_whole = all.images >= n_images && all.subsets > 0 && all.cuts > 0 && all.at_random > 0 &&
                          all.unacknowledged > 0 && all.asked > 0 && n_lies > 0 && n_refused > 1;
    return all.red == 0 && is_whole ? 0 : 1;
}
