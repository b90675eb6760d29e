// SPDX-License-Identifier: Apache-2.0
// What every target includes: the entry, and the promises of the C ABI that any call can be held to.
//
// The whole input is what the parser reads: nothing is cut off its front, so that a seed is a file from real life.
// What else a target needs (capacities, keys) is fixed, or follows from the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "counterseal/counterseal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// A property that every input must keep. The name of a broken one is the first line of the report.
#define FUZZ_EXPECT(property) \
    ((property) ? static_cast<void>(0) : counterseal::fuzz::broken(#property, __FILE__, __LINE__))

namespace counterseal::fuzz {

[[noreturn]] inline void broken(const char* property, const char* file, int line)
{
    std::fprintf(stderr, "%s:%d: broken property: %s\n", file, line, property);
    std::abort();
}

[[nodiscard]] inline std::string_view text_of(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

/// What a call with an output buffer said: its status, and what it wrote.
template <class Byte>
struct answer {
    cseal_status status;
    std::vector<Byte> out;

    [[nodiscard]] bool operator==(const answer&) const = default;
    [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(out.data()), out.size()}; }
};

/// One call of `call(Byte* out, size_t out_cap, size_t* out_len)` into a block of exactly `cap` bytes. `len` gets the
/// length that was told. Whatever is not the answer must be zero.
template <class Byte, class Call>
[[nodiscard]] answer<Byte> call_with(Call call, std::size_t cap, std::size_t& len)
{
    std::vector<Byte> memory(cap, static_cast<Byte>(0xa5));
    len = SIZE_MAX;
    const cseal_status status = call(cap == 0 ? nullptr : memory.data(), cap, &len);
    FUZZ_EXPECT(status >= 0 ? len <= cap : status == CSEAL_E_CAPACITY ? len > cap : len == 0);
    const std::size_t n_written = status >= 0 ? len : 0;
    for (std::size_t i = n_written; i < cap; ++i) {
        FUZZ_EXPECT(memory[i] == 0);
    }
    memory.resize(n_written);
    return {status, memory};
}

/// Asks as a caller does who has no room at first: gives the answer, after holding the call to the rules of base.h.
/// The needed length is exact and the same each time, more room changes nothing, nor does asking twice.
template <class Byte, class Call>
[[nodiscard]] answer<Byte> ask(Call call)
{
    constexpr std::size_t more = 7;
    std::size_t needed = 0;
    std::size_t len = 0;
    const answer<Byte> without_room = call_with<Byte>(call, 0, needed);
    if (without_room.status != CSEAL_E_CAPACITY) {
        FUZZ_EXPECT(call_with<Byte>(call, more, len) == without_room);
        return without_room;
    }
    FUZZ_EXPECT(call_with<Byte>(call, needed - 1, len).status == CSEAL_E_CAPACITY && len == needed);
    const answer<Byte> with_room = call_with<Byte>(call, needed, len);
    FUZZ_EXPECT(with_room.status >= 0);
    FUZZ_EXPECT(call_with<Byte>(call, needed + more, len) == with_room);
    FUZZ_EXPECT(call_with<Byte>(call, needed, len) == with_room);  // last, so that other outputs are those of this one
    return with_room;
}

}  // namespace counterseal::fuzz
