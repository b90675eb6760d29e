// SPDX-License-Identifier: Apache-2.0
#include "tests/vectors/c/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void give_up(const char* what, const char* which)
{
    fprintf(stderr, "%s: %s\n", which, what);
    exit(2);
}

static char* read_file(const char* path)
{
    FILE* file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        give_up(strerror(errno), path);
    }
    const long len = ftell(file);
    rewind(file);
    char* text = len < 0 ? NULL : malloc((size_t)len + 1);
    if (text == NULL || fread(text, 1, (size_t)len, file) != (size_t)len) {
        give_up("cannot be read", path);
    }
    fclose(file);
    text[len] = '\0';
    return text;
}

/* cJSON's strings end at NUL. U+E000, which no file here uses, stands for it until json_text() puts it back. */
static const char stand_in[] = "\xee\x80\x80";

static void replace_nul_escapes(char* text, const char* path)
{
    if (strstr(text, stand_in) != NULL) {
        give_up("holds U+E000", path);
    }
    for (char* at = text; *at != '\0'; ++at) {
        if (*at != '\\') {
            continue;
        }
        ++at;
        if (strncmp(at, "ue000", 5) == 0 || strncmp(at, "uE000", 5) == 0) {
            give_up("holds U+E000", path);
        }
        if (strncmp(at, "u0000", 5) == 0) {
            at[1] = 'e';
        }
    }
}

cJSON* json_file(const char* path)
{
    char* text = read_file(path);
    replace_nul_escapes(text, path);
    cJSON* parsed = cJSON_Parse(text);
    free(text);
    if (parsed == NULL) {
        give_up("is not JSON", path);
    }
    return parsed;
}

bool json_has(const cJSON* object, const char* name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name) != NULL;
}

const cJSON* json_field(const cJSON* object, const char* name)
{
    const cJSON* found = cJSON_GetObjectItemCaseSensitive(object, name);
    if (found == NULL) {
        give_up("is missing", name);
    }
    return found;
}

const cJSON* json_array(const cJSON* object, const char* name)
{
    const cJSON* found = json_field(object, name);
    if (!cJSON_IsArray(found) || cJSON_GetArraySize(found) == 0) {
        give_up("holds nothing", name);
    }
    return found;
}

const char* json_word(const cJSON* object, const char* name)
{
    const cJSON* found = json_field(object, name);
    if (!cJSON_IsString(found)) {
        give_up("is no text", name);
    }
    return found->valuestring;
}

struct text json_text(const cJSON* object, const char* name)
{
    struct text text = {0, {0}};
    for (const char* from = json_word(object, name); *from != '\0'; ++from) {
        if (text.len == sizeof text.data) {
            give_up("is too long for this runner", name);
        }
        const bool is_nul = strncmp(from, stand_in, 3) == 0;
        text.data[text.len++] = is_nul ? '\0' : *from;
        from += is_nul ? 2 : 0;
    }
    return text;
}

uint64_t json_uint(const cJSON* object, const char* name)
{
    const cJSON* found = json_field(object, name);
    if (cJSON_IsString(found)) {
        char* end = NULL;
        errno = 0;
        const uint64_t number = strtoull(found->valuestring, &end, 10);
        if (errno != 0 || end == found->valuestring || *end != '\0' || found->valuestring[0] == '-') {
            give_up("is no 64-bit number", name);
        }
        return number;
    }
    const int64_t number = json_int(object, name);
    if (number < 0) {
        give_up("is negative", name);
    }
    return (uint64_t)number;
}

int64_t json_int(const cJSON* object, const char* name)
{
    const cJSON* found = json_field(object, name);
    /* cJSON holds numbers as double: whole ones are exact up to 2^53. */
    const double largest = 9007199254740992.0;
    if (!cJSON_IsNumber(found) || found->valuedouble < -largest || found->valuedouble > largest) {
        give_up("is no number that double holds", name);
    }
    const int64_t number = (int64_t)found->valuedouble;
    if ((double)number < found->valuedouble || (double)number > found->valuedouble) {
        give_up("is no whole number", name);
    }
    return number;
}

uint32_t json_uint32(const cJSON* object, const char* name)
{
    const uint64_t number = json_uint(object, name);
    if (number > UINT32_MAX) {
        give_up("has more than 32 bits", name);
    }
    return (uint32_t)number;
}

size_t json_hex(const cJSON* object, const char* name, uint8_t* out, size_t out_cap)
{
    const char* text = json_word(object, name);
    size_t len = 0;
    for (; *text != '\0'; text += 2) {
        unsigned byte = 0;
        int n_read = 0;
        if (len == out_cap || sscanf(text, "%2x%n", &byte, &n_read) != 1 || n_read != 2) {
            give_up("is no hex, or too long for this runner", name);
        }
        out[len++] = (uint8_t)byte;
    }
    return len;
}
