// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's client library, loaded when a server is first spoken to: who has no such store needs no libpq, and
// nothing of ours links it.
//
// The functions keep libpq's names. Between it and us there is C alone, so it does not matter which C++ library the
// program around us was built with.
#pragma once

#include <libpq-fe.h>

#include <memory>

namespace counterseal::core {

#define COUNTERSEAL_LIBPQ(each)                                                                                     \
    each(PQclear) each(PQcmdStatus) each(PQcmdTuples) each(PQconndefaults) each(PQconnectPoll)                      \
        each(PQconnectStartParams) each(PQconninfoFree) each(PQconninfoParse) each(PQconsumeInput)                  \
            each(PQerrorMessage) each(PQfinish) each(PQflush) each(PQfreemem) each(PQftype) each(PQgetisnull)       \
                each(PQgetlength) each(PQgetResult) each(PQgetvalue) each(PQisBusy) each(PQnfields) each(PQntuples) \
                    each(PQresultErrorField) each(PQresultStatus) each(PQsendQueryParams) each(PQsetnonblocking)    \
                        each(PQsetNoticeReceiver) each(PQsocket) each(PQstatus) each(PQtransactionStatus)

struct libpq {
// A name that is declared takes no parentheses.
#define COUNTERSEAL_MEMBER(name) /* NOLINT(bugprone-macro-parentheses) */ decltype(&::name) name = nullptr;
    COUNTERSEAL_LIBPQ(COUNTERSEAL_MEMBER)
#undef COUNTERSEAL_MEMBER

    /// Throws store_error of e_unsupported, in words that say what to install, where there is none.
    [[nodiscard]] static std::shared_ptr<const libpq> load();
};

}  // namespace counterseal::core
