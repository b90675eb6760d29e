// SPDX-License-Identifier: Apache-2.0
// Runs a campaign: prepares a store, has many workers call the engine at once, and writes down what each of them saw
// and what the store knows in the end. Whether that may be is for rules.py to say.
//
//   races CAMPAIGN URL RING FOLDER PROCESSES THREADS ROUNDS SEED
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "campaign.hpp"

namespace races {

std::span<const campaign> campaigns() noexcept
{
    static constexpr campaign all[] = {
        {"codes", true, prepare_codes, present_code},
        {"batches", true, prepare_codes, present_codes_in_batches},
        {"counters", true, set_policy, present_counter},
        {"logins", true, prepare_codes, answer_login},
        {"faults", true, prepare_failing_store, present_code_to_failing_store},
        {"recovery", true, prepare_recovery, present_recovery_code},
        {"guesses", true, set_policy, guess},
        {"firsts", true, set_policy, enroll_first},
        {"ends", true, set_policy, end_everything},
        {"anything", false, prepare_anything, do_anything},
    };
    return all;
}

namespace {

constexpr std::int64_t first_us = 1'800'000'000 * second_us;

counterseal::engine open_engine(const settings& with, bool is_first)
{
    return {with.url,
            counterseal::key_ring::from_file(with.ring, is_first),
            {.create = is_first, .n_sessions = with.n_threads < 16 ? with.n_threads : 16, .patience_ms = 60'000}};
}

void work(const settings& with, const campaign& of, board& shared, counterseal::engine& on, int number)
{
    try {
        worker one(with, shared, on, number);
        for (std::int64_t round = 0; round < with.n_rounds; ++round) {
            if (of.meets) {
                one.meet();
            }
            of.round(one, round);
        }
    } catch (const std::exception& e) {
        std::fprintf(stderr, "races: worker %d: %s\n", number, e.what());
        std::_Exit(2);  // the others would wait for it for ever
    }
}

void run_threads(const settings& with, const campaign& of, board& shared, counterseal::engine& on, unsigned process)
{
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < with.n_threads; ++i) {
        const auto number = static_cast<int>(process * with.n_threads + i);
        threads.emplace_back([&with, &of, &shared, &on, number] { work(with, of, shared, on, number); });
    }
    for (std::thread& one : threads) {
        one.join();
    }
}

/// Each process opens the store for itself. False: one of them failed; the others are ended then.
bool run_processes(const settings& with, const campaign& of, board& shared)
{
    std::vector<pid_t> children;
    const pid_t parent = ::getpid();
    for (unsigned i = 0; i < with.n_processes; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // never left over
            if (::getppid() != parent) {
                std::_Exit(2);
            }
            try {
                counterseal::engine on = open_engine(with, false);
                run_threads(with, of, shared, on, i);
            } catch (const std::exception& e) {
                std::fprintf(stderr, "races: process %u: %s\n", i, e.what());
                std::_Exit(2);
            }
            std::_Exit(0);
        }
        children.push_back(child);
    }
    bool is_good = true;
    for (std::size_t n_left = children.size(); n_left > 0; --n_left) {
        int how = 0;
        const pid_t ended = ::waitpid(-1, &how, 0);
        std::erase(children, ended);
        if (how != 0 && is_good) {
            is_good = false;
            for (const pid_t one : children) {
                ::kill(one, SIGKILL);
            }
        }
    }
    return is_good;
}

/// What the store knows when all is over.
void audit(worker& by)
{
    const auto pages = [&](std::uint32_t op, json request, const char* name, const char* from, auto&& use) {
        for (json after = nullptr;;) {
            request["tenant"] = "maple";
            request["now_us"] = by.now_us();
            request["limit"] = 1000;
            if (!after.is_null()) {
                request[from] = after;
            }
            const auto got = by.on.call(op, request.dump());
            got.raise();
            const json page = json::parse(got.json);
            for (const json& one : page[name]) {
                use(one);
            }
            after = page["next"];
            if (after.is_null()) {
                return;
            }
        }
    };
    pages(CSEAL_OP_LIST_FACTORS, json::object(), "factors", "after", [&](const json& one) {
        by.write(
            {{"op", "listed"},
             {"subject", one["subject"]},
             {"factor_id", one["factor_id"]},
             {"state", one["state"]},
             {"value", one["last_used_step"].is_null() ? one.value("next_counter", json()) : one["last_used_step"]}});
    });
    pages(CSEAL_OP_EVENTS, json::object(), "events", "after", [&](const json& one) {
        const std::string type = one["type"];
        if (type == "factor.accepted" || type == "factor.wrong" || type == "login.allowed") {
            by.write({{"op", "event"},
                      {"type", type},
                      {"subject", one["subject"]},
                      {"factor_id", one["factor_id"]},
                      {"detail", one["detail"]}});
        }
    });
}

int run(const settings& with)
{
    for (const campaign& of : campaigns()) {
        if (with.campaign != of.name) {
            continue;
        }
        board& shared = make_board(with.n_processes * with.n_threads);
        shared.now_us.store(first_us);
        if (with.n_processes == 1) {
            counterseal::engine on = open_engine(with, true);
            worker first(with, shared, on, -1);
            of.prepare(first);
            run_threads(with, of, shared, on, 0);
            audit(first);
            return 0;
        }
        {
            // Closed before the first fork: nothing of it is in a child.
            counterseal::engine on = open_engine(with, true);
            worker first(with, shared, on, -1);
            of.prepare(first);
        }
        if (!run_processes(with, of, shared)) {
            return 2;
        }
        counterseal::engine on = open_engine(with, false);
        worker last(with, shared, on, -1);
        audit(last);
        return 0;
    }
    std::fprintf(stderr, "races: no campaign %s\n", with.campaign.c_str());
    return 2;
}

}  // namespace
}  // namespace races

int main(int argc, char** argv)
{
    if (argc != 9) {
        std::fprintf(stderr, "races CAMPAIGN URL RING FOLDER PROCESSES THREADS ROUNDS SEED\n");
        return 2;
    }
    const auto number = [&](int i) { return std::strtoull(argv[i], nullptr, 10); };
    try {
        return races::run({.campaign = argv[1],
                           .url = argv[2],
                           .ring = argv[3],
                           .folder = argv[4],
                           .n_processes = static_cast<unsigned>(number(5)),
                           .n_threads = static_cast<unsigned>(number(6)),
                           .n_rounds = static_cast<std::int64_t>(number(7)),
                           .seed = number(8)});
    } catch (const std::exception& e) {
        std::fprintf(stderr, "races: %s\n", e.what());
        return 2;
    }
}
