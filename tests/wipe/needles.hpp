// SPDX-License-Identifier: Apache-2.0
// What to look for in memory: eight bytes in a row of anything secret, in each order that a kernel may keep it in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace counterseal::wipe {

using bytes = std::vector<std::uint8_t>;

class needles {
public:
    static constexpr std::size_t len = 8;

    /// Every run of 8 bytes of `secret` as it stands, backwards, and with the bytes of its words turned round.
    void add(const std::string& what, const bytes& secret);

    /// The words of `secret` twice in a row as well: how a bulk kernel keeps the words of equal keys, lane by lane.
    void add_words(const std::string& what, const bytes& secret, std::size_t word_len);

    /// The name of what begins at `at`, where 8 bytes can be read; nullptr for nothing.
    [[nodiscard]] const std::string* find(const std::uint8_t* at) const;

    [[nodiscard]] std::size_t size() const { return all_.size(); }

private:
    void add_run(const std::string& what, const std::uint8_t* run);

    std::vector<bool> maybe_ = std::vector<bool>(std::size_t{1} << 16);  // by the first two bytes
    std::map<std::uint64_t, std::string> all_;
};

/// All that is made from a key: the key itself with both pads, midstates, and for each counter both digests and the
/// code as text.
void add_key(needles& to, std::uint32_t algorithm, const bytes& key, std::uint64_t first, std::size_t n_counters,
             std::uint32_t digits);

}  // namespace counterseal::wipe
