// SPDX-License-Identifier: Apache-2.0
#include "input.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "exits.hpp"

namespace counterseal::cli {
namespace {

/// Options whose value a person chooses freely, or the engine drew, so that no look of it means anything.
constexpr std::array<std::string_view, 14> free_text{
    "--issuer", "--account", "--title",  "--question", "--tenant",   "--subject",         "--factor",
    "--label",  "--actor",   "--reason", "--after",    "--replaces", "--idempotency-key", "--provenance"};

constexpr char control_c = 3;

bool is_digit(char c) noexcept
{
    return '0' <= c && c <= '9';
}

/// One alphabet throughout, with letters and digits: no word, and no name of an option or a file.
bool looks_like_secret(std::string_view argument)
{
    std::string lower;
    bool has_lower = false;
    bool has_upper = false;
    for (const char c : argument) {
        has_lower = has_lower || ('a' <= c && c <= 'z');
        has_upper = has_upper || ('A' <= c && c <= 'Z');
        lower.push_back('A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    }
    if (lower.find("otpauth:") != std::string::npos || lower.find("otpauth-migration:") != std::string::npos) {
        return true;
    }
    std::erase_if(lower, [](char c) { return c == ' ' || c == '-' || c == '='; });
    if (lower.size() < 16 || (has_lower && has_upper) || !(has_lower || has_upper) ||
        std::ranges::none_of(lower, is_digit)) {
        return false;
    }
    const bool base32 =
        std::ranges::all_of(lower, [](char c) { return ('a' <= c && c <= 'z') || ('2' <= c && c <= '7'); });
    const bool hex = std::ranges::all_of(lower, [](char c) { return ('a' <= c && c <= 'f') || is_digit(c); });
    return base32 || hex;
}

[[noreturn]] void fail(const std::string& what)
{
    throw trouble(what + ": " + std::generic_category().message(errno));
}

class descriptor {
public:
    explicit descriptor(int fd) : fd_(fd) {}
    ~descriptor()
    {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

hidden_text read_all(int fd, const std::string& name, std::size_t max_len)
{
    hidden_text all;
    std::size_t len = 0;
    for (;;) {
        all.resize(len + 4096);
        const ssize_t n = ::read(fd, all.data() + len, all.size() - len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            fail(name);
        }
        len += static_cast<std::size_t>(n);
        if (n == 0 || len > max_len) {
            break;
        }
    }
    if (len > max_len) {
        throw usage_error(name + " has more than " + std::to_string(max_len) + " bytes");
    }
    all.resize(len);
    return all;
}

/// Turns the echo of a terminal off, and on again on every path; Ctrl-C is read, so that it cannot end us in between.
class without_echo {
public:
    explicit without_echo(int terminal) : terminal_(terminal)
    {
        if (::tcgetattr(terminal, &before_) != 0) {
            fail("terminal");
        }
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        if (::tcsetattr(terminal, TCSAFLUSH, &quiet) != 0) {
            fail("terminal");
        }
    }
    ~without_echo() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }
    without_echo(const without_echo&) = delete;
    without_echo& operator=(const without_echo&) = delete;

private:
    int terminal_;
    termios before_{};
};

hidden_text read_line(int terminal, std::size_t max_len)
{
    hidden_text line;
    line.reserve(max_len);
    char c = 0;
    for (;;) {
        const ssize_t n = ::read(terminal, &c, 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            fail("terminal");
        }
        if (n == 0 || c == '\n') {
            break;
        }
        if (c == control_c) {
            throw usage_error("cancelled");
        }
        if (line.size() == max_len) {
            throw usage_error("the line has more than " + std::to_string(max_len) + " bytes");
        }
        line.push_back(c);
    }
    cseal_wipe(&c, 1);
    return line;
}

void tell(int terminal, std::string_view text)
{
    if (::write(terminal, text.data(), text.size()) < 0) {
        fail("terminal");
    }
}

}  // namespace

void refuse_secrets(std::span<const std::string_view> arguments)
{
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string_view argument = arguments[i];
        const auto is_free = [](std::string_view option) {
            return std::ranges::find(free_text, option) != free_text.end();
        };
        if (argument.starts_with("--") && argument.find('=') != std::string_view::npos) {
            const std::size_t equals = argument.find('=');
            if (is_free(argument.substr(0, equals))) {
                continue;
            }
            argument.remove_prefix(equals + 1);
        } else if (i > 0 && is_free(arguments[i - 1])) {
            continue;
        }
        if (looks_like_secret(argument)) {
            throw usage_error(
                "argument " + std::to_string(i + 1) +
                " looks like a secret or an otpauth URI. Other users of this machine can see arguments, and the shell "
                "keeps them: give it by --secret-file, --uri-file or standard input, and replace it if it is in use");
        }
    }
}

void input::take_stdin(std::string_view what)
{
    if (!taken_for_.empty()) {
        throw usage_error(taken_for_ + " and " + std::string(what) +
                          " cannot both come from standard input: name a file for one of them");
    }
    taken_for_ = what;
}

hidden_text input::file(const std::string& path, std::string_view what, std::size_t max_len)
{
    if (path == "-") {
        take_stdin(what);
        return read_all(STDIN_FILENO, "standard input", max_len);
    }
    const descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (opened.get() < 0) {
        fail(path);
    }
    return read_all(opened.get(), path, max_len);
}

bool input::asks() noexcept
{
    return ::isatty(STDIN_FILENO) != 0;
}

hidden_text input::typed(std::string_view what, bool secret, std::size_t max_len)
{
    if (!asks()) {
        return file("-", what, max_len);
    }
    const descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (terminal.get() < 0) {
        fail("/dev/tty");
    }
    const std::string prompt(what);
    if (!secret) {
        tell(terminal.get(), prompt + ": ");
        return read_line(terminal.get(), max_len);
    }
    const without_echo quiet(terminal.get());  // before the prompt: who sees it may type
    tell(terminal.get(), prompt + " (not shown): ");
    hidden_text line = read_line(terminal.get(), max_len);
    tell(terminal.get(), "\n");
    return line;
}

std::string_view without_newline(std::string_view text) noexcept
{
    if (text.ends_with('\n')) {
        text.remove_suffix(1);
        if (text.ends_with('\r')) {
            text.remove_suffix(1);
        }
    }
    return text;
}

}  // namespace counterseal::cli
