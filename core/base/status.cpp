// SPDX-License-Identifier: Apache-2.0
// Generated from capi/status.def by tools/gen_status.py; do not edit.
#include "core/base/status.hpp"

namespace counterseal::core {

const char* name_of(std::int32_t number) noexcept
{
    switch (number) {
        case 0: return "OK";
        case 1: return "WRONG";
        case 2: return "REPLAYED";
        case 3: return "MALFORMED";
        case 4: return "EXPIRED";
        case 5: return "THROTTLED";
        case 6: return "LOCKED";
        case 7: return "REVOKED";
        case 8: return "CHALLENGE";
        case 9: return "ENROLL";
        case 10: return "DENY";
        case 11: return "BATCH_DONE";
        case -1: return "E_ARGUMENT";
        case -2: return "E_RANGE";
        case -3: return "E_CAPACITY";
        case -4: return "E_TIME";
        case -5: return "E_FORKED";
        case -6: return "E_NOMEM";
        case -7: return "E_UNSUPPORTED";
        case -8: return "E_CRYPTO";
        case -9: return "E_STORE_UNAVAILABLE";
        case -10: return "E_STORE_UNKNOWN";
        case -11: return "E_STORE_CORRUPT";
        case -12: return "E_SCHEMA";
        case -13: return "E_KEYS";
        case -14: return "E_ENCODING";
        case -15: return "E_INTERNAL";
        case -16: return "E_SELFTEST";
        case -17: return "E_CLOSED";
        case -18: return "E_STORE_ROLLED_BACK";
        case -128: return "E_NOT_EVALUATED";
        default: return nullptr;
    }
}

const char* meaning_of(std::int32_t number) noexcept
{
    switch (number) {
        case 0: return "accepted by a verifier, or done by any other call";
        case 1: return "the response has the right shape and matches nothing";
        case 2: return "the response is right and was used before";
        case 3: return "the response has the wrong length or a foreign character";
        case 4: return "what was presented is no longer valid";
        case 5: return "too many attempts: the response was not looked at";
        case 6: return "the factor is disabled until it is bound anew or unlocked by an administrator";
        case 7: return "the factor was revoked";
        case 8: return "a second factor is asked for";
        case 9: return "the subject has to enroll a factor first";
        case 10: return "the policy refuses";
        case 11: return "the batch ran: read the row statuses";
        case -1: return "an argument is NULL, empty or unknown where that is not allowed";
        case -2: return "a number lies outside its bounds";
        case -3: return "an output buffer is too small: the needed length was written";
        case -4: return "a time lies outside the supported range, or before t0";
        case -5: return "the handle was made before a fork";
        case -6: return "out of memory";
        case -7: return "this build does not know the algorithm, flag or option";
        case -8: return "the cryptographic provider failed";
        case -9: return "the store cannot be reached: nothing was changed";
        case -10: return "the outcome of a commit is not known: treat it as a refusal";
        case -11: return "a stored row is damaged or was altered";
        case -12: return "the store's schema version does not match this library";
        case -13: return "the key ring is missing, wrong or unreadable";
        case -14: return "text is not valid base32 or hex: the index of the fault was written";
        case -15: return "a fault inside the library that should not happen";
        case -16: return "a known answer came out wrong: this library must not be used";
        case -17: return "the engine was closed";
        case -18: return "the store does not go on from a checkpoint that was kept of it";
        case -128: return "this row was not looked at";
        default: return nullptr;
    }
}

}  // namespace counterseal::core
