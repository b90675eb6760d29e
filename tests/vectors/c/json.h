/* SPDX-License-Identifier: Apache-2.0 */
/* What the runners ask of a JSON file. A file or field that is not there ends the program: data is never guessed. */
#ifndef COUNTERSEAL_TESTS_JSON_H
#define COUNTERSEAL_TESTS_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text with its length, since a typed code may hold NUL. */
struct text {
    size_t len;
    char data[4096];
};

/* The parsed file; free it with cJSON_Delete. */
cJSON* json_file(const char* path);

const cJSON* json_field(const cJSON* object, const char* name);
bool json_has(const cJSON* object, const char* name);

/* An array field with at least one element. */
const cJSON* json_array(const cJSON* object, const char* name);

/* A text field. The pointer form is for text that is known to hold no NUL. */
struct text json_text(const cJSON* object, const char* name);
const char* json_word(const cJSON* object, const char* name);

/* A whole number, or its decimal text. */
int64_t json_int(const cJSON* object, const char* name);
uint64_t json_uint(const cJSON* object, const char* name);
uint32_t json_uint32(const cJSON* object, const char* name);

/* Reads a text field of hex digits into `out` and returns how many bytes they are. */
size_t json_hex(const cJSON* object, const char* name, uint8_t* out, size_t out_cap);

#endif
