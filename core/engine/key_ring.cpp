// SPDX-License-Identifier: Apache-2.0
#include "core/engine/key_ring.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/codec/codec.hpp"
#include "core/enroll/base64.hpp"

namespace counterseal::core {
namespace {

/// What the system says about errno.
std::string system_message()
{
    return std::system_category().message(errno);
}

constexpr std::string_view first_line = "counterseal keys 1";
constexpr std::string_view active_word = "active ";
constexpr std::size_t longest_id = 32;
constexpr std::size_t longest_text = std::size_t{64} * 1024;

bool is_id(std::string_view text) noexcept
{
    const auto is_good = [](char c) {
        return ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, is_good);
}

/// A descriptor that is closed at the end.
class descriptor {
public:
    explicit descriptor(int fd) noexcept : fd_{fd} {}
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

[[noreturn]] void fail(const std::string& path, const std::string& why)
{
    throw key_ring_error("key ring " + path + ": " + why);
}

secure_text contents(const std::string& path)
{
    const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about{};
    if (file.get() < 0 || ::fstat(file.get(), &about) != 0) {
        fail(path, system_message());
    }
    if (!S_ISREG(about.st_mode)) {
        fail(path, "is no file");
    }
    if ((about.st_mode & S_IRWXO) != 0 || (about.st_mode & S_IWGRP) != 0) {
        fail(path, "others may read it or write to it: chmod 600");
    }
    secure_text text(longest_text);
    std::size_t n = 0;
    while (n < text.size()) {
        const ssize_t got = ::read(file.get(), text.data() + n, text.size() - n);
        if (got == 0) {
            text.resize(n);
            return text;
        }
        if (got < 0 && errno != EINTR) {
            fail(path, system_message());
        }
        n += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    fail(path, "is longer than 64 KiB");
}

void write_all(int fd, const secure_text& text, const std::string& path)
{
    for (std::size_t n = 0; n < text.size();) {
        const ssize_t written = ::write(fd, text.data() + n, text.size() - n);
        if (written < 0 && errno != EINTR) {
            fail(path, system_message());
        }
        n += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
    // A secret that was sealed under a key which a power cut then takes away is lost.
    if (::fsync(fd) != 0) {
        fail(path, system_message());
    }
}

void sync_folder_of(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.get() < 0 || ::fsync(opened.get()) != 0) {
        fail(path, "its folder cannot be synced: " + system_message());
    }
}

}  // namespace

key_ring key_ring::from_text(std::string_view text)
{
    key_ring made;
    std::string_view active;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        const std::string where = "key ring, line " + std::to_string(++number) + ": ";
        if (number == 1) {
            if (line != first_line) {
                throw key_ring_error(where + "must be \"counterseal keys 1\"");
            }
        } else if (line.starts_with(active_word)) {
            if (!active.empty()) {
                throw key_ring_error(where + "a second active key");
            }
            active = line.substr(active_word.size());
        } else if (!line.empty()) {
            const std::size_t blank = std::min(line.find(' '), line.size());
            const std::string_view encoded = line.substr(std::min(blank + 1, line.size()));
            secure_bytes key(key_len + 1);
            const decoded got = base64_decode(encoded, key.data(), key.size());
            if (got.code != status::ok || got.len != key_len) {
                throw key_ring_error(where + "a key is 32 bytes as base64");
            }
            key.resize(key_len);
            made.add(line.substr(0, blank), key, where);
        }
    }
    made.choose(active);
    return made;
}

key_ring key_ring::from_file(const std::string& path)
{
    return from_text(view(contents(path)));
}

key_ring key_ring::from_file_or_new(const std::string& path, const crypto& with)
{
    {
        const descriptor made(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR));
        if (made.get() >= 0) {
            std::array<std::uint8_t, key_len> key{};
            const wiped_at_end wipe_key{key};
            if (with.random(key) != status::ok) {
                ::unlink(path.c_str());
                fail(path, "no random numbers");
            }
            write_all(made.get(), from_keys({{"first", bytes_view(key)}}, "first").text(), path);
            sync_folder_of(path);
        } else if (errno != EEXIST) {
            fail(path, system_message());
        }
    }
    return from_file(path);
}

key_ring key_ring::from_keys(const std::map<std::string, bytes_view>& keys, std::string_view active)
{
    key_ring made;
    for (const auto& [id, key] : keys) {
        made.add(id, key, "key ring: ");
    }
    made.choose(active);
    return made;
}

secure_text key_ring::text() const
{
    secure_text out;
    append(out, first_line);
    append(out, "\nactive ");
    append(out, active_);
    append(out, "\n");
    for (const auto& [id, key] : keys_) {
        append(out, id);
        append(out, " ");
        append(out, view(to_base64<secure_text>(key)));
        append(out, "\n");
    }
    return out;
}

std::vector<std::string_view> key_ring::ids() const
{
    std::vector<std::string_view> all;
    all.reserve(keys_.size());
    for (const auto& [id, key] : keys_) {
        all.emplace_back(id);
    }
    return all;
}

status key_ring::derive(const crypto& with, std::string_view id, key_purpose purpose, bytes_span out) const noexcept
{
    const auto found = keys_.find(id);
    if (found == keys_.end()) {
        return status::e_keys;
    }
    // SP 800-108 in counter mode with one block: counter, label, zero, purpose, length in bits.
    std::uint8_t message[] = "....counterseal key....";
    constexpr std::size_t label_end = sizeof message - 1 - 4;
    store_be(message, std::uint32_t{1});
    message[label_end] = 0;
    message[label_end + 1] = static_cast<std::uint8_t>(purpose);
    message[label_end + 2] = (8 * key_len) >> 8;
    message[label_end + 3] = (8 * key_len) & 0xff;
    return with.hmac(hash_id::sha256, found->second, bytes_view(message, sizeof message - 1), out);
}

void key_ring::add(std::string_view id, bytes_view key, const std::string& where)
{
    if (!is_id(id) || id == "active") {
        throw key_ring_error(where + "an id is 1 to 32 letters, digits, '-' or '_'");
    }
    if (key.size() != key_len) {
        throw key_ring_error(where + "a key has 32 bytes");
    }
    if (std::ranges::all_of(key, [&](std::uint8_t byte) { return byte == key[0]; })) {
        throw key_ring_error(where + "all bytes of the key are the same");
    }
    if (!keys_.emplace(id, secure_bytes(key.begin(), key.end())).second) {
        throw key_ring_error(where + "the id stands twice");
    }
}

void key_ring::choose(std::string_view active)
{
    if (active.empty()) {
        throw key_ring_error("key ring: no active key is named");
    }
    if (keys_.find(active) == keys_.end()) {
        throw key_ring_error("key ring: there is no key with the id of the active one");
    }
    active_ = active;
}

}  // namespace counterseal::core
