// SPDX-License-Identifier: Apache-2.0
#include "output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "exits.hpp"

namespace counterseal::cli {
namespace {

/// 0, or the number of the error.
int write_all(int fd, std::string_view text) noexcept
{
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno;
        }
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

[[noreturn]] void fail(const std::string& what, int number)
{
    throw trouble(what + ": " + std::generic_category().message(number));
}

/// Writes and closes; what could not be written completely is removed.
void fill(int fd, const std::string& path, std::string_view text)
{
    int fault = write_all(fd, text);
    if (fault == 0 && ::fsync(fd) != 0 && errno != EINVAL) {
        fault = errno;
    }
    if (::close(fd) != 0 && fault == 0) {
        fault = errno;
    }
    if (fault != 0) {
        ::unlink(path.c_str());
        fail(path, fault);
    }
}

}  // namespace

void write_stdout(std::string_view text)
{
    if (const int fault = write_all(STDOUT_FILENO, text); fault != 0) {
        fail("standard output", fault);
    }
}

void write_stderr(std::string_view text) noexcept
{
    write_all(STDERR_FILENO, text);
}

void write_file(const std::string& path, std::string_view text, bool force)
{
    if (!force) {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
        if (fd < 0 && errno == EEXIST) {
            throw usage_error(path + " exists: --force replaces it");
        }
        if (fd < 0) {
            fail(path, errno);
        }
        fill(fd, path, text);
        return;
    }
    // A new file in its place: an old one may be readable by others, and half of a new one is worse than the old.
    std::string name = path + ".XXXXXX";
    const int fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0) {
        fail(path, errno);
    }
    fill(fd, name, text);
    if (::rename(name.c_str(), path.c_str()) != 0) {
        const int fault = errno;
        ::unlink(name.c_str());
        fail(path, fault);
    }
}

}  // namespace counterseal::cli
