// SPDX-License-Identifier: Apache-2.0
// One process that walks the journey, for faults from outside. What it printed is acknowledged.
//
//   walk prepare URL RING KEPT     makes the store and what the journey begins with
//   walk create URL RING -         opens a store, which it makes
//   walk run URL RING KEPT         the journey, a line with name and status for each call; a call that failed is made
//                                  once more
//   walk storm URL RING KEPT       the same while a signal arrives every 200 us
//   walk limited URL RING KEPT     the same with a limit of the process around each call, lifted for the second one: no
//                                  descriptor left, or no more memory, by turns
//   walk full URL RING KEPT        the same; after a call that failed, a line of what can be read then
//   walk look URL RING KEPT        what the store knows, as JSON; then each used code twice
//
// Two calls of getppid() stand around what strace is to disturb.
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>

#include "journey.hpp"

namespace {

using namespace faults;

/// At once: what was printed is acknowledged.
void say(const std::string& line)
{
    const std::string text = line + "\n";
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t n = ::write(STDOUT_FILENO, text.data() + at, text.size() - at);
        if (n < 0 && errno != EINTR) {
            std::_Exit(3);
        }
        at += n < 0 ? 0 : static_cast<std::size_t>(n);
    }
}

/// A limit of this process, down to what it uses just now, and back.
class limit {
public:
    limit(bool is_on, int what) : what_{what}
    {
        if (is_on) {
            ::getrlimit(what_, &before_);
            const rlimit none = {what_ == RLIMIT_NOFILE ? n_open() : 1U, before_.rlim_max};
            is_on_ = ::setrlimit(what_, &none) == 0;
        }
    }
    ~limit()
    {
        if (is_on_) {
            ::setrlimit(what_, &before_);
        }
    }
    limit(const limit&) = delete;
    limit& operator=(const limit&) = delete;

private:
    /// The lowest descriptor that is free: no other one is given then.
    static rlim_t n_open()
    {
        const int next = ::dup(STDOUT_FILENO);
        ::close(next);
        return static_cast<rlim_t>(next);
    }

    int what_;
    bool is_on_ = false;
    rlimit before_{};
};

/// Who cannot write can read: the log, and whether it agrees with the rows.
void say_what_can_be_read(cseal_engine* on)
{
    say(std::string("reads ") + cseal_status_name(call(on, events()).status) + " " +
        cseal_status_name(call(on, state()).status));
}

enum class mode { plain, limited, full };

void walk(cseal_engine* on, const keepsakes& kept, mode how)
{
    journey way(kept);
    for (std::size_t step = 0; step < journey::names.size(); ++step) {
        answer got;
        {
            const question what = way.ask(step);
            const limit under(how == mode::limited, step % 2 == 0 ? RLIMIT_NOFILE : RLIMIT_AS);
            got = call(on, what);
        }
        say(std::string(journey::names[step]) + " " + cseal_status_name(got.status));
        if (got.status < 0) {
            if (how == mode::full) {
                say_what_can_be_read(on);
            }
            got = call(on, way.ask(step));
            say(std::string("again ") + cseal_status_name(got.status));
        }
        way.learn(step, got);
    }
}

void run(const std::string& url, const std::string& ring, const std::string& kept, mode how = mode::plain)
{
    const keepsakes known = keepsakes::read(kept);
    cseal_engine* engine = nullptr;
    static_cast<void>(::getppid());
    for (int tries = 0; tries < 2 && engine == nullptr; ++tries) {
        const limit under(how == mode::limited && tries == 0, RLIMIT_NOFILE);
        const cseal_status status = open(url, ring, false, {}, &engine);
        say(std::string(tries == 0 ? "open " : "again ") + cseal_status_name(status));
    }
    if (engine != nullptr) {
        walk(engine, known, how);
    }
    cseal_engine_free(engine);
    static_cast<void>(::getppid());
}

void create(const std::string& url, const std::string& ring)
{
    cseal_engine* engine = nullptr;
    static_cast<void>(::getppid());
    for (int tries = 0; tries < 2 && engine == nullptr; ++tries) {
        const cseal_status status = open(url, ring, true, {}, &engine);
        say(std::string(tries == 0 ? "create " : "again ") + cseal_status_name(status));
    }
    cseal_engine_free(engine);
    static_cast<void>(::getppid());
}

void storm()
{
    struct sigaction action{};
    action.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &action, nullptr);  // without SA_RESTART: each call that can be interrupted is
    const itimerval each = {{0, 200}, {0, 200}};
    ::setitimer(ITIMER_REAL, &each, nullptr);
}

void look(const std::string& url, const std::string& ring, const std::string& kept)
{
    cseal_engine* const engine = open_or_exit(url, ring, kept == "-");
    const answer listed = call(engine, events());
    nlohmann::json out = {{"events", types_of(listed)},
                          {"listed", cseal_status_name(listed.status)},
                          {"state", cseal_status_name(call(engine, state()).status)}};
    if (kept != "-") {
        const journey way(keepsakes::read(kept));
        for (const auto& [name, what] :
             {std::pair("login", way.login_code_again()), std::pair("recovery", way.recovery_code_again())}) {
            const cseal_status first = call(engine, what).status;
            const cseal_status second = call(engine, what).status;
            out[name] = {cseal_status_name(first), cseal_status_name(second)};
        }
        out["state_afterwards"] = cseal_status_name(call(engine, state()).status);
    }
    say(out.dump());
    cseal_engine_free(engine);
}

int dispatch(const std::string& action, const std::string& url, const std::string& ring, const std::string& kept)
{
    if (action == "prepare") {
        cseal_engine* const engine = open_or_exit(url, ring, true);
        keepsakes::prepare(engine).write(kept);
        cseal_engine_free(engine);
    } else if (action == "create") {
        create(url, ring);
    } else if (action == "run") {
        run(url, ring, kept);
    } else if (action == "full") {
        run(url, ring, kept, mode::full);
    } else if (action == "storm") {
        storm();
        run(url, ring, kept);
    } else if (action == "limited") {
        run(url, ring, kept, mode::limited);
    } else if (action == "look") {
        look(url, ring, kept);
    } else {
        return 2;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return argc == 5 ? dispatch(argv[1], argv[2], argv[3], argv[4]) : 2;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "walk: %s\n", e.what());
        return 2;
    }
}
