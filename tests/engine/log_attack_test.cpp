// SPDX-License-Identifier: Apache-2.0
// Whoever holds a checkpoint sees every change of an exported log: COUNTERSEAL_LOG_ATTACKS of them, at random.
#include <cstdio>
#include <cstdlib>
#include <random>

#include "log_fixture.hpp"

namespace counterseal::core {
namespace {

class log_attacks : public logs {
protected:
    using lines = std::vector<std::string>;

    /// Changes something, and says what.
    std::string attack(lines& log)
    {
        const std::size_t at = random_() % log.size();
        const auto place = log.begin() + static_cast<std::ptrdiff_t>(at);
        const std::string where = " at " + std::to_string(at);
        switch (random_() % 7) {
            case 0: {
                const std::size_t byte = random_() % place->size();
                (*place)[byte] = static_cast<char>((*place)[byte] ^ static_cast<char>(1 + random_() % 255));
                return "edit of byte " + std::to_string(byte) + where;
            }
            case 1: log.erase(place); return "delete" + where;
            case 2: log.insert(place, log[random_() % log.size()]); return "insert" + where;
            case 3: {
                const std::size_t other = (at + 1 + random_() % (log.size() - 1)) % log.size();
                std::swap(log[at], log[other]);
                return "swap with " + std::to_string(other) + where;
            }
            case 4: log.resize(at); return "truncate" + where;
            case 5: {  // who it was about, taken from another event
                const auto own = read_log_line(*place);
                const auto theirs = read_log_line(log[(at + 1) % log.size()]);
                std::string changed = log_line(own->entry, theirs->person);
                changed.pop_back();
                *place = changed;
                return "person exchanged" + where;
            }
            default: {  // the whole rest made anew, as somebody with the database could
                for (std::size_t i = at; i < log.size(); ++i) {
                    log[i] = forged(log[i]);
                }
                return "forged from" + where;
            }
        }
    }

    /// With another subject, and all hashes right.
    std::string forged(const std::string& line)
    {
        sha256_hash hash(*crypto_);
        const auto parts = read_log_line(line);
        log_person who{{}, "mallory", "", ""};
        who.salt.fill(static_cast<std::uint8_t>(random_()));
        const std::string person = person_text(who);
        std::string out =
            log_line(entry_text({"maple", static_cast<std::int64_t>(parts->seq), start_us, "thing.happened", "", ""},
                                hash.of({bytes_of(person)})),
                     person);
        out.pop_back();
        return out;
    }

    std::mt19937_64 random_{20261129};
};

TEST_P(log_attacks, each_change_of_an_exported_log_is_seen)
{
    const char* const asked = std::getenv("COUNTERSEAL_LOG_ATTACKS");
    const int n_attacks = asked == nullptr ? 10'000 : std::atoi(asked);
    for (int i = 0; i < 4; ++i) {
        append(16, start_us, "maple", "person" + std::to_string(i));
    }
    const checkpoint held = opened(checkpoint_of(start_us));
    const lines whole = exported();
    ASSERT_EQ(fault_of(whole, {held}), "");
    int n_seen = 0;
    while (n_seen < n_attacks) {
        lines changed = whole;
        const std::string what = attack(changed);
        if (changed != whole) {
            ASSERT_NE(fault_of(changed, {held}), "") << n_seen << ": " << what;
            ++n_seen;
        }
    }
    static_cast<void>(std::printf("attacks: %d changes of a log, all seen\n", n_seen));  // campaigns.py counts them
}

INSTANTIATE_TEST_SUITE_P(engine, log_attacks, ::testing::Values("memory"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace counterseal::core
