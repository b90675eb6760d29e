// SPDX-License-Identifier: Apache-2.0
#include "image_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

namespace faults {
namespace {

thread_local image* mounted = nullptr;

sqlite3_vfs own;
sqlite3_vfs* system_vfs = nullptr;

struct file {
    sqlite3_file base;
    std::vector<std::uint8_t>* content;
};

std::vector<std::uint8_t>& content_of(sqlite3_file* f) noexcept
{
    return *reinterpret_cast<file*>(f)->content;
}

std::optional<std::vector<std::uint8_t>>& part_of(const char* name) noexcept
{
    const std::string_view text(name);
    const part of = text.ends_with("-wal") ? part::wal : text.ends_with("-journal") ? part::journal : part::database;
    return (*mounted)[static_cast<std::size_t>(of)];
}

int close(sqlite3_file*)
{
    return SQLITE_OK;
}
int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at)
{
    const auto& all = content_of(f);
    const auto from = std::min(static_cast<std::size_t>(at), all.size());
    const std::size_t len = std::min(static_cast<std::size_t>(n), all.size() - from);
    std::memcpy(to, all.data() + from, len);
    std::memset(static_cast<char*>(to) + len, 0, static_cast<std::size_t>(n) - len);
    return len == static_cast<std::size_t>(n) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}
int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at)
{
    auto& all = content_of(f);
    const std::size_t end = static_cast<std::size_t>(at) + static_cast<std::size_t>(n);
    all.resize(std::max(all.size(), end));
    std::memcpy(all.data() + at, from, static_cast<std::size_t>(n));
    return SQLITE_OK;
}
int truncate(sqlite3_file* f, sqlite3_int64 to)
{
    content_of(f).resize(static_cast<std::size_t>(to));
    return SQLITE_OK;
}
int sync(sqlite3_file*, int)
{
    return SQLITE_OK;
}
int size(sqlite3_file* f, sqlite3_int64* out)
{
    *out = static_cast<sqlite3_int64>(content_of(f).size());
    return SQLITE_OK;
}
int lock(sqlite3_file*, int)
{
    return SQLITE_OK;
}
int check_reserved(sqlite3_file*, int* out)
{
    *out = 0;
    return SQLITE_OK;
}
int control(sqlite3_file*, int, void*)
{
    return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*)
{
    return 512;
}
int characteristics(sqlite3_file*)
{
    return 0;
}

// Without shared memory: who opens it says locking_mode=EXCLUSIVE.
constexpr sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = size,
    .xLock = lock,
    .xUnlock = lock,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* out, int flags, int* out_flags)
{
    out->pMethods = nullptr;
    if (name == nullptr) {
        return SQLITE_CANTOPEN;  // temporary files are in memory anyway
    }
    auto& found = part_of(name);
    if (!found) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) {
            return SQLITE_CANTOPEN;
        }
        found.emplace();
    }
    new (out) file{{&methods}, &*found};
    if (out_flags != nullptr) {
        *out_flags = flags;
    }
    return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int)
{
    part_of(name).reset();
    return SQLITE_OK;
}
int access(sqlite3_vfs*, const char* name, int, int* out)
{
    *out = part_of(name).has_value() ? 1 : 0;
    return SQLITE_OK;
}
int full_path(sqlite3_vfs*, const char* name, int n, char* out)
{
    sqlite3_snprintf(n, out, "%s", name);
    return SQLITE_OK;
}

}  // namespace

void register_image_vfs()
{
    system_vfs = sqlite3_vfs_find(nullptr);
    own = *system_vfs;  // for time and random numbers
    own.zName = image_vfs_name;
    own.szOsFile = sizeof(file);
    own.xOpen = open;
    own.xDelete = remove;
    own.xAccess = access;
    own.xFullPathname = full_path;
    sqlite3_vfs_register(&own, 0);
}

void mount(image* what) noexcept
{
    mounted = what;
}

}  // namespace faults
