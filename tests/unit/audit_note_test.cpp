// SPDX-License-Identifier: Apache-2.0
// Signed notes and checkpoints. The note of Peter Neumann and its keys: documentation of golang.org/x/mod/sumdb/note.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/audit/checkpoint.hpp"
#include "core/audit/note.hpp"
#include "core/enroll/base64.hpp"

namespace counterseal::core {
namespace {

const std::unique_ptr<const crypto> by = crypto::open("");

constexpr std::string_view neumann = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
constexpr std::string_view signature_line =
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

std::string note_of(std::string_view body, std::string_view lines)
{
    return std::string(body) + "\n" + std::string(lines);
}

std::vector<note_verifier> trust(std::string_view key)
{
    return {note_verifier::from_text(*by, key).value()};
}

TEST(audit_note, opens_one_that_another_program_signed)
{
    EXPECT_EQ(open_note(note_of(text, signature_line), trust(neumann)), text);
    EXPECT_EQ(trust(neumann).front().text(), neumann);
}

TEST(audit_note, a_changed_one_is_none)
{
    const std::vector<note_verifier> trusted = trust(neumann);
    const std::string good = note_of(text, signature_line);
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char to : {'x', '\n', ' ', '\0'}) {
            std::string bad = good;
            if (bad[i] == to) {
                continue;
            }
            bad[i] = to;
            EXPECT_FALSE(open_note(bad, trusted)) << i;
        }
        std::string cut = good.substr(0, i);
        EXPECT_FALSE(open_note(cut, trusted)) << i;
        cut = good;
        cut.erase(i, 1);
        EXPECT_FALSE(open_note(cut, trusted)) << i;
    }
    EXPECT_FALSE(open_note(good + "x", trusted));
    EXPECT_FALSE(open_note(good, {}));
}

TEST(audit_note, strangers_may_have_signed_too_but_not_alone)
{
    const private_key ours = private_key::generate(*by, signature_type::ed25519);
    const note_verifier us(*by, "example.org/practice", ours.public_half());
    const std::string mine = sign_note(text, us, ours);
    const std::string stranger = mine.substr(text.size() + 1);
    EXPECT_EQ(open_note(note_of(text, stranger + std::string(signature_line)), trust(neumann)), text);
    EXPECT_FALSE(open_note(mine, trust(neumann)));
    // Another key that has the same name is a stranger.
    const private_key other = private_key::generate(*by, signature_type::ed25519);
    const std::vector<note_verifier> namesake = {note_verifier(*by, us.name(), other.public_half())};
    EXPECT_FALSE(open_note(mine, namesake));
    // One whose signature is wrong spoils the note, whoever else signed it.
    std::string spoiled = stranger;
    spoiled[spoiled.size() - 10] = spoiled[spoiled.size() - 10] == 'A' ? 'B' : 'A';
    const std::vector<note_verifier> both = {trust(neumann).front(), us};
    EXPECT_FALSE(open_note(note_of(text, std::string(signature_line) + spoiled), both));
}

TEST(audit_note, both_kinds_of_keys_sign_and_come_back_from_their_text)
{
    for (const signature_type type : {signature_type::ed25519, signature_type::ecdsa_p256}) {
        const private_key key = private_key::generate(*by, type);
        const note_verifier who(*by, "example.org/practice", key.public_half());
        const std::string note = sign_note("hello\n\nworld\n", who, key);
        const std::optional<note_verifier> again = note_verifier::from_text(*by, who.text());
        ASSERT_TRUE(again);
        EXPECT_EQ(again->id(), who.id());
        EXPECT_EQ(again->key().type(), type);
        const std::vector<note_verifier> trusted = {*again};
        EXPECT_EQ(open_note(note, trusted), "hello\n\nworld\n");

        std::vector<std::uint8_t> pkcs8(key.pkcs8_len());
        key.write_pkcs8(pkcs8);
        const std::optional<private_key> kept = private_key::from_pkcs8(*by, pkcs8);
        ASSERT_TRUE(kept);
        EXPECT_EQ(kept->public_half().spki(), key.public_half().spki());
        EXPECT_TRUE(key.public_half().verify(bytes_of("x"), kept->sign(bytes_of("x"))));
        EXPECT_FALSE(key.public_half().verify(bytes_of("y"), kept->sign(bytes_of("x"))));
        pkcs8.push_back(0);
        EXPECT_FALSE(private_key::from_pkcs8(*by, pkcs8));
        std::vector<std::uint8_t> spki = key.public_half().spki();
        EXPECT_TRUE(public_key::from_spki(*by, spki));
        spki.push_back(0);
        EXPECT_FALSE(public_key::from_spki(*by, spki));
    }
}

TEST(audit_note, wrong_keys_are_refused)
{
    for (const std::string_view bad : {"", "+", "++", "name", "name+c74f20a3", "name+c74f20a3+",
                                       "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                       "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                       "PeterNeumanN+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                       "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                       "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
                                       "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                       "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
        EXPECT_FALSE(note_verifier::from_text(*by, bad)) << bad;
    }
    for (const std::string_view bad : {"", "a b", "a+b", "a\n", "caf\u00e9"}) {
        EXPECT_FALSE(is_note_name(bad)) << bad;
    }
    // A key of another type, and of another curve (RFC 8410 section 10.3: X25519; P-384's generator).
    EXPECT_FALSE(public_key::from_spki(
        *by, from_base64("MCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=").value()));
}

TEST(audit_note, a_checkpoint_comes_back_as_it_was)
{
    checkpoint of{"example.org/practice", 20852163, {}};
    of.root.fill(7);
    const std::optional<checkpoint> again = checkpoint::from_text(of.text());
    EXPECT_EQ(again, of);
    EXPECT_EQ(checkpoint::from_text(of.text() + "more\n"), of);
    // The example of C2SP tlog-checkpoint.
    const std::optional<checkpoint> theirs =
        checkpoint::from_text("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    ASSERT_TRUE(theirs);
    EXPECT_EQ(theirs->size, 20852163U);
    EXPECT_EQ(theirs->origin, "example.com/behind-the-sofa");
    for (const std::string_view bad :
         {"", "\n", "a\n", "a\n1\n", "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
          "a\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
          "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
          "a\n18446744073709551616\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "a\n1\nCsUYapGGPo4d\n",
          "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
          "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
          "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"}) {
        EXPECT_FALSE(checkpoint::from_text(bad)) << bad;
    }
}

}  // namespace
}  // namespace counterseal::core
