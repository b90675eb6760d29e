// SPDX-License-Identifier: Apache-2.0
// Generated from the C headers by tools/api.py; do not edit.
//
// What the headers say about a method: DOC_ in sentences, FACTS_ about its arguments, its answers and its timing. A
// docstring is one literal: the signature, DOC_, what Python adds in its own words, FACTS_. Hence macros.
#pragma once

// TOTP.from_hex: cseal_hex_decode
#define DOC_TOTP_FROM_HEX "Reads a secret in hex (RFC 4648 section 8), either case, ASCII blanks anywhere."

#define FACTS_TOTP_FROM_HEX  \
    "  text  the secret\n\n" \
    "Timing: lengths, and which characters lie outside the alphabet, may leak; the secret does not."

// TOTP.generate: cseal_secret_generate
#define DOC_TOTP_GENERATE "Makes a new secret from the provider's random generator."

#define FACTS_TOTP_GENERATE                                                                             \
    "  bits  how many, a multiple of 8 from 128 (RFC 4226 section 4, R6) to 1024; R6 recommends 160,\n" \
    "        which every authenticator app takes\n\n"                                                   \
    "Timing: bits may leak."

// TOTP.at: cseal_totp_generate
#define DOC_TOTP_AT "Makes the TOTP code of a time."

#define FACTS_TOTP_AT                               \
    "  time  Unix time in seconds, t0 to 10^11\n\n" \
    "Timing: time and options may leak; the key and the code do not."

// TOTP.verify: cseal_totp_verify
#define DOC_TOTP_VERIFY                                                                             \
    "Checks a TOTP code (RFC 6238 section 4.2 and 5.2).\n\n"                                        \
    "All of the window is computed whatever matches. Neighbouring steps can share a code, so the\n" \
    "highest matching step counts: it is returned, and a code whose highest matching step is not\n" \
    "above last_step was used before."

#define FACTS_TOTP_VERIFY                                                                            \
    "  code       what the person typed; None is malformed\n"                                        \
    "  last_step  the highest step accepted for this key so far; -1: never used\n"                   \
    "  at         Unix time in seconds, t0 to 10^11\n"                                               \
    "  past       steps before the current one still accepted\n"                                     \
    "  future     steps after the current one still accepted; past + future at most 20\n\n"          \
    "The verdict's status is 'accepted', 'wrong', 'replayed' or 'malformed'.\n"                      \
    "Timing: the length of code, which characters are no digits, last_step, time, options and the\n" \
    "status may leak; the key, the digits and the step that matched (but for its return on\n"        \
    "acceptance) do not."

// TOTP.from_uri: cseal_uri_parse
#define DOC_TOTP_FROM_URI                                                                               \
    "Reads a URI. The issuer parameter wins over the prefix of the label; an issuer Steam without\n"    \
    "digits means Steam codes; unknown parameters are ignored with a warning, and the same parameter\n" \
    "twice with two values is refused."

#define FACTS_TOTP_FROM_URI                                                      \
    "  uri  the URI, at most 8192 bytes; ASCII blanks around it are ignored\n\n" \
    "Timing: enrollment material: no claim."

// TOTP.uri: cseal_uri_build
#define DOC_TOTP_URI                                                                                     \
    "Builds the URI of a seed: percent-encoded by RFC 3986 (a blank is %20), the secret in base32\n"     \
    "without padding, the issuer both before the account and as a parameter, and of algorithm, digits\n" \
    "and period what is not SHA1, 6 and 30."

#define FACTS_TOTP_URI "Timing: enrollment material, shown on purpose: no claim."

// TOTP.reveal_base32: cseal_base32_encode
#define DOC_TOTP_REVEAL_BASE32                                                                    \
    "Writes a secret as base32 (RFC 4648 section 6), upper case without padding: the form that\n" \
    "authenticator apps take."

#define FACTS_TOTP_REVEAL_BASE32 "Timing: lengths may leak; the secret does not."

// HOTP.from_hex: cseal_hex_decode
#define DOC_HOTP_FROM_HEX "Reads a secret in hex (RFC 4648 section 8), either case, ASCII blanks anywhere."

#define FACTS_HOTP_FROM_HEX  \
    "  text  the secret\n\n" \
    "Timing: lengths, and which characters lie outside the alphabet, may leak; the secret does not."

// HOTP.generate: cseal_secret_generate
#define DOC_HOTP_GENERATE "Makes a new secret from the provider's random generator."

#define FACTS_HOTP_GENERATE                                                                             \
    "  bits  how many, a multiple of 8 from 128 (RFC 4226 section 4, R6) to 1024; R6 recommends 160,\n" \
    "        which every authenticator app takes\n\n"                                                   \
    "Timing: bits may leak."

// HOTP.token_id_of: cseal_hotp_token_id
#define DOC_HOTP_TOKEN_ID_OF "Reads the token identifier in front of a HOTP code, to look up whose token it is."

#define FACTS_HOTP_TOKEN_ID_OF                                                                       \
    "  code    what was typed\n"                                                                     \
    "  digits  how many the code has, 6 to 10\n\n"                                                   \
    "Timing: the length of code, which characters are no digits, and the identifier may leak; the\n" \
    "digits do not."

// HOTP.at: cseal_hotp_generate
#define DOC_HOTP_AT "Makes the HOTP code of a counter."

#define FACTS_HOTP_AT                  \
    "  counter  any 64-bit number\n\n" \
    "Timing: counter and options may leak; the key and the code do not."

// HOTP.verify: cseal_hotp_verify
#define DOC_HOTP_VERIFY                                                                            \
    "Checks a HOTP code (RFC 4226 section 7.2 and 7.4) against the counters next_counter to\n"     \
    "next_counter + look_ahead, never below. Where two of them share the code the higher one is\n" \
    "taken, so that the same code is not accepted again."

#define FACTS_HOTP_VERIFY                                                                                \
    "  code          what the person typed; None is malformed\n"                                         \
    "  next_counter  the counter expected next; next_counter + look_ahead must stay below 2^64 - 2\n"    \
    "  look_ahead    counters beyond the expected one still accepted, at most 100\n\n"                   \
    "The verdict's status is 'accepted', 'wrong' (also for a code used before) or 'malformed'.\n"        \
    "Timing: the length of code, which characters are no digits, next_counter, options and the status\n" \
    "may leak; the key, the digits and the counter that matched (but for its return on acceptance) do\n" \
    "not."

// HOTP.resync: cseal_hotp_resync
#define DOC_HOTP_RESYNC                                                                                  \
    "Finds a token again that ran far ahead, by two codes in a row (RFC 4226 section 7.4): the first\n"  \
    "may be anywhere from next_counter to next_counter + look_ahead, the second must be the one after\n" \
    "it."

#define FACTS_HOTP_RESYNC                                                                             \
    "  code1         the first code\n"                                                                \
    "  code2         the next code of the same token\n"                                               \
    "  next_counter  the counter expected next; next_counter + look_ahead must stay below 2^64 - 2\n" \
    "  look_ahead    counters beyond the expected one still accepted, at most 100\n\n"                \
    "The verdict's status is 'accepted', 'wrong' (also for a code used before) or 'malformed'.\n"     \
    "Timing: as HOTP.verify()."

// HOTP.from_uri: cseal_uri_parse
#define DOC_HOTP_FROM_URI                                                                               \
    "Reads a URI. The issuer parameter wins over the prefix of the label; an issuer Steam without\n"    \
    "digits means Steam codes; unknown parameters are ignored with a warning, and the same parameter\n" \
    "twice with two values is refused."

#define FACTS_HOTP_FROM_URI                                                      \
    "  uri  the URI, at most 8192 bytes; ASCII blanks around it are ignored\n\n" \
    "Timing: enrollment material: no claim."

// HOTP.uri: cseal_uri_build
#define DOC_HOTP_URI                                                                                     \
    "Builds the URI of a seed: percent-encoded by RFC 3986 (a blank is %20), the secret in base32\n"     \
    "without padding, the issuer both before the account and as a parameter, and of algorithm, digits\n" \
    "and period what is not SHA1, 6 and 30."

#define FACTS_HOTP_URI "Timing: enrollment material, shown on purpose: no claim."

// HOTP.reveal_base32: cseal_base32_encode
#define DOC_HOTP_REVEAL_BASE32                                                                    \
    "Writes a secret as base32 (RFC 4648 section 6), upper case without padding: the form that\n" \
    "authenticator apps take."

#define FACTS_HOTP_REVEAL_BASE32 "Timing: lengths may leak; the secret does not."

// Seed.reveal_base32: cseal_base32_encode
#define DOC_SEED_REVEAL_BASE32                                                                    \
    "Writes a secret as base32 (RFC 4648 section 6), upper case without padding: the form that\n" \
    "authenticator apps take."

#define FACTS_SEED_REVEAL_BASE32 "Timing: lengths may leak; the secret does not."

// YubicoOtp.public_id_of: cseal_yubico_public_id
#define DOC_YUBICOOTP_PUBLIC_ID_OF \
    "Reads the public identifier at the front of a Yubico OTP, to look up whose key it is."

#define FACTS_YUBICOOTP_PUBLIC_ID_OF                                                                   \
    "  otp  what the key typed; outer ASCII blanks are dropped\n\n"                                    \
    "Timing: the length of otp, which characters are no modhex, and the public identifier may leak;\n" \
    "the characters behind it do not."

// YubicoOtp.verify: cseal_yubico_verify
#define DOC_YUBICOOTP_VERIFY                                                                        \
    "Checks a Yubico OTP.\n\n"                                                                      \
    "Accepted is what decrypts to a good CRC and the private identifier, and was made after the\n"  \
    "stored pair. All right-shaped OTPs take the same way. One with another public identifier is\n" \
    "'wrong': somebody else's key."

#define FACTS_YUBICOOTP_VERIFY                                                                         \
    "  otp  what the key typed; outer ASCII blanks are dropped; None is malformed\n\n"                 \
    "The verdict's status is 'accepted', 'wrong', 'replayed' or 'malformed' for another length or a\n" \
    "character that is no modhex.\n"                                                                   \
    "Timing: the length of otp, which characters are no modhex, public_id, the pairs and the status\n" \
    "may leak; the key, the private identifier and the characters of the OTP do not. The decryption\n" \
    "is the provider's: OpenSSL's AES has no table and no branch on CPUs with AES instructions or\n"   \
    "vector permutation."

// OCRA.generate: cseal_ocra_generate
#define DOC_OCRA_GENERATE "Makes the code that answers a challenge."

#define FACTS_OCRA_GENERATE                                                                            \
    "  question  the challenge, or both parties' one after another (RFC 6287 section 7.2), in the\n"   \
    "            suite's alphabet\n"                                                                   \
    "  counter   any 64-bit number; left out where the suite has no counter\n"                         \
    "  pin_hash  the hash of the PIN by the suite's PIN hash; None where the suite has no PIN\n"       \
    "  session   the session information; None where the suite has none\n"                             \
    "  time      Unix time in seconds, 0 to 10^11; left out where the suite has no time step\n\n"      \
    "Timing: question, lengths, counter and time may leak; the key, the PIN's hash, the session and\n" \
    "the code do not."

// OCRA.verify: cseal_ocra_verify
#define DOC_OCRA_VERIFY                                                                                  \
    "Checks the answer to a challenge.\n\n"                                                              \
    "All of the window is computed whatever matches. A suite with a counter is treated as HOTP: from\n"  \
    "next_counter on, never below, the highest match counts. A suite with a time step is treated as\n"   \
    "TOTP: the highest matching step counts and must be above last_step. With both, the counter tells\n" \
    "the codes of one step apart: the step must not be below last_step. With neither, a code that was\n" \
    "used cannot be told from one that was not: delete the challenge first, and verify only if that\n"   \
    "changed a row."

#define FACTS_OCRA_VERIFY                                                                               \
    "  code        what the person typed; None is malformed\n"                                          \
    "  question    as in OCRA.generate(): the challenge that the server stored\n"                       \
    "  pin_hash    the hash of the PIN by the suite's PIN hash; None where the suite has no PIN\n"      \
    "  session     the session information; None where the suite has none\n"                            \
    "  last_step   the highest step accepted so far; -1: never used; left out where the suite has no\n" \
    "              time step\n"                                                                         \
    "  time        Unix time in seconds, 0 to 10^11; left out where the suite has no time step\n"       \
    "  look_ahead  counters beyond the expected one still accepted, at most 100\n"                      \
    "  past        steps before the current one still accepted\n"                                       \
    "  future      steps after the current one still accepted; past + future at most 20\n\n"            \
    "The verdict's status is 'accepted', 'wrong', 'replayed' or 'malformed'.\n"                         \
    "Timing: the length of code, which characters are no digits, question, lengths, next_counter,\n"    \
    "last_step, time, options and the status may leak; the key, the PIN's hash, the session, the\n"     \
    "digits and which code matched (but for what is returned on acceptance) do not."

// KeyTable.verify: cseal_totp_verify_batch
#define DOC_KEYTABLE_VERIFY "Verifies TOTP codes against the keys of a table."

#define FACTS_KEYTABLE_VERIFY                                                          \
    "  past    steps before the current one still accepted\n"                          \
    "  future  steps after the current one still accepted; past + future at most 20\n" \
    "  digits  6 to 10; plays no part for Steam codes\n"                               \
    "  period  seconds a step lasts, 1 to 86400\n"                                     \
    "  t0      Unix time of step 0\n\n"                                                \
    "Timing: as TOTP.verify() for each row; row numbers and counts may leak."

// KeyTable.at: cseal_totp_generate_batch
#define DOC_KEYTABLE_AT "Makes TOTP codes, to test with, or to compare with the system that keys were taken over from."

#define FACTS_KEYTABLE_AT                                \
    "  digits  6 to 10; plays no part for Steam codes\n" \
    "  period  seconds a step lasts, 1 to 86400\n"       \
    "  t0      Unix time of step 0\n\n"                  \
    "Timing: as TOTP.at() for each row."

// KeyTable.add: cseal_key_table_add
#define DOC_KEYTABLE_ADD                                                                                \
    "Appends rows: all of them, or none where one cannot be added. Rows are numbered from 0 and stay\n" \
    "where they are."

#define FACTS_KEYTABLE_ADD "Timing: lengths and states may leak."

// KeyTable.replace: cseal_key_table_replace
#define DOC_KEYTABLE_REPLACE "Gives a row another key and state, also one that was removed."

#define FACTS_KEYTABLE_REPLACE \
    "  row  its number\n\n"    \
    "Timing: the length of secret, row and state may leak."

// KeyTable.remove: cseal_key_table_remove
#define DOC_KEYTABLE_REMOVE "Wipes a row. Its number is not given to another one; codes for it are 'revoked'."

#define FACTS_KEYTABLE_REMOVE                                                  \
    "  row  its number; one that was removed already may be removed again\n\n" \
    "Timing: row may leak."

// KeyTable.last_steps: cseal_key_table_states
#define DOC_KEYTABLE_LAST_STEPS                                                                          \
    "Reads the states of rows, to keep them somewhere. While batches run on other threads, each state\n" \
    "is one that the row had at some moment of the call."

#define FACTS_KEYTABLE_LAST_STEPS "Timing: no secrets."

// HOTPKeyTable.verify: cseal_hotp_verify_batch
#define DOC_HOTPKEYTABLE_VERIFY "Verifies HOTP codes against the keys of a table."

#define FACTS_HOTPKEYTABLE_VERIFY                                                  \
    "  look_ahead  counters beyond the expected one still accepted, at most 100\n" \
    "  digits      6 to 10\n\n"                                                    \
    "Timing: as HOTP.verify() for each row; row numbers and counts may leak."

// HOTPKeyTable.at: cseal_hotp_generate_batch
#define DOC_HOTPKEYTABLE_AT                                                                       \
    "Makes HOTP codes of the counters in `states`, or of those that the table expects next. No\n" \
    "counter moves."

#define FACTS_HOTPKEYTABLE_AT \
    "  digits  6 to 10\n\n"   \
    "Timing: as HOTP.at() for each row."

// HOTPKeyTable.add: cseal_key_table_add
#define DOC_HOTPKEYTABLE_ADD                                                                            \
    "Appends rows: all of them, or none where one cannot be added. Rows are numbered from 0 and stay\n" \
    "where they are."

#define FACTS_HOTPKEYTABLE_ADD "Timing: lengths and states may leak."

// HOTPKeyTable.replace: cseal_key_table_replace
#define DOC_HOTPKEYTABLE_REPLACE "Gives a row another key and state, also one that was removed."

#define FACTS_HOTPKEYTABLE_REPLACE \
    "  row  its number\n\n"        \
    "Timing: the length of secret, row and state may leak."

// HOTPKeyTable.remove: cseal_key_table_remove
#define DOC_HOTPKEYTABLE_REMOVE "Wipes a row. Its number is not given to another one; codes for it are 'revoked'."

#define FACTS_HOTPKEYTABLE_REMOVE                                              \
    "  row  its number; one that was removed already may be removed again\n\n" \
    "Timing: row may leak."

// HOTPKeyTable.next_counters: cseal_key_table_states
#define DOC_HOTPKEYTABLE_NEXT_COUNTERS                                                                   \
    "Reads the states of rows, to keep them somewhere. While batches run on other threads, each state\n" \
    "is one that the row had at some moment of the call."

#define FACTS_HOTPKEYTABLE_NEXT_COUNTERS "Timing: no secrets."

// KeyRing.from_file: cseal_key_ring_from_file
#define DOC_KEYRING_FROM_FILE \
    "Reads a ring from a file. One that everybody may read or that others may write to is refused."

#define FACTS_KEYRING_FROM_FILE   \
    "  path  the file's path\n\n" \
    "Timing: ids and the lengths of lines may leak."

// KeyRing.from_text: cseal_key_ring_from_text
#define DOC_KEYRING_FROM_TEXT "Reads a ring from text."

#define FACTS_KEYRING_FROM_TEXT    \
    "  text  the ring as text\n\n" \
    "Timing: the length of text, ids and the lengths of lines may leak."

// KeyRing.change_file: cseal_key_ring_change_file
#define DOC_KEYRING_CHANGE_FILE                                                                         \
    "Adds, promotes or removes a key in the file of a ring. Whoever reads the file meanwhile finds\n"   \
    "the old ring or the new one, whole, also after a crash; of two callers one waits for the other.\n" \
    "Owner and mode of the file stay. A symbolic link, a file with several names, and one that its\n"   \
    "group may read, as of a secret that a container is given, are refused."

#define FACTS_KEYRING_CHANGE_FILE                       \
    "  path  the file's path\n"                         \
    "  what  whether to add, promote or remove a key\n" \
    "  id    name of the key\n\n"                       \
    "Timing: ids and the lengths of lines may leak."

// Engine.reload_keys: cseal_engine_reload_keys
#define DOC_ENGINE_RELOAD_KEYS                                                                       \
    "Gives an engine other keys while it works: calls that were begun finish with those that they\n" \
    "began with, later ones take the new ring. It has to open the store, and to have the key that\n" \
    "sealed until now; else nothing changes."

#define FACTS_ENGINE_RELOAD_KEYS       \
    "  keys  the new ring; copied\n\n" \
    "Timing: no secrets but the keys, which do not leak."
