// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=8192
// An exported log, as somebody verifies it who has no store: in front of the log may stand a line `kept ` with a JSON
// array of notes, and a line `verifier ` with who has to have signed them. What is accepted is hashed again by a slow
// reader. Then a checkpoint of it is held, and every change is seen.
//
// Behind a line `write` stand texts instead, one a line: their events are written, erased and purged, and stay the log
// that was signed.
#include <nlohmann/json.hpp>

#include "tests/fuzz/support/log.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

/// Seldom, and for the same input always: a call takes a hundred times as long as what it looks at, since it makes a
/// provider of its own.
bool is_one_in(std::size_t n, std::string_view text)
{
    return std::hash<std::string_view>()(text) % n == 0;
}

/// Attacks on a log whose end is held. None of them is what erasing or purging leaves: these are allowed to anybody
/// who has the store, and are counted in the report.
void expect_attacks_seen(std::string_view log, const core::checkpoint& held)
{
    const std::vector<std::string_view> lines = lines_of(log);
    const std::size_t draw = std::hash<std::string_view>()(log);
    const std::size_t place = draw % lines.size();
    const std::string_view line = lines[place];
    const auto begin = static_cast<std::size_t>(line.data() - log.data());
    const auto expect_seen = [&](std::string_view changed) { FUZZ_EXPECT(is_refused(changed, {held})); };
    std::string changed(log);
    expect_seen(changed.erase(begin, line.size() + 1));
    changed = log;
    changed.insert(begin, line);
    expect_seen(changed.insert(begin + line.size(), "\n"));
    changed = log;
    expect_seen(changed.substr(0, draw / 3 % log.size()));
    // Of a purged event only its hash is evidence, and its number.
    if (!line.starts_with(R"({"purged":)")) {
        changed[begin + draw / 7 % line.size()] ^= static_cast<char>(1 + draw / 11 % 255);
        expect_seen(changed);
    }
    if (place + 1 < lines.size() && lines[place + 1] != line) {
        std::string swapped(log.substr(0, begin));
        swapped += lines[place + 1];
        swapped += '\n';
        swapped += line;
        expect_seen(swapped += log.substr(begin + line.size() + 1 + lines[place + 1].size()));
    }
}

/// Of `got`, which was asked with so many checkpoints.
void expect_accepted(const answer<char>& got, std::string_view log, const slow_log& slow, std::size_t n_kept)
{
    FUZZ_EXPECT(got.status == CSEAL_OK && got.text() == slow.report(n_kept));
    const core::checkpoint held = slow.head("the-log");
    FUZZ_EXPECT(!is_refused(log, {held}));
    if (!log.empty()) {
        expect_attacks_seen(log, held);
    }
}

/// The events that tell of both come last, whatever comes of it.
void tell_of_both(std::vector<std::string>& lines, std::string_view tenant)
{
    core::sha256_hash hash(provider());
    const std::string n = std::to_string(lines.size());
    const auto seq = static_cast<std::int64_t>(lines.size());
    const std::string person = core::person_text({});
    const core::sha256_digest of_person = hash.of({core::bytes_of(person)});
    lines.push_back(core::log_line(
        core::entry_text({tenant, seq + 1, 0, "person.erased", "", R"({"events":)" + n + "}"}, of_person), person));
    lines.push_back(core::log_line(
        core::entry_text({tenant, seq + 2, 0, "events.purged", "", R"({"up_to":)" + n + "}"}, of_person), person));
}

/// The bytes as events: a piece between two line ends is a text of one, or all of them.
std::vector<std::string> written(std::string_view from)
{
    const std::vector<std::string_view> pieces = lines_of(from);
    constexpr std::size_t most = 12;
    std::vector<std::string> lines;
    core::sha256_hash hash(provider());
    for (std::size_t i = 0; i < std::min(most, pieces.size()); ++i) {
        const std::string_view text = pieces[i];
        core::log_person who{{}, text, i % 2 == 0 ? "" : text, i % 3 == 0 ? "" : text};
        who.salt.fill(static_cast<std::uint8_t>(text.size()));
        const std::string person = core::person_text(who);
        const std::string entry =
            core::entry_text({pieces.front(), static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(text.size()),
                              text, i % 2 == 0 ? text : "", i % 5 == 0 ? "" : R"({"value":"},\"person\":{"})"},
                             hash.of({core::bytes_of(person)}));
        std::string line = core::log_line(entry, person);
        FUZZ_EXPECT(nlohmann::json::accept(line) && line.find('\n') == line.size() - 1);
        const auto parts = core::read_log_line(std::string_view(line).substr(0, line.size() - 1));
        FUZZ_EXPECT(parts && parts->entry == entry && parts->person == person && parts->seq == i + 1);
        lines.push_back(std::move(line));
    }
    if (!pieces.empty()) {
        tell_of_both(lines, pieces.front());
    }
    return lines;
}

/// Both are legal where events tell of them: no leaf changes.
void erase_and_purge(std::vector<std::string>& lines, std::size_t draw)
{
    core::merkle_hash hash(provider());
    const std::size_t n_told = lines.size() - 2;
    const std::size_t n_purged = draw % (n_told + 1);
    for (std::size_t i = 0; i < n_told; ++i) {
        const auto parts = core::read_log_line(std::string_view(lines[i]).substr(0, lines[i].size() - 1)).value();
        if (i < n_purged) {
            const auto tenant = nlohmann::json::parse(parts.tenant).get<std::string>();
            lines[i] = core::purged_line(tenant, static_cast<std::int64_t>(parts.seq),
                                         hash.of_leaf(core::bytes_of(parts.entry)));
        } else if (i % 2 == 0) {
            lines[i] = core::log_line(std::string(parts.entry), {});
        }
    }
}

void expect_written(std::string_view from)
{
    std::vector<std::string> lines = written(from);
    const std::string whole = joined(lines);
    const slow_log slow(whole);
    const signer& by = signers()[from.size() % signers().size()];
    const std::string kept = json_of(by.note(slow.head(by.name())));
    expect_accepted(verify(whole, kept, by.verifier()), whole, slow, 1);
    if (is_one_in(8, from)) {
        const signer& other = signers()[(from.size() + 1) % signers().size()];
        FUZZ_EXPECT(verify(whole, kept, other.verifier()).status == CSEAL_E_ARGUMENT);
        FUZZ_EXPECT(verify(whole, json_of(by.note(slow.head("another"))), by.verifier()).status == CSEAL_E_ARGUMENT);
    }
    if (!lines.empty()) {
        erase_and_purge(lines, from.size());
    }
    const std::string less = joined(lines);
    const slow_log rest(less);
    FUZZ_EXPECT(rest.head("a") == slow.head("a"));
    expect_accepted(verify(less, kept, by.verifier()), less, rest, 1);
}

/// The checkpoints may be those of another log, or none: what is left is looked at alone.
void expect_read(std::string_view text)
{
    const std::string_view kept = take_line(text, "kept ");
    const std::string_view verifier = take_line(text, "verifier ");
    const bool is_log = !is_refused(text);
    if (kept.empty() && verifier.empty() && !is_log && !is_one_in(8, text)) {
        return;
    }
    const answer<char> with_kept = verify(text, kept, verifier);
    FUZZ_EXPECT(is_log || with_kept.status != CSEAL_OK);
    const answer<char> alone = verify(text, {}, {}, is_one_in(16, text) ? asked::with_every_room : asked::once);
    FUZZ_EXPECT(is_log == (alone.status == CSEAL_OK));
    if (is_log) {
        const slow_log slow(text);
        expect_accepted(alone, text, slow, 0);
        const std::string held = json_of(unsigned_note(slow.head("the-log")));
        FUZZ_EXPECT(verify(text, held, {}).text() == slow.report(1));
        FUZZ_EXPECT(text.empty() || verify(text.substr(1), held, {}).status == CSEAL_E_STORE_CORRUPT);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view text = text_of(data, size);
    constexpr std::string_view write = "write\n";
    if (text.starts_with(write)) {
        expect_written(text.substr(write.size()));
    } else {
        expect_read(text);
    }
    return 0;
}
