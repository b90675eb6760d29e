// SPDX-License-Identifier: Apache-2.0
// Runs the host as a traced child, and after each of its calls looks for secrets in all that it can write and in its
// registers. The observer makes the secrets and knows what follows from them; the host never touches them itself.
//
// Last line: `wipe: N calls, found 0, controls found M/M`. Arguments: names of scenarios to leave out all others.
#include <cpuid.h>
#include <elf.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "core/base/cpu.hpp"
#include "core/codec/codec.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/ocra.hpp"
#include "core/yubico/otp.hpp"
#include "counterseal/counterseal.h"
#include "tests/wipe/desk.hpp"
#include "tests/wipe/needles.hpp"

namespace counterseal::wipe {
namespace {

std::mt19937_64 random_bits{20261125};

void draw(std::uint8_t* to, std::size_t len)
{
    for (std::size_t i = 0; i < len; ++i) {
        to[i] = static_cast<std::uint8_t>(random_bits());
    }
}

bytes of(const std::uint8_t* data, std::size_t len)
{
    return {data, data + len};
}

bytes of(const text& from)
{
    return {from.data, from.data + from.len};
}

void put(text& to, const std::string& from)
{
    std::memcpy(to.data, from.data(), from.size());
    to.len = from.size();
}

std::string modhex(const bytes& from)
{
    std::string out;
    for (const std::uint8_t b : from) {
        out += "cbdefghijklnrtuv"[b >> 4];
        out += "cbdefghijklnrtuv"[b & 15];
    }
    return out;
}

/// New secrets on the desk, and all that follows from them.
needles lay(desk& on, bool long_key)
{
    needles wanted;
    on.key_len = long_key ? 150 : on.algorithm == 3 ? 64 : 20;
    draw(on.key, on.key_len);
    on.counter = 0x0123'4567 + random_bits() % 0x1000'0000;
    const bytes key = of(on.key, on.key_len);

    core::hmac_key prepared;
    core::hmac_prepare(prepared, core::best_kernel(static_cast<core::hash_id>(on.algorithm), 0), key);
    const auto mac = core::mac_of(prepared);
    on.code.len = on.code2.len = 8;
    (void)core::hotp_generate(mac, on.counter, {8, 0}, on.code.data);
    (void)core::hotp_generate(mac, on.counter + 1, {8, 0}, on.code2.data);
    on.number = static_cast<std::uint32_t>(std::stoul(std::string(on.code.data, 8)));
    add_key(wanted, on.algorithm, key, on.counter - 1, 5, 8);

    on.base32.len = core::base32_len(on.key_len);
    core::base32_encode(on.key, on.key_len, on.base32.data);
    std::string hex;
    for (const std::uint8_t b : key) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", b);
        hex += two;
    }
    put(on.hex, hex);
    wanted.add("base32", of(on.base32));
    wanted.add("hex", of(on.hex));

    const char* const names[] = {"", "SHA1", "SHA256", "SHA512"};
    put(on.suite, std::string("OCRA-1:HOTP-") + names[on.algorithm] + "-8:C-QN08-PSHA1-S064");
    draw(on.pin_hash, sizeof on.pin_hash);
    draw(on.session, sizeof on.session);
    core::ocra_suite suite;
    (void)core::parse_ocra_suite({on.suite.data, on.suite.len}, suite);
    on.answer.len = 8;
    (void)core::ocra_generate(suite, prepared, {"12345678", on.pin_hash, on.session}, on.counter, 0, on.answer.data);
    wanted.add("PIN hash", of(on.pin_hash, sizeof on.pin_hash));
    wanted.add("session", of(on.session, sizeof on.session));
    wanted.add("OCRA answer", of(on.answer));

    draw(on.aes_key, sizeof on.aes_key);
    draw(on.private_id, sizeof on.private_id);
    bytes block = of(on.private_id, sizeof on.private_id);
    for (int i = 0; i < 8; ++i) {
        block.push_back(static_cast<std::uint8_t>(random_bits()));
    }
    block[7] &= 0x7f;  // the counter's highest bit is reserved
    const auto crc = static_cast<std::uint16_t>(~core::crc16(block));
    block.push_back(static_cast<std::uint8_t>(crc));
    block.push_back(static_cast<std::uint8_t>(crc >> 8));
    bytes sealed(16);
    int len = 0;
    EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nullptr, on.aes_key, nullptr);
    EVP_CIPHER_CTX_set_padding(context, 0);
    EVP_EncryptUpdate(context, sealed.data(), &len, block.data(), 16);
    EVP_CIPHER_CTX_free(context);
    put(on.otp, "cccccccccccc" + modhex(sealed));
    wanted.add("AES key", of(on.aes_key, sizeof on.aes_key));
    wanted.add("Yubico block", block);
    return wanted;
}

struct place {
    std::uintptr_t begin;
    std::uintptr_t end;
    std::string name;
};

class observer {
public:
    observer(desk& on, pid_t host) : on_{on}, host_{host}
    {
        memory_ = ::open(("/proc/" + std::to_string(host) + "/mem").c_str(), O_RDONLY);
    }
    ~observer() { ::close(memory_); }
    observer(const observer&) = delete;
    observer& operator=(const observer&) = delete;

    /// What is found of these; each at its first place.
    std::map<std::string, std::string> look(const needles& wanted)
    {
        std::map<std::string, std::string> found;
        for (const auto& where : writable()) {
            scan(wanted, read(where), where.begin, where.name, found);
        }
        user_regs_struct numbers{};
        ::ptrace(PTRACE_GETREGS, host_, nullptr, &numbers);
        bytes raw(sizeof numbers);
        std::memcpy(raw.data(), &numbers, sizeof numbers);
        scan(wanted, raw, 0, "registers", found);
        scan(wanted, vectors(), 0, "vector registers", found);
        return found;
    }

    /// Bytes of the painted stack that are neither paint nor scrubbed, below the frames of the last calls.
    std::size_t left_below(std::size_t& deepest)
    {
        constexpr std::size_t frames = 512;  // return addresses, what the scrub itself called
        constexpr std::size_t painted = 690'000;
        user_regs_struct numbers{};
        ::ptrace(PTRACE_GETREGS, host_, nullptr, &numbers);
        const bytes stack = read({numbers.rsp - painted, numbers.rsp - frames, "stack"});
        std::size_t left = 0;
        deepest = 0;
        for (std::size_t i = 0; i < stack.size(); ++i) {
            if (stack[i] != 0 && stack[i] != 0xa5) {
                deepest = std::max(deepest, painted - i);
                ++left;
            }
        }
        return left;
    }

    /// How far down the paint is gone: what the last call used or scrubbed.
    std::size_t depth()
    {
        constexpr std::size_t painted = 690'000;
        user_regs_struct numbers{};
        ::ptrace(PTRACE_GETREGS, host_, nullptr, &numbers);
        const bytes stack = read({numbers.rsp - painted, numbers.rsp, "stack"});
        const auto first = std::ranges::find_if(stack, [](std::uint8_t b) { return b != 0xa5; });
        return static_cast<std::size_t>(stack.end() - first);
    }

private:
    std::vector<place> writable()
    {
        std::vector<place> all;
        std::ifstream maps("/proc/" + std::to_string(host_) + "/maps");
        for (std::string line; std::getline(maps, line);) {
            std::istringstream words(line);
            std::string range;
            std::string rights;
            std::string skipped;
            std::string name;
            words >> range >> rights >> skipped >> skipped >> skipped >> name;
            const auto begin = std::stoull(range, nullptr, 16);
            const auto end = std::stoull(range.substr(range.find('-') + 1), nullptr, 16);
            const auto desk_at = reinterpret_cast<std::uintptr_t>(&on_);
            const bool is_desk = begin <= desk_at && desk_at < end;
            const bool is_stack = name == "[stack]";
            const bool is_handles = on_.holds_handle && !is_stack && (name.empty() || name == "[heap]");
            if (rights.starts_with("rw") && !is_desk && !is_handles && !name.starts_with("[v")) {
                all.push_back({begin, end, name.empty() ? "mapping" : name.substr(name.rfind('/') + 1)});
            }
        }
        return all;
    }

    bytes read(const place& where) const
    {
        bytes out(where.end - where.begin);
        std::size_t done = 0;
        while (done < out.size()) {
            const auto got =
                ::pread(memory_, out.data() + done, out.size() - done, static_cast<off_t>(where.begin + done));
            if (got <= 0) {
                break;
            }
            done += static_cast<std::size_t>(got);
        }
        out.resize(done);
        return out;
    }

    /// The vector registers that the host believes in. The others keep what the C library copied last, on a CPU that
    /// would not have them.
    bytes vectors() const
    {
        bytes all(16'384);
        iovec out{all.data(), all.size()};
        ::ptrace(PTRACE_GETREGSET, host_, NT_X86_XSTATE, &out);
        all.resize(out.iov_len);
        const auto forget = [&](unsigned component) {
            unsigned size = 0;
            unsigned offset = 0;
            unsigned c = 0;
            unsigned d = 0;
            __cpuid_count(0xd, component, size, offset, c, d);
            for (std::size_t i = offset; i < offset + size && i < all.size(); ++i) {
                all[i] = 0;
            }
        };
        if ((on_.features & core::cpu_avx512) == 0) {
            forget(6);
            forget(7);
        }
        if ((on_.features & core::cpu_avx2) == 0) {
            forget(2);
        }
        return all;
    }

    static void scan(const needles& wanted, const bytes& in, std::uintptr_t begin, const std::string& name,
                     std::map<std::string, std::string>& found)
    {
        for (std::size_t i = 0; i + needles::len <= in.size(); ++i) {
            if (const std::string* what = wanted.find(in.data() + i)) {
                std::ostringstream where;
                where << name << " at " << std::hex << begin + i;
                found.emplace(*what, where.str());
            }
        }
    }

    desk& on_;
    pid_t host_;
    int memory_;
};

int watch(desk& on, pid_t host, const std::set<std::string>& only)
{
    observer look_at(on, host);
    needles wanted;
    std::size_t n_calls = 0;
    std::size_t n_found = 0;
    std::set<std::string> controls;
    std::set<std::string> controls_found;
    std::map<std::string, std::size_t> depths;
    bool long_key = false;
    int status = 0;
    ::waitpid(host, &status, 0);  // the first stop, of its own
    for (;;) {
        ::ptrace(PTRACE_CONT, host, nullptr, nullptr);
        ::waitpid(host, &status, 0);
        if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) {
            std::printf("wipe: the host ended in %s, status %x\n", on.call != nullptr ? on.call : "?", status);
            return 1;
        }
        if (on.is_done) {
            break;
        }
        if (on.status != 0) {
            std::printf("wipe: %s: %s returned %d, not %d\n", on.scenario, on.call, on.status, on.wanted);
            return 1;
        }
        if (on.is_new) {
            on.is_new = false;
            long_key = !long_key;
            wanted = lay(on, long_key);
            continue;
        }
        if (!only.empty() && !only.contains(on.scenario)) {
            continue;
        }
        if (std::string_view(on.scenario) == "drawn_secret") {
            wanted.add("drawn secret", of(on.secret_out, on.secret_out_len));
        }
        const auto found = look_at.look(wanted);
        if (on.is_control) {
            controls.insert(on.scenario);
            if (!found.empty()) {
                controls_found.insert(on.scenario);
            } else {
                std::printf("NOT SEEN %s, hash %u, features %x\n", on.call, on.algorithm, on.features);
            }
            continue;
        }
        ++n_calls;
        for (const auto& [what, where] : found) {
            ++n_found;
            std::printf("FOUND %s in %s, after %.60s (%s, hash %u, key of %zu bytes, features %x)\n", what.c_str(),
                        where.c_str(), on.call, on.scenario, on.algorithm, on.key_len, on.features);
        }
        if (on.is_scrubbed) {
            std::size_t deepest = 0;
            const std::size_t left = look_at.left_below(deepest);
            // The scrub's own frame is left, a few pointers; without optimisation it is the largest.
            if (left > 192) {
                ++n_found;
                std::printf("LEFT %zu bytes down to %zu on the stack, after %.60s (%s, hash %u, features %x)\n", left,
                            deepest, on.call, on.scenario, on.algorithm, on.features);
            }
            auto& depth = depths[std::string(on.call).substr(0, std::string(on.call).find('('))];
            depth = std::max(depth, look_at.depth());
        }
    }
    for (const auto& [call, depth] : depths) {
        std::printf("depth %s %zu\n", call.c_str(), depth);
    }
    std::printf("wipe: %zu calls, found %zu, controls found %zu/%zu\n", n_calls, n_found, controls_found.size(),
                controls.size());
    return n_calls != 0 && n_found == 0 && controls_found.size() == controls.size() &&
                   (controls.size() >= 4 || !only.empty())
               ? 0
               : 1;
}

}  // namespace
}  // namespace counterseal::wipe

int main(int argc, char** argv)
{
    using namespace counterseal::wipe;
    void* const shared = ::mmap(nullptr, sizeof(desk), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto& on = *static_cast<desk*>(shared);
    const pid_t host = ::fork();
    if (host == 0) {
        if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) {
            std::perror("wipe: ptrace");
            _exit(1);
        }
        ::raise(SIGSTOP);
        run_host(on);
    }
    const int result = watch(on, host, {argv + 1, argv + argc});
    ::kill(host, SIGKILL);
    return result;
}
