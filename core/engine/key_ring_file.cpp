// SPDX-License-Identifier: Apache-2.0
// Rings in files: read, made once, and changed without a moment in which a key is nowhere.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/engine/key_ring.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t longest_text = std::size_t{64} * 1024;

/// What the system says about errno.
std::string system_message()
{
    return std::system_category().message(errno);
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
    descriptor(descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    descriptor& operator=(const descriptor&) = delete;
    descriptor& operator=(descriptor&&) = delete;
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

/// A signal is no reason to say that there is no ring.
descriptor open_file(const std::string& path, int flags, mode_t mode = 0)
{
    for (;;) {
        const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
        if (fd >= 0 || errno != EINTR) {
            return descriptor(fd);
        }
    }
}

[[noreturn]] void fail(const std::string& path, const std::string& why)
{
    throw key_ring_error("key ring " + path + ": " + why);
}

/// What there is to know about an opened file, which is one that a ring may be in.
struct stat look_at(int fd, const std::string& path)
{
    struct stat about{};
    if (fd < 0 || ::fstat(fd, &about) != 0) {
        fail(path, system_message());
    }
    if (!S_ISREG(about.st_mode)) {
        fail(path, "is no file");
    }
    if ((about.st_mode & S_IRWXO) != 0 || (about.st_mode & S_IWGRP) != 0) {
        fail(path, "others may read it or write to it: chmod 600");
    }
    return about;
}

secure_text contents(int fd, const std::string& path)
{
    secure_text text(longest_text);
    std::size_t n = 0;
    while (n < text.size()) {
        const ssize_t got = ::read(fd, text.data() + n, text.size() - n);
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
    const descriptor opened = open_file(folder, O_RDONLY | O_DIRECTORY);
    if (opened.get() < 0 || ::fsync(opened.get()) != 0) {
        fail(path, "its folder cannot be synced: " + system_message());
    }
}

/// The file of a ring, opened and locked: whoever else changes it waits.
descriptor locked(const std::string& path)
{
    for (;;) {
        descriptor file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
        if (file.get() < 0 && errno == ELOOP) {
            fail(path, "is a symbolic link: whoever made it changes what it leads to");
        }
        struct stat opened = look_at(file.get(), path);
        while (::flock(file.get(), LOCK_EX) != 0) {
            if (errno != EINTR) {
                fail(path, "cannot be locked: " + system_message());
            }
        }
        // Another one may have taken its place while this one waited.
        struct stat now{};
        if (::lstat(path.c_str(), &now) == 0 && now.st_ino == opened.st_ino && now.st_dev == opened.st_dev) {
            return file;
        }
    }
}

/// A file beside the one that it will replace. Gone where it does not come to that.
class replacement {
public:
    explicit replacement(const std::string& path) : path_{path}, own_{path + ".counterseal-new"}
    {
        // Left behind by somebody who was killed: nobody else is here, for the ring is locked.
        if (::unlink(own_.c_str()) != 0 && errno != ENOENT) {
            fail(own_, system_message());
        }
    }
    ~replacement()
    {
        if (is_made_) {
            ::unlink(own_.c_str());
        }
    }
    replacement(const replacement&) = delete;
    replacement& operator=(const replacement&) = delete;

    void write(const secure_text& text, const struct stat& like)
    {
        const descriptor file = open_file(own_, O_CREAT | O_EXCL | O_WRONLY, S_IRUSR | S_IWUSR);
        is_made_ = file.get() >= 0;
        struct stat made{};
        if (!is_made_ || ::fstat(file.get(), &made) != 0) {
            fail(own_, system_message());
        }
        const bool is_same_owner = made.st_uid == like.st_uid && made.st_gid == like.st_gid;
        if (!is_same_owner && ::fchown(file.get(), like.st_uid, like.st_gid) != 0) {
            fail(path_, "a new file cannot be given its owner: " + system_message());
        }
        if (::fchmod(file.get(), like.st_mode & 07777) != 0) {
            fail(own_, system_message());
        }
        write_all(file.get(), text, own_);
    }
    void put()
    {
        if (::rename(own_.c_str(), path_.c_str()) != 0) {
            fail(path_, "cannot be replaced: " + system_message());
        }
        is_made_ = false;
        sync_folder_of(path_);
    }

private:
    const std::string& path_;
    std::string own_;
    bool is_made_ = false;
};

/// A file that comes into being as a whole: where this process is killed or the disk is full, there is none, and of
/// several that make it at once one is first.
class new_file {
public:
    new_file(const std::string& path, const crypto& with) : path_{path}, own_{path + ".counterseal-"}
    {
        std::array<std::uint8_t, 8> name{};
        if (with.random(name) != status::ok) {
            fail(path, "no random numbers");
        }
        for (const std::uint8_t byte : name) {
            own_ += static_cast<char>('a' + byte % 16);
            own_ += static_cast<char>('a' + byte / 16);
        }
    }
    ~new_file() { ::unlink(own_.c_str()); }
    new_file(const new_file&) = delete;
    new_file& operator=(const new_file&) = delete;

    void put(const secure_text& text)
    {
        const descriptor file = open_file(own_, O_CREAT | O_EXCL | O_WRONLY, S_IRUSR | S_IWUSR);
        if (file.get() < 0) {
            fail(path_, system_message());
        }
        write_all(file.get(), text, path_);
        if (::link(own_.c_str(), path_.c_str()) != 0 && errno != EEXIST) {
            fail(path_, system_message());
        }
        sync_folder_of(path_);
    }

private:
    const std::string& path_;
    std::string own_;
};

}  // namespace

key_ring key_ring::from_file(const std::string& path)
{
    const descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);  // nobody writes into a pipe
    static_cast<void>(look_at(file.get(), path));
    return from_text(view(contents(file.get(), path)));
}

key_ring key_ring::from_file_or_new(const std::string& path, const crypto& with)
{
    struct stat there{};
    if (::lstat(path.c_str(), &there) != 0) {
        if (errno != ENOENT) {
            fail(path, system_message());
        }
        std::array<std::uint8_t, key_len> key{};
        const wiped_at_end wipe_key{key};
        if (with.random(key) != status::ok) {
            fail(path, "no random numbers");
        }
        new_file(path, with).put(from_keys({{"first", bytes_view(key)}}, "first").text());
    }
    return from_file(path);
}

key_ring key_ring::change_file(const std::string& path, const std::function<void(key_ring&)>& change)
{
    const descriptor file = locked(path);
    const struct stat about = look_at(file.get(), path);
    if ((about.st_mode & S_IRGRP) != 0) {
        fail(path, "its group may read it, as of a secret that a container is given: whoever put it there changes it");
    }
    if (about.st_nlink != 1) {
        fail(path, "has several names: the others would keep the old ring");
    }
    key_ring ring = from_text(view(contents(file.get(), path)));
    change(ring);
    replacement made(path);
    made.write(ring.text(), about);
    made.put();
    return ring;
}

}  // namespace counterseal::core
