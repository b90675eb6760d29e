// SPDX-License-Identifier: Apache-2.0
#include "tests/diff/oathtool.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace counterseal::test {
namespace {

class pipe_pair {
public:
    pipe_pair()
    {
        if (pipe2(ends_.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipe");
        }
    }
    ~pipe_pair()
    {
        close_end(0);
        close_end(1);
    }
    pipe_pair(const pipe_pair&) = delete;
    pipe_pair& operator=(const pipe_pair&) = delete;

    [[nodiscard]] int reader() const { return ends_[0]; }
    [[nodiscard]] int writer() const { return ends_[1]; }
    void close_reader() { close_end(0); }
    void close_writer() { close_end(1); }

private:
    void close_end(std::size_t i)
    {
        if (ends_[i] >= 0) {
            close(ends_[i]);
            ends_[i] = -1;
        }
    }
    std::array<int, 2> ends_{-1, -1};
};

pid_t start(std::vector<std::string>& words, const pipe_pair& in, const pipe_pair& out)
{
    std::vector<char*> arguments;
    for (auto& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.reader(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.writer(), STDOUT_FILENO);
    pid_t child = 0;
    const int failure = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        throw std::runtime_error(std::string("oathtool cannot be started: ") + std::strerror(failure));
    }
    return child;
}

std::string read_all(int from)
{
    std::string text;
    char buffer[4096];
    for (ssize_t n = 0; (n = read(from, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(n));
    }
    return text;
}

}  // namespace

std::vector<std::string> oathtool(std::vector<std::string> options, const std::string& base32_secret)
{
    std::vector<std::string> words = {"oathtool", "--base32"};
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("-");
    std::signal(SIGPIPE, SIG_IGN);  // a child that does not read its stdin fails by its exit status

    pipe_pair in;
    pipe_pair out;
    const pid_t child = start(words, in, out);
    in.close_reader();
    out.close_writer();
    const std::string input = base32_secret + "\n";  // less than a pipe holds
    const bool sent = write(in.writer(), input.data(), input.size()) == static_cast<ssize_t>(input.size());
    in.close_writer();
    const std::string output = read_all(out.reader());
    int status = 0;
    if (waitpid(child, &status, 0) != child || !sent || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        std::string command;
        for (const auto& word : words) {
            command += word + ' ';
        }
        throw std::runtime_error("failed: " + command);
    }
    std::vector<std::string> lines;
    std::istringstream text(output);
    for (std::string line; std::getline(text, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace counterseal::test
