// SPDX-License-Identifier: Apache-2.0
// Where a store of SQLite lives while the rows run.
#pragma once

#include <string>

namespace counterseal::bench {

/// A name that nobody has, for one store of this process. On a disk: /tmp may be in memory, where no commit waits.
[[nodiscard]] std::string new_name();

/// A place for a new file in COUNTERSEAL_BENCH_STORES, or in /var/tmp. At the end the file is removed, with what SQLite
/// puts beside it.
class store_file {
public:
    explicit store_file(const std::string& name);
    ~store_file();
    store_file(const store_file&) = delete;
    store_file& operator=(const store_file&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string url() const { return "sqlite:///" + path_; }

private:
    std::string path_;
};

}  // namespace counterseal::bench
