// SPDX-License-Identifier: Apache-2.0
#include "disk.hpp"

#include <algorithm>

namespace faults {
namespace {

void put(std::vector<std::uint8_t>& file, std::uint64_t at, const std::uint8_t* data, std::size_t len)
{
    if (file.size() < at + len) {
        file.resize(at + len);  // with zeros where nothing else came down
    }
    std::copy_n(data, len, file.begin() + static_cast<std::ptrdiff_t>(at));
}

/// How many sectors a write touches.
std::size_t n_sectors(std::uint64_t offset, std::size_t len, std::size_t sector) noexcept
{
    return len == 0 ? 0 : (offset + len - 1) / sector - offset / sector + 1;
}

}  // namespace

void disk::add(const note& one)
{
    kept_file& file = files_[static_cast<std::size_t>(one.of)];
    switch (one.what) {
        case note::kind::create:
        case note::kind::write:
        case note::kind::truncate:
        case note::kind::remove: file.since.push_back({one.what, one.offset, one.data}); break;
        case note::kind::sync: {
            if (lies_) {
                break;
            }
            const bool is_new =
                std::ranges::any_of(file.since, [](const pending& p) { return p.what == note::kind::create; });
            for (const pending& p : file.since) {
                if (p.what == note::kind::write) {
                    put(file.durable, p.offset, p.data.data(), p.data.size());
                } else if (p.what == note::kind::truncate) {
                    file.durable.resize(p.offset);
                } else {
                    file.is_there = p.what == note::kind::create;
                    file.durable.clear();
                }
            }
            file.since.clear();
            if (is_new) {
                // SQLite syncs the folder with a new log or journal: what was removed before is gone.
                for (kept_file& other : files_) {
                    if (!other.since.empty() && other.since.back().what == note::kind::remove) {
                        other = {};
                    }
                }
            }
            break;
        }
        case note::kind::mark: break;
    }
}

std::size_t disk::n_pending(std::size_t sector) const noexcept
{
    std::size_t n = 0;
    for (const kept_file& file : files_) {
        for (const pending& p : file.since) {
            n += p.what == note::kind::write ? n_sectors(p.offset, p.data.size(), sector) : 1;
        }
    }
    return n;
}

template <class Wanted>
void disk::build(std::size_t sector, Wanted&& wanted, image& out) const
{
    std::size_t n = 0;
    for (std::size_t i = 0; i < n_parts; ++i) {
        const kept_file& file = files_[i];
        bool is_there = file.is_there;
        if (!out[i]) {
            out[i].emplace();
        }
        std::vector<std::uint8_t>& made = *out[i];
        made.assign(file.durable.begin(), file.durable.end());
        for (const pending& p : file.since) {
            if (p.what != note::kind::write) {
                if (!wanted(n++)) {
                    continue;
                }
                if (p.what == note::kind::truncate) {
                    made.resize(p.offset);
                } else {
                    is_there = p.what == note::kind::create;
                    made.clear();
                }
                continue;
            }
            for (std::size_t done = 0; done < p.data.size();) {
                const std::uint64_t at = p.offset + done;
                const std::size_t len = std::min<std::size_t>(sector - at % sector, p.data.size() - done);
                if (wanted(n++)) {
                    put(made, at, p.data.data() + done, len);
                }
                done += len;
            }
        }
        if (!is_there) {
            out[i].reset();
        }
    }
}

void disk::choose(std::size_t sector, std::uint64_t bits, image& out) const
{
    build(sector, [&](std::size_t n) { return (bits >> n & 1) != 0; }, out);
}

void disk::choose_at_random(std::size_t sector, unsigned share, std::mt19937_64& dice, image& out) const
{
    build(sector, [&](std::size_t) { return dice() % 256 < share; }, out);
}

void disk::cut(std::size_t sector, std::size_t n, image& out) const
{
    build(sector, [&](std::size_t i) { return i < n; }, out);
}

}  // namespace faults
