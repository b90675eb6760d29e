// SPDX-License-Identifier: Apache-2.0
// Rings that change: in memory, in a file, and under an engine's threads.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/engine/current_sealer.hpp"
#include "core/engine/key_ring.hpp"

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

std::string text_of(const key_ring& ring)
{
    const secure_text text = ring.text();
    return std::string(view(text));
}

class key_ring_change : public ::testing::Test {
protected:
    key_ring_change()
    {
        std::string name = (fs::temp_directory_path() / "counterseal-keys-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        std::ofstream(path()) << two;
        EXPECT_EQ(::chmod(path().c_str(), 0400), 0);
    }
    ~key_ring_change() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string path() const { return (folder_ / "keys").string(); }
    [[nodiscard]] std::string content() const
    {
        std::stringstream all;
        all << std::ifstream(path()).rdbuf();
        return all.str();
    }
    [[nodiscard]] std::size_t n_files() const
    {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }
    static std::string fault(const std::string& path)
    {
        try {
            key_ring::change_file(path, [](key_ring& ring) { ring.promote("a"); });
        } catch (const key_ring_error& e) {
            return e.what();
        }
        return "";
    }

    fs::path folder_;
};

TEST(key_ring_keys, the_active_one_is_never_removed_and_no_name_is_taken_twice)
{
    key_ring ring = key_ring::from_text(two);
    EXPECT_THROW(ring.remove("b"), key_ring_error);
    EXPECT_THROW(ring.remove("c"), key_ring_error);
    EXPECT_THROW(ring.promote("c"), key_ring_error);
    EXPECT_THROW(ring.add_new("a", provider()), key_ring_error);
    EXPECT_THROW(ring.add_new("active", provider()), key_ring_error);
    EXPECT_EQ(text_of(ring), two);
    ring.add_new("c", provider());
    EXPECT_EQ(ring.active(), "b");
    ring.promote("c");
    ring.remove("b");
    EXPECT_EQ(text_of(ring).substr(0, 77), "counterseal keys 1\nactive c\na " + first + "\nc ");
}

TEST_F(key_ring_change, a_file_is_replaced_whole_with_its_mode)
{
    std::ifstream reader(path());
    const key_ring made = key_ring::change_file(path(), [](key_ring& ring) { ring.promote("a"); });
    EXPECT_EQ(made.active(), "a");
    EXPECT_EQ(content(), text_of(made));
    std::stringstream old;
    old << reader.rdbuf();
    EXPECT_EQ(old.str(), two) << "who was reading has the old ring, whole";
    struct stat about{};
    ASSERT_EQ(::stat(path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777U, 0400U);
    EXPECT_EQ(n_files(), 1U);
}

TEST_F(key_ring_change, what_goes_wrong_leaves_the_file_as_it_is)
{
    EXPECT_THROW(key_ring::change_file(path(), [](key_ring& ring) { ring.remove("b"); }), key_ring_error);
    EXPECT_EQ(content(), two);
    EXPECT_EQ(n_files(), 1U);
    EXPECT_NE(fault((folder_ / "nothing").string()), "");
    EXPECT_EQ(n_files(), 1U);
}

TEST_F(key_ring_change, what_a_killed_one_left_behind_is_no_obstacle)
{
    std::ofstream(path() + ".counterseal-new") << "half of a ri";
    EXPECT_EQ(fault(path()), "");
    EXPECT_EQ(n_files(), 1U);
    EXPECT_EQ(key_ring::from_file(path()).active(), "a");
}

TEST_F(key_ring_change, files_that_were_put_there_by_something_else_are_refused)
{
    const std::string other = (folder_ / "other").string();
    fs::create_symlink(path(), other);
    EXPECT_NE(fault(other).find("symbolic link"), std::string::npos);
    fs::remove(other);
    fs::create_hard_link(path(), other);
    EXPECT_NE(fault(path()).find("several names"), std::string::npos);
    fs::remove(other);
    ASSERT_EQ(::chmod(path().c_str(), 0440), 0);
    EXPECT_NE(fault(path()).find("its group may read it"), std::string::npos);
    ASSERT_EQ(::chmod(path().c_str(), 0604), 0);
    EXPECT_NE(fault(path()).find("chmod 600"), std::string::npos);
    EXPECT_EQ(content(), two);
    EXPECT_EQ(n_files(), 1U);
}

TEST_F(key_ring_change, of_many_that_add_keys_at_once_none_is_lost)
{
    {
        std::vector<std::jthread> threads;
        for (char who = 'c'; who < 'k'; ++who) {
            threads.emplace_back([this, who] {
                for (int i = 0; i < 5; ++i) {
                    const std::string id = who + std::to_string(i);
                    key_ring::change_file(path(), [&](key_ring& ring) { ring.add_new(id, provider()); });
                }
            });
        }
    }
    EXPECT_EQ(key_ring::from_file(path()).ids().size(), 2U + 8U * 5U);
}

TEST(current_sealer, one_is_replaced_only_by_who_knows_which_and_lives_while_it_is_held)
{
    std::array<std::uint8_t, 32> key{1};
    const auto made = [&](const char* id) {
        return std::make_unique<const sealer>(provider(), key_ring::from_keys({{id, key}}, id));
    };
    current_sealer now(made("a"));
    auto next = made("b");
    const auto held = now.get();
    EXPECT_TRUE(now.replace(*held, next));
    EXPECT_EQ(next, nullptr);
    next = made("c");
    EXPECT_FALSE(now.replace(*held, next));
    EXPECT_NE(next, nullptr);
    EXPECT_EQ(now.get()->active(), "b");
    std::vector<std::uint8_t> sealed;
    EXPECT_EQ(held->seal(key, {}, sealed), status::ok);
    EXPECT_EQ(sealer::key_of(sealed), "a");
}

TEST(current_sealer, threads_use_it_while_it_is_replaced)
{
    std::array<std::uint8_t, 32> key{1};
    const auto made = [&] {
        return std::make_unique<const sealer>(provider(), key_ring::from_keys({{"a", key}}, "a"));
    };
    current_sealer now(made());
    std::atomic<bool> is_over = false;
    std::atomic<int> n_wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back([&] {
                while (!is_over) {
                    std::vector<std::uint8_t> tag;
                    n_wrong += now.get()->authenticate("row", {}, tag) == status::ok ? 0 : 1;
                }
            });
        }
        for (int i = 0; i < 300; ++i) {
            auto next = made();
            const auto before = now.get();
            EXPECT_TRUE(now.replace(*before, next));
        }
        is_over = true;
    }
    EXPECT_EQ(n_wrong, 0);
}

TEST(sealer_after_another, has_its_key_and_no_other_by_a_known_name)
{
    std::array<std::uint8_t, 32> key{1};
    std::array<std::uint8_t, 32> other{2};
    const auto of = [](std::map<std::string, bytes_view> keys, const char* active) {
        return std::make_unique<const sealer>(provider(), key_ring::from_keys(keys, active));
    };
    const auto before = of({{"a", key}, {"b", other}}, "a");
    EXPECT_EQ(of({{"a", key}}, "a")->may_follow(*before), status::ok);
    EXPECT_EQ(of({{"a", key}, {"c", other}}, "c")->may_follow(*before), status::ok);
    EXPECT_EQ(of({{"b", other}}, "b")->may_follow(*before), status::e_keys);
    EXPECT_EQ(of({{"a", other}}, "a")->may_follow(*before), status::e_keys);
    EXPECT_EQ(of({{"a", key}, {"b", key}}, "a")->may_follow(*before), status::e_keys);
}

}  // namespace
}  // namespace counterseal::core
