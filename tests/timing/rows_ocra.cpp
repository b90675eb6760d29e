// SPDX-License-Identifier: Apache-2.0
// OCRA: key, hash of the PIN, session and the digits of a code are secret.
#include "codes.hpp"
#include "counterseal/ocra.h"

namespace timing {
namespace {

const std::string suite = "OCRA-1:HOTP-SHA256-6:QN08-PSHA1-S064";
const std::string question = "12345678";

struct ocra_input {
    std::array<std::uint8_t, 32> key;
    std::array<std::uint8_t, 20> pin_hash;
    std::array<std::uint8_t, 64> session;
    std::array<char, 12> code;
};

/// A suite that is made anew for each sample.
class ocra_place {
public:
    ocra_place() = default;
    ~ocra_place() { free(); }
    ocra_place(const ocra_place&) = delete;
    ocra_place& operator=(const ocra_place&) = delete;
    cseal_status make(const ocra_input& in)
    {
        return cseal_ocra_new(suite.data(), suite.size(), in.key.data(), in.key.size(), &ocra_, nullptr, nullptr);
    }
    void free() noexcept
    {
        cseal_ocra_free(ocra_);
        ocra_ = nullptr;
    }
    [[nodiscard]] const cseal_ocra* get() const noexcept { return ocra_; }

private:
    cseal_ocra* ocra_ = nullptr;
};

cseal_status generate(const cseal_ocra* ocra, ocra_input& in)
{
    std::size_t len = 0;
    return cseal_ocra_generate(ocra, question.data(), question.size(), in.pin_hash.data(), in.pin_hash.size(),
                               in.session.data(), in.session.size(), 0, 0, in.code.data(), in.code.size(), &len);
}

cseal_status verify(const cseal_ocra* ocra, ocra_input& in)
{
    return cseal_ocra_verify(ocra, in.code.data(), 6, question.data(), question.size(), in.pin_hash.data(),
                             in.pin_hash.size(), in.session.data(), in.session.size(), 0, -1, 0, nullptr, nullptr,
                             nullptr);
}

/// Which secrets differ between the classes; the code is wrong in any case.
template <class Differ>
auto missed(Differ differ)
{
    return [differ](random& chance, std::size_t of_class, ocra_input& in) {
        fixed_or_random(chance, 0, in.key);
        fixed_or_random(chance, 0, in.pin_hash);
        fixed_or_random(chance, 0, in.session);
        differ(chance, of_class, in);
        ocra_place ocra;
        expect(ocra.make(in) == CSEAL_OK && generate(ocra.get(), in) == CSEAL_OK, "an OCRA code");
        const std::vector<std::string> right{std::string(in.code.data(), 6)};
        random same(1);
        put(in.code, wrong_everywhere(of_class == 0 ? same : chance, right));
    };
}

void nearly(random& chance, std::size_t of_class, ocra_input& in)
{
    fill(chance, in.key);
    fill(chance, in.pin_hash);
    fill(chance, in.session);
    ocra_place ocra;
    expect(ocra.make(in) == CSEAL_OK && generate(ocra.get(), in) == CSEAL_OK, "an OCRA code");
    const std::vector<std::string> right{std::string(in.code.data(), 6)};
    put(in.code, of_class == 0 ? right_in_front(right, 0) : wrong_everywhere(chance, right));
}

template <class Make, class Call>
row with_ocra(row r, Make make, Call call)
{
    const auto ocra = std::make_shared<ocra_place>();
    return typed<ocra_input>(
        std::move(r), make, [ocra](const ocra_input& in) { (void)ocra->make(in); },
        [ocra, call](ocra_input& in) { return call(ocra->get(), in); },
        [ocra](const ocra_input&, std::int32_t answer) {
            ocra->free();
            return answer;
        });
}

}  // namespace

void add_ocra_rows(std::vector<row>& to)
{
    const auto keys =
        missed([](random& chance, std::size_t of_class, ocra_input& in) { fixed_or_random(chance, of_class, in.key); });
    const auto others = missed([](random& chance, std::size_t of_class, ocra_input& in) {
        fixed_or_random(chance, of_class, in.pin_hash);
        fixed_or_random(chance, of_class, in.session);
    });
    row r{.kind = "secret", .function = "cseal_ocra_verify", .what = "wrong code", .want = {CSEAL_WRONG, CSEAL_WRONG}};
    const std::vector<std::string> key_classes{"one key", "random keys"};
    const std::vector<std::string> other_classes{"one PIN and session", "random ones"};
    r.classes = key_classes;
    to.push_back(with_ocra(r, keys, verify));
    r.classes = other_classes;
    to.push_back(with_ocra(r, others, verify));
    r.classes = {"five digits right", "no digit right"};
    to.push_back(with_ocra(r, nearly, verify));

    r.want = {CSEAL_OK, CSEAL_OK};
    r.what = "SHA-256";
    r.function = "cseal_ocra_generate";
    r.classes = key_classes;
    to.push_back(with_ocra(r, keys, generate));
    r.classes = other_classes;
    to.push_back(with_ocra(r, others, generate));
    r.classes = key_classes;
    r.function = "cseal_ocra_info_get";
    to.push_back(with_ocra(r, keys, [](const cseal_ocra* ocra, ocra_input&) {
        cseal_ocra_info info{};
        info.struct_size = sizeof info;
        return cseal_ocra_info_get(ocra, &info);
    }));
    r.function = "cseal_ocra_check";
    to.push_back(with_ocra(r, keys, [](const cseal_ocra* ocra, ocra_input& in) {
        const char* rule = nullptr;
        return cseal_ocra_check(ocra, question.data(), question.size(), in.pin_hash.size(), in.session.size(), 0, -1, 0,
                                nullptr, &rule);
    }));
    const auto place = std::make_shared<ocra_place>();
    r.function = "cseal_ocra_new";
    to.push_back(typed<ocra_input>(
        r, keys, [](const ocra_input&) {}, [place](ocra_input& in) { return place->make(in); },
        [place](const ocra_input&, std::int32_t answer) {
            place->free();
            return answer;
        }));
    r.function = "cseal_ocra_free";
    to.push_back(typed<ocra_input>(
        r, keys, [place](const ocra_input& in) { (void)place->make(in); },
        [place](const ocra_input&) {
            place->free();
            return CSEAL_OK;
        },
        [](const ocra_input&, std::int32_t answer) { return answer; }));
}

}  // namespace timing
