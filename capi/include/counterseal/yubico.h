/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a YubiKey types: Yubico OTP, and OATH HOTP with a token identifier in front of the digits.
 *
 * A Yubico OTP is a public identifier of 0 to 16 bytes (usually 6) and one AES-128 block, in modhex: hex written with
 * the letters cbdefghijklnrtuv, in either case, for somebody's caps lock may be on. The block holds a private
 * identifier, two counters and a CRC (Yubico's libyubikey, ykparse(1)).
 *
 * An OTP must be accepted once. These calls keep no state: what rises with each OTP, a counter and the uses since the
 * key was plugged in, goes in and comes out as a pair, which the caller stores with one conditional update whose row
 * count is the verdict (both columns NOT NULL DEFAULT -1):
 *
 *     UPDATE factor SET last_counter = :c, last_use = :u
 *     WHERE id = :id AND (last_counter < :c OR (last_counter = :c AND last_use < :u))
 *
 * Zero rows updated means that somebody else used the OTP first: refuse.
 */
#ifndef COUNTERSEAL_YUBICO_H
#define COUNTERSEAL_YUBICO_H

#include "counterseal/base.h"
#include "counterseal/crypto.h"
#include "counterseal/otp.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CSEAL_YUBICO_KEY_LEN 16U       /* bytes of the AES key */
#define CSEAL_YUBICO_PRIVATE_ID_LEN 6U /* bytes of the private identifier */
#define CSEAL_YUBICO_PUBLIC_ID_MAX 32U /* longest public identifier in modhex characters */
#define CSEAL_TOKEN_ID_LEN 12U         /* characters of a token identifier */

/*
 * Tells which rule a call of cseal_yubico_verify with these would break, to put into an error message.
 *
 *   key_len           as in cseal_yubico_verify
 *   private_id_len    as in cseal_yubico_verify
 *   public_id         as in cseal_yubico_verify
 *   public_id_len     characters
 *   last_counter      as in cseal_yubico_verify
 *   last_session_use  as in cseal_yubico_verify
 *   rule              gets a static NUL-terminated sentence that starts with the argument's name, or NULL with CSEAL_OK
 *
 * Returns: CSEAL_OK, or the status that the call would return: CSEAL_E_RANGE, CSEAL_E_ARGUMENT.
 * Threads: any.
 * CT: no secrets.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_yubico_check(size_t key_len, size_t private_id_len, const char* public_id,
                                          size_t public_id_len, int64_t last_counter, int64_t last_session_use,
                                          const char** rule);

/*
 * Checks a Yubico OTP.
 *
 * Accepted is what decrypts to a good CRC and the private identifier, and was made after the stored pair. All
 * right-shaped OTPs take the same way. One with another public identifier is CSEAL_WRONG: somebody else's key.
 *
 *   crypto            the provider
 *   key               the AES key
 *   key_len           CSEAL_YUBICO_KEY_LEN
 *   private_id        the private identifier
 *   private_id_len    CSEAL_YUBICO_PRIVATE_ID_LEN
 *   public_id         the public identifier, modhex in either case; may be empty
 *   public_id_len     characters, an even number up to CSEAL_YUBICO_PUBLIC_ID_MAX
 *   otp               what the key typed; outer ASCII blanks are dropped; NULL with length 0 is malformed
 *   otp_len           bytes
 *   last_counter      the stored counter, up to 32767; -1: never used
 *   last_session_use  the stored use, up to 255; -1: never used
 *   counter           gets the counter to store with CSEAL_OK, else last_counter
 *   session_use       gets the use to store with CSEAL_OK, else last_session_use
 *
 * Returns: CSEAL_OK; CSEAL_WRONG; CSEAL_REPLAYED; CSEAL_MALFORMED for another length or a character that is no modhex;
 *          CSEAL_E_RANGE for a length of key or private_id, last_counter or last_session_use; CSEAL_E_ARGUMENT for NULL
 *          or a public_id that is none; CSEAL_E_CRYPTO where the provider failed.
 * Threads: any number on one provider.
 * CT: otp_len, which characters are no modhex, public_id, the pairs and the status may leak; the key, the private
 *     identifier and the characters of the OTP do not. The decryption is the provider's: OpenSSL's AES has no table and
 *     no branch on CPUs with AES instructions or vector permutation.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_yubico_verify(const cseal_crypto* crypto, const uint8_t* key, size_t key_len,
                                           const uint8_t* private_id, size_t private_id_len, const char* public_id,
                                           size_t public_id_len, const char* otp, size_t otp_len, int64_t last_counter,
                                           int64_t last_session_use, int64_t* counter, int64_t* session_use);

/*
 * Reads the public identifier at the front of a Yubico OTP, to look up whose key it is.
 *
 *   otp          what the key typed; outer ASCII blanks are dropped
 *   otp_len      bytes
 *   out          gets 0 to 32 modhex characters in lower case, without a NUL
 *   out_cap      bytes at out; CSEAL_YUBICO_PUBLIC_ID_MAX is always enough
 *   out_len      gets the number of characters
 *
 * Returns: CSEAL_OK; CSEAL_MALFORMED for what no Yubico OTP looks like; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL.
 * Threads: any.
 * CT: otp_len, which characters are no modhex, and the public identifier may leak; the characters behind it do not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_yubico_public_id(const char* otp, size_t otp_len, char* out, size_t out_cap,
                                              size_t* out_len);

/*
 * Checks a HOTP code as cseal_hotp_verify does, with or without the token's identifier in front of the digits.
 *
 * A YubiKey can type twelve characters before its code: manufacturer 2, token type 2, unique 8 (OATH Token Identifier
 * Specification). Another identifier than the given one is CSEAL_WRONG, one that is none CSEAL_MALFORMED.
 *
 *   key               prepared key
 *   token_id          the identifier: letters and digits, compared without case
 *   token_id_len      CSEAL_TOKEN_ID_LEN
 *   code              what was typed: the identifier and the code, or the code alone
 *   code_len          bytes
 *   next_counter      as in cseal_hotp_verify
 *   options           NULL: defaults
 *   new_next_counter  as in cseal_hotp_verify
 *
 * Returns: as cseal_hotp_verify, and CSEAL_E_ARGUMENT for a token_id that is none.
 * Threads: any number on one key.
 * CT: as cseal_hotp_verify; token_id, and whether it was typed, may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_verify_with_id(const cseal_otp_key* key, const char* token_id, size_t token_id_len,
                                                 const char* code, size_t code_len, uint64_t next_counter,
                                                 const cseal_hotp_options* options, uint64_t* new_next_counter);

/*
 * Finds a token again as cseal_hotp_resync does, each code with or without the token's identifier in front.
 *
 *   key               prepared key
 *   token_id          as in cseal_hotp_verify_with_id
 *   token_id_len      CSEAL_TOKEN_ID_LEN
 *   code1             the first code, as in cseal_hotp_verify_with_id
 *   code1_len         bytes
 *   code2             the next code of the same token
 *   code2_len         bytes
 *   next_counter      as in cseal_hotp_resync
 *   options           NULL: defaults with a look_ahead of 50
 *   new_next_counter  as in cseal_hotp_resync
 *
 * Returns: as cseal_hotp_verify_with_id.
 * Threads: any number on one key.
 * CT: as cseal_hotp_verify_with_id.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_resync_with_id(const cseal_otp_key* key, const char* token_id, size_t token_id_len,
                                                 const char* code1, size_t code1_len, const char* code2,
                                                 size_t code2_len, uint64_t next_counter,
                                                 const cseal_hotp_options* options, uint64_t* new_next_counter);

/*
 * Reads the token identifier in front of a HOTP code, to look up whose token it is.
 *
 *   code         what was typed
 *   code_len     bytes
 *   digits       how many the code has, 6 to 10
 *   out          gets CSEAL_TOKEN_ID_LEN characters in lower case, without a NUL; none for a code that stands alone
 *   out_cap      bytes at out
 *   out_len      gets the number of characters
 *
 * Returns: CSEAL_OK; CSEAL_MALFORMED for what is no code of this length; CSEAL_E_RANGE for digits; CSEAL_E_CAPACITY;
 *          CSEAL_E_ARGUMENT for NULL.
 * Threads: any.
 * CT: code_len, which characters are no digits, and the identifier may leak; the digits do not.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_hotp_token_id(const char* code, size_t code_len, uint32_t digits, char* out,
                                           size_t out_cap, size_t* out_len);

#ifdef __cplusplus
}
#endif

#endif
