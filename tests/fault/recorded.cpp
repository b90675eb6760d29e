// SPDX-License-Identifier: Apache-2.0
#include "recorded.hpp"

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "image_check.hpp"

namespace faults {
namespace {

constexpr const char* suffixes[n_parts] = {"", "-wal", "-journal"};

/// Small logs, so that a short walk has checkpoints and a log that begins anew.
int checkpoint_often(sqlite3* on, char**, const sqlite3_api_routines*)
{
    constexpr int n_pages = 40;
    return sqlite3_wal_autocheckpoint(on, n_pages);
}

void expect(const char* what, cseal_status said, cseal_status wanted)
{
    if (said != wanted) {
        std::fprintf(stderr, "the recorded walk: %s is %s\n", what, cseal_status_name(said));
        std::exit(2);
    }
}

cseal_status wanted_of(std::size_t step) noexcept
{
    return step == 3 ? CSEAL_CHALLENGE : step == 5 || step == 6 ? CSEAL_WRONG : CSEAL_OK;
}

std::string checkpoints_of(cseal_engine* on)
{
    const answer got = call(on, {CSEAL_OP_CHECKPOINTS, R"({"tenant":"maple"})", ""});
    nlohmann::json all = nlohmann::json::array();
    const auto page = nlohmann::json::parse(got.json);
    for (const auto& one : page.at("checkpoints")) {
        all.push_back(one.at("note"));
    }
    return all.dump();
}

void walk(recorded& into, const std::string& url)
{
    cseal_engine* engine = open_or_exit(url, into.ring, true);
    mark(mark_created);
    into.kept = keepsakes::prepare(engine);
    mark(mark_prepared);
    journey way(into.kept);
    for (std::size_t step = 0; step < journey::names.size(); ++step) {
        if (step == journey::names.size() / 2) {
            // Closing copies the log into the file and removes it; opening makes it anew.
            cseal_engine_free(engine);
            engine = open_or_exit(url, into.ring, false);
        }
        const answer got = call(engine, way.ask(step));
        expect(journey::names[step], got.status, wanted_of(step));
        way.learn(step, got);
        mark(mark_of_step + step);
    }
    record(false);  // what is asked now writes nothing, and closing is in the middle of the walk already
    into.checkpoints = checkpoints_of(engine);
    cseal_engine_free(engine);
}

void find_states(recorded& in)
{
    disk on;
    image now;
    std::size_t written = 0;
    std::size_t acknowledged = 0;
    std::uint64_t last_mark = 0;
    for (const note& one : in.notes) {
        on.add(one);
        image copy;
        on.everything(now);
        copy = now;
        const content found = look_at(copy, true);
        if (!found.fault.empty()) {
            std::fprintf(stderr, "the recorded walk: %s\n", found.fault.c_str());
            std::exit(2);
        }
        const auto [at, is_new] = in.states.emplace(found.fingerprint, in.images.size());
        if (is_new) {
            in.images.push_back(now);
        }
        written = at->second;
        if (one.what == note::kind::mark) {
            acknowledged = written;
            last_mark = one.offset;
        }
        in.moments.push_back({acknowledged, written, last_mark});
    }
}

}  // namespace

recorded record_journey(const std::string& folder)
{
    recorded out;
    out.ring = folder + "/ring";
    start_recording();
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(checkpoint_often));
    record(true);
    walk(out, "sqlite:///" + folder + "/store.db");
    sqlite3_reset_auto_extension();
    out.notes = std::move(notes());
    find_states(out);
    return out;
}

verdict ask_engine(const recorded& of, const image& what, const std::string& folder, const std::string& checkpoints,
                   bool with_recovery)
{
    const std::string path = folder + "/image.db";
    for (std::size_t i = 0; i < n_parts; ++i) {
        const std::string name = path + suffixes[i];
        std::remove(name.c_str());
        if (what[i]) {
            std::ofstream(name, std::ios::binary)
                .write(reinterpret_cast<const char*>(what[i]->data()), static_cast<std::streamsize>(what[i]->size()));
        }
    }
    std::remove((path + "-shm").c_str());
    verdict out;
    cseal_engine* engine = nullptr;
    out.opened = open("sqlite:///" + path, of.ring, false, checkpoints, &engine);
    if (out.opened == CSEAL_OK) {
        const journey way(of.kept);
        out.state = call(engine, state()).status;
        for (cseal_status& one : out.login) {
            one = call(engine, way.login_code_again()).status;
        }
        for (cseal_status& one : out.recovery) {
            one = with_recovery ? call(engine, way.recovery_code_again()).status : CSEAL_REPLAYED;
        }
    }
    cseal_engine_free(engine);
    return out;
}

}  // namespace faults
