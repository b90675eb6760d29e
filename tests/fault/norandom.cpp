// SPDX-License-Identifier: Apache-2.0
// A system without random numbers: nothing is made, sealed or accepted, what is there can be read, and the same engine
// goes on when there are some again.
//
// The system's source is shut by standing before the C library: OpenSSL asks getentropy(), then the devices.
#undef _FORTIFY_SOURCE  // whose inline open() would be ours
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "journey.hpp"

namespace {

namespace fs = std::filesystem;
using namespace faults;

bool is_shut = false;
int n_refused = 0;
int n_red = 0;

int open_unless_shut(const char* path, int flags, mode_t mode)
{
    if (is_shut && (std::strcmp(path, "/dev/urandom") == 0 || std::strcmp(path, "/dev/random") == 0 ||
                    std::strcmp(path, "/dev/hwrng") == 0 || std::strcmp(path, "/dev/srandom") == 0)) {
        ++n_refused;
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

void expect(bool holds, const char* what, cseal_status said)
{
    if (!holds) {
        std::printf("RED   %s: %s\n", what, cseal_status_name(said));
        ++n_red;
    }
}

cseal_status wanted_of(std::size_t step) noexcept
{
    return step == 3 ? CSEAL_CHALLENGE : step == 5 || step == 6 ? CSEAL_WRONG : CSEAL_OK;
}

}  // namespace

extern "C" {

[[gnu::visibility("default")]] int getentropy(void* to, std::size_t n) noexcept
{
    if (is_shut) {
        ++n_refused;
        errno = EIO;
        return -1;
    }
    return ::syscall(SYS_getrandom, to, n, 0) == static_cast<long>(n) ? 0 : -1;
}

[[gnu::visibility("default")]] int open(const char* path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open_unless_shut(path, flags, mode);
}

[[gnu::visibility("default")]] int open64(const char* path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open_unless_shut(path, flags, mode);
}

}  // extern "C"

int main()
{
    std::string folder = fs::temp_directory_path() / "counterseal-norandom-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        return 2;
    }
    const std::string url = "sqlite:///" + folder + "/store.db";
    const std::string ring = folder + "/ring";
    cseal_engine* engine = open_or_exit(url, ring, true);
    journey way(keepsakes::prepare(engine));
    cseal_engine_free(engine);

    is_shut = true;
    cseal_engine* none = nullptr;
    const cseal_status made =
        faults::open("sqlite:///" + folder + "/other.db", folder + "/other-ring", true, {}, &none);
    expect(made < 0 && none == nullptr && !fs::exists(folder + "/other-ring"), "a new store without random numbers",
           made);
    engine = open_or_exit(url, ring, false);
    const std::string before = types_of(call(engine, events()));
    // Up to the recovery code: what comes after it here changes nothing, and needs none.
    for (std::size_t step = 0; step < 8; ++step) {
        const cseal_status said = call(engine, way.ask(step)).status;
        expect(said != CSEAL_OK && said != CSEAL_CHALLENGE, journey::names[step], said);
    }
    const answer left = call(engine, events());
    expect(left.status == CSEAL_OK && types_of(left) == before, "what happened without random numbers", left.status);
    const cseal_status found = call(engine, state()).status;
    expect(found == CSEAL_OK, "the state without random numbers", found);
    expect(n_refused > 0, "random numbers were never asked for", CSEAL_OK);

    is_shut = false;
    for (std::size_t step = 0; step < journey::names.size(); ++step) {
        const answer got = call(engine, way.ask(step));
        expect(got.status == wanted_of(step), journey::names[step], got.status);
        way.learn(step, got);
    }
    const cseal_status afterwards = call(engine, state()).status;
    expect(afterwards == CSEAL_OK, "the state afterwards", afterwards);
    cseal_engine_free(engine);
    fs::remove_all(folder);
    std::printf("norandom: %d requests for random numbers refused; violations %d\n", n_refused, n_red);
    return n_red == 0 ? 0 : 1;
}
