// SPDX-License-Identifier: Apache-2.0
#include "core/engine/key_ring.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace counterseal::core {
namespace {

namespace fs = std::filesystem;

const std::string first = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";   // 0, 1, ... 31
const std::string second = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";  // 255, 254, ...
const std::string two = "counterseal keys 1\nactive b\na " + first + "\nb " + second + "\n";

const crypto& provider()
{
    static const std::unique_ptr<const crypto> only = crypto::open("");
    return *only;
}

std::string fault_of(const std::string& text)
{
    try {
        static_cast<void>(key_ring::from_text(text));
    } catch (const key_ring_error& e) {
        return e.what();
    }
    return "";
}

std::vector<std::uint8_t> key(const key_ring& ring, std::string_view id, key_purpose purpose)
{
    std::vector<std::uint8_t> out(key_ring::key_len);
    EXPECT_EQ(ring.derive(provider(), id, purpose, out), status::ok);
    return out;
}

class key_ring_file : public ::testing::Test {
protected:
    key_ring_file()
    {
        std::string name = (fs::temp_directory_path() / "counterseal-keys-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~key_ring_file() override { fs::remove_all(folder_); }

    std::string written(const std::string& text, unsigned mode)
    {
        std::ofstream(path()) << text;
        EXPECT_EQ(::chmod(path().c_str(), mode), 0);
        return path();
    }
    [[nodiscard]] std::string path() const { return (folder_ / "keys").string(); }
    static std::string fault(const std::string& path)
    {
        try {
            static_cast<void>(key_ring::from_file(path));
        } catch (const key_ring_error& e) {
            return e.what();
        }
        return "";
    }

    fs::path folder_;
};

TEST(key_ring, text_goes_in_and_comes_out)
{
    const key_ring ring = key_ring::from_text(two);
    EXPECT_EQ(ring.active(), "b");
    const secure_text text = ring.text();
    EXPECT_EQ(std::string(view(text)), two);
    const std::string with_crlf = "counterseal keys 1\r\n\r\nactive b\r\na " + first + "\r\nb " + second;
    EXPECT_EQ(key(key_ring::from_text(with_crlf), "a", key_purpose::seal), key(ring, "a", key_purpose::seal));
}

TEST(key_ring, each_key_and_purpose_is_another)
{
    const key_ring ring = key_ring::from_text(two);
    std::set<std::vector<std::uint8_t>> seen;
    for (const char* id : {"a", "b"}) {
        for (const key_purpose purpose :
             {key_purpose::seal, key_purpose::commitment, key_purpose::row, key_purpose::code}) {
            seen.insert(key(ring, id, purpose));
        }
    }
    EXPECT_EQ(seen.size(), 8U);
    std::vector<std::uint8_t> out(key_ring::key_len);
    EXPECT_EQ(ring.derive(provider(), "c", key_purpose::seal, out), status::e_keys);
}

TEST(key_ring, says_which_line_is_wrong_and_shows_no_key)
{
    const std::string head = "counterseal keys 1\nactive a\n";
    for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
             {"", "no active key"},
             {"counterseal keys 2\n", "line 1"},
             {head, "id of the active one"},
             {head + "a " + first.substr(0, 40) + "\n", "line 3: a key is 32 bytes"},
             {head + "a " + first + first + "\n", "line 3: a key is 32 bytes"},
             {head + "a\n", "line 3: a key is 32 bytes"},
             {head + "a b " + first + "\n", "line 3: a key is 32 bytes"},
             {head + "\xC3\xA4 " + first + "\n", "line 3: an id is"},
             {head + std::string(33, 'a') + " " + first + "\n", "line 3: an id is"},
             {head + "a " + first + "\na " + second + "\n", "line 4: the id stands twice"},
             {head + "active a\na " + first + "\n", "line 3: a second active key"},
             {head + "a AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "line 3: all bytes"},
             {"counterseal keys 1\na " + first + "\n", "no active key"},
         }) {
        const std::string fault = fault_of(text);
        EXPECT_NE(fault.find(words), std::string::npos) << fault;
        EXPECT_EQ(fault.find(first.substr(0, 12)), std::string::npos) << fault;
    }
}

TEST(key_ring, keys_of_the_host_follow_the_same_rules)
{
    const std::vector<std::uint8_t> good = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7,
                                            8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5};
    EXPECT_EQ(key_ring::from_keys({{"2026a", good}}, "2026a").active(), "2026a");
    EXPECT_THROW(key_ring::from_keys({{"2026a", good}}, "2026b"), key_ring_error);
    EXPECT_THROW(key_ring::from_keys({}, ""), key_ring_error);
    EXPECT_THROW(key_ring::from_keys({{"2026a", bytes_view(good).first(31)}}, "2026a"), key_ring_error);
}

TEST_F(key_ring_file, who_may_read_it_decides)
{
    for (const unsigned mode : {0600U, 0400U, 0440U, 0640U}) {
        EXPECT_EQ(fault(written(two, mode)), "") << mode;
        fs::remove(path());
    }
    for (const unsigned mode : {0644U, 0604U, 0660U, 0602U, 0601U}) {
        EXPECT_NE(fault(written(two, mode)).find("chmod 600"), std::string::npos) << mode;
        fs::remove(path());
    }
}

TEST_F(key_ring_file, a_link_is_followed_and_what_is_no_file_refused)
{
    written(two, 0400);
    const std::string link = (folder_ / "link").string();
    fs::create_symlink(path(), link);
    EXPECT_EQ(fault(link), "");
    EXPECT_NE(fault(folder_.string()), "");
    EXPECT_NE(fault((folder_ / "nothing").string()), "");
    fs::remove(path());
    EXPECT_NE(fault(written(std::string(70'000, 'a'), 0600)).find("64 KiB"), std::string::npos);
}

TEST_F(key_ring_file, is_made_once_and_never_written_again)
{
    const mode_t before = ::umask(0);
    const key_ring made = key_ring::from_file_or_new(path(), provider());
    ::umask(before);
    struct stat about{};
    ASSERT_EQ(::stat(path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    const key_ring again = key_ring::from_file_or_new(path(), provider());
    EXPECT_EQ(key(again, again.active(), key_purpose::seal), key(made, made.active(), key_purpose::seal));
    fs::remove(path());
    const key_ring other = key_ring::from_file_or_new(path(), provider());
    EXPECT_NE(key(other, other.active(), key_purpose::seal), key(made, made.active(), key_purpose::seal));
    written("not a ring\n", 0600);
    EXPECT_THROW(key_ring::from_file_or_new(path(), provider()), key_ring_error);
    std::ifstream left(path());
    std::string line;
    std::getline(left, line);
    EXPECT_EQ(line, "not a ring");
}

TEST_F(key_ring_file, of_many_that_make_it_at_once_nobody_sees_a_part_of_it)
{
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> n_failed{0};
        std::vector<std::thread> all;
        for (int i = 0; i < 4; ++i) {
            all.emplace_back([&] {
                try {
                    static_cast<void>(key_ring::from_file_or_new(path(), provider()));
                } catch (const key_ring_error&) {
                    ++n_failed;
                }
            });
        }
        for (std::thread& one : all) {
            one.join();
        }
        EXPECT_EQ(n_failed, 0);
        EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);  // nothing beside it
        fs::remove(path());
    }
}

}  // namespace
}  // namespace counterseal::core
