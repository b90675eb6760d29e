/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of an installation: one of them seals what is new, the others still open what is old.
 *
 * A ring is kept apart from the database that it protects. As text, in a file or in a variable of the environment:
 *
 *     counterseal keys 1
 *     active 2026a
 *     2025a 4jY0R8...=
 *     2026a 9fQkWm...=
 *
 * One line a key: an id of 1 to 32 letters, digits, '-' or '_', a blank, 32 bytes as base64. Or the host unwraps the
 * keys itself and gives them as bytes. A ring that is lost takes every secret with it that was sealed under its keys.
 */
#ifndef COUNTERSEAL_KEY_RING_H
#define COUNTERSEAL_KEY_RING_H

#include "counterseal/base.h"
#include "counterseal/seed.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a key of a ring. */
#define CSEAL_KEY_RING_KEY_LEN 32U

/* Bits of cseal_key_ring_from_file. */
#define CSEAL_KEY_RING_CREATE 1U /* makes a ring of one new key where there is no file yet */

/* What cseal_key_ring_change_file does. */
#define CSEAL_KEY_RING_ADD 1U     /* adds a key of random bytes */
#define CSEAL_KEY_RING_PROMOTE 2U /* has a key seal from now on */
#define CSEAL_KEY_RING_REMOVE 3U  /* takes a key out for good */

/* Keys and the choice of the active one. As secret as the keys; wiped when freed. */
typedef struct cseal_key_ring cseal_key_ring;

/*
 * Makes a ring of one key, which is the active one.
 *
 *   key          CSEAL_KEY_RING_KEY_LEN random bytes; copied, may be wiped at once
 *   key_len      bytes
 *   id           its name in the ring
 *   id_len       bytes
 *   problem      gets the rule that was broken; may be NULL
 *   ring         gets the handle, or NULL; free it with cseal_key_ring_free
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS for a key or an id that breaks a rule; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: lengths may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_new(const uint8_t* key, size_t key_len, const char* id, size_t id_len,
                                          cseal_problem* problem, cseal_key_ring** ring);

/*
 * Adds a key that opens what was sealed under it.
 *
 *   ring         the ring
 *   key          CSEAL_KEY_RING_KEY_LEN random bytes; copied, may be wiped at once
 *   key_len      bytes
 *   id           its name in the ring; must be new
 *   id_len       bytes
 *   problem      gets the rule that was broken; may be NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS for a key or an id that breaks a rule; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: exclusive.
 * CT: lengths may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_add(cseal_key_ring* ring, const uint8_t* key, size_t key_len, const char* id,
                                          size_t id_len, cseal_problem* problem);

/*
 * Adds a key of random bytes.
 *
 *   ring         the ring
 *   id           its name in the ring; must be new
 *   id_len       bytes
 *   problem      gets the rule that was broken; may be NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS for an id that breaks a rule, or where there are no random numbers;
 *          CSEAL_E_UNSUPPORTED where there is no cryptographic provider; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: exclusive.
 * CT: ids may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_add_new(cseal_key_ring* ring, const char* id, size_t id_len,
                                              cseal_problem* problem);

/*
 * Makes a key the one that seals.
 *
 *   ring         the ring
 *   id           its name in the ring
 *   id_len       bytes
 *   problem      gets the rule that was broken; may be NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS where there is no such key; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: exclusive.
 * CT: ids may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_promote(cseal_key_ring* ring, const char* id, size_t id_len,
                                              cseal_problem* problem);

/*
 * Removes a key. What a store still holds under it cannot be opened any more: see CSEAL_OP_KEY_COUNTS.
 *
 *   ring         the ring
 *   id           its name in the ring; must not be the active one
 *   id_len       bytes
 *   problem      gets the rule that was broken; may be NULL
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS where there is no such key, or it is the active one; CSEAL_E_ARGUMENT for NULL;
 *          CSEAL_E_NOMEM.
 * Threads: exclusive.
 * CT: ids may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_remove(cseal_key_ring* ring, const char* id, size_t id_len,
                                             cseal_problem* problem);

/*
 * Adds, promotes or removes a key in the file of a ring. Whoever reads the file meanwhile finds the old ring or the new
 * one, whole, also after a crash; of two callers one waits for the other. Owner and mode of the file stay. A symbolic
 * link, a file with several names, and one that its group may read, as of a secret that a container is given, are
 * refused.
 *
 *   path         the file's path, without a NUL inside
 *   path_len     bytes
 *   what         whether to add, promote or remove a key
 *   id           name of the key
 *   id_len       bytes
 *   problem      gets the rule that was broken, never a key; may be NULL
 *   ring         gets the handle of what the file holds then, or NULL; free it with cseal_key_ring_free
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS where the file is none that may be changed, or the change breaks a rule;
 *          CSEAL_E_UNSUPPORTED for another number, or where no new key can be drawn; CSEAL_E_ARGUMENT for NULL, an
 *          empty path or one with a NUL; CSEAL_E_NOMEM.
 * Threads: any; also many processes with one path.
 * CT: ids and the lengths of lines may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_change_file(const char* path, size_t path_len, uint32_t what, const char* id,
                                                  size_t id_len, cseal_problem* problem, cseal_key_ring** ring);

/*
 * Reads a ring from text.
 *
 *   text         the ring as text
 *   text_len     bytes
 *   problem      gets the line and the rule that was broken, never a key; may be NULL
 *   ring         gets the handle, or NULL; free it with cseal_key_ring_free
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS where the text is no ring; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any.
 * CT: text_len, ids and the lengths of lines may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_from_text(const char* text, size_t text_len, cseal_problem* problem,
                                                cseal_key_ring** ring);

/*
 * Reads a ring from a file. One that everybody may read or that others may write to is refused.
 *
 *   path         the file's path, without a NUL inside
 *   path_len     bytes
 *   flags        0 or CSEAL_KEY_RING_CREATE: the new file is readable by its owner alone; an existing one is never
 *                written to
 *   problem      gets what is wrong with the file, never a key; may be NULL
 *   ring         gets the handle, or NULL; free it with cseal_key_ring_free
 *
 * Returns: CSEAL_OK; CSEAL_E_KEYS where there is no such file, where it cannot be read or made, or is no ring;
 *          CSEAL_E_UNSUPPORTED for an unknown flag, or where no new key can be drawn; CSEAL_E_ARGUMENT for NULL, an
 *          empty path or one with a NUL; CSEAL_E_NOMEM.
 * Threads: any; also many processes with one path.
 * CT: ids and the lengths of lines may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_from_file(const char* path, size_t path_len, uint32_t flags,
                                                cseal_problem* problem, cseal_key_ring** ring);

/*
 * Writes the ring as text: what a file holds.
 *
 *   ring         the ring
 *   text         gets the text, without a NUL; as secret as the keys
 *   text_cap     bytes at text
 *   text_len     gets the number of bytes
 *
 * Returns: CSEAL_OK; CSEAL_E_CAPACITY; CSEAL_E_ARGUMENT for NULL; CSEAL_E_NOMEM.
 * Threads: any number on one ring.
 * CT: ids and the lengths of lines may leak.
 * Since: 0.1
 */
CSEAL_API cseal_status cseal_key_ring_text_get(const cseal_key_ring* ring, char* text, size_t text_cap,
                                               size_t* text_len);

/*
 * Wipes and frees a ring. NULL does nothing. An engine that was opened with it has a copy.
 *
 *   ring         the handle; no other thread may be using it
 *
 * Returns: nothing.
 * Threads: exclusive.
 * CT: no leak.
 * Since: 0.1
 */
CSEAL_API void cseal_key_ring_free(cseal_key_ring* ring);

#ifdef __cplusplus
}
#endif

#endif
