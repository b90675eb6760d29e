// SPDX-License-Identifier: Apache-2.0
#include "recording.hpp"

#include <sqlite3.h>

#include <cstring>
#include <new>
#include <string_view>

namespace faults {
namespace {

sqlite3_vfs* behind = nullptr;
sqlite3_vfs own;
std::vector<note> all;
bool is_recording = false;

struct file {
    sqlite3_file base;
    part of;
    bool is_ours;

    [[nodiscard]] sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

file& of(sqlite3_file* any) noexcept
{
    return *reinterpret_cast<file*>(any);
}

void add(note::kind what, part where, std::uint64_t offset, const void* data = nullptr, std::size_t len = 0)
{
    if (is_recording) {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        all.push_back({what, where, offset, len == 0 ? std::vector<std::uint8_t>() : std::vector(bytes, bytes + len)});
    }
}

int close(sqlite3_file* f)
{
    return of(f).real()->pMethods->xClose(of(f).real());
}
int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at)
{
    return of(f).real()->pMethods->xRead(of(f).real(), to, n, at);
}
int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at)
{
    const int result = of(f).real()->pMethods->xWrite(of(f).real(), from, n, at);
    if (result == SQLITE_OK && of(f).is_ours) {
        add(note::kind::write, of(f).of, static_cast<std::uint64_t>(at), from, static_cast<std::size_t>(n));
    }
    return result;
}
int truncate(sqlite3_file* f, sqlite3_int64 to)
{
    const int result = of(f).real()->pMethods->xTruncate(of(f).real(), to);
    if (result == SQLITE_OK && of(f).is_ours) {
        add(note::kind::truncate, of(f).of, static_cast<std::uint64_t>(to));
    }
    return result;
}
int sync(sqlite3_file* f, int flags)
{
    const int result = of(f).real()->pMethods->xSync(of(f).real(), flags);
    if (result == SQLITE_OK && of(f).is_ours) {
        add(note::kind::sync, of(f).of, 0);
    }
    return result;
}
int size(sqlite3_file* f, sqlite3_int64* out)
{
    return of(f).real()->pMethods->xFileSize(of(f).real(), out);
}
int lock(sqlite3_file* f, int level)
{
    return of(f).real()->pMethods->xLock(of(f).real(), level);
}
int unlock(sqlite3_file* f, int level)
{
    return of(f).real()->pMethods->xUnlock(of(f).real(), level);
}
int check_reserved(sqlite3_file* f, int* out)
{
    return of(f).real()->pMethods->xCheckReservedLock(of(f).real(), out);
}
int control(sqlite3_file* f, int op, void* argument)
{
    // A hint of the size lets the file grow without a write: nobody may rely on that.
    return op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE
               ? SQLITE_OK
               : of(f).real()->pMethods->xFileControl(of(f).real(), op, argument);
}
int sector_size(sqlite3_file* f)
{
    return of(f).real()->pMethods->xSectorSize(of(f).real());
}
int characteristics(sqlite3_file*)
{
    return 0;  // nothing is promised: no atomic sector, no order
}
int shm_map(sqlite3_file* f, int region, int n, int extend, void volatile** out)
{
    return of(f).real()->pMethods->xShmMap(of(f).real(), region, n, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags)
{
    return of(f).real()->pMethods->xShmLock(of(f).real(), offset, n, flags);
}
void shm_barrier(sqlite3_file* f)
{
    of(f).real()->pMethods->xShmBarrier(of(f).real());
}
int shm_unmap(sqlite3_file* f, int remove)
{
    return of(f).real()->pMethods->xShmUnmap(of(f).real(), remove);
}

constexpr sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

part part_of(const char* name) noexcept
{
    const std::string_view text(name == nullptr ? "" : name);
    return text.ends_with("-wal") ? part::wal : text.ends_with("-journal") ? part::journal : part::database;
}

bool is_there(const char* name)
{
    int found = 0;
    return behind->xAccess(behind, name, SQLITE_ACCESS_EXISTS, &found) == SQLITE_OK && found != 0;
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* out, int flags, int* out_flags)
{
    constexpr int kept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    file* const made = new (out) file{{nullptr}, part_of(name), (flags & kept) != 0};
    const bool is_new = made->is_ours && (flags & SQLITE_OPEN_CREATE) != 0 && name != nullptr && !is_there(name);
    const int result = behind->xOpen(behind, name, made->real(), flags, out_flags);
    if (made->real()->pMethods != nullptr) {
        made->base.pMethods = &methods;
    }
    if (result == SQLITE_OK && is_new) {
        add(note::kind::create, made->of, 0);
    }
    return result;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder)
{
    const int result = behind->xDelete(behind, name, sync_folder);
    if (result == SQLITE_OK) {
        add(note::kind::remove, part_of(name), 0);
    }
    return result;
}

}  // namespace

void start_recording()
{
    behind = sqlite3_vfs_find(nullptr);
    own = *behind;
    own.zName = "recording";
    own.szOsFile = static_cast<int>(sizeof(file)) + behind->szOsFile;
    own.xOpen = open;
    own.xDelete = remove;
    sqlite3_vfs_register(&own, 1);
}

std::vector<note>& notes() noexcept
{
    return all;
}

void mark(std::uint64_t number)
{
    add(note::kind::mark, part::database, number);
}

void record(bool on) noexcept
{
    is_recording = on;
}

}  // namespace faults
